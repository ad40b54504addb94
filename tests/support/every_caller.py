"""Loaded by schemathesis: each request that it makes is also sent by other callers, and their answers are checked too.

Making a request costs several times the processor time of sending it, and the same requests serve every caller.
"""

from __future__ import annotations

import json
import os
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response
from schemathesis.core.failures import FailureGroup

CALLERS = "EVERY_CALLER"
"""The variable with a JSON object: a caller's name, and the value of its Authorization header or null."""


@schemathesis.check
def every_caller(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """The answers to the other callers pass the checks that the first answer passes.

    The requests are recorded: what the answers show, as codes of new dossiers, comes into later requests.
    """
    for caller, authorization in json.loads(os.environ[CALLERS]).items():
        sent = case.derive()
        sent.headers.pop("Authorization", None)
        sent.headers.update({"Authorization": authorization} if authorization else {})
        ctx.internals.record_case(parent_id=case.id, case=sent)
        answer = sent.call()
        ctx.internals.record_response(case_id=sent.id, response=answer)
        try:
            sent.validate_response(answer, excluded_checks=[every_caller])
        except FailureGroup as failures:
            raise AssertionError(f"{caller}: {failures}") from failures
