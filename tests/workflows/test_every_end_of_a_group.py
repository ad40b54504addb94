"""Both groups on a real Temporal and a real ledger, from one application to all results, and to every other end.

The dossiers live at once in one engine: each takes its next step, and the follower carries it to the others.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from activities.ledger.own_differences import own_differences
from domain.dossier.commands import (
    Accept,
    Approve,
    Assign,
    CompleteStep,
    ConfirmPayment,
    MoveToSuccessor,
    Refuse,
    Stop,
    Withdraw,
)
from domain.dossier.context import Rules
from domain.dossier.decide import Act
from domain.dossier.events import ChildLate
from domain.dossier.group_commands import ENDED, FAILED, ChildStatus
from domain.dossier.state import Dossier, State
from domain.procedures.procedure import Procedure
from domain.roles import Actor
from gateway.dossiers.parts import handled_by
from gateway.views.names import Names
from gateway.views.tracked.dossier import tracked
from gateway.views.tracked.sentences import told
from tests.support.dossier_steps import RESOLUTION, a_merged_organisation, sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import CASHIER, CITIZEN, DESK, HEAD, OFFICER, OFFICIAL, OPERATOR
from tests.support.linked_dossiers import child, followed, statuses
from tests.support.small_province import BORN, DIED
from workflows import rules_in_force

pytestmark = pytest.mark.stack

BY_STATUS = {
    "R": ChildStatus.RESOLVED,
    "N": ChildStatus.REFUSED,
    "W": ChildStatus.WITHDRAWN,
    "S": ChildStatus.STOPPED,
    "-": ChildStatus.GIVEN_UP,
}


@dataclass
class Play:
    """One dossier: its steps as `child:step`, and how it ends: the status of each child, and the state of the whole."""

    group: Procedure
    steps: tuple[str, ...]
    ends: str
    state: State
    code: str = ""
    left: list[str] = field(default_factory=list)


def play(group: Procedure, steps: str, ends: str, state: State = State.RESOLVED) -> Play:
    """`ends`: a letter for each child."""
    return Play(group, tuple(steps.split()), ends, state, left=steps.split())


STOPPED, WITHDRAWN = State.STOPPED, State.WITHDRAWN
PLAYS = (
    play(BORN, "birth:late birth:resolve residence:late insurance:late residence:resolve insurance:resolve", "RRR"),
    play(BORN, "birth:merge birth:resolve residence:resolve insurance:resolve", "RRR"),
    play(BORN, "birth:refuse", "N--", STOPPED),
    play(BORN, "birth:stop", "S--", STOPPED),
    play(BORN, "birth:withdraw", "W--", WITHDRAWN),
    play(BORN, "birth:resolve residence:refuse insurance:withdraw", "RNW"),
    play(BORN, "birth:resolve residence:withdraw insurance:stop", "RWS"),
    play(BORN, "birth:resolve residence:stop insurance:refuse", "RSN"),
    play(DIED, "death:late death:resolve removal:late funeral:late funeral:resolve removal:resolve", "RRR"),
    play(DIED, "death:resolve removal:merge removal:resolve funeral:resolve", "RRR"),
    play(DIED, "death:refuse", "N--", STOPPED),
    play(DIED, "death:stop", "S--", STOPPED),
    play(DIED, "death:withdraw removal:withdraw funeral:withdraw", "WWW", WITHDRAWN),
    play(DIED, "death:resolve removal:refuse funeral:stop", "RNS"),
    play(DIED, "death:withdraw removal:stop funeral:refuse", "WSN", STOPPED),
)
"""Each child of both groups with each of its ends, late, and with its authority merged while one is under way."""


async def test_every_end_of_every_child_leads_the_whole_to_its_end(harness: EngineHarness) -> None:
    """And at every moment the whole and its children agree, and its applicant is told how each part stands."""
    merged, effective = await a_merged_organisation(harness)
    for one in PLAYS:
        await begun(harness, one)
    moving = MoveToSuccessor(organisation=merged.hash, effective=effective, source=RESOLUTION)
    await followed(harness)
    while any(one.left for one in PLAYS):
        await asyncio.gather(*(step(harness, one, moving) for one in PLAYS if one.left))
        await followed(harness)
        assert [one async for one in own_differences(harness.pool)] == []
    for one in PLAYS:
        await require_ended(harness, one)


async def begun(harness: EngineHarness, one: Play) -> None:
    """Filed by a citizen, accepted, and paid where the group has a fee."""
    one.code = (await harness.submit(one.group)).dossier
    await harness.act(one.code, DESK, Accept())
    known = await harness.known(one.code)
    if known.state is State.PAYMENT_REQUESTED:
        await harness.act(one.code, CASHIER, ConfirmPayment(amount=known.payment.amount, voucher=f"BL-{one.code}"))


async def step(harness: EngineHarness, one: Play, moving: MoveToSuccessor) -> None:
    """The next step of a dossier is done in the dossier of the child, as its authority or the applicant does it."""
    name, _, what = one.left.pop(0).partition(":")
    part = await child(harness, one.code, name)
    match what:
        case "resolve":
            await issued(harness, part)
        case "refuse":
            await does(harness, part, HEAD, Refuse(legal_basis="Điều 7"))
        case "stop":
            await does(harness, part, HEAD, Assign(person=OFFICER.person))
            await does(harness, part, HEAD, Stop(legal_basis="Điều 5"))
        case "withdraw":
            await does(harness, part, CITIZEN, Withdraw())
        case "merge":
            await moved(harness, one.code, part, moving)
        case "late":
            await grown_late(harness, one.code, name, part)


async def does(harness: EngineHarness, code: str, actor: Actor, command: Any) -> None:
    """Done by whoever has this role at the unit that has the dossier today."""
    if actor.unit is not None:
        routing = (await harness.known(code)).routing
        actor = actor.model_copy(update={"unit": routing.responsible or routing.competent})
    await harness.send(code, Act(command_id=uuid4(), actor=actor, command=command))


async def issued(harness: EngineHarness, part: str) -> None:
    """Processed, approved, signed by the unit that has it, numbered and sealed."""
    await does(harness, part, OFFICER, CompleteStep(step="process"))
    await does(harness, part, HEAD, Approve(step="approve"))
    await does(harness, part, OFFICIAL, sign(part))
    await harness.until(part, lambda now: now.state is State.RESOLVED)


async def moved(harness: EngineHarness, whole: str, part: str, moving: MoveToSuccessor) -> None:
    """The day of the merger has come, and its rollout takes the whole and the child that is under way."""
    for code in (whole, part):
        await harness.later(code, days=2)
        await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=moving))
    assert (await harness.known(part)).routing.competent == "A1"


async def grown_late(harness: EngineHarness, whole: str, name: str, part: str) -> None:
    """The child's date passes: the whole records it once and keeps its own date, the ladder of the child's authority
    fires for the same date, and the applicant reads of that date."""
    dates = (await harness.known(part)).deadlines
    due = min(filter(None, (dates.statutory_due, dates.promised_due)))
    before = await harness.known(whole)
    for code in (whole, part):
        await harness.later(code, days=12)
    now = await harness.until(whole, lambda one: late_at(one, name) is not None)
    await harness.until(part, lambda one: bool(one.deadlines.fired))
    events = [one.event for one in await harness.engine.history(whole)]
    assert [one.due for one in events if isinstance(one, ChildLate) and one.child == name] == [due]
    assert now.deadlines.promised_due == before.deadlines.promised_due
    seen = next(one for one in (await shown(harness, whole)).parts if one.child == name)
    assert (seen.due, seen.late, len(seen.told)) == (due, True, 1)


def late_at(whole: Dossier, name: str) -> date | None:
    """When it was recorded that the child is late."""
    return next(one.late_at for one in whole.children if one.child == name)


async def shown(harness: EngineHarness, code: str) -> Any:
    """The whole as its applicant sees it."""
    whole = await harness.known(code)
    rules = Rules.pinned(whole.pins, rules_in_force.rulebook())
    names = Names.of_rules(rules, whole.moved_at.date())
    return tracked(whole, rules, names, whole.moved_at, await handled_by(harness.engine.reader, whole))


async def require_ended(harness: EngineHarness, one: Play) -> None:
    """It ended as written; the applicant is told why each part has no result, and the record verifies."""
    whole = await harness.known(one.code)
    assert (one.steps, whole.state) == (one.steps, one.state)
    assert list(statuses(whole).values()) == [BY_STATUS[letter] for letter in one.ends], one.steps
    assert all(part.status in ENDED for part in whole.children)
    page = await shown(harness, one.code)
    assert all(part.told for part in page.parts if part.status in FAILED)
    without = sum(part.status in FAILED for part in page.parts)
    wanted = {State.STOPPED: "không phần nào có kết quả", State.WITHDRAWN: "đã được rút"}
    assert not without or wanted.get(one.state, f"{without} phần không có kết quả") in told(page).now.vi
