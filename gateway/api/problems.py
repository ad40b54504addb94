"""Errors as problems (RFC 9457): one shape for every error, with a stable code and a sentence in the caller's language.

An error of the domain becomes a problem here and nowhere else. No stack trace and no value of a request is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from opentelemetry import trace
from pydantic import Field
from starlette.exceptions import HTTPException as RoutingException

from activities.adapters.errors import RejectedCallback
from activities.ledger.kept_answers import Answer
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.errors import Conflict, DomainError, InvalidInput, NotAuthorised, NotFound, RuleViolation
from domain.field_errors import MOST_TOLD, InvalidField, words_of
from domain.messages.checkpoints import ProofRefusal
from domain.messages.dossier import DossierRefusal
from domain.messages.events_out import EventsRefusal
from domain.messages.record import RecordRefusal
from domain.messages.search import SavedSearchRefusal
from domain.values import Bilingual, Value
from gateway.access.errors import IssuerUnavailable, NotAuthenticated, TooManyRequests
from gateway.api.language import language_of
from gateway.api.messages import ExportRefusal, LimitRefusal, RequestRefusal
from gateway.api.refusals import BadRequest, NotNow, RefusedBody
from gateway.client import EngineUnavailable
from gateway.client.engine_errors import Refused
from gateway.views.timeline import Language, in_language

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
SERVED = "v1"
RETRY_AFTER = 5
"""Seconds after which a request that was refused with 503 may be sent again."""
MAY_PASS = (429, 503)
"""The refusals after which the same request may be taken later."""

STATUS_OF_CLASS: tuple[tuple[type[DomainError], int], ...] = (
    (NotAuthenticated, 401),
    (RejectedCallback, 401),
    (NotAuthorised, 403),
    (NotFound, 404),
    (Conflict, 409),
    (RuleViolation, 409),
    (InvalidInput, 422),
    (EngineUnavailable, 503),
    (IssuerUnavailable, 503),
    (TooManyRequests, 429),
    (NotNow, 503),
    (BadRequest, 400),
    (DatabaseUnavailable, 503),
    (DatabaseRefuses, 500),
)
STATUS_OF_KIND = {"NotAuthorised": 403, "NotFound": 404, "Conflict": 409, "RuleViolation": 409, "InvalidInput": 422}
"""The status of a workflow's refusal, by the class of the original error."""
STATUS_OF_CODE: Mapping[str, int] = {
    DossierRefusal.STALE_VERSION: 412,
    SavedSearchRefusal.CHANGED: 412,
    DossierRefusal.DOSSIER_CODE_UNREADABLE: 404,
    RecordRefusal.KEY_REUSED: 422,
    RecordRefusal.COMMAND_ID_REUSED: 422,
    LimitRefusal.TOO_LARGE: 413,
    LimitRefusal.TOO_SLOW: 408,
    LimitRefusal.TOO_BUSY: 503,
    ExportRefusal.EXPORTS_BUSY: 503,
    ProofRefusal.PROOFS_NOT_OFFERED: 503,
    EventsRefusal.EVENT_STREAMS_TOO_MANY: 429,
    EventsRefusal.EVENT_FOLLOWERS_TOO_MANY: 503,
    RequestRefusal.REQUEST_UNREADABLE: 400,
    RequestRefusal.PATH_UNKNOWN: 404,
    RequestRefusal.VERSION_UNSUPPORTED: 404,
    RequestRefusal.METHOD_NOT_ALLOWED: 405,
    RequestRefusal.NOT_ACCEPTABLE: 406,
    RequestRefusal.CONTENT_TYPE_UNSUPPORTED: 415,
    RequestRefusal.HEADER_INVALID: 400,
    RequestRefusal.IDEMPOTENCY_KEY_MISSING: 400,
    RequestRefusal.IDEMPOTENCY_KEY_REUSED: 422,
    RequestRefusal.REQUEST_IN_FLIGHT: 409,
    RequestRefusal.PRECONDITION_REQUIRED: 428,
    RequestRefusal.INTERNAL_ERROR: 500,
}
"""The status of a code, where it is not that of its class."""

TITLES: Mapping[int, Bilingual] = {
    400: Bilingual(vi="Yêu cầu không đọc được", en="The request cannot be read"),
    401: Bilingual(vi="Chưa đăng nhập", en="Not signed in"),
    403: Bilingual(vi="Không được phép", en="Not allowed"),
    404: Bilingual(vi="Không tìm thấy", en="Not found"),
    405: Bilingual(vi="Phương thức không dùng được", en="Method not allowed"),
    406: Bilingual(vi="Không có dạng trả lời này", en="No such form of answer"),
    408: Bilingual(vi="Gửi quá chậm", en="Sent too slowly"),
    409: Bilingual(vi="Không làm được lúc này", en="Not possible now"),
    412: Bilingual(vi="Đã thay đổi từ lúc xem", en="Changed since it was seen"),
    413: Bilingual(vi="Nội dung quá lớn", en="The body is too large"),
    415: Bilingual(vi="Dạng nội dung không dùng được", en="The form of the body cannot be used"),
    422: Bilingual(vi="Nội dung không hợp lệ", en="The content is not valid"),
    428: Bilingual(vi="Cần nêu phiên bản", en="A version is needed"),
    429: Bilingual(vi="Quá nhiều yêu cầu", en="Too many requests"),
    500: Bilingual(vi="Lỗi của phần mềm", en="The software failed"),
    503: Bilingual(vi="Tạm thời không phục vụ được", en="Not available now"),
}
"""What a status means, in words."""


class FieldProblem(Value):
    """One wrong field of a body, a query or a header."""

    pointer: str = Field(
        description="Trường sai: JSON Pointer (RFC 6901) trong nội dung, hoặc tham số như `query/limit` (which field: "
        "a pointer into the body, or a parameter)."
    )
    detail: str


class Problem(Value):
    """The body of every error: RFC 9457 with the engine's stable code."""

    type: str = Field(description="Địa chỉ mô tả mã lỗi (the address of the code).")
    title: str = Field(description="Mã HTTP nghĩa là gì (what the status means).")
    status: int
    detail: str = Field(description="Việc gì đã xảy ra, nên làm gì, theo Accept-Language (what happened, what to do).")
    instance: str = Field(description="Đường dẫn của yêu cầu (the path of the request).")
    code: str = Field(description="Mã lỗi, dùng cho chương trình; không đổi nghĩa (the code, which keeps its meaning).")
    facts: dict[str, str] = Field(default={}, description="Dữ kiện của câu (facts of the sentence).")
    errors: tuple[FieldProblem, ...] = Field(default=(), description="Từng trường sai (every wrong field).")
    trace_id: str = Field(description="Mã vết, để hỏi người vận hành (the trace, for the operators).")


def trace_id() -> str:
    """The id of the trace of this request, as 32 hexadecimal digits."""
    return trace.format_trace_id(trace.get_current_span().get_span_context().trace_id)


def status_of(error: DomainError) -> int:
    """The HTTP status of an error: that of its code, else that of its class."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    if isinstance(error, Refused):
        return STATUS_OF_KIND.get(error.kind, 409)
    return next((status for kind, status in STATUS_OF_CLASS if isinstance(error, kind)), 500)


def problem_of(error: DomainError, path: str, language: Language, errors: tuple[FieldProblem, ...] = ()) -> Problem:
    """The problem of an error of the domain."""
    status = status_of(error)
    return Problem(
        type=f"/{SERVED}/problems/{error.code}",
        title=in_language(TITLES.get(status, TITLES[409]), language),
        status=status,
        detail=in_language(error.message, language),
        instance=path,
        code=str(error.code),
        facts=error.facts,
        errors=errors,
        trace_id=trace_id(),
    )


def problem_answer(
    error: DomainError,
    request: Request,
    errors: tuple[FieldProblem, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer to a request that is refused with this error. It is logged by its code."""
    language = language_of(request.headers.get("accept-language"))
    if isinstance(error, InvalidField):
        errors = (FieldProblem(pointer=error.pointer, detail=in_language(error.words, language)),)
    problem = problem_of(error, request.url.path, language, errors)
    log.log(_level(problem.status), "request_refused", code=problem.code, status=problem.status)
    more = {"Content-Type": MEDIA_TYPE, "Content-Language": language, **_headers(error, problem.status)}
    return Answer(status=problem.status, headers={**more, **(headers or {})}, body=problem.model_dump_json())


def refused(
    error: DomainError,
    request: Request,
    errors: tuple[FieldProblem, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response to a request that is refused with this error."""
    return response_of(problem_answer(error, request, errors, headers))


def response_of(answer: Answer) -> Response:
    """The HTTP response with an answer."""
    return Response(answer.body, status_code=answer.status, headers=answer.headers)


def _level(status: int) -> int:
    return 40 if status == 500 else 30 if status in (401, 403, 429, 503) else 20


def _headers(error: DomainError, status: int) -> dict[str, str]:
    """The headers that belong to a status."""
    if status == 401:
        attributes = "" if error.code == "token_missing" else ', error="invalid_token"'
        return {"WWW-Authenticate": f'Bearer realm="luongxanh"{attributes}'}
    if waiting := retry_after(status, error.facts):
        return waiting
    if status == 409 and error.code == RequestRefusal.REQUEST_IN_FLIGHT:
        return {"Retry-After": "1"}
    if status == 412 and "version" in error.facts:
        return {"ETag": f'"{error.facts["version"]}"'}
    return {}


def retry_after(status: int, facts: Mapping[str, str]) -> dict[str, str]:
    """The header that says after how many seconds what was refused for now may be sent again; else nothing."""
    return {"Retry-After": facts.get("wait", str(RETRY_AFTER))} if status in MAY_PASS else {}


def install(application: FastAPI) -> None:
    """Makes the application answer every error with a problem."""
    application.add_exception_handler(DomainError, _of_domain)
    application.add_exception_handler(RequestValidationError, _of_validation)
    application.add_exception_handler(RoutingException, _of_routing)
    application.add_exception_handler(Exception, _of_failure)


async def _of_domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return refused(error, request)


async def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    refusal, errors = invalid_fields(error.errors(), language_of(request.headers.get("accept-language")))
    return refused(refusal, request, errors)


def invalid_fields(
    found_by_pydantic: Sequence[Any], language: Language
) -> tuple[InvalidInput, tuple[FieldProblem, ...]]:
    """The refusal of wrong fields, and each of them by its pointer. The first part of a place says where it is."""
    found = [(_pointer(one["loc"]), words_of(one)) for one in found_by_pydantic[:MOST_TOLD]]
    refusal = InvalidInput(
        DossierRefusal.INVALID_REQUEST,
        problems="; ".join(f"{where}: {words.en}" for where, words in found),
        problems_vi="; ".join(f"{where}: {words.vi}" for where, words in found),
    )
    return refusal, tuple(FieldProblem(pointer=where, detail=in_language(words, language)) for where, words in found)


def _pointer(location: tuple[Any, ...]) -> str:
    """`/applicant/birth_date` in a body; `query/limit`, `header/if-match` elsewhere."""
    first, *rest = location or ("body",)
    steps = [str(step).replace("~", "~0").replace("/", "~1")[:64] for step in rest]
    return "".join(f"/{step}" for step in steps) if first == "body" else "/".join([str(first), *steps])


async def _of_routing(request: Request, error: Exception) -> Response:
    """A body that was refused, a path that does not exist, or a method that it does not take."""
    if isinstance(error, RefusedBody):
        return refused(error.refusal, request)
    assert isinstance(error, RoutingException)
    if error.status_code == 405:
        method = request.method if request.method.isalpha() else "–"
        refusal = BadRequest(RequestRefusal.METHOD_NOT_ALLOWED, method=method[:16])
        return refused(refusal, request, headers=error.headers)
    if error.status_code == 404:
        return refused(_no_such_path(request.url.path), request)
    raise error


def _no_such_path(path: str) -> DomainError:
    version = path.split("/", 2)[1]
    if version != SERVED and version[:1] == "v" and version[1:].isdigit():
        return BadRequest(RequestRefusal.VERSION_UNSUPPORTED, served=SERVED)
    return BadRequest(RequestRefusal.PATH_UNKNOWN, document=f"/{SERVED}/openapi.json")


async def _of_failure(request: Request, error: Exception) -> Response:
    """A fault of ours. The log has its type and place; the caller gets the trace to name it by."""
    log.error("request_failed", exc_info=error)
    return refused(BadRequest(RequestRefusal.INTERNAL_ERROR, trace_id=trace_id()), request)
