"""The pages of replays: what was replayed on which build, the form of an order, and one replay with what differs."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from domain.errors import DomainError, NotFound
from domain.field_errors import InvalidField
from domain.messages.replays import ReplayRunRefusal
from domain.repairs.plans import ByCodes, ByFilter, Everything
from domain.replays import MOST_SAMPLED, ReplayChoice, ReplayState
from domain.values import DOSSIER_CODE
from gateway.api.pages import Cursor, Listing, timed_place
from gateway.api.replays.routes import row_key
from gateway.console.operations.pages import ROWS, shown
from gateway.console.operations.repair_forms import FILTER_WRONG, Fields, codes_in, filter_in, first
from gateway.console.register.chips import Chip, chips_for
from gateway.console.register.reading import Question
from gateway.console.register.rows import Asking
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n.replay_wording import chosen
from gateway.i18n.wording import say

router = APIRouter(prefix="/operations/replays")

HOME = "/console/operations/replays"
RUNS = 20
"""How many replays a page lists."""
LABELS = {"build": "Build", "which": "Which histories", "codes": "Dossier codes", "sample": "Only a sample of"}
"""What stands beside the fields of the form."""
NO_BUILD = say("hãy chọn một bản", "choose a build")
NOT_A_SIZE = say("phải là số nguyên từ 1", "must be a whole number from 1")
BEGUN = say("Đã ra lệnh phát lại.", "The replay is ordered.")
CANCELLED = say("Đã hủy lần phát lại.", "The replay is cancelled.")


@router.get("", **opens("list_replays"))
async def replays(visit: Visiting, cursor: Cursor = None) -> Response:
    """The replays, the newest first."""
    listing = Listing(visit.api.keys, ("console_replays",))
    place = listing.place(cursor)
    rows = await visit.api.engine.replays.register.runs(RUNS + 1, timed_place(place))
    page = listing.page(rows, place, RUNS, row_key)
    return shown(visit, "operations/replays.html", page=page, chosen=chosen, states=ReplayState)


@router.get("/new", **opens("begin_replay"))
async def new(visit: Visiting, build: Annotated[str, Query(max_length=255)] = "", f: str | None = None) -> Response:
    """The form. `build`: chosen already; `f`: the register's own filter, as its address has it."""
    typed: Fields = {"build": [build], "which": ["codes"] if f is not None else ["everything"]}
    try:
        return await _form(visit, {**typed, **({} if f is None else {"f": [f]})})
    except DomainError as refused:  # of a filter that cannot be used: the form is shown without it
        return await _form(visit, typed, refused)


@router.post("", **opens("begin_replay"))
async def begin(visit: Visiting) -> Response:
    """Orders the replay, and leads to its page."""
    fields = await visit.form()
    try:
        build, choice = first(fields, "build"), _choice(visit, fields)
        if not build:
            raise InvalidField("/build", NO_BUILD)
        run = await visit.api.engine.replays.begin(visit.caller.principal, build, choice)
    except DomainError as refused:
        return await _form(visit, fields, refused)
    return visit.to(f"{HOME}/{run.id}", visit.text(BEGUN))


@router.get("/{replay}", **opens("read_replay"))
async def one_replay(visit: Visiting, replay: str, cursor: Cursor = None) -> Response:
    """One replay: how far it is, and each history that does not replay."""
    identifier, register = _replay_id(replay), visit.api.engine.replays.register
    listing = Listing(visit.api.keys, ("console_replay", identifier))
    place = listing.place(cursor)
    rows = await register.failures(identifier, ROWS + 1, None if place is None else (int(place.key), place.back))
    return shown(
        visit, "operations/replay.html", run=await register.run(identifier), chosen=chosen, states=ReplayState,
        page=listing.page(rows, place, ROWS, lambda one: str(one.number)), is_dossier=DOSSIER_CODE.fullmatch,
    )  # fmt: skip


@router.post("/{replay}/cancel", **opens("cancel_replay"))
async def cancel(visit: Visiting, replay: str) -> Response:
    """Ends a replay, and leads back to its page."""
    await visit.form()  # it must be a form of ours
    identifier = _replay_id(replay)
    await visit.api.engine.replays.cancel(visit.caller.principal, identifier)
    return visit.to(f"{HOME}/{identifier}", visit.text(CANCELLED))


async def _form(visit: Visit, typed: Fields, refused: DomainError | None = None) -> Response:
    problem = None if refused is None else visit.refusal(refused, labels=LABELS)
    chips = None if problem is not None and not first(typed, "f") else _chips(visit, typed)
    return visit.page(
        "operations/new_replay.html", status=200 if problem is None else problem.status, typed=typed, problem=problem,
        labels=LABELS, builds=await visit.api.engine.replays.builds(), chips=chips, first=first,
    )  # fmt: skip


def _chips(visit: Visit, typed: Fields) -> list[Chip] | None:
    """The conditions of the register in words; None without them. Raises InvalidField for those that are wrong."""
    wanted = filter_in(typed)
    return None if wanted is None else list(chips_for(visit, wanted, visit.now))


def _choice(visit: Visit, fields: Fields) -> ReplayChoice:
    """Raises InvalidField for the first field that is wrong."""
    selected: ByCodes | ByFilter | Everything = Everything()
    wanted = filter_in(fields)
    if wanted is not None:
        conditions = Asking(visit, Question(filter=wanted)).wanted.model_dump(mode="json", exclude_none=True)
        if not conditions:
            raise InvalidField("/codes", FILTER_WRONG)
        selected = ByFilter(wanted=conditions)
    elif first(fields, "which") == "codes":
        selected = ByCodes(codes=codes_in(first(fields, "codes")))
    return ReplayChoice(selected=selected, sample=_sample(first(fields, "sample")))


def _sample(typed: str) -> int | None:
    digits = re.sub(r"[ .]", "", typed)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) < 7 and 1 <= int(digits) <= MOST_SAMPLED):
        raise InvalidField("/sample", NOT_A_SIZE)
    return int(digits)


def _replay_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise NotFound(ReplayRunRefusal.UNKNOWN_REPLAY, replay=given[:64]) from None
