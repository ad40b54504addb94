"""What the OpenAPI document says about an operation beyond its types: words in both languages, and its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.access.permissions import PERMISSIONS
from gateway.api.problems import MEDIA_TYPE, TITLES, Problem

ALWAYS = (400, 404, 405, 406, 408, 413, 429, 500, 503)
"""Every operation may be answered with these."""
OF_SIGNED_IN = (401, 403)
OF_BODY = (415, 422)
OF_ACTS = (409, 412, 422, 428)


def operation(
    operation_id: str,
    vi: str,
    en: str,
    *,
    more: str | None = None,
    acts: bool = False,
    body: bool = False,
    answers: Mapping[int, Any] | None = None,
) -> dict[str, Any]:
    """The keyword arguments of a route: its id, words and errors.

    `acts`: it changes something, under an Idempotency-Key. `body`: it takes a JSON body. `answers` are further answers.
    """  # fmt: skip
    statuses = {*ALWAYS, *(OF_ACTS if acts else ()), *(OF_BODY if body else ()), 422}
    if operation_id in PERMISSIONS:
        statuses |= {*OF_SIGNED_IN}
    problems = {status: problem_response(status) for status in sorted(statuses)}
    return {
        "operation_id": operation_id,
        "name": operation_id,
        "summary": f"{vi} ({en})",
        "description": more or f"{vi}. ({en}.)",
        "responses": {**problems, **(answers or {})},
    }


def problem_response(status: int) -> dict[str, Any]:
    """The declaration of an error answer."""
    title = TITLES[status]
    return {
        "description": f"{title.vi} ({title.en})",
        "model": Problem,
        "content": {MEDIA_TYPE: {}},
    }
