"""Errors as pages for people: what happened, its code, and the way on. Nothing that was typed is lost."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException as RoutingException

from domain.errors import DomainError, NotAuthorised, NotFound
from domain.roles import Role
from gateway.access.callers import Caller
from gateway.access.messages import AccessRefusal
from gateway.access.permissions import COMMANDS, PERMISSIONS
from gateway.api.messages import RequestRefusal
from gateway.api.problems import MAY_PASS, Problem, invalid_fields, trace_id
from gateway.api.refusals import BadRequest
from gateway.api.request_limits import Refusing, with_problem
from gateway.console.cookies import session_secret
from gateway.console.guards import OF_PAGES, is_from_here
from gateway.console.messages import ConsoleRefusal
from gateway.console.places import HOME, local_path
from gateway.console.visits import NotSignedIn, Passing, fields_of, fields_read, is_safe, passing
from gateway.i18n.wording import act_name

log = structlog.get_logger(__name__)

BODY_NOT_READ = (408, 413)
"""The refusals of a form that was not read: only the browser still has it."""
PERSON = "person"
"""The kind of a caller of the staff."""


def install(application: FastAPI) -> None:
    """Makes the application answer every error with a page, or with a notice where a script asked."""
    application.add_exception_handler(NotSignedIn, _not_signed_in)
    application.add_exception_handler(DomainError, _of_domain)
    application.add_exception_handler(RequestValidationError, _of_validation)
    application.add_exception_handler(RoutingException, _of_routing)
    application.add_exception_handler(Exception, _of_failure)


async def error_page(visitor: Passing, problem: Problem, **more: Any) -> Response:
    """The page, or the notice, of a refusal."""
    log.info("page_refused", code=problem.code, status=problem.status)
    other_person = {"sign_out": session_secret(visitor.request) is not None, "at_issuer": _named(visitor, problem)}
    ways = {"again": _again(visitor.request, problem), "not_read": _is_not_read(visitor.request, problem)}
    known = {"problem": problem, "home": HOME, **other_person, **ways, **more}
    if not visitor.htmx:
        return visitor.page("error.html", status=problem.status, **known)
    answer = visitor.fragment("error.html", "notice_of_error", status=problem.status, **known)
    answer.headers.update({"HX-Retarget": "#notices", "HX-Reswap": "innerHTML"})
    return answer


def _again(request: Request, problem: Problem) -> str | None:
    """The address that may be asked again, when it was refused only for now."""
    may_be_asked = is_safe(request) and problem.status in MAY_PASS
    return _address(request.url.path, request.url.query) if may_be_asked else None


def _is_not_read(request: Request, problem: Problem) -> bool:
    return problem.status in BODY_NOT_READ and not is_safe(request)


def _named(visitor: Passing, problem: Problem) -> bool:
    """Whether the issuer has just named somebody who may not enter: it would name the same person again."""
    return visitor.request.url.path == f"{HOME}sign-in/done" and problem.status == 403


async def _not_signed_in(request: Request, error: Exception) -> Response:
    """To the sign-in. A form that was sent is kept on a page of its own, from which it is sent again."""
    assert isinstance(error, NotSignedIn)
    visitor = await passing(request)
    here = _address(request.url.path, request.url.query)
    by_person = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    if is_safe(request) and not visitor.htmx and by_person:  # a script must not begin a sign-in
        return RedirectResponse(f"/console/sign-in?back={quote(here, safe='')}", 303)
    problem = visitor.refusal(error).model_copy(update={"status": 401})
    if visitor.htmx or is_safe(request):
        return await error_page(visitor, problem, sign_in=f"/console/sign-in?back={quote(_page_of(request), safe='')}")
    fields = await _sent(request)
    if fields is None:
        return await error_page(visitor, visitor.refusal(BadRequest(ConsoleRefusal.FORM_UNREADABLE)))
    return _kept(visitor, problem, fields)


def _kept(visitor: Passing, problem: Problem, fields: dict[str, list[str]]) -> Response:
    """The page that keeps a form until whose it is has signed in again and may send it. It acts for nobody else."""
    request = visitor.request
    caller: Caller | None = getattr(request.state, "caller", None)
    made_for = fields.get("_person", [""])[0]
    return visitor.page(
        "sign_in/send_again.html", status=problem.status, problem=problem, fields=fields,
        action=_address(request.url.path, request.url.query),
        of_other=caller is not None and caller.name != made_for, owner=_officer(visitor, made_for),
    )  # fmt: skip


def _officer(visitor: Passing, name: str) -> str | None:
    """Somebody of the staff in words, by the name of the caller; None for anybody else."""
    kind, _, code = name.partition("/")
    known = kind == PERSON and visitor.api.engine.staff.last_post(code, visitor.now) is not None
    return visitor.officer(code) if known else None


def _page_of(request: Request) -> str:
    """The page whose script asks, within the console."""
    page = urlsplit(request.headers.get("hx-current-url", ""))
    return local_path(_address(page.path, page.query))


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


async def _of_domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    visitor = await passing(request)
    if error.code == AccessRefusal.OPERATION_NOT_ALLOWED:
        _tell_in_words(visitor, error)
    problem = visitor.refusal(error)
    of_here = problem.status == 403 and error.code != ConsoleRefusal.OTHER_SITE
    fields = await _sent(request) if of_here or problem.status in MAY_PASS else None
    if of_here and fields is not None and not visitor.htmx:
        return _kept(visitor, problem, fields)
    return await error_page(visitor, problem, fields=fields, action=request.url.path)


async def _sent(request: Request) -> dict[str, list[str]] | None:
    """The fields of the form that was sent, so that it can be sent again; None when there is none."""
    try:
        return None if is_safe(request) else await fields_of(request)
    except BadRequest:
        return None


def _tell_in_words(visitor: Passing, error: DomainError) -> None:
    """People read the words of an operation and of its roles, not their codes."""
    operation = str(error.sentence_facts["operation"])
    path, menu = visitor.request.url.path, visitor.request.app.state.menu
    entry = next((one for one in menu if one.operation == operation and path.startswith(one.path)), None)
    if operation in COMMANDS:
        words = visitor.text(act_name(operation))
    else:
        words = visitor.written("open this page") if entry is None else visitor.written(entry.label)
    roles = ", ".join(visitor.text(one.words) for one in Role if one in PERMISSIONS[operation].roles)
    error.tell({"operation": words, "roles": roles})


async def _of_validation(request: Request, error: Exception) -> Response:
    """A parameter in the address that cannot be read."""
    assert isinstance(error, RequestValidationError)
    visitor = await passing(request)
    refusal, errors = invalid_fields(error.errors(), visitor.language)
    return await error_page(visitor, visitor.refusal(refusal, errors))


async def _of_routing(request: Request, error: Exception) -> Response:
    assert isinstance(error, RoutingException)
    visitor = await passing(request)
    plain = request.url.path.rstrip("/")
    if error.status_code == 404 and is_safe(request) and plain != request.url.path:  # no address is made of the Host
        return RedirectResponse(local_path(_address(plain, request.url.query)), 307)
    problem = visitor.refusal(NotFound(ConsoleRefusal.PAGE_UNKNOWN)).model_copy(update={"status": error.status_code})
    answer = await error_page(visitor, problem)
    answer.headers.update(error.headers or {})
    return answer


async def _of_failure(request: Request, error: Exception) -> Response:
    """A fault of ours. The log has its type and place; the person gets the trace to name it by."""
    log.error("page_failed", exc_info=error)
    visitor = await passing(request)
    problem = visitor.refusal(BadRequest(RequestRefusal.INTERNAL_ERROR, trace_id=trace_id()))
    answer = await error_page(visitor, problem, fields=fields_read(request), action=request.url.path)
    answer.headers.update(OF_PAGES)  # it is made outside what gives every other page its headers
    return answer


def refusing(console: FastAPI) -> Refusing:
    """What answers a request that is refused before the applications: with a page under `/console`, else as the API."""

    async def refused(refusal: BadRequest, request: Request) -> Response:
        if not f"{request.url.path}/".startswith(HOME):
            return await with_problem(refusal, request)
        visitor = await passing(Request({**request.scope, "app": console}, request.receive))
        problem = visitor.refusal(refusal)
        fields = await _sent(visitor.request) if problem.status in MAY_PASS and _is_from_here(visitor) else None
        answer = await error_page(visitor, problem, fields=fields, action=request.url.path)
        answer.headers.update(OF_PAGES)  # it is made outside what gives every other page its headers
        return answer

    return refused


def _is_from_here(visitor: Passing) -> bool:
    """False for a form of another site, which nobody may be led to send from here."""
    request = visitor.request
    return is_from_here(request.method, request.headers, visitor.console.policy.public_url)


def other_site() -> DomainError:
    """The refusal of a request that a page of another site made."""
    return NotAuthorised(ConsoleRefusal.OTHER_SITE)
