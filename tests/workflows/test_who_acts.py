"""The engine itself lets in who acts: people with posts, trusted services, applicants; no stranger."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from activities.ledger.stuck_dossiers import StuckDossiers
from domain.dossier.commands import Accept, Assign, CheckPayment
from domain.dossier.decide import Act
from domain.errors import DomainError, NotAuthorised, NotFound
from domain.organisation.people import Absence, Service
from domain.procedures.procedure import Channel
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.client import ActRequest
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD
from tests.support.small_province import HA_NAM, PHU_LY

pytestmark = pytest.mark.stack

KIOSK = Actor(person="kiosk", role=Role.RECEPTION, unit=PHU_LY)
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
    ("who", "why", "code"),
    [
        ("kiosk", "Sự cố 12", "unknown_person"),
        (HEAD.person, "Sự cố 12", "not_in_role"),
        ("Nguyễn Văn An", "Sự cố 12", "operator_not_an_identifier"),
        ("op.1", " ", "restart_without_reason"),
    ],
)
async def test_nobody_but_an_operator_restarts_a_dossier(harness: EngineHarness, who: str, why: str, code: str) -> None:
    """A service in the same process is refused as at the command line: nothing is recorded, and the dossier goes on."""
    dossier = (await harness.submit()).dossier
    with pytest.raises(DomainError) as refused:
        await harness.engine.restart(dossier, who=who, why=why, although_sound=True)
    assert refused.value.code == code
    assert await StuckDossiers(harness.pool).restarts() == []
    await harness.act(dossier, DESK, Accept())


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
