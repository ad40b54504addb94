"""Dossiers for the ledger's tests: real events, and a simple fold."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from activities.ledger.contracts import Append
from activities.ledger.dossier_codes import DossierCodes, submission_of
from activities.ledger.integrity_report import Rebuilt
from activities.ledger.pool import Connection, Pool
from activities.ledger.rebuild import PAGE, SwapOrder, rebuild
from activities.ledger.store import Ledger, sealed_rows
from activities.ledger.vault import Vault
from domain.dossier.events import AnyEvent, DossierSubmitted, ProcessingStarted, StepCompleted
from domain.dossier.state import State
from domain.dossier.view import FORM, DossierView, WorkItem
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.record.sealing import RecordedEvent
from domain.roles import Actor, Role
from domain.rules.rulebook import Pins
from domain.values import VIETNAM
from tests.support.waiting import until

POOL_SIZE = 8
"""Connections of the tests' pool."""

MORNING = datetime(2025, 7, 1, 8, 0, 0, 123456, tzinfo=VIETNAM)
OFFICER = Actor(person="officer-7", role=Role.SPECIALIST, unit="13366")
PINS = Pins(procedure="1" * 64, calendar="2" * 64, organisation="3" * 64, escalation="4" * 64)


def submitted(code: str, *, applicant: str = "a" * 64, note: str | None = None) -> DossierSubmitted:
    """A submission at the desk of ward Hà Nam."""
    return DossierSubmitted(
        at=MORNING,
        note=note,
        code=code,
        procedure="1.004222",
        pins=PINS,
        channel=Channel.COUNTER,
        case=1,
        received_by="13366",
        assisted_by=None,
        submitted_by=None,
        matter=Matter(territory="13366"),
        applicant=applicant,
        documents=(),
        brought_over=None,
    )


def step(number: int, *, note: str | None = None) -> StepCompleted:
    """A completed step; each is an hour after the one before."""
    return StepCompleted(
        at=MORNING + timedelta(hours=number),
        note=note,
        step=f"b{number}",
        person="officer-7",
        unit="13366",
        next_step=f"b{number + 1}",
    )


def started() -> ProcessingStarted:
    """The start of processing, ten minutes after the submission."""
    return ProcessingStarted(at=MORNING + timedelta(minutes=10))


def view_of(code: str, events: Sequence[AnyEvent], **changed: Any) -> DossierView:
    """The view after these events. Its snapshot lists the kinds of events in order, and the units."""
    last = events[-1]
    promised = MORNING + timedelta(days=2)
    work = WorkItem(
        dossier=code,
        unit="13366",
        role=Role.SPECIALIST,
        act="complete_step",
        due=promised,
        since=last.at,
    )
    fields: dict[str, object] = {
        "code": code,
        "version": len(events),
        "state": State.PROCESSING,
        "portal_code": 4,
        "procedure": "1.004222",
        "channel": Channel.COUNTER,
        "received_by": "13366",
        "competent": "13366",
        "responsible": "13366",
        "promised_due": promised,
        "statutory_due": promised + timedelta(days=5),
        "updated_at": last.at,
        "work": (work,),
    }
    fields |= changed
    units = {name: fields[name] for name in ("received_by", "competent", "responsible")}
    snapshot = {"code": code, "happened": [event.kind for event in events], **units}
    return DossierView.model_validate({"snapshot": snapshot, "form": FORM, **fields})


def fold(history: Sequence[RecordedEvent]) -> DossierView:
    """The same view, from the recorded events."""
    return view_of(history[0].dossier, [recorded.event for recorded in history])


def append(
    code: str,
    events: Sequence[AnyEvent],
    *,
    after: Sequence[AnyEvent] = (),
    command_id: UUID | None = None,
    **changed: Any,
) -> Append:
    """The append of `events` to a dossier that already has the events `after`."""
    return Append(
        dossier=code,
        after_version=len(after),
        command_id=command_id or uuid4(),
        actor=OFFICER,
        events=tuple(events),
        view=view_of(code, [*after, *events], **changed),
    )


async def open_every_connection(pool: Pool) -> None:
    """Opens every connection of the pool, so that appends which start together also run together."""
    async with AsyncExitStack() as all_at_once:
        for _ in range(POOL_SIZE):
            await all_at_once.enter_async_context(pool.acquire())
    assert pool.get_size() == POOL_SIZE


async def wait_for_blocked_sessions(pool: Pool | Connection, sessions: int) -> None:
    """Waits until that many sessions of this database wait for a lock."""
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"

    async def so_many() -> bool:
        return bool(await pool.fetchval(waiting) == sessions)

    await until(so_many, f"{sessions} sessions wait for a lock")


def arguments(request: Append) -> tuple[Any, ...]:
    """The arguments of `append_events`, for tests that keep its transaction open."""
    view = request.view.model_dump_json()
    return (
        request.dossier,
        request.after_version,
        request.command_id,
        sealed_rows(request),
        None,
        [],
        view,
        request.fingerprint,
    )


async def open_dossier(pool: Pool, key: str, *more: AnyEvent, actor: Actor = OFFICER) -> str:
    """Opens a dossier as the gateway does, with its code from the register and its applicant in the vault, then
    appends each further event. Returns its code."""
    code = await DossierCodes(pool).allocate(key, "H42.12", MORNING.date(), "f")
    applicant = await Vault(pool).keep(code, {"name": "Trần Văn Đức"})
    happened: list[AnyEvent] = [submitted(code, applicant=applicant)]
    await Ledger(pool).record(append(code, happened, command_id=submission_of(key)).model_copy(update={"actor": actor}))
    for event in more:
        await Ledger(pool).record(append(code, [event], after=happened))
        happened.append(event)
    return code


async def rebuilt(owner: Pool, *, page: int = PAGE) -> Rebuilt:
    """The read models made again by the simple fold, in the place of the live ones."""
    return await rebuild(owner, fold, swap=SwapOrder(who="op.1", why="a test"), page=page)
