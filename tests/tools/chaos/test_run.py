"""A small seeded run with everything real, and the proof that each line of its table can fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from domain.dossier.events import ResultSealed, ResultSigned
from domain.dossier.events.base import BaseEvent
from domain.dossier.state import Dossier, Money, Refund, State
from domain.record.sealing import RecordedEvent
from tools.chaos import invariants
from tools.chaos.evidence import Evidence
from tools.chaos.invariants import Line
from tools.chaos.running import ChaosOptions, Ran, run_chaos

pytestmark = [pytest.mark.stack, pytest.mark.slow]

OPTIONS = ChaosOptions(dossiers=24, minutes=0.3, seed=14, workers=1, settle_minutes=5)


@pytest.fixture(scope="module")
async def ran() -> Ran:
    """The run, for all tests of this module."""
    return await run_chaos(OPTIONS, lambda *_: None)


async def test_nothing_is_lost_doubled_or_late(ran: Ran) -> None:
    """Whatever failed: every dossier has come to its end, and every effect happened once."""
    result = ran.result
    wrong = {line.what.en: line for line in result.lines if not line.holds}
    assert wrong == {}, result.examples
    assert result.not_struck == ()
    assert result.passed
    assert {"kill", "freeze", "reset", "cut", "stall", "date"} <= set(result.strikes)
    assert result.faults > 50
    assert result.dossiers >= OPTIONS.dossiers


GONE_BACK = Money(refunds=(Refund(number=1, order="DH-0", amount=50_000, reference="HT-0"),))
"""A refund that is recorded."""
Plant = Callable[[Evidence], Evidence]


def with_rows(evidence: Evidence, system: str, shelf: str, change: Callable[[list[Any]], Any]) -> Evidence:
    """The evidence with other rows in a book of the simulator."""
    book = {**evidence.books[system], shelf: change(list(evidence.books[system].get(shelf, ())))}
    return dataclasses.replace(evidence, books={**evidence.books, system: book})


def first_with(evidence: Evidence, chosen: Callable[[Dossier], bool], **changes: Any) -> Evidence:
    """The evidence in which the first such dossier of the ledger is another."""
    place = next(number for number, one in enumerate(evidence.record.dossiers) if chosen(one))
    dossiers = list(evidence.record.dossiers)
    dossiers[place] = dataclasses.replace(dossiers[place], **changes)
    return dataclasses.replace(evidence, record=dataclasses.replace(evidence.record, dossiers=tuple(dossiers)))


def with_events(evidence: Evidence, kind: type[BaseEvent], **fields: Any) -> Evidence:
    """The evidence in which every event of this kind has other values."""

    def other(recorded: RecordedEvent) -> RecordedEvent:
        if not isinstance(recorded.event, kind):
            return recorded
        return recorded.model_copy(update={"event": recorded.event.model_copy(update=fields)})

    histories = {code: tuple(map(other, events)) for code, events in evidence.record.histories.items()}
    return dataclasses.replace(evidence, record=dataclasses.replace(evidence.record, histories=histories))


def changed(place: int, **fields: Any) -> Callable[[list[Any]], list[Any]]:
    """Rows with other values in one of them."""

    def change(rows: list[Any]) -> list[Any]:
        rows[place] = {**rows[place], **fields}
        return rows

    return change


def more(rows: list[Any]) -> list[Any]:
    """One row twice."""
    return [*rows, rows[0]]


def fewer(rows: list[Any]) -> list[Any]:
    """The first row is missing."""
    return rows[1:]


def more_effects(service: str, count: int) -> Callable[[list[Any]], list[Any]]:
    """Effects of this service under other keys of one dossier."""

    def change(rows: list[Any]) -> list[Any]:
        found = next(row for row in rows if row["service"] == service)
        return [*rows, *({**found, "key": f"{found['key']}{number}"} for number in range(count))]

    return change


def one_effect_less(service: str) -> Callable[[list[Any]], list[Any]]:
    """The first effect of this service is missing."""
    return lambda rows: [row for row in rows if row is not next(found for found in rows if found["service"] == service)]


def one_message_more(rows: list[Any]) -> list[Any]:
    """The applicant was told twice of one event."""
    message: Mapping[str, Any] = rows[0]["message"]
    return [*rows, {**rows[0], "message": {**message, "key": f"{message['key']}1"}}]


def made_late(evidence: Evidence) -> Evidence:
    """A result that was in time is late by five minutes."""

    def in_time(one: Dossier) -> bool:
        due = one.deadlines.statutory_due
        return due is not None and due > evidence.began and one.state in (State.RESOLVED, State.RETURNED)

    found = next(one for one in evidence.record.dossiers if in_time(one))
    late = dataclasses.replace(found.deadlines, late_statutory_minutes=5)
    return first_with(evidence, in_time, deadlines=late)


def unregistered(evidence: Evidence) -> Evidence:
    """A result whose registration nobody knows."""
    found = next(one for one in evidence.record.dossiers if one.result.reference is not None)
    return first_with(
        evidence,
        lambda one: one.code == found.code,
        result=dataclasses.replace(found.result, reference=None),
        incidents=(),
    )


PLANTED: dict[str, tuple[Callable[[Evidence], Line], str, Plant]] = {
    "a dossier is missing": (
        invariants.filed_once,
        "lost",
        lambda given: dataclasses.replace(given, planned=given.planned + 1),
    ),
    "a dossier too many": (
        invariants.filed_once,
        "doubled",
        lambda given: dataclasses.replace(given, planned=given.planned - 1),
    ),
    "an answered act is not in the ledger": (
        invariants.acted_once,
        "lost",
        lambda given: dataclasses.replace(given, acts=given.acts + 1),
    ),
    "an act acted twice": (
        invariants.acted_once,
        "doubled",
        lambda given: dataclasses.replace(given, acts=given.acts - 1),
    ),
    "an order is unknown to the ledger": (
        invariants.orders,
        "doubled",
        lambda given: with_rows(given, "payments", "orders", lambda rows: [*rows, {**rows[0], "order_id": "DH-0"}]),
    ),
    "an order is unknown to the platform": (
        invariants.orders,
        "lost",
        lambda given: with_rows(given, "payments", "orders", fewer),
    ),
    "money that the ledger does not know": (
        invariants.payments,
        "lost",
        lambda given: with_rows(given, "payments", "orders", changed(0, paid_amount=10**9)),
    ),
    "money that nobody paid": (
        invariants.payments,
        "doubled",
        lambda given: with_rows(given, "payments", "orders", lambda rows: [{**row, "paid_amount": 0} for row in rows]),
    ),
    "a refund that the ledger does not know": (
        invariants.refunds,
        "doubled",
        lambda given: with_rows(given, "payments", "orders", changed(0, refunded_amount=10**9)),
    ),
    "a refund that never came": (
        invariants.refunds,
        "lost",
        lambda given: first_with(given, lambda _: True, money=GONE_BACK),
    ),
    "a second signature": (
        invariants.signatures,
        "doubled",
        lambda given: with_rows(given, "signing", "effects", more_effects("sign", 9)),
    ),
    "a signature is not the service's": (
        invariants.signatures,
        "lost",
        lambda given: with_rows(
            with_events(given, ResultSigned, signature="MEUCIQ=="), "signing", "effects", lambda rows: rows[:0]
        ),
    ),
    "a second seal": (
        invariants.seals,
        "doubled",
        lambda given: with_rows(given, "signing", "effects", more_effects("seal", 1)),
    ),
    "a seal is not the service's": (
        invariants.seals,
        "lost",
        lambda given: with_rows(
            with_events(given, ResultSealed, signature="MEUCIQ=="), "signing", "effects", one_effect_less("seal")
        ),
    ),
    "a result stands in a registry twice": (
        invariants.entries,
        "doubled",
        lambda given: with_rows(given, registry_in(given), "entries", more),
    ),
    "a result is not in the registry": (
        invariants.entries,
        "lost",
        lambda given: with_rows(given, registry_in(given), "entries", fewer),
    ),
    "the portal shows an old state": (
        invariants.portal_states,
        "lost",
        lambda given: with_rows(given, "portal", "dossiers", changed(0, TrangThaiHoSo="0")),
    ),
    "the portal shows a dossier that is none": (
        invariants.portal_states,
        "doubled",
        lambda given: with_rows(given, "portal", "dossiers", lambda rows: [*rows, {**rows[0], "MaHoSo": "X"}]),
    ),
    "a step is missing on the portal": (
        invariants.portal_steps,
        "lost",
        lambda given: with_rows(with_rows(given, "portal", "lied", lambda _: []), "portal", "steps", fewer),
    ),
    "a step is twice on the portal": (
        invariants.portal_steps,
        "doubled",
        lambda given: with_rows(given, "portal", "steps", more),
    ),
    "a notice was not sent": (
        invariants.notices,
        "lost",
        lambda given: with_rows(with_rows(given, "sms", "misbehaved", lambda _: {}), "sms", "effects", fewer),
    ),
    "a notice was sent twice": (
        invariants.notices,
        "doubled",
        lambda given: with_rows(given, "sms", "effects", lambda rows: [*rows[1:], {**rows[0], "times": 2}]),
    ),
    "the software was not told the end": (
        invariants.interconnection,
        "lost",
        lambda given: with_rows(
            given, "interconnection", "told", lambda rows: [{**row, "status": "1"} for row in rows]
        ),
    ),
    "an effect happened twice": (
        invariants.once,
        "doubled",
        lambda given: with_rows(given, "portal", "effects", changed(0, times=2)),
    ),
    "a dossier became late": (invariants.in_time, "late", made_late),
    "a registration is forgotten": (invariants.finished, "wrong", unregistered),
    "a player met what must not be": (
        invariants.finished,
        "wrong",
        lambda given: dataclasses.replace(given, failures=("refused",)),
    ),
    "a relay is behind": (invariants.relays, "lost", lambda given: dataclasses.replace(given, behind={"portal": 1})),
    "a chain is broken": (invariants.chains, "wrong", lambda given: dataclasses.replace(given, broken=("H42",))),
    "the ledger and Temporal differ": (
        invariants.agreement,
        "wrong",
        lambda given: dataclasses.replace(given, differences=("behind",)),
    ),
}


def registry_in(evidence: Evidence) -> str:
    """A registry that has an entry."""
    return next(one for one in invariants.REGISTRIES if evidence.books[one]["entries"])


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_fault_makes_its_line_fail(ran: Ran, planted: str) -> None:
    """What the run really left, with one thing changed: the line that is about it tells it, in its column."""
    line, column, plant = PLANTED[planted]
    assert line(ran.evidence).holds
    found = line(plant(ran.evidence))
    assert not found.holds
    assert getattr(found, column)


async def test_every_line_is_planted(ran: Ran) -> None:
    """No line of the table is without a proof that it can fail."""
    assert {line for line, _, _ in PLANTED.values()} == set(invariants.EVERY)
