"""One request of a person to the console: who it is, what they may do, and how the answer is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, unquote
from uuid import uuid4

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError

from domain.errors import DomainError, NotAuthorised
from domain.field_errors import InvalidField
from domain.organisation.organisation import Organisation
from domain.text.sentences import begun
from domain.values import Bilingual
from gateway.access.callers import Caller
from gateway.access.errors import NotAuthenticated
from gateway.access.permissions import PERMISSIONS
from gateway.access.principals import Principal
from gateway.access.sign_in import SignedIn, denied, known_caller, signed_in_for
from gateway.api.callers import count_request, counted_by_address
from gateway.api.parts import Api
from gateway.api.problems import FieldProblem, Problem, problem_of, retry_after
from gateway.api.refusals import BadRequest
from gateway.console.cookies import give_cookie, session_secret, take_cookie
from gateway.console.formats import Formats
from gateway.console.guards import SAFE
from gateway.console.language import language_of_screen
from gateway.console.messages import ConsoleRefusal
from gateway.console.parts import Console
from gateway.console.rendering import hidden_fields, rendered, written
from gateway.views.names import Names
from gateway.views.people import People
from gateway.views.timeline import Language

NOTICE: Final = "lx_notice"
RENEWAL: Final = "console-renewal"
"""The header of a request that an open page makes by itself. Its value: for whom the page was made, URL-encoded."""
MOST_FIELDS = 2_000
PEOPLE_IN_SENTENCES = ("person", "stand_in", "assignee")
"""The facts of refusals that are codes of people."""
NO_LABELS: Mapping[str, str] = {}
OPERATION: Final = "x-operation"
_PRINCIPAL: TypeAdapter[Principal] = TypeAdapter(Principal)


class NotSignedIn(DomainError):
    """A page needs a sign-in, and there is none."""


def opens(operation: str) -> dict[str, Any]:
    """Says, in the decorator of a route, which operation of `PERMISSIONS` its page needs."""
    assert operation in PERMISSIONS, operation
    return {"openapi_extra": {OPERATION: operation}}


@dataclass(frozen=True)
class Passing:
    """A request without a sign-in, or before it is looked at."""

    request: Request
    console: Console
    language: Language
    now: datetime

    @property
    def api(self) -> Api:
        """What the HTTP side works with."""
        return self.console.api

    @property
    def htmx(self) -> bool:
        """Whether a script of a page asks for a part of it."""
        return "hx-request" in self.request.headers

    @cached_property
    def names(self) -> Names:
        """The names of today."""
        return Names.of_province(self.api.engine.province, self.now.date())

    @cached_property
    def people(self) -> People:
        """The people of the staff in words, as of now."""
        return People(self.api.engine.staff, self.names, self.now)

    def officer(self, code: str, beside: str | None = None) -> str:
        """Somebody of the staff in the language of the screen. `beside`: the unit that need not be repeated."""
        return self.text(self.people.words(code, beside))

    def text(self, words: Bilingual) -> str:
        """A text in the language of the screen."""
        return Formats(self.language).text(words)

    def written(self, text: str) -> str:
        """A text of the code, which is English, in the language of the screen."""
        return written(self.language, text)

    def context(self, more: Mapping[str, Any]) -> dict[str, Any]:
        """What every template knows. The page of a refusal has the menu of who was refused."""
        caller: Caller | None = getattr(self.request.state, "caller", None)
        return {
            "visit": self, "request": self.request, "names": self.names, "now": self.now,
            "caller": caller, "may": partial(_may, caller, self.api.engine.province.organisation),
            "menu": self.request.app.state.menu,
            "unit": self.names.unit, "procedure": self.names.procedure, "officer": self.officer,
            "form_guard": self.form_guard, **more,
        }  # fmt: skip

    def form_guard(self, key: str | None = None) -> Markup:
        """The hidden fields of every form: a key that makes a repeat of it one act, and for whom it was made.

        `key`: that of the form which is shown again, so that its repeat is still the same act.
        """
        return hidden_fields({"_key": [key or uuid4().hex], "_person": [self.person]})

    @property
    def person(self) -> str:
        """Who is signed in, as forms name it."""
        return "–"

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page. A notice of the page before is shown once."""
        notice = self.request.cookies.get(NOTICE)
        shown = {"notice": None if notice is None else _unwrapped(notice), **context}
        answer = HTMLResponse(rendered(template, self.language, self.context(shown)), status)
        answer.headers.update({"Vary": "HX-Request", **_again_after(context)})
        if notice is not None:
            take_cookie(answer, self.request, NOTICE)
        return answer

    def fragment(self, template: str, block: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """One block of a template, for a script that renews a part of the page."""
        answer = HTMLResponse(rendered(template, self.language, self.context(context), block), status)
        answer.headers.update({"Vary": "HX-Request", **_again_after(context)})
        return answer

    def to(self, path: str, notice: str | None = None) -> Response:
        """Goes to another page, which shows the notice."""
        answer: Response = RedirectResponse(path, 303)
        if notice is not None:
            give_cookie(answer, self.request, NOTICE, _wrapped(notice), seconds=60)
        return answer

    def refusal(
        self, error: DomainError, errors: tuple[FieldProblem, ...] = (), labels: Mapping[str, str] = NO_LABELS
    ) -> Problem:
        """The refusal in the language of the screen, with its wrong fields.

        `labels`: what stands beside the fields of the form, in English, by their names: people do not read those.
        """
        if isinstance(error, InvalidField) and not errors:
            errors = (FieldProblem(pointer=error.pointer, detail=begun(self.text(error.words))),)
        self._name_people(error)
        label = labels.get(str(error.sentence_facts.get("field")))
        if label is not None:
            error.tell({"field": self.written(label)})
        problem = problem_of(error, self.request.url.path, self.language, errors)
        if errors and all(one.pointer.strip("/") in labels for one in errors):  # the fields say all of it
            return problem.model_copy(update={"detail": self.written("Look at this again:")})
        return problem

    def sentence(self, error: DomainError) -> str:
        """The sentence of a refusal in the language of the screen."""
        self._name_people(error)
        return self.text(error.message)

    def _name_people(self, error: DomainError) -> None:
        """People of the staff are named by their posts, as everywhere on pages, and not by their codes."""
        staff, facts = self.api.engine.staff, error.sentence_facts
        codes = {name: str(facts[name]) for name in PEOPLE_IN_SENTENCES if name in facts}
        known = {name: code for name, code in codes.items() if staff.last_post(code, self.now) is not None}
        if known:
            error.tell({name: self.officer(code) for name, code in known.items()})

    async def form(self) -> dict[str, list[str]]:
        """The fields of the posted form. Raises BadRequest `form_unreadable`, NotAuthorised `form_of_other_person`."""
        return await fields_of(self.request, self.person)


@dataclass(frozen=True)
class Visit(Passing):
    """A request of a person who has signed in and may open the page."""

    signed: SignedIn
    place: str
    """The place of the last event before anything was read. The page names it, to hear of what came later."""

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.signed.caller

    @property
    def person(self) -> str:
        """Who is signed in, as forms name it."""
        return self.caller.name

    @property
    def session(self) -> str:
        """The secret of the session."""
        return session_secret(self.request) or ""

    def may(self, operation: str) -> bool:
        """Whether the caller may do an operation at all."""
        return _may(self.caller, self.api.engine.province.organisation, operation)

    def signed_for(self, operation: str) -> SignedIn:
        """The caller with what it reaches by another operation. Raises NotAuthorised."""
        return signed_in_for(self.caller, operation, self.api.engine.province.organisation)

    def ordering(self, operation: str) -> Visit:
        """The same visit with what the caller reaches by another operation. Raises NotAuthorised, which is logged."""
        try:
            return replace(self, signed=self.signed_for(operation))
        except NotAuthorised as refused:
            denied(refused, operation)
            raise


def _again_after(context: Mapping[str, Any]) -> dict[str, str]:
    """When what a page tells as refused for now may be asked again."""
    problem = context.get("problem")
    return retry_after(problem.status, problem.facts) if isinstance(problem, Problem) else {}


def _may(caller: Caller | None, organisation: Organisation, operation: str) -> bool:
    if caller is None:
        return False
    try:
        signed_in_for(caller, operation, organisation)
    except NotAuthorised:
        return False
    return True


async def fields_of(request: Request, person: str | None = None) -> dict[str, list[str]]:
    """The fields of a posted form by name, in their order. `person`: for whom the form must have been made."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadRequest(ConsoleRefusal.FORM_UNREADABLE)
    try:
        body = (await request.body()).decode("ascii")
        given = parse_qs(body, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadRequest(ConsoleRefusal.FORM_UNREADABLE) from None
    fields = {name: [value.replace("\r\n", "\n") for value in values] for name, values in given.items()}
    request.state.form_fields = fields
    if person is not None and fields.get("_person") != [person]:
        raise NotAuthorised(ConsoleRefusal.OTHER_PERSON)
    return fields


def fields_read(request: Request) -> dict[str, list[str]] | None:
    """The fields of the form, if they were read before. The handler of a fault of ours cannot read them any more."""
    found: dict[str, list[str]] | None = getattr(request.state, "form_fields", None)
    return found


async def passing(request: Request) -> Passing:
    """The request as one without a sign-in."""
    console: Console = request.app.state.console
    return Passing(request, console, language_of_screen(request), console.api.now())


async def passing_counted(request: Request, visitor: Annotated[Passing, Depends(passing)]) -> Passing:
    """The same, counted by its address. Raises TooManyRequests."""
    await counted_by_address(request, visitor.api)
    return visitor


async def caller_of_session(visitor: Passing) -> Caller:
    """The caller whose session the browser has. Raises NotSignedIn, NotAuthorised `caller_unknown`."""
    secret = session_secret(visitor.request)
    by_hand = not _renews_itself(visitor.request)
    found = None if secret is None else await visitor.console.sessions.find(secret, used=by_hand)
    if found is None:
        raise NotSignedIn(ConsoleRefusal.SESSION_ENDED)
    try:
        principal = _PRINCIPAL.validate_json(found)
    except ValidationError:  # of an older release
        raise NotSignedIn(ConsoleRefusal.SESSION_ENDED) from None
    return known_caller(principal, visitor.api.engine.staff, visitor.now)


def _renews_itself(request: Request) -> bool:
    """Whether an open page asks by itself, at which nobody may sit: that does not keep a session from lying idle."""
    return is_safe(request) and RENEWAL in request.headers


def _require_same_person(request: Request, caller: Caller) -> None:
    """A page of one person does not renew itself with what another may see. Raises NotAuthorised."""
    made_for = request.headers.get(RENEWAL)
    if made_for is not None and unquote(made_for) != caller.name:
        raise NotAuthorised(ConsoleRefusal.PAGE_OF_OTHER_PERSON)


async def visit(request: Request, visitor: Annotated[Passing, Depends(passing)]) -> Visit:
    """The request of a person who may open the page. Raises NotSignedIn, NotAuthorised; a refusal is logged."""
    operation = request.scope["route"].openapi_extra[OPERATION]
    try:
        caller = request.state.caller = await caller_of_session(visitor)
        _require_same_person(request, caller)
        await count_request(request, visitor.api, visitor.api.policy.caller, caller.name)
        signed = signed_in_for(caller, operation, visitor.api.engine.province.organisation)
    except (NotAuthenticated, NotAuthorised) as refused:
        denied(refused, operation)
        raise
    return Visit(request, visitor.console, visitor.language, visitor.now, signed, visitor.console.changes.place)


def is_safe(request: Request) -> bool:
    """Whether the request changes nothing."""
    return request.method in SAFE


def _wrapped(notice: str) -> str:
    return notice.encode("utf-8").hex()


def _unwrapped(notice: str) -> str | None:
    try:
        return bytes.fromhex(notice).decode("utf-8")[:500]
    except ValueError:
        return None


PassingBy = Annotated[Passing, Depends(passing_counted)]
"""A request to a public page, as a parameter of its route."""
Visiting = Annotated[Visit, Depends(visit)]
"""A request of a person who has signed in, as a parameter of a route that says `opens(…)`."""
