"""Interconnected dossiers on a real Temporal and a real ledger: one application, several dossiers, one result."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from activities.ledger.one_moment import one_moment
from activities.ledger.own_differences import own_differences
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter
from activities.ledger.statistics.measures import Measure, Period
from activities.ledger.statistics.reader import Asked, Statistics
from activities.ledger.statistics.statements import Group
from activities.ledger.verification.walk import verify
from domain.dossier.commands import (
    Accept,
    Assign,
    CorrectApplicant,
    CorrectEntry,
    MoveToSuccessor,
    ReceiveSupplement,
    Refuse,
    RequestSupplement,
    ReturnResult,
    SubmittedDocument,
    Withdraw,
)
from domain.dossier.decide import Act
from domain.dossier.group_acts import differs
from domain.dossier.group_commands import ChildStatus
from domain.dossier.state import State
from domain.repairs.differences import Difference
from domain.values import VIETNAM
from gateway.views.projection import fold_under_published_rules
from tests.support.dossier_steps import RESOLUTION, a_merged_organisation, ordered_to_be_signed
from tests.support.dying_followers import followed_through_deaths
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER, OPERATOR
from tests.support.linked_dossiers import child, filed, followed, resolved, statuses
from tests.support.small_province import BORN

pytestmark = pytest.mark.stack

RETURNED, GIVEN_UP = ChildStatus.RETURNED, ChildStatus.GIVEN_UP
PAPERS = (SubmittedDocument(code="don"), SubmittedDocument(code="nha"))


async def received(harness: EngineHarness) -> tuple[int, int]:
    """How many dossiers the statistics count as received in these weeks, and how many as resolved."""
    now = datetime.now(VIETNAM)
    asked = Asked(population=SearchFilter(), scope=ALL_DOSSIERS, at=now)
    period = Period.of(now.date() - timedelta(days=60), now.date() + timedelta(days=60))
    async with one_moment(harness.pool, "statistics") as db:
        (counted,) = await Statistics(db).over(asked, period, Group.ALL)
    return counted.numbers[Measure.RECEIVED], counted.numbers[Measure.RESOLVED]


async def test_one_application_comes_to_all_results(harness: EngineHarness) -> None:
    """Each child is opened once at its authority; papers are asked once; all results are handed back together; and
    whatever is read again, from the beginning too, changes nothing."""
    code = await filed(harness)
    await resolved(harness, code, "birth")
    residence = await child(harness, code, "residence")
    await harness.act(residence, HEAD, Assign(person=OFFICER.person))
    await harness.act(residence, OFFICER, RequestSupplement(documents=("nha",), legal_basis="Điều 9"))
    await followed(harness)
    assert (await harness.known(code)).state is State.SUPPLEMENT_REQUESTED
    await harness.act(code, CITIZEN, ReceiveSupplement(documents=PAPERS))
    await followed(harness)
    assert (await harness.known(residence)).state is State.PROCESSING
    await resolved(harness, code, "residence")
    await resolved(harness, code, "insurance")
    whole = await harness.known(code)
    assert (whole.state, whole.result.number) == (State.RESOLVED, code)
    await harness.act(code, DESK, ReturnResult())
    await followed(harness)
    before = await harness.pool.fetchval("select count(*) from event")
    await followed(harness, "again")
    assert await harness.pool.fetchval("select count(*) from event") == before
    assert set(statuses(await harness.known(code)).values()) == {ChildStatus.RETURNED}
    await harness.replays(code)
    await harness.replays(residence)
    assert await harness.pool.fetchval("select count(*) from dossier") == 4
    assert await received(harness) == (1, 1)
    assert [one async for one in own_differences(harness.pool)] == []
    found = await verify(harness.pool, code, fold=await fold_under_published_rules(harness.pool))
    assert found.problems == ()


async def test_a_refused_and_a_withdrawn_child_end_the_whole_in_time(harness: EngineHarness) -> None:
    """Residence is refused and insurance withdrawn: the whole has the birth certificate. A whole that is withdrawn
    takes its children with it."""
    code = await filed(harness)
    await resolved(harness, code, "birth")
    await harness.act(await child(harness, code, "residence"), HEAD, Refuse(legal_basis="Điều 7"))
    await harness.act(await child(harness, code, "insurance"), CITIZEN, Withdraw())
    found = [(one.difference, one.name) async for one in own_differences(harness.pool)]
    assert found == [(Difference.CHILD_UNREPORTED, code)] * 2
    await followed(harness)
    assert [one async for one in own_differences(harness.pool)] == []
    whole = await harness.known(code)
    assert whole.state is State.RESOLVED
    assert statuses(whole) == {
        "birth": ChildStatus.RESOLVED,
        "residence": ChildStatus.REFUSED,
        "insurance": ChildStatus.WITHDRAWN,
    }
    other = await filed(harness)
    birth = await child(harness, other, "birth")
    await harness.act(other, CITIZEN, Withdraw())
    await followed(harness)
    assert (await harness.known(birth)).state is State.WITHDRAWN
    known = (await harness.known(other)).children[0]
    assert not differs(known, await harness.known(birth))


async def test_the_authority_of_a_child_is_merged_meanwhile(harness: EngineHarness) -> None:
    """The merger reaches the whole and its child; the successor refuses the child, and the whole ends with it."""
    code = await filed(harness)
    birth = await child(harness, code, "birth")
    rule, effective = await a_merged_organisation(harness)
    moving = MoveToSuccessor(organisation=rule.hash, effective=effective, source=RESOLUTION)
    for one in (code, birth):
        await harness.later(one, days=2)
        await harness.send(one, Act(command_id=uuid4(), actor=OPERATOR, command=moving))
    await followed(harness)
    assert (await harness.known(birth)).routing.competent == "A1"
    assert (await harness.known(code)).pins.organisation == rule.hash
    successor = HEAD.model_copy(update={"unit": "A1"})
    await harness.send(birth, Act(command_id=uuid4(), actor=successor, command=Refuse(legal_basis="Điều 7")))
    await followed(harness)
    whole = await harness.known(code)
    assert (whole.state, statuses(whole)["residence"]) == (State.STOPPED, ChildStatus.GIVEN_UP)


async def test_followers_that_die_at_each_step_double_nothing_and_lose_nothing(harness: EngineHarness) -> None:
    """Before a child is opened or the whole is told, and after it without an answer: the next follower goes on from
    what the record says."""
    code, other = (await harness.submit(BORN)).dossier, (await harness.submit(BORN)).dossier
    for one in (code, other):
        await harness.act(one, DESK, Accept())
    tried = (await followed_through_deaths(harness)).tried
    await harness.act(other, CITIZEN, Withdraw())
    await ordered_to_be_signed(harness, birth := await child(harness, code, "birth"))
    await harness.until(birth, lambda one: one.state is State.RESOLVED)
    tried += (await followed_through_deaths(harness)).tried
    residence, insurance = await child(harness, code, "residence"), await child(harness, code, "insurance")
    await harness.act(residence, HEAD, Assign(person=OFFICER.person))
    await harness.act(residence, OFFICER, RequestSupplement(documents=("nha",), legal_basis="Điều 9"))
    await harness.act(insurance, HEAD, Refuse(legal_basis="Điều 7"))
    tried += (await followed_through_deaths(harness)).tried
    await harness.act(code, CITIZEN, ReceiveSupplement(documents=PAPERS))
    corrected = CorrectEntry(correction=CorrectApplicant(), legal_basis="Điều 4")
    await harness.act(code, DESK, corrected, applicant=APPLICANT.model_copy(update={"phone": "0987654321"}))
    tried += (await followed_through_deaths(harness)).tried
    await ordered_to_be_signed(harness, residence)
    await harness.until(residence, lambda one: one.state is State.RESOLVED)
    tried += (await followed_through_deaths(harness)).tried
    await harness.act(code, DESK, ReturnResult())
    tried += (await followed_through_deaths(harness)).tried
    await require_done_once(harness, code, other, tried)
    known = [(await harness.known(one)).applicant.commitment for one in (code, residence, birth)]
    assert known[0] == known[1] != known[2]


async def require_done_once(harness: EngineHarness, code: str, other: str, tried: Counter[str]) -> None:
    """Each step was tried again after a death, and each is in the record once."""
    steps = {step.split()[1] for step in tried}
    assert steps == {"open", "report_child", "pass_on_supplement", "hand_back_child", "end_child", "correct_child"}
    assert min(tried.values()) > 1
    assert [one async for one in own_differences(harness.pool)] == []
    assert list(statuses(await harness.known(code)).values()) == [RETURNED, RETURNED, ChildStatus.REFUSED]
    assert list(statuses(await harness.known(other)).values()) == [ChildStatus.WITHDRAWN, GIVEN_UP, GIVEN_UP]
    rows = await harness.pool.fetch("select dossier, kind, body - 'at' as body from event")
    counted = Counter((row["dossier"], row["kind"], str(row["body"])) for row in rows)
    assert [one for one, times in counted.items() if times > 1] == []
    assert await harness.pool.fetchval("select count(*) from dossier") == 6
