"""Everything that needs a person is one row, which closes by itself when its cause is gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from activities.events_out.filters import EventFilter
from activities.ledger.incident_rows import IncidentFilter
from activities.ledger.search.query import SearchScope
from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from activities.relays.set_aside import SetAsideList
from activities.webhooks.orders import WebhookOrders
from activities.webhooks.register import Owner, WebhookRegister
from domain.dossier.commands import AcknowledgeHandover, HandOver, RefuseHandover, ReturnResult
from domain.errors import DomainError
from domain.incidents import Incident, IncidentAction
from domain.repairs.causes import Cause
from domain.repairs.stuck_codes import BY_BEGINNING, cause_named
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.client.incidents import Correction, Incidents, Order
from gateway.i18n import wording
from tests.support.dossier_steps import accepted, ordered_to_be_signed, paid
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD, HEAD_OF_DESK
from tests.support.principals import ROOT
from tests.support.small_province import ACTING, CENTRE, COMMITTEE, HA_NAM, PHU_LY, people

pytestmark = pytest.mark.stack

OPERATOR = Order(ROOT, "Ca chiều", who="op.1")


async def ids(incidents: Incidents, scope: SearchScope | None = None, **wanted: Any) -> list[str]:
    """The ids that a filter finds."""
    rows = await incidents.found(IncidentFilter(**wanted), limit=50, scope=scope or SearchScope())
    return [one.id for one in rows]


async def refused(act: Any, code: str) -> None:
    """Requires that the act is refused with this code."""
    with pytest.raises(DomainError, match=code):
        await act


async def registration_refused(harness: EngineHarness) -> str:
    """Given: a returned dossier whose registration was refused for good."""
    await harness.control("civil", {"mode": "refused"})
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until(code, lambda one: any(incident.final for incident in one.incidents))
    await harness.act(code, DESK, ReturnResult())
    return code


async def test_a_refused_call_is_a_row_until_it_is_done(harness: EngineHarness) -> None:
    """It is found by its cause, system and unit, within the caller's reach; assigned, retried once, and gone."""
    code, incidents = await registration_refused(harness), Incidents(harness.engine)
    name = f"call.{code}.register-1"
    one = await incidents.one(name)
    assert (one.cause, one.system, one.unit, one.dossier) == (Cause.REFUSED_FOR_GOOD, "civil", HA_NAM, code)
    assert await ids(incidents, cause=Cause.REFUSED_FOR_GOOD, system="civil", unit=HA_NAM) == [name]
    for other in ({"system": "land"}, {"unit": CENTRE}, {"cause": Cause.TASK_FAILS}, {"assigned": True}):
        assert await ids(incidents, **other) == []
    assert await ids(incidents, SearchScope(units=(HA_NAM,))) == [name]
    assert await ids(incidents, SearchScope(units=(CENTRE,))) == []
    await refused(incidents.one(name, SearchScope(units=(CENTRE,))), "unknown_incident")
    await refused(incidents.assign(name, "desk.phuly", OPERATOR), "not_in_role")
    await refused(incidents.assign(name, "op.2", Order(ROOT, "x", who="desk.phuly")), "not_in_role")
    await incidents.assign(name, "op.2", OPERATOR)
    assert await ids(incidents, assigned_to="op.2") == await ids(incidents, assigned=True) == [name]
    assert await ids(incidents, assigned_to="op.1") == []
    await refused(incidents.resolve(name, OPERATOR), "incident_still_there")
    await refused(incidents.retry(name, OPERATOR, Correction(signer="op.1")), "retry_input_of_result")
    await refused(incidents.retry(name, Order(ROOT, " ", who="op.1")), "incident_without_reason")
    assert [(one.act, one.assigned_to, one.who) for one in await incidents.acts(one)] == [("assign", "op.2", "op.1")]
    await harness.control("civil")
    await incidents.retry(name, OPERATOR)
    await harness.until(code, lambda now: now.result.reference is not None)
    assert await ids(incidents) == []
    await refused(incidents.retry(name, OPERATOR), "unknown_incident")
    assert [one["times"] for one in (await harness.inspect("civil"))["effects"]] == [1]


async def test_a_reply_that_nobody_knows_is_a_row_until_it_is_understood(harness: EngineHarness) -> None:
    """The call is made again by itself; meanwhile the row says that somebody has to ask what the code means. The
    returned dossier does not wait for it."""
    await harness.control("civil", {"mode": "unknown_code", "service": "DangKyKetQua"})
    code, incidents = await ordered_to_be_signed(harness, await paid(harness)), Incidents(harness.engine)
    await harness.until(code, lambda one: bool(one.incidents))
    await harness.act(code, DESK, ReturnResult())
    one = await incidents.one(f"call.{code}.register-1")
    assert (one.cause, one.code, one.system) == (Cause.UNKNOWN_REPLY, "unknown_reply.error_4711", "civil")
    assert IncidentAction.RETRY not in one.actions
    assert await ids(incidents, cause=Cause.UNKNOWN_REPLY) == [one.id]
    words = wording.failure_name(one.code)
    assert "error_4711" in words.vi
    assert "error_4711" in words.en
    [told] = [found for found in await harness.engine.failed.find() if found.cause is Cause.UNKNOWN_REPLY]
    assert told.dossiers == 1
    await harness.control("civil")
    await harness.until(code, lambda now: now.result.reference is not None)
    assert await ids(incidents) == []
    assert [one["times"] for one in (await harness.inspect("civil"))["effects"]] == [1]


async def test_what_only_a_person_can_find_out_is_a_row_of_its_own(harness: EngineHarness) -> None:
    """The certificate of the seal has expired: the seal waits for a person, who has it made again under another key
    when the certificate is renewed."""
    await harness.control("signing", {"mode": "expired_certificate", "service": "seal"})
    code, incidents = await ordered_to_be_signed(harness, await paid(harness)), Incidents(harness.engine)
    await harness.until(code, lambda one: bool(one.incidents))
    name = f"call.{code}.seal-1"
    one = await incidents.one(name)
    assert (one.cause, one.code) == (Cause.NEEDS_PERSON, "needs_person.certificate_not_valid")
    assert await ids(incidents, cause=Cause.NEEDS_PERSON) == [name]
    await harness.control("signing")
    await incidents.retry(name, OPERATOR)
    await harness.until(code, lambda now: not now.incidents)
    assert await ids(incidents) == []


async def test_what_is_stuck_set_aside_or_given_up_is_a_row(harness: EngineHarness) -> None:
    """The other registers give rows too. What people do acts on the register, and the row closes."""
    code, incidents, pool = await accepted(harness), Incidents(harness.engine), harness.pool
    register = WebhookRegister(pool)
    await StuckDossiers(pool).put([StuckExecutor(dossier=code, run="a-run", code="NonDeterministicError")])
    await SetAsideList(pool).put("portal", code, 1, "event_unreadable")
    hook, _ = await register.create(Owner(kind="service", code="so-hoa"), "https://a.example/", EventFilter(), "op.1")
    await pool.execute(
        "insert into webhook_behind (webhook, dossier, version, code, dead_at) values ($1, $2, 2, 'http_500', now())",
        hook.id, code,
    )  # fmt: skip
    await register.pause(hook.id, None, "op.1")
    await pool.execute("update webhook set because = 'webhook_gone', stopped_at = now() where id = $1", hook.id)
    stuck, aside = f"workflow.{code}", f"relay.portal.{code}.1"
    given_up, stopped = f"webhook.{hook.id}.{code}.2", f"webhook.{hook.id}"
    assert set(await ids(incidents)) == {stuck, aside, given_up, stopped}
    assert set(await ids(incidents, SearchScope(units=(HA_NAM, PHU_LY)))) == {stuck, aside, given_up, stopped}
    assert (await incidents.one(stuck)).cause is Cause.DOES_NOT_REPLAY
    for told in (*BY_BEGINNING, *wording.CAUSES, "database_refused 42501", "dossier_unreadable"):
        await StuckDossiers(pool).put([StuckExecutor(dossier=code, run="a-run", code=told)])
        assert (await incidents.one(stuck)).cause is cause_named(told), told
    await refused(incidents.retry(given_up, OPERATOR, Correction(signer="x")), "incident_needs_no_input")
    await refused(incidents.retry(stuck, OPERATOR), "incident_action_not_offered")  # it is repaired by a plan
    await refused(incidents.resolve(stuck, OPERATOR), "incident_still_there")
    await refused(incidents.retry(aside, OPERATOR), "incident_action_not_offered")
    await SetAsideList(pool).put("portal", code, 1, "error_02")
    await incidents.retry(aside, OPERATOR)
    assert [one.dossier for one in await SetAsideList(pool).ordered_again("portal")] == [code]
    await incidents.resolve(aside, OPERATOR)
    await refused(incidents.resolve(aside, OPERATOR), "unknown_incident")
    of_ward = Order(ROOT, "Ca chiều", who="op.1", scope=SearchScope(units=(HA_NAM,)), of_province=False)
    for act in (
        incidents.retry(stopped, of_ward),
        incidents.resolve(stopped, of_ward),
        incidents.assign(stopped, "op.2", of_ward),
    ):
        await refused(act, "whole_province_needed")
    await incidents.retry(given_up, of_ward)  # it is of a dossier within reach
    await incidents.retry(stopped, OPERATOR)
    assert [(one.act, one.who) for one in await WebhookOrders(pool).latest()] == [("resume", "op.1"), ("retry", "op.1")]
    await StuckDossiers(pool).put([])
    assert await ids(incidents) == []


async def test_an_overdue_handover_is_noted_and_closes_with_its_answer(harness: EngineHarness) -> None:
    """The engine can do nothing but wait: somebody calls the unit and says so. The answer closes the row."""
    code, incidents = await accepted(harness), Incidents(harness.engine)
    assert await ids(incidents) == []
    await harness.pool.execute(  # a skipped time would be later than that of the register
        "update dossier set snapshot = jsonb_set(snapshot, '{handovers,-1,overdue_at}', to_jsonb(now()))"
        " where code = $1",
        code,
    )
    name = f"handover.{code}.1"
    one = await incidents.one(name)
    assert (one.cause, one.unit, one.resolved) == (Cause.UNACKNOWLEDGED, HA_NAM, False)
    assert IncidentAction.RETRY not in one.actions
    await incidents.resolve(name, OPERATOR)
    assert (await ids(incidents), await ids(incidents, resolved=None)) == ([], [name])
    assert await ids(incidents, resolved=True) == [name]
    await harness.act(code, HEAD, AcknowledgeHandover())
    assert await ids(incidents, resolved=None) == []


async def test_an_escalation_at_the_top_closes_with_the_next_state_of_the_dossier(harness: EngineHarness) -> None:
    """Nobody answered and there is no level above: it is listed and counted, until the dossier has none any more."""
    code, incidents = await accepted(harness), Incidents(harness.engine)
    await harness.pool.execute(  # a skipped time would be later than that of the register
        "update dossier set snapshot = snapshot || jsonb_build_object('escalations',"
        " jsonb_build_array(jsonb_build_object('number', 3, 'unit', $2::text, 'at_top_since', now()))) where code = $1",
        code,
        COMMITTEE,
    )
    assert await ids(incidents) == []
    await harness.pool.execute(
        "insert into work_item (dossier, unit, role, act, since) values ($1, $2, 'head_of_unit',"
        " 'acknowledge_escalation', now())",
        code,
        COMMITTEE,
    )
    name = f"escalation.{code}.3"
    one = await incidents.one(name)
    assert (one.cause, one.unit, one.resolved) == (Cause.UNANSWERED, COMMITTEE, False)
    found = {one.cause: one for one in await harness.engine.failed.find()}
    assert [(part.where, part.dossiers) for part in found[Cause.UNANSWERED].parts] == [(COMMITTEE, 1)]
    await harness.act(code, HEAD, AcknowledgeHandover())
    assert await ids(incidents, resolved=None) == []


async def test_an_overdue_coordination_closes_when_the_dossier_is_placed(harness: EngineHarness) -> None:
    """Nobody found the competent authority in time. The row is the queue's, and among what does not go on; it is gone
    as soon as the coordinator sends the dossier to a unit."""
    coordinator = Actor(person="coordinator.1", role=Role.COORDINATOR, unit=CENTRE)
    harness.staff = people(*ACTING, (coordinator.person, coordinator.role, CENTRE))
    code, incidents = await accepted(harness), Incidents(harness.engine)
    await harness.act(code, HEAD, RefuseHandover(legal_basis="Điều 9"))
    assert await ids(incidents) == []
    await harness.pool.execute(  # a skipped time would be later than that of the register
        "update dossier set snapshot = jsonb_set(snapshot, '{coordination_overdue_at}', to_jsonb(now()))"
        " where code = $1",
        code,
    )
    name = f"coordination.{code}"
    one = await incidents.one(name)
    assert (one.cause, one.unit, one.dossier) == (Cause.UNPLACED, CENTRE, code)
    assert IncidentAction.RETRY not in one.actions
    assert await ids(incidents, cause=Cause.UNPLACED, unit=CENTRE) == [name]
    found = {one.cause: one for one in await harness.engine.failed.find()}
    assert [(part.where, part.dossiers) for part in found[Cause.UNPLACED].parts] == [(CENTRE, 1)]
    await harness.act(code, coordinator, HandOver(unit=PHU_LY, legal_basis="Điều 8"))
    assert await ids(incidents, resolved=None) == []
    assert Cause.UNPLACED not in {one.cause for one in await harness.engine.failed.find()}


async def coordination_overdue(harness: EngineHarness, code: str, since: datetime) -> None:
    """Given: it was reported at this instant. A skipped time would be later than that of the register."""
    await harness.pool.execute(
        "update dossier set snapshot = jsonb_set(snapshot, '{coordination_overdue_at}', to_jsonb($2::timestamptz))"
        " where code = $1",
        code, since,
    )  # fmt: skip


async def test_a_coordination_that_comes_back_is_a_new_incident(harness: EngineHarness) -> None:
    """The unit that the queue chose refuses. The time of the queue is over still, but what was noted about the stay
    before does not hide this one: it begins when the dossier came back."""
    coordinator = Actor(person="coordinator.1", role=Role.COORDINATOR, unit=CENTRE)
    harness.staff = people(*ACTING, (coordinator.person, coordinator.role, CENTRE))
    code, incidents = await accepted(harness), Incidents(harness.engine)
    await harness.act(code, HEAD, RefuseHandover(legal_basis="Điều 9"))
    overdue_at = datetime.now(VIETNAM)
    await coordination_overdue(harness, code, overdue_at)
    name = f"coordination.{code}"
    assert (await incidents.one(name)).since == overdue_at
    await incidents.resolve(name, OPERATOR)
    assert await ids(incidents) == []
    await harness.act(code, coordinator, HandOver(unit=PHU_LY, legal_basis="Điều 8"))
    await harness.act(code, HEAD_OF_DESK, RefuseHandover(legal_basis="Điều 9"))
    await coordination_overdue(harness, code, overdue_at)  # the workflow does not know what the register was told
    one = await incidents.one(name)
    assert one.since == (await harness.engine.history(code))[-1].event.at
    assert await ids(incidents) == [name]
    [found] = [one for one in await harness.engine.failed.find() if one.cause is Cause.UNPLACED]
    assert found.since == one.since


async def test_a_page_goes_on_where_the_last_one_ended(harness: EngineHarness) -> None:
    """The oldest come first; a page begins after a row, or ends before it."""
    incidents, codes = Incidents(harness.engine), [await accepted(harness) for _ in range(3)]
    for code in codes:
        await SetAsideList(harness.pool).put("portal", code, 1, "event_unreadable")

    async def page(place: tuple[Incident, bool] | None = None) -> list[Incident]:
        at = None if place is None else (place[0].since, place[0].id, place[1])
        return await incidents.found(IncidentFilter(), limit=2, place=at)

    first = await page()
    (last,) = await page((first[1], False))
    assert [one.dossier for one in (*first, last)] == codes
    assert [one.dossier for one in await page((last, True))] == codes[1::-1]
