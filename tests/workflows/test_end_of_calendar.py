"""Two years later the pinned calendar has ended: a dossier on a real Temporal gets its result and its judgement."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from activities.ledger.rules_store import RulesStore
from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    ChangeCalendar,
    CompleteStep,
    Extend,
    Resume,
    ReturnResult,
    Suspend,
)
from domain.dossier.events import CalendarChanged, DossierResolved
from domain.dossier.state import DOSSIER, State
from domain.errors import DomainError
from domain.roles import Actor, Role
from domain.rollouts.plans import CalendarPlan, ItemState, Retarget
from domain.rules.rulebook import RuleKind, StoredRule, content_hash, rule_text
from domain.values import VIETNAM
from tests.support.dossier_steps import sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD, OFFICER, OFFICIAL, OFFICIAL_AT_TOP
from tests.support.small_province import CALENDAR, RESTARTING
from workflows import rules_in_force

pytestmark = pytest.mark.stack

OPERATOR = Actor(person="op.1", role=Role.OPERATOR)
LONGER = CALENDAR.model_copy(
    update={
        "last_day": date(2030, 12, 31),
        "seasons": (CALENDAR.seasons[0].model_copy(update={"last_day": date(2030, 12, 31)}),),
    }
)


def past_the_end() -> int:
    """The days from now to a fortnight after the calendar's end."""
    return (CALENDAR.last_day - datetime.now(VIETNAM).date()).days + 14


async def test_after_the_end_of_its_calendar_a_dossier_is_signed_returned_and_judged_later(
    harness: EngineHarness,
) -> None:
    """Suspended past the calendar's end: resumed, signed, returned; then a longer calendar judges it."""
    code = (await harness.submit(RESTARTING)).dossier
    await harness.act(code, DESK, Accept())
    await harness.act(code, HEAD, AcknowledgeHandover())
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Suspend(legal_basis="Điều 5"))
    await harness.later(code, days=past_the_end())
    resumed = await harness.act(code, HEAD, Resume())
    assert (resumed.statutory_due, resumed.beyond) == (None, ("statutory",))
    with pytest.raises(DomainError, match="calendar_exhausted"):
        await harness.act(code, HEAD, Extend(until=CALENDAR.last_day + timedelta(days=60), legal_basis="Điều 6"))
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    await harness.act(code, DESK, ReturnResult())
    row = await harness.engine.dossier(code)
    assert (row.state, row.statutory_beyond, row.late_statutory_minutes) == (State.RETURNED, True, None)
    longer = StoredRule(kind=RuleKind.CALENDAR, hash=content_hash(LONGER), text=rule_text(LONGER))
    await RulesStore(harness.pool).publish([longer])
    rules_in_force.install(rules_in_force.rulebook().adding(longer))
    target = Retarget(code=CALENDAR.code, calendar=longer.hash, instead_of=(content_hash(CALENDAR),))
    plan = CalendarPlan(targets=(target,), letter="Lịch năm 2029 và 2030")
    shown = [one async for one in harness.engine.rollouts.preview(plan, [longer], datetime.now(VIETNAM))]
    assert [(one.dossier, one.state) for one in shown] == [(code, ItemState.DONE)]
    await harness.act(code, OPERATOR, ChangeCalendar(calendar=longer.hash, letter="Lịch năm 2029 và 2030"))
    row = await harness.engine.dossier(code)
    assert row.statutory_due is not None
    assert row.late_statutory_minutes is not None
    assert row.late_statutory_minutes < 0
    assert not DOSSIER.validate_python(row.snapshot).judgement_open
    events = [one.event for one in await harness.engine.history(code)]
    (judged,) = [one for one in events if isinstance(one, DossierResolved)]
    assert judged.judged_later == ("statutory",)
    assert isinstance(events[-1], CalendarChanged)


async def test_after_the_end_of_its_calendar_a_late_dossier_is_late(harness: EngineHarness) -> None:
    """Its date was known: after the end the result is late by what the calendar counts at least, and nothing fails."""
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    due = (await harness.engine.dossier(code)).statutory_due
    assert due is not None
    await harness.later(code, days=past_the_end())
    row = await harness.engine.dossier(code)
    assert row.responsible == OFFICIAL_AT_TOP.unit
    await harness.act(code, OFFICIAL_AT_TOP, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    row = await harness.engine.dossier(code)
    assert row.late_statutory_minutes is not None
    last = datetime.combine(CALENDAR.last_day, time(23, 59), VIETNAM)
    assert timedelta(minutes=row.late_statutory_minutes + 1) > CALENDAR.working_time_between(due, last)
