"""Tests of work-lists, incidents and rollouts over HTTP: each caller sees what its own units have to do with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel, TypeAdapter
from temporalio.testing import WorkflowEnvironment

from activities.ledger.feed import Cursor
from activities.ledger.notices import NoticeRegister
from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from activities.relays.set_aside import SetAsideList
from activities.rollouts.register import RolloutRegister
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.organisation.people import Absence, Delegation, Service
from domain.organisation.staff import Staff
from domain.roles import Actor, Role
from domain.rollouts.plans import CalendarPlan, ItemOutcome, ItemState, Retarget
from domain.rules.rulebook import content_hash
from domain.values import VIETNAM
from gateway.access.callers import caller_of
from gateway.access.principals import PersonPrincipal, ServicePrincipal
from gateway.api.axis_documents import (
    AxisDocumentAnswer,
    AxisDocumentPage,
    AxisDocumentsAnswer,
    DecideDocumentBody,
    ReceivedDocumentAnswer,
    SettleDocumentBody,
)
from gateway.api.examples import answer_example, body_example
from gateway.api.incidents import IncidentPage
from gateway.api.notices import NoticesAnswer, OptOutAnswer, OptOutBody
from gateway.api.open_incidents import OpenIncidentPage
from gateway.api.outside_systems import (
    GivenOrderAnswer,
    OutsideOrderBody,
    OutsideOrderToPlan,
    OutsideSystemsAnswer,
    PlannedOrderAnswer,
)
from gateway.api.releases import ReleasesAnswer
from gateway.api.rollouts.answers import RolloutAnswer, RolloutItemPage, RolloutPage
from gateway.api.work import WorkListAnswer
from gateway.client.requests import validated_strictly
from gateway.dossiers.command_ids import command_id_of
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, DESK_OF_HA_NAM, HEAD, HEAD_OF_DESK, OFFICER, OPERATOR
from tests.support.kept_letters import keep_undecided, keep_unmatched
from tests.support.principals import principal_of
from tests.support.small_province import ACTING, CALENDAR, CENTRE, HA_NAM, KNOWN_ONLY, PHU_LY, people

pytestmark = pytest.mark.stack

WATCH_HA_NAM = Actor(person="watch.hanam", role=Role.SUPERVISOR, unit=HA_NAM)
WATCH_PHU_LY = Actor(person="watch.phuly", role=Role.SUPERVISOR, unit=PHU_LY)
WATCH_ALL = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
WATCHING = tuple((one.person, one.role, str(one.unit)) for one in (WATCH_HA_NAM, WATCH_PHU_LY, WATCH_ALL))
DESK_SERVICE = Service(code="desk.service", name="Một cửa", roles=(Role.RECEPTION,), units=(PHU_LY,), source="QĐ 1")
EVERYWHERE = Service(code="any.service", name="Một cửa", roles=(Role.RECEPTION,), source="QĐ 1")
OTHER_PROCEDURES = Service(
    code="other.service",
    name="Đất đai",
    roles=(Role.RECEPTION,),
    units=(PHU_LY,),
    procedures=("1.000002",),
    source="QĐ",
)
NO_ROLLOUT = UUID(int=7)
IN_HA_NAM = {"received_by": HA_NAM, "matter": {"territory": HA_NAM}}


def the_staff(**changes: Any) -> Staff:
    """The people of the small province, the supervisors, and the services."""
    services = (DESK_SERVICE, EVERYWHERE, OTHER_PROCEDURES)
    return people(*ACTING, *WATCHING).model_copy(update={"services": services, **changes})


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            harness.staff = the_staff()
            yield api


async def read(api: ApiUnderTest, path: str, by: Any) -> Any:
    """The answer to this caller."""
    answer = await api.ask("GET", path, by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def work(api: ApiUnderTest, by: Any, query: str = "?limit=200") -> dict[str, dict[str, Any]]:
    """The caller's work, by dossier."""
    return {item["dossier"]: item for item in (await read(api, f"/v1/work{query}", by))["items"]}


async def assigned(api: ApiUnderTest) -> str:
    """A dossier that the officer of ward Hà Nam has to process."""
    code = await api.submit(CITIZEN)
    for by, command, body in ((DESK, "accept", {}), (HEAD, "assign", {"person": OFFICER.person})):
        assert (await api.act(code, by, command, body)).status_code == 200
    return code


async def test_work_is_shown_to_who_does_it(api: ApiUnderTest) -> None:
    """The desk sees what it must accept, the head what to assign, the officer what to process; nobody else does."""
    code = await api.submit(CITIZEN)
    (item,) = [(await work(api, DESK))[code]]
    assert (item["act"], item["unit"]["code"], item["role"], item["person"]) == ("accept", PHU_LY, "reception", None)
    assert item["href"] == f"/v1/dossiers/{code}"
    assert code not in await work(api, DESK_OF_HA_NAM)
    code = await assigned(api)
    assert (await work(api, OFFICER))[code]["act"] == "complete_step"
    assert (await work(api, OFFICER))[code]["acting"] == OFFICER.person
    for other in (PersonPrincipal(person="an"), DESK, HEAD_OF_DESK):
        assert code not in await work(api, other)


async def to_assign(api: ApiUnderTest, **changes: Any) -> str:
    """A dossier whose step waits for an officer."""
    code = await api.submit(CITIZEN, **changes)
    assert (await api.act(code, DESK, "accept", {})).status_code == 200
    return code


def outcomes(answer: Any) -> list[tuple[str, str | None, str | None]]:
    """Of each dossier what became of it, who has it, and the code of its refusal."""
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [(one["outcome"], one["person"], (one["problem"] or {}).get("code")) for one in items]


async def test_an_order_that_stopped_in_the_middle_is_finished_and_undone(api: ApiUnderTest) -> None:
    """What was given before the stop is not given again; what the officer has begun or somebody gave on stays; the rest
    goes back to whom it had, or to the unit. The order tells it afterwards, to who gave it."""
    codes = [await to_assign(api) for _ in range(4)]
    assert (await api.act(codes[1], HEAD, "assign", {"person": "an"})).status_code == 200
    body: dict[str, Any] = {
        "dossiers": [{"dossier": one} for one in codes],
        "to": {"kind": "officer", "person": OFFICER.person},
    }
    key, head = "giao-1", caller_of(principal_of(HEAD), api.harness.staff, datetime.now(VIETNAM))
    order = str(command_id_of(head, key))
    stopped = await api.act(codes[0], HEAD, "assign", {"person": OFFICER.person}, key=f"{order}:{codes[0]}")
    assert stopped.status_code == 200, "what a process did before it ended"
    given = await api.post("/v1/assignments", HEAD, body, key=key)
    assert outcomes(given) == [("given", OFFICER.person, None)] * 4
    assert [one["repeated"] for one in given.json()["items"]] == [True, False, False, False]
    assert (given.json()["id"], given.json()["finished"]) == (order, True)
    again = await api.post("/v1/assignments", HEAD, body, key=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert [(await api.harness.kinds(one)).count("dossier_assigned") for one in codes] == [1, 2, 1, 1]
    assert (await api.act(codes[2], OFFICER, "complete_step", {"step": "process"})).status_code == 200
    assert (await api.act(codes[3], HEAD, "assign", {"person": "an"})).status_code == 200
    path, why = f"/v1/assignments/{order}", {"reason": "Giao nhầm người"}
    back = [("undone", None, None), ("undone", "an", None)]
    for _ in range(2):
        undone = outcomes(await api.post(f"{path}:undo", HEAD, why))
        assert undone == [*back, *[("refused", None, "assignment_moved_on")] * 2]
    assert [(await api.harness.known(one)).processing.assignee for one in codes] == [None, "an", None, "an"]
    assert outcomes(await api.ask("GET", path, HEAD)) == [*back, *[("given", OFFICER.person, None)] * 2]
    assert (await api.ask("GET", path, HEAD_OF_DESK)).json()["code"] == "unknown_assignment"
    assert (await api.post(f"{path}:undo", HEAD_OF_DESK, why)).json()["code"] == "unknown_assignment"
    other = {**body, "dossiers": body["dossiers"][:1]}
    assert (await api.post("/v1/assignments", HEAD, other, key=key)).json()["code"] == "idempotency_key_reused"
    await api.harness.pool.execute("delete from kept_answer where key = $1", key)
    assert (await api.post("/v1/assignments", HEAD, other, key=key)).json()["code"] == "assignment_key_reused"


async def test_each_dossier_goes_to_its_first_suggestion(api: ApiUnderTest) -> None:
    """Each choice sees what the one before gave; a repeat changes nothing, also when the answer was lost and the
    suggestions are others by now; what has no step is told beside the others."""
    *codes, closed = [await to_assign(api) for _ in range(4)]
    assert (await api.act(closed, CITIZEN, "withdraw", {})).status_code == 200
    body = {"dossiers": [{"dossier": one} for one in (*codes, closed)], "to": {"kind": "suggestion"}}
    first = (await read(api, f"/v1/dossiers/{codes[0]}/suggestions", HEAD))["items"][0]
    given = await api.post("/v1/assignments", HEAD, body, key="goi-y-1")
    found = outcomes(given)
    assert [one[0] for one in found] == ["given", "given", "given", "refused"]
    assert found[3][2] == "no_step_to_assign"
    assert found[0][1] == first["person"]
    assert len({person for _, person, _ in found[:3]}) == 3, "each got one before anybody got two"
    await api.harness.pool.execute("delete from kept_answer where key = 'goi-y-1'")
    assert outcomes(await api.post("/v1/assignments", HEAD, body, key="goi-y-1")) == found


async def test_bad_orders_of_assignment(api: ApiUnderTest) -> None:
    """Each is refused by its code: the whole order, or one dossier beside the others."""
    good, seen, closed = [await to_assign(api) for _ in range(3)]
    elsewhere = await api.submit(CITIZEN, received_by=PHU_LY, matter={"territory": PHU_LY})
    assert (await api.act(closed, CITIZEN, "withdraw", {})).status_code == 200
    to, one = {"kind": "officer", "person": OFFICER.person}, {"dossier": good}
    bodies = (
        {"dossiers": [], "to": to},
        {"dossiers": [one, one], "to": to},
        {"dossiers": [{"dossier": f"H42.1-260101-{n:04}"} for n in range(201)], "to": to},
        {"dossiers": [one], "to": {"kind": "anybody"}},
        {"dossiers": [one], "to": {"kind": "officer"}},
        {"dossiers": [{"dossier": "../x"}], "to": to},
        {"dossiers": [{"dossier": good, "version": -1}], "to": to},
        {"dossiers": [one], "to": to, "note": "x" * 10_000},
        {"dossiers": [one], "to": to, "also": 1},
    )
    for body in bodies:
        answer = await api.post("/v1/assignments", HEAD, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text
    for by, status in ((OFFICER, 403), (CITIZEN, 403), (DESK, 403), (None, 401)):
        assert (await api.post("/v1/assignments", by, {"dossiers": [one], "to": to})).status_code == status
    others = (closed, elsewhere, "H42.9-260101-0001")
    several = [*({"dossier": other} for other in others), {"dossier": seen, "version": 1}, one]
    found = outcomes(await api.post("/v1/assignments", HEAD, {"dossiers": several, "to": to}))
    refused = ["wrong_state", "unknown_dossier", "unknown_dossier", "stale_version"]
    assert [code for _, _, code in found] == [*refused, None]
    away = Absence(person=OFFICER.person, began=datetime.now(VIETNAM) - timedelta(hours=1), ground="Nghỉ phép")
    api.harness.staff = the_staff(absences=(away,))
    try:
        found = outcomes(await api.post("/v1/assignments", HEAD, {"dossiers": [{"dossier": seen}], "to": to}))
    finally:
        api.harness.staff = the_staff()
    assert found == [("refused", None, "assignee_absent")]
    assert (await api.ask("GET", f"/v1/assignments/{NO_ROLLOUT}", HEAD)).status_code == 404
    assert (await api.ask("GET", "/v1/assignments/x", HEAD)).status_code == 422
    empty = await api.post(f"/v1/assignments/{NO_ROLLOUT}:undo", HEAD, {"reason": ""})
    assert (empty.status_code, empty.json()["code"]) == (422, "invalid_request")


async def test_what_is_entered_counts_at_once_and_is_withdrawn(api: ApiUnderTest) -> None:
    """The stand-in has the work, and the officer is away; of two that overlap only one is entered; a repeat is one."""
    code, now = await assigned(api), datetime.now(VIETNAM)
    period = {"person": OFFICER.person, "ground": "Nghỉ phép", "ended": (now + timedelta(days=2)).isoformat()}
    begins = {"began": now.isoformat()}
    delegation = {**period, **begins, "kind": "delegation", "receiver": "an", "roles": ["specialist"]}
    answers = await asyncio.gather(
        *(api.post("/v1/leave", OFFICER, {"entry": delegation}, key=f"uq-{one}") for one in range(2))
    )
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert {one.json().get("code") for one in answers} == {None, "delegation_overlaps"}
    away = {"entry": {**period, **begins, "kind": "absence"}}
    entered = [await api.post("/v1/leave", HEAD, away, key="nghi-1") for _ in range(2)]
    assert {one.json()["number"] for one in entered} == {entered[0].json()["number"]}
    assert (await work(api, PersonPrincipal(person="an")))[code]["acting"] == "an"
    assert (await api.ask("GET", "/v1/work", OFFICER)).status_code == 403
    told = (await read(api, "/v1/leave", HEAD))["items"]
    assert [one["kind"] for one in told if one["in_force"]] == ["absence", "delegation"]
    assert not any(code == one["person"] for one in (await read(api, "/v1/leave", DESK))["items"])
    for one in told:
        path = f"/v1/leave/{one['number']}:withdraw"
        refused = await api.post(path, PersonPrincipal(person="an"), {"reason": "x"}, key=f"r{path}")
        assert refused.json()["code"] == "leave_of_another"
        gone = await api.post(path, HEAD, {"reason": "Về sớm"}, key=path)
        assert (gone.status_code, gone.json()["withdrawn_why"]) == (200, "Về sớm")
    assert code in await work(api, OFFICER)
    unknown = await api.post("/v1/leave/999:withdraw", HEAD, {"reason": "x"}, key="w-999")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_leave")


async def test_bad_periods_of_leave_are_refused(api: ApiUnderTest) -> None:
    """Each by its code, and nothing of it counts: times, people, roles and grounds that cannot be."""
    now = datetime.now(VIETNAM)
    times = {"began": now.isoformat(), "ended": (now + timedelta(days=1)).isoformat()}
    away: dict[str, Any] = {"kind": "absence", "person": OFFICER.person, "ground": "Nghỉ phép", **times}
    covered = {**away, "kind": "delegation", "receiver": "an", "roles": ["specialist"]}
    later = {"began": (now + timedelta(days=400)).isoformat(), "ended": (now + timedelta(days=401)).isoformat()}
    bad: tuple[tuple[dict[str, Any], str], ...] = (
        ({**away, "began": times["ended"], "ended": times["began"]}, "leave_reversed"),
        ({**away, "ended": times["began"]}, "leave_reversed"),
        ({**away, "began": (now - timedelta(days=1)).isoformat()}, "leave_in_the_past"),
        ({**away, "ended": (now + timedelta(days=181)).isoformat()}, "leave_too_long"),
        ({**away, "ended": "9999-12-31T23:59:59+07:00"}, "invalid_request"),
        ({**away, **later}, "leave_too_far"),
        ({**away, "began": "2026-02-30T08:00:00+07:00"}, "invalid_request"),
        ({**away, "began": "2026-12-01T08:00:00"}, "invalid_request"),
        ({**away, "ground": "x" * 10_000}, "invalid_request"),
        ({**away, "ground": " "}, "invalid_request"),
        ({**away, "ground": "Nghỉ\u202e phép"}, "control_character"),
        ({**away, "ground": "Nghỉ\u200b phép"}, "control_character"),
        ({**away, "ground": "Ông An, 037099001234"}, "particulars_in_record"),
        ({**away, "person": DESK.person}, "leave_of_another"),
        ({**away, "person": "nguoi-la"}, "unknown_person"),
        ({**away, "receiver": "an"}, "invalid_request"),
        ({**covered, "receiver": OFFICER.person}, "leave_to_oneself"),
        ({**covered, "receiver": "nguoi-la"}, "unknown_person"),
        ({**covered, "receiver": DESK.person}, "receiver_of_another_unit"),
        ({**covered, "roles": []}, "invalid_request"),
        ({**covered, "roles": ["clerk"]}, "role_not_held"),
        ({**covered, "roles": ["system"]}, "role_not_held"),
    )
    for entry, refused in bad:
        answer = await api.post("/v1/leave", HEAD, {"entry": entry})
        assert answer.json().get("code") == refused, (entry, answer.text)
        assert answer.status_code in (403, 404, 409, 422)
    assert not any(one["in_force"] for one in (await read(api, "/v1/leave", HEAD))["items"])
    elsewhere = {"entry": {**covered, "receiver": DESK.person, "legal_basis": "QĐ 12/QĐ-UBND"}}
    made = await api.post("/v1/leave", HEAD, elsewhere)
    assert made.json()["ground"] == "Nghỉ phép (QĐ 12/QĐ-UBND)"
    path = f"/v1/leave/{made.json()['number']}:withdraw"
    for reason, refused in (
        ("", "invalid_request"),
        ("x\u0007", "control_character"),
        ("x" * 10_000, "invalid_request"),
    ):
        assert (await api.post(path, HEAD, {"reason": reason})).json()["code"] == refused
    assert (await api.post(path, HEAD, {"reason": "Không nghỉ"})).status_code == 200
    assert (await api.post(path, HEAD, {"reason": "Không nghỉ"})).json()["code"] == "leave_over"


async def test_a_step_is_claimed_by_one_of_two_and_not_by_who_is_away(api: ApiUnderTest) -> None:
    """The second is told who has it; who is away is not let in; a desk of another unit does not see it."""
    code, an = await to_assign(api), PersonPrincipal(person="an")
    answers = await asyncio.gather(api.act(code, OFFICER, "claim"), api.act(code, an, "claim"))
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert {one.json().get("code") for one in answers} == {None, "taken_already"}
    other = await to_assign(api)
    away = Absence(person=OFFICER.person, began=datetime.now(VIETNAM) - timedelta(hours=1), ground="Nghỉ phép")
    api.harness.staff = the_staff(absences=(away,))
    try:
        absent = await api.act(other, OFFICER, "claim")
    finally:
        api.harness.staff = the_staff()
    assert (absent.status_code, absent.json()["code"]) == (403, "person_absent")
    assert (await api.act(other, DESK, "claim")).status_code == 403


async def test_a_head_is_told_whom_a_step_could_be_given_to(api: ApiUnderTest) -> None:
    """Each officer of the unit with load and reasons, one chosen; an officer is not told."""
    code = await assigned(api)
    told = await read(api, f"/v1/dossiers/{code}/suggestions", HEAD)
    assert OFFICER.person in {one["person"] for one in told["items"]}
    assert [one["chosen"] for one in told["items"]].count(True) == 1
    assert all(one["reasons"] for one in told["items"])
    assert (await api.ask("GET", f"/v1/dossiers/{code}/suggestions", OFFICER)).status_code == 403


async def test_the_pages_of_work_follow_each_other(api: ApiUnderTest) -> None:
    """By the cursors, forward and back; a cursor of another list, or one that was made up, is refused."""
    codes = {await assigned(api) for _ in range(3)}
    first = await read(api, "/v1/work?limit=2", OFFICER)
    assert first["more"]
    assert first["count"]["total"] >= len(codes)
    second = await read(api, f"/v1/work?limit=2&cursor={first['next']}", OFFICER)
    shown = [{item["dossier"] for item in page["items"]} for page in (first, second)]
    assert shown[0].isdisjoint(shown[1])
    back = await read(api, f"/v1/work?limit=2&cursor={second['previous']}", OFFICER)
    assert back["items"] == first["items"]
    item = first["items"][0]
    assert "bạn" in item["why"]["vi"]
    assert {one["clock"] for one in item["clocks"]} == {"statutory", "promised"}
    for query in (f"?of=unit&cursor={first['next']}", "?cursor=x", f"?cursor={first['next'][:-3]}AAA", "?of=theirs"):
        refused = await api.ask("GET", f"/v1/work{query}", OFFICER)
        assert refused.status_code == 422, refused.text
    stranger = await api.ask("GET", f"/v1/work?cursor={first['next']}", PersonPrincipal(person="an"))
    assert stranger.json()["code"] == "cursor_invalid"


async def test_a_stand_in_sees_the_work_of_an_absent_colleague(api: ApiUnderTest) -> None:
    """While a person is away, the stand-in sees their work; the person has no list; then it is theirs again."""
    code = await assigned(api)
    now = datetime.now(VIETNAM)
    away = Absence(person=OFFICER.person, began=now - timedelta(hours=1), ground="Nghỉ phép")
    given = Delegation(
        giver=OFFICER.person, receiver="an", roles=(Role.SPECIALIST,), began=now - timedelta(days=1), source="TB 1"
    )
    api.harness.staff = the_staff(absences=(away,), delegations=(given,))
    try:
        shown = (await work(api, PersonPrincipal(person="an")))[code]
        assert (shown["person"], shown["acting"]) == (OFFICER.person, "an")
        refused = await api.ask("GET", "/v1/work", OFFICER)
        assert (refused.status_code, refused.json()["code"]) == (403, "person_absent")
    finally:
        api.harness.staff = the_staff()
    assert code in await work(api, OFFICER)
    assert code not in await work(api, PersonPrincipal(person="an"))


async def test_work_is_filtered_within_the_caller_s_own(api: ApiUnderTest) -> None:
    """Unit and role restrict the list; those of others give nothing, and `more` tells that there is more."""
    code = await api.submit(CITIZEN)
    await api.submit(CITIZEN)
    assert code in await work(api, DESK, f"?limit=200&unit={PHU_LY}&role=reception")
    assert await work(api, DESK, f"?limit=200&unit={HA_NAM}") == {}
    assert await work(api, DESK, "?limit=200&role=signatory") == {}
    first = await read(api, "/v1/work?limit=1", DESK)
    assert (len(first["items"]), first["more"]) == (1, True)
    assert (await read(api, "/v1/work?limit=200", DESK))["more"] is False
    of_one_post = PersonPrincipal(person=DESK.person, role=Role.CASHIER, unit=PHU_LY)
    refused = await api.ask("GET", "/v1/work", of_one_post)
    assert (refused.status_code, refused.json()["code"]) == (403, "operation_not_allowed")


async def test_a_service_sees_the_work_of_its_units(api: ApiUnderTest) -> None:
    """A service sees its units' work in its roles and procedures; one of every unit names the unit."""
    code = await api.submit(CITIZEN)
    assert code in await work(api, ServicePrincipal(service="desk.service"))
    assert code not in await work(api, ServicePrincipal(service="other.service"))
    assert await work(api, ServicePrincipal(service="desk.service"), f"?unit={HA_NAM}") == {}
    anywhere = ServicePrincipal(service="any.service")
    assert code in await work(api, anywhere, f"?limit=200&unit={PHU_LY}")
    refused = await api.ask("GET", "/v1/work", anywhere)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["query/unit"]


async def test_incidents_are_shown_within_the_scope(api: ApiUnderTest) -> None:
    """A dossier with a failed call or a stuck workflow is shown to whose unit takes part in it, and to nobody else."""
    await api.harness.control("population", {"mode": "down"})
    here = await api.submit(CITIZEN, procedure=KNOWN_ONLY.code, **IN_HA_NAM)
    crossing = await api.submit(CITIZEN, procedure=KNOWN_ONLY.code)
    for code, desk in ((here, DESK_OF_HA_NAM), (crossing, DESK)):
        await api.act(code, desk, "accept")
        await api.harness.until(code, lambda one: bool(one.incidents))
    stuck = await api.submit(CITIZEN, **IN_HA_NAM)
    await StuckDossiers(api.harness.pool).put([StuckExecutor(dossier=stuck, run=str(uuid4()), code="task_fails")])
    for by in (HEAD, WATCH_HA_NAM, WATCH_ALL, OPERATOR):
        shown = {one["dossier"]: one for one in (await read(api, "/v1/incidents?limit=200", by))["items"]}
        assert {here, crossing, stuck} <= shown.keys(), by
        (incident,) = shown[here]["incidents"]
        assert (incident["system"], incident["effect"], incident["final"]) == ("population", "identity/1", False)
        assert incident["failures"] >= 1
        assert shown[here]["stuck"] is None
        assert (shown[stuck]["incidents"], shown[stuck]["stuck"]["code"]) == ([], "task_fails")
    for by in (HEAD_OF_DESK, WATCH_PHU_LY):
        codes = [one["dossier"] for one in (await read(api, "/v1/incidents?limit=200", by))["items"]]
        assert crossing in codes
        assert here not in codes
        assert stuck not in codes
    of_system = await read(api, "/v1/incidents?system=population", HEAD)
    assert stuck not in [one["dossier"] for one in of_system["items"]]
    assert (await read(api, "/v1/incidents?system=land", HEAD))["items"] == []
    await require_pages(api, "/v1/incidents", WATCH_ALL, "dossier")


async def require_pages(api: ApiUnderTest, path: str, by: Any, key: str) -> None:
    """Then: page by page, forward and back, the list has the rows of its one long page."""
    whole = [one[key] for one in (await read(api, f"{path}?limit=200", by))["items"]]
    assert len(whole) > 1
    page, forward = await read(api, f"{path}?limit=1", by), []
    while True:
        forward += [one[key] for one in page["items"]]
        if page["next"] is None:
            break
        page = await read(api, f"{path}?limit=1&cursor={page['next']}", by)
    back = [one[key] for one in page["items"]]
    while page["previous"] is not None:
        page = await read(api, f"{path}?limit=1&cursor={page['previous']}", by)
        back += [one[key] for one in page["items"]]
    assert forward == whole == back[::-1]


def a_plan() -> CalendarPlan:
    """A letter that changes the calendar of every desk."""
    target = Retarget(code=CALENDAR.code, calendar="f" * 64, instead_of=(content_hash(CALENDAR),))
    return CalendarPlan(targets=(target,), letter="Công điện 1")


async def entered(api: ApiUnderTest) -> UUID:
    """A rollout that has listed the open dossiers."""
    register = RolloutRegister(api.harness.pool)
    rollout = uuid4()
    assert await register.enter(rollout, uuid4().hex * 2, a_plan(), "op.1", "Công điện 1")
    await register.enlist(await register.rollout(rollout))
    return rollout


async def test_rollouts_for_who_looks_after_the_whole(api: ApiUnderTest) -> None:
    """Supervisors and operators see every rollout, how far it is, and its dossiers within their own scope."""
    mine, elsewhere = await api.submit(CITIZEN, **IN_HA_NAM), await api.submit(CITIZEN, matter={"territory": PHU_LY})
    register = RolloutRegister(api.harness.pool)
    first = await entered(api)
    await register.record(first, mine, ItemOutcome(state=ItemState.REFUSED, code="wrong_state", detail={"vi": "Lỗi"}))
    shown = await read(api, f"/v1/rollouts/{first}", WATCH_HA_NAM)
    assert (shown["rollout"]["state"], shown["rollout"]["who"]) == ("unfinished", "op.1")
    assert shown["progress"]["refused"] == 1
    assert shown["progress"]["dossiers"] == shown["progress"]["pending"] + 1
    assert [act["act"] for act in shown["acts"]] == ["ordered"]
    items = (await read(api, f"/v1/rollouts/{first}/items?limit=200", WATCH_HA_NAM))["items"]
    by_code = {one["dossier"]: one for one in items}
    assert (by_code[mine]["state"], by_code[mine]["code"]) == ("refused", "wrong_state")
    assert elsewhere not in by_code
    refused_ones = await read(api, f"/v1/rollouts/{first}/items?state=refused", OPERATOR)
    assert [one["dossier"] for one in refused_ones["items"]] == [mine]
    everything = await read(api, f"/v1/rollouts/{first}/items?limit=200", WATCH_ALL)
    assert elsewhere in [one["dossier"] for one in everything["items"]]
    await require_pages(api, f"/v1/rollouts/{first}/items", WATCH_ALL, "dossier")
    await register.abandon(first, "op.2", "Công điện đã thu hồi")
    second = await entered(api)
    assert [one["id"] for one in (await read(api, "/v1/rollouts", OPERATOR))["items"]] == [str(second), str(first)]
    assert (await read(api, f"/v1/rollouts/{first}", OPERATOR))["rollout"]["state"] == "abandoned"
    await require_pages(api, "/v1/rollouts", OPERATOR, "id")


@pytest.mark.parametrize(
    ("path", "by", "status", "code"),
    [
        ("/v1/work", CITIZEN, 403, "operation_not_allowed"),
        ("/v1/work", WATCH_ALL, 403, "operation_not_allowed"),
        ("/v1/work?limit=1000000", DESK, 422, "invalid_request"),
        ("/v1/work?unit=99999", DESK, 404, "unknown_unit"),
        ("/v1/work?unit=%00", DESK, 422, "invalid_request"),
        ("/v1/work?role=king", DESK, 422, "invalid_request"),
        ("/v1/incidents", DESK, 403, "operation_not_allowed"),
        ("/v1/incidents", CITIZEN, 403, "operation_not_allowed"),
        ("/v1/incidents?system=fax", HEAD, 422, "invalid_request"),
        ("/v1/incidents?cursor=AAAA", HEAD, 422, "cursor_invalid"),
        ("/v1/incidents?limit=0", HEAD, 422, "invalid_request"),
        ("/v1/rollouts", HEAD, 403, "operation_not_allowed"),
        ("/v1/rollouts?limit=201", OPERATOR, 422, "invalid_request"),
        ("/v1/rollouts/7", OPERATOR, 422, "invalid_request"),
        (f"/v1/rollouts/{NO_ROLLOUT}", OPERATOR, 404, "unknown_rollout"),
        (f"/v1/rollouts/{NO_ROLLOUT}", DESK, 403, "operation_not_allowed"),
        (f"/v1/rollouts/{NO_ROLLOUT}/items", OPERATOR, 404, "unknown_rollout"),
        (f"/v1/rollouts/{NO_ROLLOUT}/items?state=lost", OPERATOR, 422, "invalid_request"),
        ("/v1/rollouts/%00", OPERATOR, 422, "invalid_request"),
        ("/v1/operations/releases", DESK, 403, "operation_not_allowed"),
    ],
)
async def test_what_cannot_be_read(api: ApiUnderTest, path: str, by: Actor, status: int, code: str) -> None:
    """Who may not read it, an unknown unit or rollout, and a page of a million rows get a problem with a code."""
    answer = await api.ask("GET", path, by)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@pytest.mark.parametrize(
    ("operation", "model"),
    [
        ("list_work", WorkListAnswer),
        ("list_incidents", IncidentPage),
        ("list_rollouts", RolloutPage),
        ("read_rollout", RolloutAnswer),
        ("list_rollout_items", RolloutItemPage),
        ("list_releases", ReleasesAnswer),
        ("list_outside_systems", OutsideSystemsAnswer),
        ("plan_outside_order", PlannedOrderAnswer),
        ("order_outside_system", GivenOrderAnswer),
        ("list_axis_documents", AxisDocumentsAnswer),
        ("list_axis_letters", AxisDocumentPage),
        ("read_axis_letter", AxisDocumentAnswer),
        ("settle_axis_letter", ReceivedDocumentAnswer),
        ("decide_axis_letter", ReceivedDocumentAnswer),
        ("list_notices", NoticesAnswer),
        ("opt_out_of_notices", OptOutAnswer),
        ("opt_in_to_notices", OptOutAnswer),
    ],
)
def test_an_example_is_an_answer(operation: str, model: type[BaseModel]) -> None:
    """The example in the document is an answer of its model, with every field."""
    example = answer_example(operation)
    assert model.model_validate(example).model_dump(mode="json") == example


async def test_an_incident_is_read_and_acted_upon_over_http(api: ApiUnderTest) -> None:
    """Watchers read the rows of their units; only an operator acts, once for a key; then the row is gone."""
    code = await api.submit(CITIZEN, **IN_HA_NAM)
    await SetAsideList(api.harness.pool).put("portal", code, 1, "event_unreadable")
    name, operator = f"relay.portal.{code}.1", PersonPrincipal(person="op.1")
    shown = {one["id"]: one for one in (await read(api, "/v1/open-incidents?system=portal", WATCH_HA_NAM))["items"]}
    assert (shown[name]["cause"], shown[name]["actions"], shown[name]["dossier"]) == ("relay_refused", [], code)
    OpenIncidentPage.model_validate(await read(api, "/v1/open-incidents", HEAD))
    for by, path in ((WATCH_PHU_LY, f"/v1/incidents/{name}"), (WATCH_ALL, "/v1/incidents/nothing")):
        refused = await api.ask("GET", path, by)
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_incident")
    assert (await read(api, f"/v1/incidents/{name}", operator))["incident"]["actions"] == ["resolve", "assign"]
    body = {"reason": "Đã đính chính"}
    assert (await api.post(f"/v1/incidents/{name}:resolve", WATCH_ALL, body)).status_code == 403
    refused = await api.post(f"/v1/incidents/{name}:retry", operator, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "incident_action_not_offered")
    given = await api.post(f"/v1/incidents/{name}:assign", operator, {"to": "op.2", **body})
    assert (given.status_code, given.json()["assigned_to"]) == (200, "op.2")
    (act,) = (await read(api, f"/v1/incidents/{name}", WATCH_HA_NAM))["acts"]
    assert (act["who"], act["assigned_to"]) == ("op.1", "op.2")
    first, second = [await api.post(f"/v1/incidents/{name}:resolve", operator, body, key=f"{code}.1") for _ in "12"]
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (await api.ask("GET", f"/v1/incidents/{name}", operator)).status_code == 404


async def test_an_operator_reads_which_build_has_the_work(api: ApiUnderTest) -> None:
    """Where no worker has a build, all of it is with workers without one."""
    answer = await api.ask("GET", "/v1/operations/releases", OPERATOR)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["builds"], told["current"], told["acts"]) == ([], None, [])


async def test_an_operator_holds_a_system_over_http(api: ApiUnderTest) -> None:
    """Watchers read; only an operator of the province orders, once for a key; wrong orders have their codes."""
    where, operator = "/v1/operations/outside-systems", PersonPrincipal(person="op.1")
    body = {"act": "drain", "hours": 2, "reason": "Đổi chứng thư"}
    assert (await api.ask("GET", where, OFFICER)).status_code == 403
    for by in (WATCH_ALL, HEAD):
        assert (await api.post(f"{where}/land:order", by, body)).status_code == 403
    first, second = [await api.post(f"{where}/land:order", operator, body, key="hold-land") for _ in "12"]
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert (first.json()["new"], first.json()["order"]["who"]) == (True, "op.1")
    shown = {one["system"]: one for one in (await read(api, where, WATCH_ALL))["items"]}
    assert (shown["land"]["state"], shown["land"]["order"]["why"]) == ("draining", "Đổi chứng thư")
    wrong: list[tuple[str, dict[str, Any], int, str]] = [
        ("gateway", body, 422, "unknown_outside_system"),
        ("land", {**body, "hours": 200}, 422, "invalid_request"),
        ("land", {**body, "hours": 0.001}, 422, "outside_order_time"),
        ("land", {**body, "act": "stop"}, 422, "invalid_request"),
        ("land", {**body, "reason": "gọi 037099001234"}, 422, "particulars_in_record"),
        ("land", {**body, "act": "automatic"}, 422, "outside_order_without_end"),
    ]
    for system, given, status, code in wrong:
        refused = await api.post(f"{where}/{system}:order", operator, given)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    ended = await api.post(f"{where}/land:order", operator, {"act": "automatic", "reason": "Xong"})
    assert ended.json()["order"]["act"] == "automatic"
    assert [one["act"] for one in (await read(api, where, operator))["orders"]] == ["automatic", "drain"]


async def test_an_order_is_looked_at_before_it_is_given(api: ApiUnderTest) -> None:
    """The plan says what the order would do and writes nothing; of two operators who looked at the same, the second
    one's order is refused, and the first one's counts."""
    where, first, second = "/v1/operations/outside-systems", *(PersonPrincipal(person=f"op.{one}") for one in "12")
    hold = {"act": "open", "hours": 2}

    async def planned(by: Actor, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
        answer = await api.ask("POST", f"{where}/business:plan", by, json=body)
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    assert (await planned(WATCH_ALL, hold, 403))["code"] == "operation_not_allowed"
    assert (await planned(first, {**hold, "act": "automatic"}, 422))["code"] == "outside_order_without_end"
    plan = await planned(first, hold)
    assert (plan["new"], plan["seen"], plan["hours"], plan["system"]["order"]) == (True, 0, 2, None)
    assert "no call goes out any more" in plan["effects"][0]["en"].lower()
    assert (await planned(second, {"act": "automatic"}))["new"] is False
    orders = (await read(api, where, first))["orders"]
    assert [one for one in orders if one["system"] == "business"] == [], "nothing was written"
    given = await api.post(f"{where}/business:order", first, {**hold, "reason": "Sở bảo trì", "seen": plan["seen"]})
    assert given.status_code == 200, given.text
    opposite = {"act": "close", "reason": "Cho gọi lại", "seen": 0}
    refused = await api.post(f"{where}/business:order", second, opposite)
    assert (refused.status_code, refused.json()["code"]) == (409, "outside_order_changed")
    number = (await planned(second, {"act": "close"}))["seen"]
    assert number == given.json()["order"]["number"]
    taken = await api.post(f"{where}/business:order", second, {**opposite, "seen": number})
    assert (taken.status_code, taken.json()["order"]["act"]) == (200, "close"), taken.text
    assert (await planned(first, {"act": "close"}))["new"] is False


def test_the_example_of_an_order_is_one() -> None:
    """The body in the document is accepted."""
    validated_strictly(TypeAdapter(OutsideOrderBody), body_example("order_outside_system"))
    validated_strictly(TypeAdapter(OutsideOrderToPlan), body_example("plan_outside_order"))
    validated_strictly(TypeAdapter(SettleDocumentBody), body_example("settle_axis_letter"))
    validated_strictly(TypeAdapter(DecideDocumentBody), body_example("decide_axis_letter"))
    for one in ("opt_out_of_notices", "opt_in_to_notices"):
        validated_strictly(TypeAdapter(OptOutBody), body_example(one))


async def test_documents_of_a_dossier_and_letters_that_fit_nothing_are_read_over_http(api: ApiUnderTest) -> None:
    """The stages of a dossier to who works on it; what waits to watchers of the province, page by page; what a letter
    says, and the orders on it, to its operators, once for a key. A letter that fits nothing decides nothing."""
    code, pool, operator = await api.submit(CITIZEN, **IN_HA_NAM), api.harness.pool, PersonPrincipal(person="op.1")
    question, message = await keep_undecided(pool, code)
    for number in "123":
        await keep_unmatched(pool, f"LA-{number}")
    told = AxisDocumentsAnswer.model_validate(await read(api, f"/v1/dossiers/{code}/axis-documents", HEAD))
    assert (told.sent[0].document, told.sent[0].stages[0].stage, told.received[0].message) == (question, "03", message)
    assert (await api.ask("GET", f"/v1/dossiers/{code}/axis-documents", WATCH_PHU_LY)).status_code == 404
    where = "/v1/operations/axis-documents"
    for by, refusal in ((HEAD, "operation_not_allowed"), (WATCH_HA_NAM, "whole_province_needed")):
        assert (await api.ask("GET", where, by)).json()["code"] == refusal
    seen, path = [], f"{where}?unmatched=true&limit=2"
    while path:
        page = await read(api, path, WATCH_ALL)
        seen += [one["message"] for one in page["items"]]
        path = page["next"] and f"{where}?unmatched=true&limit=2&cursor={page['next']}"
    assert seen == ["LA-1", "LA-2", "LA-3"]
    assert message in [one["message"] for one in (await read(api, where, WATCH_ALL))["items"]]
    assert (await api.ask("GET", f"{where}/{message}", WATCH_ALL)).json()["code"] == "operation_not_allowed"
    letter = (await read(api, f"{where}/{message}", operator))["letter"]
    assert (letter["content"], letter["attachments"][0]["name"]) == ("Không nhất trí.", "a/cv.pdf")
    body = {"agrees": True, "reason": "Đã đọc công văn 12"}
    refused = await api.post(f"{where}/LA-1:decide", operator, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "document_answers_nothing")
    refused = await api.post(f"{where}/{message}:decide", operator, body)
    assert refused.json()["code"] == "document_not_awaited", "the dossier asked nothing: nothing is recorded"
    reason = {"reason": "Văn bản gửi nhầm"}
    assert (await api.post(f"{where}/LA-2:settle", WATCH_ALL, reason)).status_code == 403
    first, second = [await api.post(f"{where}/LA-2:settle", operator, reason, key="la-2") for _ in "12"]
    assert (first.status_code, first.json()["settled_by"], second.json()) == (200, "op.1", first.json())
    again = await api.post(f"{where}/LA-2:settle", operator, reason)
    assert (again.status_code, again.json()["code"]) == (409, "document_not_open")
    assert (await api.ask("GET", f"{where}/nothing", operator)).json()["code"] == "unknown_axis_document"


async def test_a_desk_records_that_an_applicant_takes_no_notices(api: ApiUnderTest) -> None:
    """It holds for the number, which no answer shows; twice is once; an applicant has no such order, because the
    number of a dossier may be somebody else's; an opt-out is taken back once."""
    person = {"name": "An", "identity_number": "037099001234", "birth_date": "1999-01-01", "phone": "0912345678"}
    code = await api.submit(CITIZEN, **IN_HA_NAM, applicant=person)
    register, place = NoticeRegister(api.harness.pool), Cursor(xid=2**40, position=1)
    facts, channels = {"dossier": code}, (NoticeChannel.ZALO, NoticeChannel.SMS)
    await register.add(f"{code}.v1.0", code, 1, NoticeKind.SUBMITTED, facts, channels, place)
    [waiting] = [one for one in await register.due(channels[0], datetime.now(VIETNAM), [], 9) if one.dossier == code]
    begun = await register.begun(waiting, datetime.now(VIETNAM))
    assert begun is not None
    await register.without_effect(begun, "no_way_to_person.-118", gone="no_way_to_person.-118")
    where, reason = f"/v1/dossiers/{code}/notices", {"reason": "Yêu cầu tại quầy"}
    told = NoticesAnswer.model_validate(await read(api, where, OFFICER))
    assert [(one.channel, one.state, one.tries) for one in told.items] == [("zalo", "waiting", 0)]
    assert [(one.channel, one.code) for one in told.items[0].left] == [("zalo", "no_way_to_person.-118")]
    reached = {one.channel for one in told.channels if one.reaches}
    assert {NoticeChannel.ZALO, NoticeChannel.SMS} <= reached
    out = f"{where}/sms:opt-out"
    for by, status in ((CITIZEN, 403), (HEAD, 403), (DESK, 404)):
        assert (await api.post(out, by, reason)).status_code == status, by
    assert (await api.post(f"{where}/fax:opt-out", DESK_OF_HA_NAM, reason)).status_code == 422
    wrong = await api.post(out, DESK_OF_HA_NAM, {"reason": "gọi 0912345678"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "particulars_in_record")
    first, second = [await api.post(out, DESK_OF_HA_NAM, reason) for _ in "12"]
    assert (first.status_code, second.json()) == (200, first.json())
    assert (first.json()["how"], first.json()["who"]) == ("desk", DESK_OF_HA_NAM.person)
    answer = await api.ask("GET", where, DESK_OF_HA_NAM)
    assert {one["channel"] for one in answer.json()["channels"] if one["opt_out"]} == {"sms"}
    assert "912345678" not in answer.text
    back = [await api.post(f"{where}/sms:opt-in", DESK_OF_HA_NAM, reason) for _ in "12"]
    assert [(one.status_code, one.json().get("code")) for one in back] == [(200, None), (404, "not_opted_out")]
