"""Tests of dossiers over HTTP: submit, read, act; each request once; nobody overwrites what they have not seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.dossier.commands import NoteRepair
from domain.dossier.decide import Act
from domain.organisation.people import FourEyes, Service
from domain.repairs.orders import RepairKind
from domain.roles import Actor, Role
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.access.principals import ServicePrincipal
from gateway.api import health
from gateway.api.keys import Keys
from gateway.api.parts import ApiPolicy
from gateway.client import Engine
from tests.support.api_under_test import SECRET, ApiUnderTest, open_api, submission_body
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, DESK_OF_HA_NAM, HEAD, OFFICER, OPERATOR, STRANGER
from tests.support.small_province import HA_NAM, a_small_province
from tests.support.waiting import WITHIN, until

pytestmark = pytest.mark.stack
IMPORT = ServicePrincipal(service="import")


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            yield api


async def test_a_citizen_submits_and_reads(api: ApiUnderTest) -> None:
    """A submission is answered with its address and version, and the next read shows it."""
    answer = await api.post("/v1/dossiers", CITIZEN, submission_body())
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert answer.headers["location"] == f"/v1/dossiers/{receipt['dossier']}"
    assert answer.headers["etag"] == f'"{receipt["version"]}"'
    assert receipt["state"] == "submitted"
    shown = await api.ask("GET", answer.headers["location"], CITIZEN)
    assert shown.status_code == 200, shown.text
    assert shown.headers["etag"] == answer.headers["etag"]
    assert {one["command"] for one in shown.json()["allowed"]} == {"request_post", "withdraw"}
    assert "Nguyễn" not in shown.text


async def test_the_life_of_a_dossier(api: ApiUnderTest) -> None:
    """The desk accepts, the officer works, the head approves: each finds the command among what it may do now."""
    code = await api.submit(CITIZEN)
    for by, command in ((DESK, "accept"), (HEAD, "assign"), (OFFICER, "complete_step"), (HEAD, "approve")):
        now = (await api.ask("GET", f"/v1/dossiers/{code}", by)).json()
        allowed = {one["command"]: one for one in now["allowed"]}
        assert command in allowed, (command, sorted(allowed))
        body = {"person": OFFICER.person} if command == "assign" else allowed[command]["body"]
        answer = await api.act(code, by, command, body, If_Match=f'"{now["version"]}"')
        assert answer.status_code == 200, answer.text
        assert answer.json()["version"] > now["version"]
    history = (await api.ask("GET", f"/v1/dossiers/{code}/history?limit=3", CITIZEN)).json()
    assert len(history["items"]) == 3
    assert history["next"] == 3
    assert all(one["person"] is None and one["event"] is None for one in history["items"])
    assert (await api.ask("GET", f"/v1/dossiers/{code}/history", HEAD)).json()["items"][1]["person"] == DESK.person
    for part in ("documents", "route", "deadline"):
        assert (await api.ask("GET", f"/v1/dossiers/{code}/{part}", HEAD)).status_code == 200


def importing(code: str, *, brings_over: bool = False) -> Service:
    """A service that files for itself and for applicants."""
    return Service(
        code=code, name="Dịch vụ", roles=(Role.RECEPTION,), for_applicants=True, brings_over=brings_over, source="QĐ 1"
    )


async def test_an_older_dossier_is_brought_over_once(api: ApiUnderTest) -> None:
    """Only a service that brings dossiers over may. A second import, and one under the code of a dossier of this
    system, is refused and the answer kept; only who may read the live dossier is told its code. The import itself may
    be sent again."""
    since = (datetime.now(VIETNAM) - timedelta(days=2)).isoformat()
    over = {"system": "one-gate-old", "code": "HS/2024/0077", "received_at": since}
    body, key = submission_body(brought_over=over), uuid4().hex
    services = (importing("import", brings_over=True), importing("kiosk"))
    api.harness.staff = api.harness.staff.model_copy(update={"services": services})
    for other in (CITIZEN, DESK, ServicePrincipal(service="kiosk")):
        refused = await api.post("/v1/dossiers", other, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_for_bringing_over")
    code = (await api.post("/v1/dossiers", IMPORT, body, key=key, On_Behalf_Of=CITIZEN.person)).json()["dossier"]
    again = await api.post("/v1/dossiers", IMPORT, body, key=key, On_Behalf_Of=CITIZEN.person)
    assert (again.status_code, again.json()["dossier"]) == (201, code)
    codes = await api.harness.pool.fetchval("select count(*) from dossier_code")
    for by, sees in ((CITIZEN, True), (STRANGER, False)):
        second = submission_body(brought_over={**over, "code": "hs/2024/0077"})
        refused = await api.post("/v1/dossiers", IMPORT, second, On_Behalf_Of=by.person)
        assert (refused.status_code, refused.json()["code"]) == (409, "brought_over_twice")
        assert (code in refused.text) == sees, refused.text
    of_this_system = submission_body(brought_over={**over, "code": code})
    own = await api.post("/v1/dossiers", IMPORT, of_this_system, On_Behalf_Of=CITIZEN.person)
    assert (own.status_code, own.json()["code"]) == (409, "old_code_is_of_this_system")
    assert await api.harness.pool.fetchval("select count(*) from dossier_code") == codes
    assert (
        await api.harness.pool.fetchval(
            "select count(*) from kept_answer where body like '%brought_over_twice%' or body like '%old_code_is_of%'"
        )
        == 3
    )


async def test_an_applicant_sees_no_officer(api: ApiUnderTest) -> None:
    """Whoever holds the dossier, and every sentence of its history, is told by unit and role, without codes."""
    code = await api.submit(CITIZEN)
    assert (await api.act(code, DESK, "accept")).status_code == 200
    assert (await api.act(code, HEAD, "assign", {"person": OFFICER.person})).status_code == 200
    for part in ("", "/history", "/documents", "/route", "/deadline"):
        shown = await api.ask("GET", f"/v1/dossiers/{code}{part}", CITIZEN)
        assert shown.status_code == 200, shown.text
        assert not any(one.person in shown.text for one in (DESK, HEAD, OFFICER)), part
    for part in ("", "/history"):
        assert OFFICER.person in (await api.ask("GET", f"/v1/dossiers/{code}{part}", HEAD)).text


async def test_an_applicant_does_not_see_a_repair(api: ApiUnderTest) -> None:
    """It tells of the workflow and not of the matter: the staff reads who, why and with what outcome."""
    code = await api.submit(CITIZEN)
    note = NoteRepair(repair=RepairKind.RESTART, plan="a" * 64, reason="Sự cố 12", second="op.2", outcome="done")
    await api.harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=note))
    told = {by: (await api.ask("GET", f"/v1/dossiers/{code}/history", by)).json() for by in (CITIZEN, DESK)}
    assert [one["kind"] for one in told[DESK]["items"]].count("dossier_repaired") == 1
    assert "Lý do: Sự cố 12. Kế hoạch aaaaaaaaaaaa. Người thứ hai: op.2." in told[DESK]["items"][-1]["sentence"]["vi"]
    assert len(told[CITIZEN]["items"]) == len(told[DESK]["items"]) - 1
    assert "dossier_repaired" not in str(told[CITIZEN])


async def test_the_same_key_acts_once(api: ApiUnderTest) -> None:
    """The same key and body gives the same answer; the same key with another body is refused."""
    key = uuid4().hex
    first = await api.post("/v1/dossiers", CITIZEN, submission_body(), key=key)
    again = await api.post("/v1/dossiers", CITIZEN, submission_body(), key=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = await api.post("/v1/dossiers", CITIZEN, submission_body(case=2), key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_the_same_key_acts_once_after_the_secret_was_renewed(api: ApiUnderTest) -> None:
    """The answer under the older secret is given again, and another request under the key is still another one."""
    first = await api.post("/v1/dossiers", CITIZEN, submission_body(), key="khai-sinh-8")
    async with open_api(api.harness, keys=Keys(b"a newer secret of these tests", SECRET)) as later:
        again = await later.post("/v1/dossiers", CITIZEN, submission_body(), key="khai-sinh-8")
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        other = await later.post("/v1/dossiers", CITIZEN, submission_body(received_by=HA_NAM), key="khai-sinh-8")
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_refusal_that_an_operator_ends_is_not_kept(api: ApiUnderTest) -> None:
    """While rules of the files are not published a submission is refused; then the same request opens its dossier."""
    edited = a_small_province()
    calendar = edited.calendars[0].model_copy(update={"version": uuid4().hex[:8]})
    edited = Province.model_construct(**{**dict(edited), "calendars": (calendar,)})
    harness = api.harness
    engine = Engine(harness.env.client, harness.pool, edited, harness.task_queue, lambda: harness.staff)
    async with open_api(replace(harness, engine=engine)) as unpublished:
        refused = await unpublished.post("/v1/dossiers", CITIZEN, submission_body(), key="khai-sinh-9")
    assert (refused.status_code, refused.json()["code"]) == (409, "rules_not_published")
    assert (await api.post("/v1/dossiers", CITIZEN, submission_body(), key="khai-sinh-9")).status_code == 201


async def test_a_version_is_demanded_where_the_policy_says_so(api: ApiUnderTest) -> None:
    """A command of the policy without If-Match is refused with 428, and accepted with it; the others need none."""
    code = await api.submit(CITIZEN)
    async with open_api(api.harness, ApiPolicy(if_match_for=frozenset({"accept"}))) as careful:
        refused = await careful.act(code, DESK, "accept")
        assert (refused.status_code, refused.json()["code"]) == (428, "precondition_required")
        assert (await careful.act(code, DESK, "accept", If_Match='"1"')).status_code == 200
        assert (await careful.act(code, HEAD, "assign", {"person": OFFICER.person})).status_code == 200


async def test_what_four_eyes_forbid_is_not_offered(api: ApiUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dossier does not offer its caller what would be refused because of what they did in it; it offers the rest."""
    code = await api.submit(CITIZEN)
    await api.act(code, DESK, "accept")

    async def offered() -> set[str]:
        return {one["command"] for one in (await api.ask("GET", f"/v1/dossiers/{code}", DESK)).json()["allowed"]}

    before = await offered()
    policy = FourEyes(done=("accept",), then=("withdraw", "correct_entry"), source="Quy chế 1")
    monkeypatch.setattr(api.harness, "staff", api.harness.staff.model_copy(update={"four_eyes": (policy,)}))
    assert before - await offered() == {"withdraw", "correct_entry"}
    assert (await api.act(code, DESK, "withdraw")).json()["code"] == "four_eyes"


async def test_twenty_identical_submissions_at_once_are_one_dossier(api: ApiUnderTest) -> None:
    """Of twenty requests at once with one key one opens the dossier; the others are in flight or get its answer."""
    key = uuid4().hex
    answers = await asyncio.gather(*(api.post("/v1/dossiers", CITIZEN, submission_body(), key=key) for _ in range(20)))
    assert {one.status_code for one in answers} <= {201, 409}
    assert len({one.json()["dossier"] for one in answers if one.status_code == 201}) == 1
    assert {one.json()["code"] for one in answers if one.status_code == 409} <= {"request_in_flight"}


async def test_a_stale_version_never_overwrites(api: ApiUnderTest) -> None:
    """A command with a version that is no longer the dossier's is refused with the current one."""
    code = await api.submit(CITIZEN)
    first = await api.act(code, DESK, "accept", If_Match='"1"')
    stale = await api.act(code, DESK, "accept", If_Match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert stale.headers["etag"] == first.headers["etag"]


async def test_another_persons_dossier_looks_like_none(api: ApiUnderTest) -> None:
    """A dossier out of reach and a dossier that does not exist get the same answer, but for the code asked for."""
    code = await api.submit(CITIZEN)
    hidden = await api.ask("GET", f"/v1/dossiers/{code}", STRANGER)
    absent = await api.ask("GET", "/v1/dossiers/H42.1-250101-9999", STRANGER)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["code"] == absent.json()["code"] == "unknown_dossier"
    assert hidden.json().keys() == absent.json().keys()
    act = await api.act(code, STRANGER, "withdraw")
    assert (act.status_code, act.json()["code"]) == (404, "unknown_dossier")


async def test_a_refusal_is_a_problem_in_the_callers_language(api: ApiUnderTest) -> None:
    """A refused command has a code, a sentence in the language asked for, and the trace."""
    code = await api.submit(CITIZEN)
    for language in ("vi", "en"):
        refused = await api.act(code, DESK, "return_result", {"by": "counter"}, Accept_Language=language)
        problem = refused.json()
        assert refused.status_code == 409
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["content-language"] == language
        assert problem["code"] == "wrong_state"
        assert len(problem["trace_id"]) == 32
        assert problem["detail"].startswith("Hồ sơ" if language == "vi" else "Dossier")


async def test_a_wrong_field_is_named(api: ApiUnderTest) -> None:
    """Every wrong field is named by its pointer, and its value is not repeated."""
    body = submission_body(procedure=7, received_by=None)
    body["applicant"]["identity_number"] = "037 bí mật"
    refused = await api.post("/v1/dossiers", CITIZEN, body)
    assert refused.status_code == 422
    pointers = {one["pointer"] for one in refused.json()["errors"]}
    assert {"/procedure", "/received_by", "/applicant/identity_number"} <= pointers
    assert "bí mật" not in refused.text


async def test_a_date_of_birth_to_come_is_named(api: ApiUnderTest) -> None:
    """What only the engine finds in a body is named by its pointer too."""
    body = submission_body()
    body["applicant"]["birth_date"] = "2150-01-01"
    refused = await api.post("/v1/dossiers", CITIZEN, body)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/applicant/birth_date"]
    assert "applicant.birth_date" in refused.json()["detail"]


async def outcome(api: ApiUnderTest, by: Actor, place: str) -> dict[str, Any]:
    """The outcome of an act, as soon as there is one."""

    async def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = (await api.ask("GET", place, by)).json()
        return None if found["status"] == "pending" else found

    return await until(ended, "the act has an outcome")


async def test_a_caller_need_not_wait_for_the_record(api: ApiUnderTest) -> None:
    """With `respond-async` an accepted act is answered at once; it is pending while the ledger is held up."""
    code = await api.submit(CITIZEN)
    async with api.harness.entries_held_up():
        accepted = await api.act(code, DESK, "accept", Prefer="respond-async", key="accept-1")
        assert accepted.status_code == 202, accepted.text
        place = accepted.headers["location"]
        assert (await api.ask("GET", place, DESK)).json()["status"] == "pending"
        again = await api.act(code, DESK, "accept", Prefer="respond-async", key="accept-1")
        assert (again.status_code, again.content) == (202, accepted.content)
    recorded = await outcome(api, DESK, place)
    assert (recorded["status"], recorded["receipt"]["state"]) == ("recorded", "accepted")
    hidden = await api.ask("GET", place, CITIZEN)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "act_unknown")


async def test_a_submission_need_not_wait_for_the_record(api: ApiUnderTest) -> None:
    """A submission with `respond-async` says under which code the dossier will be, and is recorded soon."""
    async with api.harness.entries_held_up():
        accepted = await api.post("/v1/dossiers", CITIZEN, submission_body(), Prefer="respond-async")
        assert accepted.status_code == 202
    api.harness.made.append(accepted.json()["dossier"])
    recorded = await outcome(api, CITIZEN, accepted.headers["location"])
    assert recorded["receipt"]["dossier"] == accepted.json()["dossier"]


async def test_a_repeat_may_wait_for_the_record_or_not(api: ApiUnderTest) -> None:
    """A preference is no part of what is asked (RFC 7240): with another one the same key finds the same act.

    Who waits the second time gets the receipt. Who need not wait any more gets the kept answer.
    """
    code = await api.submit(CITIZEN)
    async with api.harness.entries_held_up():
        accepted = await api.act(code, DESK, "accept", Prefer="respond-async", key="accept-2")
        assert accepted.status_code == 202
    waited = await api.act(code, DESK, "accept", key="accept-2")
    assert (waited.status_code, waited.json()["state"]) == (200, "accepted"), waited.text
    again = await api.act(code, DESK, "accept", Prefer="respond-async", key="accept-2")
    assert (again.status_code, again.content) == (202, accepted.content)

    assert (await api.act(code, HEAD, "assign", {"person": OFFICER.person}, key="assign-2")).status_code == 200
    kept = await api.act(code, HEAD, "assign", {"person": OFFICER.person}, Prefer="respond-async", key="assign-2")
    assert (kept.status_code, kept.headers["idempotency-replayed"]) == (200, "true")


async def forgotten(api: ApiUnderTest) -> None:
    """No answer is kept any more: a crash of a server, or 35 days."""
    await api.harness.pool.execute("delete from kept_answer")


async def test_a_lost_answer_is_given_by_the_ledger(api: ApiUnderTest) -> None:
    """Without the kept answer a repeat gets the ledger's receipt, acts no second time, and takes no other body."""
    key = uuid4().hex
    first = await api.post("/v1/dossiers", CITIZEN, submission_body(), key=key)
    code = first.json()["dossier"]
    await forgotten(api)
    again = await api.post("/v1/dossiers", CITIZEN, submission_body(), key=key)
    assert (again.status_code, again.json()) == (201, {**first.json(), "repeated": True})
    assert again.headers["location"] == first.headers["location"]
    await forgotten(api)
    other = await api.post("/v1/dossiers", CITIZEN, submission_body(channel="post"), key=key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")

    acted = await api.act(code, DESK, "accept", key=key)
    await forgotten(api)
    repeated = await api.act(code, DESK, "accept", key=key, If_Match='"1"')
    assert (repeated.status_code, repeated.json()) == (200, {**acted.json(), "repeated": True})
    await forgotten(api)
    another = await api.act(code, DESK, "refuse", {"legal_basis": "Điều 4"}, key=key)
    assert (another.status_code, another.json()["code"]) == (422, "command_id_reused")
    version = await api.harness.pool.fetchval("select max(version) from event where dossier = $1", code)
    assert version == acted.json()["version"]


async def test_an_act_that_took_the_dossier_out_of_reach_is_answered_again(api: ApiUnderTest) -> None:
    """A unit that refused a handover no longer sees the dossier, and still learns that its refusal was recorded."""
    code = await api.submit(CITIZEN)
    assert (await api.act(code, DESK, "accept")).status_code == 200
    body = {"legal_basis": "Điều 4"}
    refused = await api.act(code, DESK_OF_HA_NAM, "refuse_handover", body, key="refuse-1")
    assert refused.status_code == 200, refused.text
    assert (await api.ask("GET", f"/v1/dossiers/{code}", DESK_OF_HA_NAM)).status_code == 404
    await forgotten(api)
    again = await api.act(code, DESK_OF_HA_NAM, "refuse_handover", body, key="refuse-1")
    assert (again.status_code, again.json()) == (200, {**refused.json(), "repeated": True})
    unseen = await api.act(code, DESK_OF_HA_NAM, "refuse_handover", body, key="refuse-2")
    assert (unseen.status_code, unseen.json()["code"]) == (404, "unknown_dossier")


async def test_a_refused_act_is_refused_at_once(api: ApiUnderTest) -> None:
    """A command that the dossier refuses is refused with `respond-async` too; its outcome can be read again."""
    code = await api.submit(CITIZEN)
    refused = await api.act(code, DESK, "return_result", {"by": "counter"}, Prefer="respond-async")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


async def test_ready_when_the_servers_answer(api: ApiUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process lives, and is ready while PostgreSQL and Temporal answer."""
    monkeypatch.setattr(health, "WITHIN", WITHIN)
    assert (await api.ask("GET", "/health/live")).json() == {"status": "ok"}
    ready = await api.ask("GET", "/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "waits_for": []})
