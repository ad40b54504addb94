"""The engine itself lets in who acts: people with posts, trusted services, applicants; no stranger."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from activities.ledger.verification.walk import verify
from domain.dossier.commands import Accept, AcknowledgeHandover, Assign, CheckPayment, Refuse, Withdraw
from domain.dossier.decide import Act
from domain.errors import DomainError, NotAuthorised, NotFound
from domain.organisation.people import Absence, Service
from domain.procedures.procedure import Channel
from domain.repairs.orders import RestartOrder
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, Principal, ServicePrincipal
from gateway.client import ActRequest, Receipt
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import submission
from tests.support.given import CITIZEN, DESK, HEAD, STRANGER
from tests.support.principals import ROOT
from tests.support.small_province import CENTRE, FREE, HA_NAM, PAID, PHU_LY

pytestmark = pytest.mark.stack

KIOSK = Actor(person="kiosk", role=Role.RECEPTION, unit=PHU_LY)
ANEW = RestartOrder(although_sound=True)
TRUSTED = Service(code="kiosk", name="Máy tiếp nhận", roles=(Role.RECEPTION,), units=(PHU_LY,), source="QĐ 1")


async def test_whom_nobody_entered_does_nothing(harness: EngineHarness) -> None:
    """By whichever door of the library: nothing is recorded, kept or opened, and it is said how to enter them."""
    code = (await harness.submit()).dossier
    before = await harness.kinds(code)
    with pytest.raises(NotFound, match="unknown_person") as refused:
        await harness.act(code, KIOSK, Accept())
    assert "services" in refused.value.message.vi
    with pytest.raises(NotFound, match="unknown_person"):
        await harness.submit(actor=KIOSK, channel=Channel.COUNTER)
    with pytest.raises(NotFound, match="unknown_person"):
        await harness.act(code, HEAD, Assign(person="officer-of-nowhere"))
    assert await harness.kinds(code) == before
    assert await harness.pool.fetchval("select count(*) from dossier") == 1


async def test_a_trusted_service_acts_as_it_is_entered(harness: EngineHarness) -> None:
    """In its role and unit, under its own code; from the moment that it stands in the staff."""
    code = (await harness.submit()).dossier
    harness.staff = harness.staff.model_copy(update={"services": (TRUSTED,)})
    with pytest.raises(NotAuthorised, match="service_not_in_unit"):
        await harness.act(code, KIOSK.model_copy(update={"unit": HA_NAM}), Accept())
    await harness.act(code, KIOSK, Accept())
    accepted = next(one for one in await harness.engine.history(code) if one.kind == "dossier_accepted")
    assert accepted.actor == KIOSK


@pytest.mark.parametrize(
    ("principal", "who", "why", "code"),
    [
        (ROOT, "kiosk", "Sự cố 12", "unknown_person"),
        (ROOT, None, "Sự cố 12", "unknown_person"),
        (ROOT, HEAD.person, "Sự cố 12", "not_in_role"),
        (ROOT, "Nguyễn Văn An", "Sự cố 12", "operator_not_an_identifier"),
        (ROOT, "op.1", " ", "repair_without_reason"),
        (PersonPrincipal(person="op.2"), "op.1", "Sự cố 12", "not_who_signed_in"),
        (PersonPrincipal(person=HEAD.person), None, "Sự cố 12", "not_in_role"),
        (PersonPrincipal(person="op.1", role=Role.SUPERVISOR), None, "Sự cố 12", "signed_in_for_another_post"),
        (PersonPrincipal(person="op.1", unit=HA_NAM), None, "Sự cố 12", "not_in_unit"),
        (ApplicantPrincipal(applicant="op.1"), None, "Sự cố 12", "not_who_signed_in"),
        (ServicePrincipal(service="kiosk"), "op.1", "Sự cố 12", "unknown_person"),
    ],
)
async def test_nobody_but_an_operator_plans_a_repair(
    harness: EngineHarness, principal: Principal, who: str | None, why: str, code: str
) -> None:
    """Whoever asks is refused as at the command line: nothing is recorded, and the dossier goes on."""
    dossier = (await harness.submit()).dossier
    with pytest.raises(DomainError) as refused:
        await harness.engine.repair_plans.plan(principal, ANEW, [dossier], who=who, why=why, per_minute=60)
    assert refused.value.code == code
    assert await harness.engine.repair_plans.lists.heads(1) == []
    await harness.act(dossier, DESK, Accept())


async def test_an_operator_who_signed_in_plans_in_their_own_name(harness: EngineHarness) -> None:
    """Without being named once more, also by a sign-in for this post alone; the register keeps the name."""
    dossier, plans = (await harness.submit()).dossier, harness.engine.repair_plans
    for principal in (PersonPrincipal(person="op.1"), PersonPrincipal(person="op.1", role=Role.OPERATOR, unit=CENTRE)):
        made = await plans.plan(principal, ANEW, [dossier], who=None, why="Sự cố", per_minute=60)
        assert made.made_by == "op.1"
    assert [one.made_by for one in await plans.lists.heads(5)] == ["op.1", "op.1"]


async def test_nobody_takes_a_machine_s_role_through_the_door_of_people(harness: EngineHarness) -> None:
    """And a person does not come in by the door of the machines."""
    code = (await harness.submit()).dossier
    for role in (Role.ASSIGNER, Role.PLATFORM):
        with pytest.raises(NotAuthorised, match="not_in_role"):
            await harness.act(code, HEAD.model_copy(update={"role": role}), Assign(person="an"))
        with pytest.raises(NotFound, match="unknown_person"):
            await harness.act(code, Actor(person="anybody", role=role), Assign(person="an"))
    request = ActRequest(command_id=uuid4(), actor=DESK, command=Accept())
    with pytest.raises(NotAuthorised, match="wrong_role"):
        await harness.engine.act_as_machine(code, request)
    with pytest.raises(NotAuthorised, match="wrong_role"):
        await harness.engine.send(code, Act(command_id=uuid4(), actor=DESK, command=CheckPayment(order="O-1")))


async def test_what_was_done_is_answered_when_its_sender_has_gone(harness: EngineHarness) -> None:
    """The same id again acts once and is answered, also from somebody who is away by then; another id is refused."""
    code, command_id = (await harness.submit()).dossier, uuid4()
    done = await harness.act(code, DESK, Accept(), command_id=command_id)
    away = Absence(person=DESK.person, began=datetime(2025, 7, 1, tzinfo=VIETNAM), ground="Nghỉ phép")
    harness.staff = harness.staff.model_copy(update={"absences": (away,)})
    again = await harness.act(code, DESK, Accept(), command_id=command_id)
    assert (again.repeated, again.version) == (True, done.version)
    with pytest.raises(NotAuthorised, match="person_absent"):
        await harness.act(code, DESK, Accept())


PORTAL = Service(code="portal", name="Cổng", for_applicants=True, procedures=(FREE.code,), source="QĐ 2")


async def refused(asked: Awaitable[Receipt]) -> tuple[str, dict[str, str]]:
    """The code and the facts with which a request is refused."""
    with pytest.raises(DomainError) as refusal:
        await asked
    return refusal.value.code, refusal.value.facts


async def test_nobody_acts_in_another_s_name(harness: EngineHarness) -> None:
    """By whichever door, and nothing is recorded: neither a colleague, nor an applicant in the office, nor a service
    for staff or, untrusted, for an applicant, nor anybody under the code of a service."""
    code = (await harness.submit()).dossier
    harness.staff = harness.staff.model_copy(update={"services": (TRUSTED,)})
    before = await harness.kinds(code)
    for principal, actor, command, expected in (
        (PersonPrincipal(person=HEAD.person), DESK, Accept(), "not_who_signed_in"),
        (ApplicantPrincipal(applicant=DESK.person), DESK, Accept(), "not_who_signed_in"),
        (PersonPrincipal(person=CITIZEN.person), CITIZEN, Withdraw(), "not_who_signed_in"),
        (ApplicantPrincipal(applicant="cd-9"), CITIZEN, Withdraw(), "not_who_signed_in"),
        (ServicePrincipal(service="kiosk"), DESK, Accept(), "service_not_for_staff"),
        (ServicePrincipal(service="kiosk"), CITIZEN, Withdraw(), "service_not_for_applicants"),
        (ServicePrincipal(service="stranger"), CITIZEN, Withdraw(), "unknown_person"),
        (ROOT, KIOSK, Accept(), "only_the_service_itself"),
    ):
        act = harness.act(code, actor, command, principal=principal)
        assert (await refused(act))[0] == expected
        filed = harness.engine.submit(principal, submission(actor=actor))
        assert (await refused(filed))[0] == expected
    assert await harness.kinds(code) == before
    assert await harness.pool.fetchval("select count(*) from dossier") == 1


async def test_what_was_done_is_not_told_to_somebody_else(harness: EngineHarness) -> None:
    """A command that acted before is answered to those in whose name it was done, and to nobody who names them."""
    code, command_id = (await harness.submit()).dossier, uuid4()
    await harness.act(code, DESK, Accept(), command_id=command_id)
    stranger = PersonPrincipal(person=HEAD.person)
    again = harness.act(code, DESK, Accept(), command_id=command_id, principal=stranger)
    assert (await refused(again))[0] == "not_who_signed_in"


async def test_another_applicant_s_dossier_looks_like_none(harness: EngineHarness) -> None:
    """Word for word, also through a trusted service, and for a dossier that the desk filed; the account of the machine,
    which reads every dossier, is told why."""
    harness.staff = harness.staff.model_copy(update={"services": (PORTAL,)})
    code, at_desk = (
        (await harness.submit()).dossier,
        (await harness.submit(actor=DESK, channel=Channel.COUNTER)).dossier,
    )
    none = "H42.13285-250701-9999"
    for principal in (ApplicantPrincipal(applicant=STRANGER.person), ServicePrincipal(service="portal")):
        for dossier in (code, at_desk, none):
            asked = harness.act(dossier, STRANGER, Withdraw(), principal=principal)
            assert await refused(asked) == ("unknown_dossier", {"dossier": dossier})
    assert (await refused(harness.act(code, STRANGER, Withdraw(), principal=ROOT)))[0] == "wrong_person"
    assert (await refused(harness.act(at_desk, CITIZEN, Withdraw(), principal=ROOT)))[0] == "filed_at_desk"
    await harness.act(code, CITIZEN, Withdraw())


async def test_the_record_says_which_program_carried_an_act(harness: EngineHarness) -> None:
    """Whatever the request claims; the chain holds with rows that name one and rows that do not, and the same command
    sent again through another program is the same command."""
    harness.staff = harness.staff.model_copy(update={"services": (PORTAL,)})
    filed = submission(actor=CITIZEN.model_copy(update={"carried_by": "somebody-else"}))
    with harness.env.with_time_skipping_disabled():  # else its ladder may climb before anybody acts
        receipt = await harness.engine.submit(ServicePrincipal(service="portal"), filed)
    code, command_id = receipt.dossier, uuid4()
    harness.made.append(code)
    again = await harness.engine.submit(ApplicantPrincipal(applicant=CITIZEN.person, carried_by="ung-dung"), filed)
    assert (again.repeated, again.dossier) == (True, code)
    program = PersonPrincipal(person=DESK.person, carried_by="mot-cua")
    done = await harness.act(code, DESK, Accept(), command_id=command_id, principal=program)
    twice = await harness.act(code, DESK, Accept(), command_id=command_id, principal=ROOT)
    assert (twice.repeated, twice.version) == (True, done.version)
    await harness.act(code, HEAD, AcknowledgeHandover(), principal=ROOT)
    carriers = {one.kind: one.actor.carried_by for one in await harness.engine.history(code)}
    assert carriers["dossier_submitted"] == "portal"
    assert carriers["dossier_accepted"] == "mot-cua"
    assert carriers["handover_acknowledged"] == "tai-khoan.root"
    assert not (await verify(harness.pool, code)).problems


async def test_a_service_keeps_to_its_scopes(harness: EngineHarness) -> None:
    """In every door: its procedures, its commands, its days. A service that was revoked is answered nothing more, also
    not what it did before."""
    scoped = TRUSTED.model_copy(update={"procedures": (FREE.code,), "commands": ("submit", "accept")})
    harness.staff = harness.staff.model_copy(update={"services": (scoped,)})
    at_desk: dict[str, Any] = {"actor": KIOSK, "channel": Channel.COUNTER}
    assert (await refused(harness.submit(PAID, **at_desk)))[0] == "service_not_in_procedure"
    code, command_id = (await harness.submit(FREE, **at_desk)).dossier, uuid4()
    paid = (await harness.submit(PAID)).dossier
    assert (await refused(harness.act(paid, KIOSK, Accept())))[0] == "service_not_in_procedure"
    assert (await refused(harness.act(code, KIOSK, Refuse(legal_basis="Điều 7"))))[0] == "service_not_in_command"
    await harness.act(code, KIOSK, Accept(), command_id=command_id)
    over = scoped.model_copy(update={"valid_to": date(2025, 7, 1)})
    harness.staff = harness.staff.model_copy(update={"services": (over,)})
    assert (await refused(harness.act(code, KIOSK, Accept(), command_id=command_id)))[0] == "service_revoked"
    assert (await refused(harness.submit(FREE, **at_desk)))[0] == "service_revoked"
