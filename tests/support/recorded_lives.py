"""Dossiers of the small province that lived through every state, written into a ledger as their workflows do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import uuid4

from activities.ledger.contracts import Append
from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from activities.ledger.store import Ledger
from domain.dossier.events import AnyEvent, DossierResolved, DossierSubmitted, ResultNumbered, SignatureRequested
from domain.dossier.evolve import evolve_all
from domain.dossier.state import NotSubmitted, State
from domain.dossier.viewing import view_of
from domain.roles import Actor
from tests.support.given import Case, in_state, paid
from tests.support.small_province import RULEBOOK


def lives() -> list[Case]:
    """A dossier in each state, and one that was paid."""
    return [*map(in_state, State), paid()]


async def record_lives(pool: Pool, cases: Iterable[Case]) -> dict[str, list[AnyEvent]]:
    """Writes the dossiers, act by act. Returns the events of each, by its code."""
    await RulesStore(pool).publish(RULEBOOK.stored())
    written: dict[str, list[AnyEvent]] = {}
    for number, case in enumerate(cases, 1):
        code = f"H42.13285-250707-{number:04}"
        written[code] = await _record(Ledger(pool), code, case.acts)
    return written


async def _record(ledger: Ledger, code: str, acts: Sequence[tuple[Actor, list[AnyEvent]]]) -> list[AnyEvent]:
    happened: list[AnyEvent] = []
    for actor, events in acts:
        if not events:
            continue
        new = [_of(code, event) for event in events]
        dossier = evolve_all(NotSubmitted(code), [*happened, *new])
        await ledger.record(
            Append(
                dossier=code,
                after_version=len(happened),
                command_id=uuid4(),
                actor=actor,
                events=tuple(new),
                view=view_of(dossier, RULEBOOK),
            )
        )
        happened += new
    return happened


def _of(code: str, event: AnyEvent) -> AnyEvent:
    """The event for the dossier with this code. A result has a number of its own."""
    number = f"{code[-4:]}/KS-UBND"
    match event:
        case DossierSubmitted():
            return event.model_copy(update={"code": code})
        case SignatureRequested() | DossierResolved():
            return event.model_copy(update={"result_number": number})
        case ResultNumbered():
            return event.model_copy(update={"number": number})
        case _:
            return event
