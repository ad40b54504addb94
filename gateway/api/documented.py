"""What the OpenAPI document says about an operation beyond its types: words in both languages, examples, its errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Depends

from gateway.access.permissions import PERMISSIONS
from gateway.api.deprecations import Deprecated
from gateway.api.examples import answer_example, body_example
from gateway.api.problems import MEDIA_TYPE, TITLES
from gateway.api.texts.operations import description_of

ALWAYS = (400, 404, 405, 408, 413, 422, 429, 500, 503)
"""Every operation may be answered with these."""
OF_SIGNED_IN = (401, 403)
OF_BODY = (415,)
OF_ACTS = (409, 412, 428)
JSON = "application/json"


def operation(
    operation_id: str,
    vi: str,
    en: str,
    *,
    acts: bool = False,
    body: bool = False,
    status: int = 200,
    example: str | None = None,
    answers: Mapping[int | str, Any] | None = None,
    ends: Deprecated | None = None,
) -> dict[str, Any]:
    """The keyword arguments of a route: its id, its words in both languages, its examples and its errors.

    `acts`: it changes something, under an Idempotency-Key. `body`: it takes a JSON body. `status` is that of its usual
    answer; `answers` are further ones. The examples are files of `gateway.api.examples`, by the id of the operation;
    `example` names another file for the answer. `ends`: the operation will go.
    """
    statuses = {*ALWAYS, *(OF_ACTS if acts else ()), *(OF_BODY if body else ())}
    if operation_id in PERMISSIONS:
        statuses |= {*OF_SIGNED_IN}
    usual = {"description": f"{vi} ({en})", **example_content(example or operation_id)}
    described: dict[str, Any] = {
        "operation_id": operation_id,
        "name": operation_id,
        "status_code": status,
        "summary": f"{vi} ({en})",
        "description": description_of(operation_id),
        "responses": {status: usual, **{one: problem_response(one) for one in sorted(statuses)}, **(answers or {})},
    }
    if ends is not None:
        described |= {"deprecated": True, "dependencies": [Depends(ends.told)]}
    asked = body_example(operation_id)
    if asked is not None:
        described["openapi_extra"] = {"requestBody": {"content": _written(asked)}}
    return described


def example_content(name: str) -> dict[str, Any]:
    """The content of an answer with its example, as a part of its declaration; empty when there is no example."""
    answered = answer_example(name)
    return {} if answered is None else {"content": _written(answered)}


def _written(example: Any) -> dict[str, Any]:
    """The JSON content with an example, which is written as text: FastAPI would drop every null in it."""
    return {JSON: {"example": json.dumps(example)}}


def problem_response(status: int) -> dict[str, Any]:
    """The declaration of an error answer."""
    title = TITLES[status]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": f"{title.vi} ({title.en})", "content": {MEDIA_TYPE: {"schema": schema}}}
