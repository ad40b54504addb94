"""The body of every error (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping

from luongxanh_client.models.base import Answer


class FieldProblem(Answer):
    """One wrong field: a JSON Pointer in the body, or the name of a parameter (`query/limit`)."""

    pointer: str
    detail: str


class ProblemBody(Answer):
    """What an error says. `code` is stable; `detail` is a sentence in the caller's language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    facts: Mapping[str, str] = {}
    errors: tuple[FieldProblem, ...] = ()
    trace_id: str
