"""The saved searches of the register: opened, kept, changed, deleted and restored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter, ValidationError

from activities.ledger.saved_searches import SavedSearch, SavedSearches, SearchToSave, SharedWith, Viewer
from domain.errors import DomainError, NotFound
from domain.field_errors import InvalidField, invalid_request
from domain.messages.search import SavedSearchRefusal
from domain.values import FROM_OUTSIDE
from gateway.access import sharing
from gateway.api.dossiers.kept_filters import Fault, faults_of, plain, usable
from gateway.console.register.chips import Chip, chips_for
from gateway.console.register.reading import HOME, SAVED, Question, asked, in_address
from gateway.console.register.routes import Asked
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.forms.faults import errors_of, words_on_form
from gateway.dossiers.forms.fields import number_in

router = APIRouter()
PATH = f"{HOME}/saved"
LABELS = {"name": "Name of the search", "share": "Who may open it"}
"""What stands beside the fields of the form."""
_TO_SAVE: TypeAdapter[SearchToSave] = TypeAdapter(SearchToSave)
Form = Mapping[str, list[str]]


def _search_id(search: str) -> str:
    """The id in the address. Raises NotFound `saved_search_unknown` for what is none."""
    if not SAVED.fullmatch(search):
        raise NotFound(SavedSearchRefusal.UNKNOWN, search=search[:64])
    return search


SearchId = Annotated[str, Depends(_search_id)]


@dataclass(frozen=True)
class ShownSearch:
    """A saved search with its conditions in words, and what of it cannot be used today."""

    kept: SavedSearch
    chips: Sequence[Chip]
    faults: Sequence[Fault]


@router.get("/register/saved", **opens("list_saved_searches"))
async def saved_searches(visit: Visiting) -> Response:
    """The searches of the visitor, those shared with them, and those that can be restored."""
    return await _page(visit)


@router.get("/register/save", **opens("save_search"))
async def save_search(visit: Visiting, question: Asked) -> Response:
    """The form that keeps a search, or puts it in the place of the one from which it comes."""
    if question.left_out:
        raise invalid_request([one.words for one in question.left_out])
    return await _page(visit, question=question)


@router.get("/register/saved/{search}", **opens("read_saved_search"))
async def open_saved_search(visit: Visiting, search: SearchId) -> Response:
    """To the list that the search asks for, with the filter as it was written: what is wrong with it is said there."""
    found = await _register(visit).get(search, _viewer(visit))
    return visit.to(f"{in_address(found.filter, found.sort, found.columns)}&saved={found.id}")


@router.post("/register/saved", **opens("save_search"))
async def create_saved_search(visit: Visiting) -> Response:
    """Keeps the search of the form."""
    form = await visit.form()
    question = asked(_one(form, "f"), _one(form, "sort"), _one(form, "columns"))
    try:
        made = await _register(visit).create(_owner(visit), _to_save(visit, form, question))
    except DomainError as refused:
        return await _page(visit, refused, question, form)
    return visit.to(question.but(saved=made.id).address(), notice=visit.written("The search is saved."))


@router.post("/register/saved/{search}", **opens("change_saved_search"))
async def change_saved_search(visit: Visiting, search: SearchId) -> Response:
    """Changes the name, and who may open it; the question too if the form has one. Else it stays to the letter."""
    form, register = await visit.form(), _register(visit)
    question = asked(_one(form, "f"), _one(form, "sort"), _one(form, "columns"), search) if "f" in form else None
    try:
        kept = await register.get(search, _viewer(visit))
        if question is not None:
            wanted = _to_save(visit, form, question)
        else:
            wanted = _named(visit, form, {"filter": kept.filter, "sort": kept.sort, "columns": kept.columns})
        await register.change(search, _owner(visit), wanted, _version(form))
    except DomainError as refused:
        return await _page(visit, refused, question, form, of=search)
    return visit.to(PATH if question is None else question.address(), notice=visit.written("The search is changed."))


@router.post("/register/saved/{search}/delete", **opens("delete_saved_search"))
async def delete_saved_search(visit: Visiting, search: SearchId) -> Response:
    """Deletes the search; the next page offers to restore it."""
    form = await visit.form()
    try:
        await _register(visit).delete(search, _owner(visit), _version(form))
    except DomainError as refused:
        return await _page(visit, refused)
    return visit.to(f"{PATH}#deleted", notice=visit.written("The search is deleted. It can be restored for 30 days."))


@router.post("/register/saved/{search}/restore", **opens("restore_saved_search"))
async def restore_saved_search(visit: Visiting, search: SearchId) -> Response:
    """Undoes a deletion."""
    await visit.form()
    try:
        await _register(visit).restore(search, _owner(visit))
    except DomainError as refused:
        return await _page(visit, refused)
    return visit.to(PATH, notice=visit.written("The search is restored."))


async def _page(
    visit: Visit,
    refused: DomainError | None = None,
    question: Question | None = None,
    form: Form | None = None,
    of: str | None = None,
) -> Response:
    """The page of saved searches. `question`, `form`: a search that was not kept, with what was typed; `of`: the kept
    search whose form it is."""
    problem = None if refused is None else visit.refusal(refused, labels=LABELS)
    register, organisation = _register(visit), visit.api.engine.province.organisation
    own = [_shown(one, visit) for one in await register.own(_owner(visit))]
    typed = {name: _one(form or {}, name) or "" for name in ("name", "share")}
    return visit.page(
        "register/saved.html",
        status=problem.status if problem else 200,
        problem=problem,
        labels=LABELS,
        of=of if question is None else None,
        question=question,
        **({} if form is None else {"typed": typed}),
        own=[one for one in own if one.kept.deleted_at is None],
        comes_from=next((one.kept for one in own if question and one.kept.id == question.saved), None),
        deleted=[one for one in own if one.kept.deleted_at is not None],
        shared=[_shown(one, visit) for one in await register.shared(_viewer(visit))],
        units=sharing.sharable_units(visit.caller, organisation),
        to_province=sharing.may_share_with_province(visit.caller, organisation),
    )


def _shown(kept: SavedSearch, visit: Visit) -> ShownSearch:
    engine, (wanted, _) = visit.api.engine, usable(kept.filter)
    faults = faults_of(kept, visit.names, engine.province, engine.staff, words_on_form)
    return ShownSearch(kept, chips_for(visit, wanted, visit.now), faults)


def _to_save(visit: Visit, form: Form, question: Question) -> SearchToSave:
    """The search of the form. A filter that cannot be used is not kept: it would be wrong for ever."""
    if question.left_out:
        raise invalid_request([one.words for one in question.left_out])
    asks: dict[str, Any] = {"filter": plain(question.filter), "sort": question.sort, "columns": question.columns}
    return _named(visit, form, asks)


def _named(visit: Visit, form: Form, asks: Mapping[str, Any]) -> SearchToSave:
    """The search with its name and with whom it is shared. Raises InvalidInput, and what `require_sharable` raises."""
    share, _, unit = (_one(form, "share") or SharedWith.NOBODY.value).partition("/")
    given = {**asks, "name": _one(form, "name") or "", "shared_with": share, "shared_unit": unit or None}
    try:
        wanted = _TO_SAVE.validate_python(given, context=FROM_OUTSIDE)
    except ValidationError as wrong:
        first = errors_of(wrong)[0]
        raise InvalidField("/name" if first["loc"][:1] == ("name",) else "/share", words_on_form(first)) from None
    sharing.require_sharable(wanted, visit.caller, visit.api.engine.province.organisation)
    return wanted


def _register(visit: Visit) -> SavedSearches:
    return SavedSearches(visit.api.pool)


def _viewer(visit: Visit) -> Viewer:
    return sharing.viewer_of(visit.caller, visit.api.engine.province.organisation)


def _owner(visit: Visit) -> str:
    return visit.caller.name


def _one(form: Form, name: str) -> str | None:
    return next(iter(form.get(name, ())), None)


def _version(form: Form) -> int:
    """The version of the search that the form showed; none is older than every other."""
    return number_in(form, "version") or 0
