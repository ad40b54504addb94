"""Tests of the Python client against the API: what an integrator does, on a real engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from temporalio.testing import WorkflowEnvironment

from activities.events_out.live import LiveLimits
from domain.organisation.people import Service
from domain.roles import Actor
from gateway.access.principals import PersonPrincipal, Principal, ServicePrincipal
from gateway.api.parts import EventsPolicy
from luongxanh_client import (
    AbsenceToEnter,
    Accept,
    Applicant,
    ApplicationToTakeIn,
    Assign,
    AssignmentOutcome,
    AssignmentToGive,
    AsyncLuongXanh,
    BuildToPromote,
    BuildToRamp,
    BuildToRetire,
    BySuggestion,
    Channel,
    CloudEvent,
    DeadlineItem,
    DeadlineQuestion,
    DelegationToEnter,
    Difference,
    DossierToAssign,
    EventFilter,
    Filter,
    Group,
    InvalidRequest,
    LogFormat,
    LuongXanh,
    LuongXanhError,
    Matter,
    Measure,
    MeasureNow,
    NewWebhook,
    NotAllowed,
    NotFound,
    NotReached,
    NotSignedIn,
    Order,
    PendingAct,
    PlacedEvent,
    RampToBegin,
    ReceiveSupplement,
    Refused,
    RelativeDays,
    RepairToPlan,
    ReplayToBegin,
    RequestSupplement,
    Retries,
    ReturnResult,
    Role,
    RoutingQuestion,
    SearchToSave,
    SharedWith,
    SortKey,
    StaleVersion,
    State,
    Submission,
    SubmittedDocument,
    ToOfficer,
    Unavailable,
    Unreachable,
    WebhookChange,
    WhichClock,
    Window,
    Withdraw,
)
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER, OPERATOR
from tests.support.principals import principal_of
from tests.support.small_province import FREE, HA_NAM, PHU_LY
from tests.support.waiting import WITHIN, until

pytestmark = pytest.mark.stack

FOLLOWER = ServicePrincipal(service="kho-du-lieu")
PORTAL = ServicePrincipal(service="cong-dich-vu")
SERVICES = tuple(
    Service.model_validate({"name": "Dịch vụ", "source": "QĐ 1", **given})
    for given in ({"code": "kho-du-lieu", "events": True}, {"code": "cong-dich-vu", "for_applicants": True})
)


@dataclass
class Clients:
    """The API, and clients of it for any caller."""

    api: ApiUnderTest

    def of(self, by: Actor | Principal, **how: Any) -> AsyncLuongXanh:
        """An asynchronous client of a caller."""
        return AsyncLuongXanh(self.api.url, self.token(by), **how)

    def token(self, by: Actor | Principal) -> str:
        """A token of a caller."""
        return self.api.tokens.give(principal_of(by) if isinstance(by, Actor) else by)

    async def submitted(self, **changes: Any) -> str:
        """The code of a new dossier."""
        async with self.of(CITIZEN) as citizen:
            receipt = await citizen.submit(submission(**changes))
        self.api.harness.made.append(receipt.dossier)
        return receipt.dossier


def submission(**changes: Any) -> Submission:
    """A citizen files online in ward Phủ Lý for a matter of ward Hà Nam."""
    given = {
        "procedure": FREE.code,
        "channel": Channel.ONLINE,
        "received_by": PHU_LY,
        "matter": Matter(territory=HA_NAM),
        "applicant": Applicant(name="Nguyễn Văn An", identity_number="037099001234", birth_date=date(1999, 1, 1)),
        "documents": (SubmittedDocument(code="don", digitised=True),),
        **changes,
    }
    return Submission(**given)


@pytest.fixture(scope="module")
async def clients(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[Clients]:
    policy = EventsPolicy(allowed_hosts=frozenset({"127.0.0.1"}))
    with temporal_env.with_time_skipping_disabled():
        async with (
            open_engine_harness(module_database, temporal_env) as harness,
            open_api(harness, events_out=policy) as api,
        ):
            harness.staff = harness.staff.model_copy(update={"services": SERVICES})
            yield Clients(api)


async def test_a_dossier_from_submission_to_assignment(clients: Clients) -> None:
    """Each caller acts on the version it has read, and reads what the act confirmed."""
    code = await clients.submitted()
    async with clients.of(DESK) as desk, clients.of(HEAD) as head, clients.of(CITIZEN) as citizen:
        found = await desk.dossier(code)
        assert found.state == State.SUBMITTED
        assert "accept" in {one.command for one in found.allowed}
        receipt = await desk.act(code, Accept(note="đủ giấy tờ"), version=found.version)
        assert receipt.state == State.ACCEPTED
        assert receipt.promised_due is not None
        await head.act(code, Assign(person=OFFICER.person))
        now = await head.wait_until(code, State.PROCESSING)
        assert now.assignee == OFFICER.person
        clock = now.clock(WhichClock.PROMISED)
        assert clock is not None
        assert clock.due == receipt.promised_due
        assert [one.code for one in (await head.documents(code)).papers] == ["don"]
        route = await head.route(code)
        assert route.competent is not None
        assert route.competent.code == HA_NAM
        assert (await head.deadline(code)).lines
        entries = [entry async for entry in head.history(code, limit=2)]
        assert [entry.version for entry in entries] == list(range(1, now.version + 1))
        assert [entry.version async for entry in head.history(code, after=2)] == list(range(3, now.version + 1))
        assert all(entry.person is None for entry in [entry async for entry in citizen.history(code)])


async def test_the_same_key_is_one_dossier(clients: Clients) -> None:
    """A program that was stopped calls again with its key and gets the dossier it has opened."""
    async with clients.of(CITIZEN) as citizen:
        first = await citizen.submit(submission(), key="khai-sinh-0001")
        again = await citizen.submit(submission(), key="khai-sinh-0001")
        with pytest.raises(InvalidRequest) as other:
            await citizen.submit(submission(case=2), key="khai-sinh-0001")
    clients.api.harness.made.append(first.dossier)
    assert again.dossier == first.dossier
    assert other.value.code == "idempotency_key_reused"


async def test_refusals_are_exceptions(clients: Clients) -> None:
    """By class and code: not signed in, not allowed, not found, refused by the rules, stale, invalid."""
    code = await clients.submitted()
    async with AsyncLuongXanh(clients.api.url, "nobody's token") as nobody:
        with pytest.raises(NotSignedIn):
            await nobody.dossier(code)
    async with clients.of(CITIZEN) as citizen, clients.of(DESK) as desk:
        with pytest.raises(NotAllowed):
            await citizen.act(code, Accept())
        with pytest.raises(NotFound, match="unknown_dossier"):
            await citizen.dossier("H42.1-250101-9999")
        with pytest.raises(Refused) as refused:
            await desk.act(code, ReturnResult())
        assert refused.value.code == "wrong_state"
        accepted = await desk.act(code, Accept(), version=(await desk.dossier(code)).version)
        with pytest.raises(StaleVersion) as stale:
            await desk.act(code, Accept(), version=1)
        assert stale.value.version == accepted.version
        with pytest.raises(InvalidRequest) as invalid:
            await desk.submit(submission(received_by="không có"))
        assert [one.pointer for one in invalid.value.errors] == ["/received_by"]
    async with clients.of(DESK, language="en") as desk:
        with pytest.raises(Refused, match="Dossier"):
            await desk.act(code, Accept())


async def test_acts_whose_caller_does_not_wait(clients: Clients) -> None:
    """While the ledger is held up an act is pending; then its receipt can be had, or why it was refused."""
    code = await clients.submitted()
    async with clients.of(DESK) as desk, clients.of(CITIZEN) as citizen:
        async with clients.api.harness.entries_held_up():
            started = await desk.act_later(code, Accept())
            opened = await citizen.submit_later(submission())
            assert isinstance(started, PendingAct)
            assert isinstance(opened, PendingAct)
            clients.api.harness.made.append(opened.dossier)
            assert (await desk.outcome(started)).status == "pending"
        receipt = await desk.receipt_of(started)
        assert (receipt.dossier, receipt.state) == (code, State.ACCEPTED)
        assert await desk.receipt_of(receipt) == receipt
        assert (await citizen.receipt_of(opened.command_id)).dossier == opened.dossier
        with pytest.raises(Refused):
            await desk.act_later(code, ReturnResult())


async def test_waiting_for_a_state(clients: Clients) -> None:
    """It ends when the state comes, at once when the dossier has ended otherwise, and when the time is over."""
    code = await clients.submitted()
    async with clients.of(DESK) as desk, clients.of(CITIZEN) as citizen:
        waiting = asyncio.create_task(citizen.wait_until(code, {State.ACCEPTED, State.PROCESSING}))
        await desk.act(code, Accept())
        assert (await waiting).state == State.ACCEPTED
        with pytest.raises(NotReached) as late:
            await citizen.wait_until(code, State.RESOLVED, timeout=0.3)
        assert not late.value.ended
        other = await clients.submitted()
        await citizen.act(other, Withdraw())
        with pytest.raises(NotReached) as ended:
            await citizen.wait_until(other, State.RESOLVED, timeout=600)
        assert (ended.value.ended, ended.value.state) == (True, "withdrawn")


async def test_search_goes_through_all_pages(clients: Clients) -> None:
    """Every found dossier once, in order; a page by itself; a table."""
    codes = sorted([await clients.submitted() for _ in range(5)])
    wanted = Filter(states=(State.SUBMITTED,), procedures=(FREE.code,))
    async with clients.of(DESK) as desk:
        found = [one.code async for one in desk.search(wanted, limit=2)]
        assert sorted(found) == found
        assert len(set(found)) == len(found)
        assert set(codes) <= set(found)
        order = Order(by=SortKey.CODE, descending=True)
        assert [one.code async for one in desk.search(wanted, order=order, limit=2)] == found[::-1]
        page = await desk.search_page(wanted, limit=1)
        assert (page.items[0].code, page.previous, page.count.more) == (found[0], None, False)
        table = b"".join([part async for part in desk.table(wanted)]).decode("utf-8-sig")
        assert set(codes) <= {line.split(",")[0].strip('"') for line in table.splitlines()}
        with pytest.raises(InvalidRequest):
            await desk.search_page(wanted, cursor="none")


async def test_numbers_and_their_dossiers(clients: Clients) -> None:
    """Each number has the dossiers that its filter finds, in the whole and in a group."""
    code = await clients.submitted()
    async with clients.of(OPERATOR) as operator, clients.of(DESK) as desk:
        await desk.act(code, Accept())
        numbers = await operator.statistics(by=Group.PROCEDURE)
        assert (numbers.by, numbers.unit, numbers.first.day) == (Group.PROCEDURE, None, 1)
        group = next(one for one in numbers.groups if one.key is not None and one.key.code == FREE.code)
        assert group.now[MeasureNow.OPEN] > 0
        assert numbers.total.over[Measure.RECEIVED] == sum(one.over[Measure.RECEIVED] for one in numbers.groups)
        for number, wanted in (
            (numbers.total.now[MeasureNow.OPEN], numbers.dossiers(MeasureNow.OPEN)),
            (group.now[MeasureNow.OPEN], numbers.dossiers(MeasureNow.OPEN, group)),
        ):
            assert (await operator.search_page(wanted, limit=1)).count.count == number
        day = numbers.last
        assert (await operator.statistics(first=day, last=day, unit=PHU_LY)).unit is not None
        with pytest.raises(NotAllowed):
            await desk.statistics()


async def test_saved_searches(clients: Clients) -> None:
    """Kept, shared with the unit, changed on the version that was seen, deleted and restored."""
    wanted = SearchToSave(
        name="Đến hạn tuần này",
        filter=Filter(open=True, promised_due=Window(days=RelativeDays.THIS_WEEK)),
        sort=Order(by=SortKey.PROMISED_DUE),
        shared_with=SharedWith.UNIT,
        shared_unit=HA_NAM,
    )
    async with clients.of(HEAD) as head, clients.of(OFFICER) as officer, clients.of(CITIZEN) as citizen:
        kept = await head.searches.save(wanted, key="ky-bao-cao")
        assert await head.searches.save(wanted, key="ky-bao-cao") == kept
        assert (kept.own, kept.version, kept.wanted(), kept.faults) == (True, 1, wanted.filter, ())
        seen = next(one for one in await officer.searches.all() if one.id == kept.id)
        assert (seen.own, seen.name) == (False, wanted.name)
        assert (await officer.search_page(seen.wanted(), limit=1)).count.count >= 0
        changed = await head.searches.change(kept.id, wanted.model_copy(update={"name": "Tuần"}), version=1)
        assert (changed.name, changed.version) == ("Tuần", 2)
        with pytest.raises(StaleVersion) as stale:
            await head.searches.change(kept.id, wanted, version=1)
        assert stale.value.version == 2
        with pytest.raises(NotFound):
            await officer.searches.delete(kept.id)
        assert (await head.searches.delete(kept.id, version=2)).deleted_at is not None
        with pytest.raises(NotFound):
            await head.searches.read(kept.id)
        assert [one.id for one in await head.searches.all(deleted=True)] == [kept.id]
        assert (await head.searches.restore(kept.id)).deleted_at is None
        assert await head.searches.read(kept.id) in await head.searches.all()
        with pytest.raises(NotAllowed):
            await citizen.searches.all()


async def test_the_published_rules(clients: Clients) -> None:
    """Without a sign-in; the calculators for everybody who has one."""
    async with AsyncLuongXanh(clients.api.url) as anybody:
        procedures = [one.code async for one in anybody.rules.procedures(limit=2)]
        assert FREE.code in procedures
        assert len(procedures) > 2
        procedure = await anybody.rules.procedure(FREE.code, on=date(2026, 3, 2))
        assert procedure.in_effect is not None
        assert [one.code for one in procedure.in_effect.documents] == ["don"]
        assert [one.code async for one in anybody.rules.units(text="phu ly", limit=1)] == [PHU_LY]
        assert (await anybody.rules.unit(PHU_LY)).name == "Phường Phủ Lý"
        common = await anybody.rules.calendar_of(first_day=date(2026, 3, 2), last_day=date(2026, 3, 8))
        assert [day.worked for day in common.days] == [True] * 5 + [False] * 2
        assert (
            await anybody.rules.calendar(common.code, first_day=date(2026, 3, 2), last_day=date(2026, 3, 8)) == common
        )
    received = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    question = {"procedure": FREE.code, "channel": Channel.ONLINE, "received": received}
    async with clients.of(DESK) as desk:
        answer = await desk.rules.calculate_deadline(DeadlineQuestion(**question))
        assert answer.statutory_due is not None
        items = [DeadlineItem(id="đúng", **question), DeadlineItem(id=2, **{**question, "procedure": "9.9"})]
        right, wrong = await desk.rules.calculate_deadlines(items)
        assert (right.id, right.statutory_due) == ("đúng", answer.statutory_due)
        assert wrong.problem is not None
        routing = await desk.rules.calculate_routing(
            RoutingQuestion(procedure=FREE.code, received_by=PHU_LY, matter=Matter(territory=HA_NAM))
        )
        assert routing.crossing


async def test_an_applicant_tracks_without_a_sign_in(clients: Clients) -> None:
    """By the code and the secret of the receipt."""
    async with clients.of(CITIZEN) as citizen, AsyncLuongXanh(clients.api.url) as anybody:
        receipt = await citizen.submit(submission())
        clients.api.harness.made.append(receipt.dossier)
        assert receipt.tracking_secret is not None
        assert receipt.tracking_secret not in repr(receipt)
        assert (await anybody.track(receipt.dossier, receipt.tracking_secret)).state == State.SUBMITTED
        with pytest.raises(NotFound):
            await anybody.track(receipt.dossier, "AAAA-AAAA-AAAA-AAAA")


async def end_of(client: AsyncLuongXanh) -> str | None:
    """The position after the last event that there is."""
    reader = client.events.read(await client.events.now())
    async for _ in reader:
        pass
    return reader.position


async def test_events_whose_position_is_in_a_file(clients: Clients, tmp_path: Path) -> None:
    """Whoever is stopped while an event is dealt with gets it again, and none before it; a new file begins now."""
    wanted, file = EventFilter(types=("luongxanh.dossier_submitted.v1",)), tmp_path / "position"
    async with clients.of(FOLLOWER) as follower:
        new = await follower.events.kept_in(file)
        codes = [await clients.submitted() for _ in range(2)]
        seen = [event async for event in taken(new.follow(wanted), until=codes[1])]
        assert [event.subject for event in seen if event.subject in codes] == codes
        assert (seen[-1].kind, seen[-1].content["code"]) == ("dossier_submitted", codes[1])
        again = await follower.events.kept_in(file)
        repeated = [event async for event in taken(again.follow(wanted), until=codes[1])]
        assert [event.subject for event in repeated if event.subject in codes] == codes[1:]


async def taken(events: AsyncIterator[CloudEvent], until: str) -> AsyncIterator[CloudEvent]:
    """The events up to that of a dossier."""
    async for event in events:
        yield event
        if event.subject == until:
            return


async def test_events_by_pages_can_be_resumed(clients: Clients) -> None:
    """Whoever keeps the position and is stopped in a page gets that page again, and misses nothing."""
    async with clients.of(FOLLOWER) as follower:
        before = await end_of(follower)
        codes = [await clients.submitted() for _ in range(3)]
        wanted = EventFilter(types=("luongxanh.dossier_submitted.v1",))
        stopped = follower.events.read(before, wanted, limit=2)
        events = aiter(stopped)
        first = [await anext(events) for _ in range(3)]
        assert [event.subject for event in first] == codes
        again = follower.events.read(stopped.position, wanted, limit=2)
        assert [event.subject async for event in again] == codes[2:]
        assert [event async for event in follower.events.read(again.position, wanted)] == []
        assert (await follower.events.schema("luongxanh.dossier_submitted.v1"))["type"] == "object"
        assert first[0].type in {one.type for one in (await follower.events.types()).items}
    async with clients.of(CITIZEN) as citizen:
        with pytest.raises(NotAllowed):
            await citizen.events.page()


async def test_events_come_although_streams_end(clients: Clients) -> None:
    """The server ends every stream after a moment: the client connects again, and each event comes once."""
    asked: list[str] = []

    async def note(request: httpx2.Request) -> None:
        asked.append(request.headers.get("last-event-id", ""))

    async with (
        open_api(clients.api.harness, events_out=EventsPolicy(live=LiveLimits(longest=0.4))) as api,
        httpx2.AsyncClient(event_hooks={"request": [note]}, timeout=WITHIN) as http,
    ):
        here = Clients(api)
        async with here.of(FOLLOWER) as other, asyncio.timeout(WITHIN):
            start = await end_of(other)
            stream = here.of(FOLLOWER, http=http).events.follow(start)
            one = await here.submitted()
            first = await anext(stream)
            before = len(asked)
            assert first.event.id == f"{one}/1"
            next_one = asyncio.create_task(first_of(stream))
            await until(lambda: len(asked) > before + 2, "the client has connected again")
            two = await here.submitted()
            assert (await next_one).event.id == f"{two}/1"
    assert asked[0] == start
    assert start not in asked[before:], "a stream that ended before the first event is asked for from the start again"


async def test_events_come_although_there_is_no_room_for_a_stream(clients: Clients) -> None:
    """They are read by pages meanwhile."""
    async with open_api(clients.api.harness, events_out=EventsPolicy(live=LiveLimits(followers=0))) as api:
        here = Clients(api)
        async with clients.of(FOLLOWER) as other:
            start = await end_of(other)
        async with here.of(FOLLOWER, retries=Retries(most=1)) as follower, asyncio.timeout(WITHIN):
            with pytest.raises(Unavailable, match="event_followers_too_many"):
                await follower.events.now()
            codes = [await here.submitted() for _ in range(2)]
            stream = follower.events.follow(start)
            assert [(await anext(stream)).event.id for _ in codes] == [f"{code}/1" for code in codes]


async def first_of(stream: AsyncIterator[PlacedEvent]) -> PlacedEvent:
    """The first one that comes."""
    return await anext(stream)


async def test_who_may_not_follow_is_told(clients: Clients) -> None:
    """A refusal ends the stream: it is not tried again for ever."""
    async with clients.of(CITIZEN) as citizen:
        with pytest.raises(NotAllowed):
            await first_of(citizen.events.follow())


async def test_a_portal_asks_for_an_applicant(clients: Clients) -> None:
    """It files and reads for the one whom it has identified, and reaches nothing of another one."""
    async with clients.of(PORTAL) as portal:
        one, other = portal.on_behalf_of("citizen.1"), portal.on_behalf_of("citizen.2")
        code = (await one.submit(submission())).dossier
        clients.api.harness.made.append(code)
        assert (await one.dossier(code)).code == code
        with pytest.raises(NotFound):
            await other.dossier(code)
        with pytest.raises(LuongXanhError):
            await portal.dossier(code)
    async with clients.of(DESK) as desk:
        entries = [entry async for entry in desk.history(code)]
    assert (entries[0].person, entries[0].carried_by) == (CITIZEN.person, PORTAL.service)


async def test_work_and_particulars(clients: Clients) -> None:
    """An officer finds what there is to do, and reads the applicant of a dossier in hand."""
    code = await clients.submitted()
    async with clients.of(DESK) as desk, clients.of(HEAD) as head, clients.of(OFFICER) as officer:
        await desk.act(code, Accept())
        await head.act(code, Assign(person=OFFICER.person))
        work = await officer.work(role=Role.SPECIALIST)
        assert ("complete_step", OFFICER.person) in {(one.act, one.person) for one in work.items if one.dossier == code}
        particulars = await officer.particulars(code)
        assert particulars.applicant.name == "Nguyễn Văn An"
        assert "Nguyễn" not in repr(particulars)
        assert [one async for one in head.incidents(limit=1)] == []


async def test_several_are_assigned_and_taken_back(clients: Clients) -> None:
    """The result of each dossier, read again, and the way back; a period of leave, and its withdrawal."""
    code = await clients.submitted()
    async with clients.of(DESK) as desk, clients.of(HEAD) as head:
        await desk.act(code, Accept())
        several = (DossierToAssign(dossier=code), DossierToAssign(dossier="H42.9-260101-0001"))
        given = await head.assign(
            AssignmentToGive(dossiers=several, to=ToOfficer(person=OFFICER.person)), key="giao-py"
        )
        assert [one.outcome for one in given.items] == [AssignmentOutcome.GIVEN, AssignmentOutcome.REFUSED]
        assert [one.problem.code for one in given.refused if one.problem] == ["unknown_dossier"]
        assert (await head.assignment(given.id)).items[0].person == OFFICER.person
        back = await head.undo_assignment(given.id, "Giao nhầm")
        assert back.items[0].outcome == AssignmentOutcome.UNDONE
        again = await head.assign(AssignmentToGive(dossiers=several[:1], to=BySuggestion()))
        assert again.items[0].person is not None
        now = datetime.now(UTC)
        period = {"person": OFFICER.person, "began": now, "ended": now + timedelta(days=1), "ground": "Nghỉ phép"}
        away = await head.enter_leave(AbsenceToEnter(**period))
        covered = DelegationToEnter(**period, receiver="officer.7", roles=(Role.SPECIALIST,))
        assert (await head.enter_leave(covered)).receiver == "officer.7"
        for one in (await head.leave())[:2]:
            await head.withdraw_leave(one.number, "Không nghỉ nữa")
        assert {one.withdrawn_why for one in await head.leave() if one.number >= away.number} == {"Không nghỉ nữa"}


async def test_rollouts(clients: Clients) -> None:
    """Operators see the changes of rules; there was none here."""
    async with clients.of(OPERATOR) as operator:
        assert [one async for one in operator.rules.rollouts()] == []
        nothing = uuid4()
        with pytest.raises(NotFound):
            await operator.rules.rollout(nothing)
        with pytest.raises(NotFound):
            assert [one async for one in operator.rules.rollout_items(nothing)] == []


async def test_repairs(clients: Clients) -> None:
    """An operator plans, another approves; a plan that repairs nothing does not run, so it has no run to stop."""
    code = await clients.submitted()
    second = PersonPrincipal(person="op.2")
    async with clients.of(OPERATOR) as operator, clients.of(second) as other:
        wanted = RepairToPlan(order={"kind": "restart"}, codes=(code,), reason="Thử")
        made = await operator.repairs.plan(wanted, key=f"{code}.plan")
        assert (made.dossiers, made.to_do, made.run, [one.because for one in made.second_person]) == (1, 0, None, [])
        assert await operator.repairs.plan(wanted, key=f"{code}.plan") == made
        begun = await operator.repairs.begin_planning(wanted, key=f"{code}.planning")
        assert (await operator.repairs.planning(begun.id)).dossiers == begun.dossiers == 1

        async def planned() -> bool:
            return (await operator.repairs.planning(begun.id)).state == "made"

        await until(planned, "the plan is there", 30)
        assert begun.id not in {one.id for one in await operator.repairs.plannings()}, "it stands in the list of plans"
        with pytest.raises(Refused, match="repair_planning_ended"):
            await operator.repairs.cancel_planning(begun.id, "Thử")
        approved = await other.repairs.approve(made.hash, "Đã xem")
        assert [one.who for one in approved.approvals] == ["op.2"]
        assert await operator.repairs.read(made.hash) == approved
        there = (await operator.repairs.planning(begun.id)).plan_href
        plans = [one async for one in operator.repairs.plans(limit=1)]
        assert [(one.href, one.hash) for one in plans] == [(there, plans[0].hash), (made.href, made.hash)]
        assert [one.refused async for one in operator.repairs.findings(made.hash)] == ["restart_not_needed"]
        assert [one async for one in operator.repairs.findings(made.hash, refused=False)] == []
        with pytest.raises(Refused):
            await operator.repairs.run(made.hash)
        with pytest.raises(NotFound):
            await operator.repairs.stop(made.hash, "Thử")
        with pytest.raises(NotFound):
            await operator.repairs.resume(made.hash)


async def test_applications_of_the_interconnection_software(clients: Clients) -> None:
    """The order is read by its identifier; one that nobody gave is said to be unknown."""
    async with clients.of(DESK) as desk:
        wanted = ApplicationToTakeIn(application="LT-1", received_by=str(DESK.unit))
        ordered = await desk.interconnected.take_in(wanted, key="lt-1")
        assert await desk.interconnected.read("LT-1") == ordered
        with pytest.raises(NotFound):
            await desk.interconnected.read("LT-2")


async def test_replays(clients: Clients) -> None:
    """No worker of a build runs here, so nothing begins; what does not exist is said to be so."""
    async with clients.of(OPERATOR) as operator:
        with pytest.raises(NotFound):
            await operator.replays.begin(ReplayToBegin(build="9.9.9+none", sample=10))
        assert [one async for one in operator.replays.all()] == []
        with pytest.raises(NotFound):
            await operator.replays.read(uuid4())
        with pytest.raises(NotFound):
            assert [one async for one in operator.replays.failures(uuid4())] == []
        with pytest.raises(NotFound):
            await operator.replays.cancel(uuid4())


async def test_builds(clients: Clients) -> None:
    """No build is known here, so no order is carried out; each refusal says so."""
    unknown = {"build": "9.9.9+none", "reason": "Thử"}
    async with clients.of(OPERATOR) as operator:
        assert (await operator.builds.now()).builds == ()
        with pytest.raises(NotFound):
            await operator.builds.ramp(BuildToRamp(**unknown, percent=5))
        with pytest.raises(NotFound):
            await operator.builds.promote(BuildToPromote(**unknown, without_replay="Gấp"))
        with pytest.raises(NotFound):
            await operator.builds.retire(BuildToRetire(**unknown))
        with pytest.raises(Refused) as none_before:
            await operator.builds.roll_back("Thử")
        assert none_before.value.code == "release_has_none_before"
        with pytest.raises(NotFound):
            await operator.builds.begin_ramp(RampToBegin(**unknown, steps=(5, 25)))
        for asked in (operator.builds.read_ramp, operator.builds.stop_ramp):
            with pytest.raises(NotFound) as no_ramp:
                await asked(uuid4())
            assert no_ramp.value.code == "release_ramp_unknown"
        assert [one async for one in operator.builds.orders()] == []


async def test_reconciliations_and_ended_workflows(clients: Clients) -> None:
    """A comparison is begun once for a key, and goes on beside the caller. A workflow that is none is not ended."""
    await clients.submitted()
    async with clients.of(OPERATOR) as operator:
        desk = operator.reconciliations
        begun = await desk.begin(whole=False, key="so")
        assert not begun.whole
        assert (await desk.begin(whole=False, key="so")).number == begun.number

        async def ended() -> bool:
            return (await desk.read(begun.number)).state != "running"

        await until(ended, "the comparison has ended", 30)
        found = await desk.read(begun.number)
        assert (found.state, found.failed) == ("finished", None)
        assert found.dossiers >= 1
        assert [one.number async for one in desk.all(limit=1)] == [begun.number]
        listed = [one async for one in desk.differences(begun.number, limit=1)]
        assert len(listed) == found.listed
        assert [one async for one in desk.differences(begun.number, kind=Difference.DOUBLED)] == []
        with pytest.raises(NotFound):
            await desk.read(begun.number + 1)
        with pytest.raises(LuongXanhError):
            await desk.end_workflow("no-such-workflow", "Thử")
        assert [one async for one in desk.ended_workflows()] == []


async def test_event_logs(clients: Clients, tmp_path: Path) -> None:
    """The file is there when it is whole. What was refused leaves none, and what stood there stays."""
    code = await clients.submitted()
    async with clients.of(OPERATOR) as operator:
        file = tmp_path / "log.csv"
        await operator.event_logs.save(file, LogFormat.CSV, procedure=FREE.code)
        whole = file.read_bytes()
        assert code.encode() in whole
        with pytest.raises(InvalidRequest):
            await operator.event_logs.save(file, LogFormat.CSV, since=date(2026, 2, 1), before=date(2026, 1, 1))
        assert file.read_bytes() == whole
        await operator.event_logs.save(file, LogFormat.XES, before=date(2020, 1, 1))
        assert code.encode() not in file.read_bytes()
        assert [one.name for one in tmp_path.iterdir()] == ["log.csv"]


async def test_an_event_log_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    """Half of a log would be taken for a whole one."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ncase\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with AsyncLuongXanh(f"http://127.0.0.1:{port}", "token") as client:
            with pytest.raises(Unreachable):
                await client.event_logs.save(tmp_path / "log.csv", LogFormat.CSV)
    assert list(tmp_path.iterdir()) == []


async def test_webhooks(clients: Clients) -> None:
    """From making one to deleting it."""
    async with clients.of(FOLLOWER) as owner:
        wanted = EventFilter(types=("luongxanh.dossier_accepted.v1",))
        made = await owner.webhooks.create(NewWebhook(url="http://127.0.0.1:9/nhan", filter=wanted))
        name = made.webhook.id
        assert made.secret.startswith("whsec_")
        assert made.secret not in repr(made)
        assert [one.id async for one in owner.webhooks.all()] == [name]
        assert (await owner.webhooks.pause(name)).state == "paused"
        changed = await owner.webhooks.change(name, WebhookChange(url="http://127.0.0.1:9/khac"))
        assert (changed.url, changed.filter.types) == ("http://127.0.0.1:9/khac", wanted.types)
        assert not (await owner.webhooks.ping(name)).delivered
        assert (await owner.webhooks.replay(name, changed.position)).position == changed.position
        assert (await owner.webhooks.rotate_secret(name)).secret != made.secret
        assert (await owner.webhooks.resume(name)).state == "active"
        assert [one async for one in owner.webhooks.deliveries(name, given_up=True)] == []
        with pytest.raises(Refused, match="webhook_nothing_dead") as refused:
            await owner.webhooks.retry(name)
        assert "hồ sơ nào" in refused.value.detail
        with pytest.raises(Refused, match="webhook_nothing_dead"):
            await owner.webhooks.skip(name, "H42.1-250101-9999")
        await owner.webhooks.delete(name)
        with pytest.raises(NotFound):
            await owner.webhooks.read(name)


async def test_the_synchronous_client(clients: Clients) -> None:
    """It does the same, in a thread of its own: submit, act, wait, search, read events, follow them."""

    def work() -> list[str]:
        url, token = clients.api.url, clients.token
        with (
            LuongXanh(url, token(CITIZEN)) as citizen,
            LuongXanh(url, token(DESK)) as desk,
            LuongXanh(url, token(FOLLOWER)) as follower,
        ):
            reader = follower.events.read()
            for _ in reader:
                pass
            code = citizen.submit(submission()).dossier
            desk.act(code, Accept(), version=desk.dossier(code).version)
            citizen.wait_until(code, State.ACCEPTED)
            assert code in {found.code for found in desk.search(Filter(states=(State.ACCEPTED,)), limit=2)}
            assert next(desk.history(code)).version == 1
            assert b"".join(desk.table(form="xlsx")).startswith(b"PK")
            assert next(follower.events.follow(reader.position)).event.subject == code
            with pytest.raises(Refused):
                desk.act(code, Accept())
            return [code, *{event.subject for event in follower.events.read(reader.position)}]

    code, *subjects = await asyncio.to_thread(work)
    clients.api.harness.made.append(code)
    assert subjects == [code]


async def test_a_supplement_by_its_models(clients: Clients) -> None:
    """A command with a list of papers, and one with parts of its own."""
    code = await clients.submitted()
    async with clients.of(DESK) as desk, clients.of(CITIZEN) as citizen:
        asked = await desk.act(code, RequestSupplement(documents=("don",), legal_basis="Điều 17 NĐ 118/2025"))
        assert asked.state == State.SUPPLEMENT_REQUESTED
        given = (SubmittedDocument(code="don", digitised=True),)
        assert (await citizen.act(code, ReceiveSupplement(documents=given))).version > asked.version
