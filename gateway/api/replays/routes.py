"""Orders, reads and cancels replays on a build. Only operators of the whole province: histories are of every unit."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from activities.ledger.kept_answers import Answer
from domain.errors import InvalidInput
from domain.messages.repairs import RepairRefusal
from domain.repairs.plans import ByCodes, ByFilter, Everything
from domain.replays import ReplayChoice, ReplayRun
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.dossiers.search_bodies import filter_of
from gateway.api.pages import Cursor, Limit, Listing, timed_key, timed_place
from gateway.api.parts import Parts
from gateway.api.repeats import Acting, ActingRequest, answer_kept
from gateway.api.replays.answers import BuildReplayBody, ReplayAnswer, ReplayPage, ReplayRunAnswer
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Vận hành (operations)"])

ReplayId = Annotated[
    UUID,
    Path(
        alias="replay",
        description="Mã lần phát lại (the replay's id).",
        examples=["5f0c1c1e-3c5b-4c58-9d84-3a1f0a2b9b11"],
    ),
]


@router.post(
    "/operations/replays",
    response_model=ReplayAnswer,
    **operation("begin_replay", "Phát lại trên một bản", "replay on a build", acts=True, body=True, status=201),
)
async def begin_replay(body: strict(BuildReplayBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers 201 with the replay, which a worker of the build carries out."""
    parts, signed = acting.parts, acting.signed

    async def act(_key: str) -> Answer:
        run = await parts.engine.replays.begin(signed.caller.principal, body.build, _choice(acting, body))
        return answer_kept(201, ReplayAnswer.of(run, ()), Location=f"/v1/operations/replays/{run.id}")

    return await acting.once(act)


def _choice(acting: ActingRequest, body: BuildReplayBody) -> ReplayChoice:
    """Raises InvalidInput `repair_codes_or_filter`, and the errors of `filter_of`."""
    selected: ByCodes | ByFilter | Everything = Everything()
    if body.codes is not None:
        if body.filter is not None:
            raise InvalidInput(RepairRefusal.REPAIR_CODES_OR_FILTER)
        selected = ByCodes(codes=body.codes)
    elif body.filter is not None:
        at, province = acting.signed.caller.at, acting.parts.engine.province
        wanted = filter_of(body.filter, province, Names.of_province(province, at.date()), at)
        conditions = wanted.model_dump(mode="json", exclude_none=True)
        selected = ByFilter(wanted=conditions) if conditions else Everything()
    return ReplayChoice(selected=selected, sample=body.sample, seed=body.seed)


@router.get(
    "/operations/replays",
    response_model=ReplayPage,
    **operation("list_replays", "Các lần phát lại", "the replays, the newest first"),
)
async def list_replays(parts: Parts, signed: Signed, limit: Limit = 50, cursor: Cursor = None) -> object:
    """Answers with the replays, the newest first."""
    listing = Listing(parts.keys, ("list_replays",))
    place = listing.place(cursor)
    rows = await parts.engine.replays.register.runs(limit + 1, timed_place(place))
    page = listing.page(rows, place, limit, row_key)
    return ReplayPage(items=tuple(map(ReplayRunAnswer.of, page.items)), next=page.next, previous=page.previous)


def row_key(run: ReplayRun) -> str:
    """The place of a replay in the list."""
    return timed_key(run.begun_at, run.id)


@router.get(
    "/operations/replays/{replay}",
    response_model=ReplayAnswer,
    **operation("read_replay", "Một lần phát lại", "one replay: how far it is, and what does not replay"),
)
async def read_replay(
    replay: ReplayId, parts: Parts, signed: Signed, limit: Limit = 50, cursor: Cursor = None
) -> object:
    """Answers with the replay and a page of the histories that do not replay."""
    register, listing = parts.engine.replays.register, Listing(parts.keys, ("read_replay", replay))
    run, place = await register.run(replay), listing.place(cursor)
    rows = await register.failures(replay, limit + 1, None if place is None else (int(place.key), place.back))
    page = listing.page(rows, place, limit, lambda one: str(one.number))
    return ReplayAnswer.of(run, page.items, page.next, page.previous)


@router.post(
    "/operations/replays/{replay}:cancel",
    response_model=ReplayAnswer,
    **operation("cancel_replay", "Hủy lần phát lại", "cancel a replay", acts=True),
)
async def cancel_replay(replay: ReplayId, acting: Acting) -> Response:
    """Answers with the replay. Its worker stops within seconds; what was found stays."""
    parts, signed = acting.parts, acting.signed

    async def act(_key: str) -> Answer:
        run = await parts.engine.replays.cancel(signed.caller.principal, replay)
        return answer_kept(200, ReplayAnswer.of(run, await parts.engine.replays.register.failures(replay, 50)))

    return await acting.once(act)
