"""Tests of who may act in which role and unit today, and for which absent colleague."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.dossier.commands import Assign, Claim, CompleteStep
from domain.dossier.state import State
from domain.dossier.view import DossierSummary
from domain.errors import DomainError, NotAuthorised, NotFound
from domain.organisation.people import Post, Service
from domain.organisation.staff import Staff
from domain.procedures.procedure import Channel
from domain.roles import Actor, Role
from gateway.client import ActRequest, Submission
from gateway.client.admitting.authorization import actor_for, admitted, admitted_submission, asks_the_dossier
from gateway.client.requests import read_submission
from tests.support.small_province import HA_NAM, PHU_LY, at
from tests.support.small_staff import CHAIR, CIVIL, EVERYBODY, NOON, POSTS, absence, appointment, delegation, staff

CIVIL_AWAY = staff(absence("civil", ended="2026-03-05 00:00"), delegations=(delegation("civil", "chair"),))


def dossier(**changes: Any) -> DossierSummary:
    """A dossier that ward Hà Nam processes."""
    return DossierSummary.model_validate(
        {
            "code": "H42.13285-260302-0001",
            "version": 4,
            "state": State.PROCESSING,
            "portal_code": 4,
            "procedure": "1.000001",
            "channel": Channel.ONLINE,
            "received_by": PHU_LY,
            "competent": HA_NAM,
            "responsible": HA_NAM,
            "updated_at": NOON,
            **changes,
        }
    )


def asked(person: str, command: Any, role: Role = Role.HEAD_OF_UNIT, unit: str | None = HA_NAM) -> ActRequest:
    """A person's request."""
    return ActRequest(command_id=uuid4(), actor=Actor(person=person, role=role, unit=unit), command=command)


def refused(people: Staff, person: str, role: Role, unit: str | None, when: str = "2026-03-02 12:00") -> str:
    """The code with which a person is refused."""
    with pytest.raises(NotAuthorised) as refusal:
        actor_for(person, role, unit, people, at(when))
    assert "{" not in refusal.value.message.vi
    return refusal.value.code


def test_who_holds_the_post_acts_in_it() -> None:
    """A post in the unit with the role is enough, and the unit need not be stated."""
    wanted = Actor(person="civil", role=Role.SPECIALIST, unit=HA_NAM)
    assert actor_for("civil", Role.SPECIALIST, HA_NAM, staff(), NOON) == wanted
    assert actor_for("civil", Role.SPECIALIST, None, staff(), NOON) == wanted


def test_another_unit_s_officer_and_another_role_are_turned_away() -> None:
    """A person may not act in another unit or another role."""
    assert refused(staff(), "other", Role.SPECIALIST, HA_NAM) == "not_in_unit"
    assert refused(staff(), "civil", Role.SIGNATORY, HA_NAM) == "not_in_role"
    assert refused(staff(), "civil", Role.SYSTEM, HA_NAM) == "not_in_role"


def test_a_post_is_held_on_its_days() -> None:
    """A person may act only from the first to the last day of the appointment."""
    people = staff(appointments=(appointment("civil", CIVIL, until=at("2026-03-01 00:00").date()),))
    assert refused(people, "civil", Role.SPECIALIST, HA_NAM) == "not_in_unit"
    assert refused(people, "civil", Role.SPECIALIST, None) == "not_in_unit"


def test_the_absent_do_not_act_and_act_again_on_return() -> None:
    """An absent person is refused, with the name of the stand-in, until the hour of the return."""
    with pytest.raises(NotAuthorised, match="person_absent") as refusal:
        actor_for("civil", Role.SPECIALIST, HA_NAM, CIVIL_AWAY, NOON)
    assert "chair" in refusal.value.message.vi
    assert actor_for("civil", Role.SPECIALIST, HA_NAM, CIVIL_AWAY, at("2026-03-05 00:00")).stands_in_for is None


def test_a_delegate_stands_in_only_while_the_giver_is_away() -> None:
    """A delegate acts only during the absence and for the delegated roles, and the colleague is recorded."""
    acting = actor_for("chair", Role.SPECIALIST, HA_NAM, CIVIL_AWAY, NOON)
    assert (acting.person, acting.stands_in_for) == ("chair", "civil")
    assert refused(CIVIL_AWAY, "chair", Role.SPECIALIST, HA_NAM, "2026-03-05 00:00") == "not_in_role"
    assert refused(CIVIL_AWAY, "general", Role.SIGNATORY, HA_NAM) == "not_in_role"
    assert actor_for("chair", Role.SIGNATORY, HA_NAM, CIVIL_AWAY, NOON).stands_in_for is None


def test_with_a_post_of_their_own_a_delegate_stands_in_where_the_dossier_says_so() -> None:
    """An officer with an own post stands in only on dossiers assigned to the absent colleague."""
    people = staff(absence("civil"), delegations=(delegation("civil", "general"),))
    own = actor_for("general", Role.SPECIALIST, HA_NAM, people, NOON)
    on_theirs = actor_for("general", Role.SPECIALIST, HA_NAM, people, NOON, assignee="civil")
    elsewhere = actor_for("general", Role.SPECIALIST, HA_NAM, people, NOON, assignee="somebody")
    assert [one.stands_in_for for one in (own, on_theirs, elsewhere)] == [None, "civil", None]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.APPLICANT])
@pytest.mark.parametrize("unit", [None, HA_NAM, PHU_LY, "99999"])
def test_whom_the_staff_does_not_know_is_nobody(role: Role, unit: str | None) -> None:
    """An unknown person is refused in every role and unit, and no person may take a machine's role."""
    with pytest.raises(NotFound, match="unknown_person"):
        actor_for("officer-7", role, unit, staff(), NOON)


def test_applicants_are_not_staff() -> None:
    """A citizen needs no post, and an officer on leave may submit a dossier."""
    assert actor_for("cd-1", Role.APPLICANT, None, staff(), NOON).person == "cd-1"
    assert actor_for("civil", Role.APPLICANT, None, CIVIL_AWAY, NOON).role is Role.APPLICANT


def test_a_request_is_let_in_with_the_actor_as_the_staff_knows_them() -> None:
    """The dossier's assignee decides for whom a stand-in acts, and the rest of the request is unchanged."""
    request = asked("chair", CompleteStep(step="process"), Role.SPECIALIST)
    let_in = admitted(request, dossier(assignee="civil"), CIVIL_AWAY, NOON)
    assert let_in.actor.stands_in_for == "civil"
    assert (let_in.command_id, let_in.command) == (request.command_id, request.command)


def test_nobody_says_themselves_for_whom_they_stand_in() -> None:
    """A request cannot state for whom its actor stands in."""
    request = asked("general", CompleteStep(step="process"), Role.SPECIALIST)
    claimed = request.model_copy(update={"actor": request.actor.model_copy(update={"stands_in_for": "civil"})})
    assert admitted(claimed, dossier(assignee="civil"), staff(), NOON).actor.stands_in_for is None
    handed_in = a_submission("general", HA_NAM, Role.SPECIALIST)
    claimed_too = handed_in.model_copy(update={"actor": claimed.actor})
    assert admitted_submission(claimed_too, staff(), NOON).actor.stands_in_for is None


def test_a_code_of_an_earlier_day_was_the_persons_own_on_that_day() -> None:
    """A unit code of an earlier day is accepted only if the person's unit had it on that day, because codes are
    reused."""
    request = asked("civil", CompleteStep(step="process"), Role.SPECIALIST)

    def as_of(day: date) -> ActRequest:
        return request.model_copy(update={"actor": request.actor.model_copy(update={"as_of": day})})

    began = staff().appointments[0].valid_from
    assert admitted(as_of(NOON.date() - timedelta(days=1)), dossier(), staff(), NOON).actor.as_of is not None
    for day in (began - timedelta(days=1), NOON.date() + timedelta(days=1)):
        with pytest.raises(NotAuthorised, match=r"not_in_(unit|role)"):
            admitted(as_of(day), dossier(), staff(), NOON)


def test_by_hand_too_the_absent_get_nothing() -> None:
    """An assignment to an unknown or absent person, to another unit or another role is refused; the stand-in may be
    assigned."""
    head = Post(code="p.head", unit=HA_NAM, role=Role.HEAD_OF_UNIT, title="Giám đốc")
    people = CIVIL_AWAY.model_copy(
        update={
            "posts": (*CIVIL_AWAY.posts, head),
            "appointments": (*CIVIL_AWAY.appointments, appointment("head", head)),
        }
    )

    def result(person: str, step_role: Role | None = Role.SPECIALIST) -> str:
        try:
            admitted(asked("head", Assign(person=person)), dossier(), people, NOON, step_role=step_role)
        except DomainError as refusal:
            return refusal.code
        return "let in"

    assert {result("general"), result("chair"), result("head", None)} == {"let in"}
    assert result("chair", Role.SIGNATORY) == "let in"
    assert result("officer-7") == "unknown_person"
    assert result("civil") == "assignee_absent"
    assert result("other") == "assignee_elsewhere"
    assert result("head") == "assignee_not_in_role"
    assert result("general", Role.SIGNATORY) == "assignee_not_in_role"


def a_submission(person: str, unit: str, role: Role = Role.RECEPTION) -> Submission:
    """A submission of a person."""
    return read_submission(
        {
            "key": "k-1",
            "actor": {"person": person, "role": role.value, "unit": unit},
            "procedure": "1.000001",
            "channel": "counter",
            "received_by": unit,
            "matter": {"territory": HA_NAM},
            "applicant": {"name": "A", "identity_number": "037099001234", "birth_date": "1999-01-31"},
        }
    )


def test_a_submission_is_let_in_like_any_other_act() -> None:
    """Post, unit and absence of the submitter are checked as for every act."""
    desk = Post(code="p.desk", unit=HA_NAM, role=Role.RECEPTION, title="Một cửa")
    people = staff(
        absence("away"),
        posts=(*POSTS, desk),
        appointments=(*EVERYBODY, appointment("desk", desk), appointment("away", desk)),
    )
    assert admitted_submission(a_submission("desk", HA_NAM), people, NOON) == a_submission("desk", HA_NAM)
    assert admitted_submission(a_submission("cd-1", HA_NAM, Role.APPLICANT), people, NOON).actor.person == "cd-1"
    cases = {
        ("desk", PHU_LY): "not_in_unit", ("civil", HA_NAM): "not_in_role", ("away", HA_NAM): "person_absent",
        ("officer-7", HA_NAM): "unknown_person",
    }  # fmt: skip
    for (person, unit), code in cases.items():
        with pytest.raises(DomainError, match=code):
            admitted_submission(a_submission(person, unit), people, NOON)


KIOSK = Service(code="kiosk", name="Máy", roles=(Role.RECEPTION,), units=(HA_NAM,), source="QĐ 1")


def test_a_trusted_service_acts_in_its_roles_and_units_only() -> None:
    """A registered service acts only in its roles and units, and an unregistered one not at all."""
    people = staff(services=(KIOSK, KIOSK.model_copy(update={"code": "everywhere", "units": None})))
    wanted = Actor(person="kiosk", role=Role.RECEPTION, unit=HA_NAM)
    assert actor_for("kiosk", Role.RECEPTION, HA_NAM, people, NOON) == wanted
    assert actor_for("kiosk", Role.RECEPTION, None, people, NOON) == wanted
    assert actor_for("everywhere", Role.RECEPTION, PHU_LY, people, NOON).unit == PHU_LY
    assert refused(people, "kiosk", Role.RECEPTION, PHU_LY) == "service_not_in_unit"
    assert refused(people, "kiosk", Role.SIGNATORY, HA_NAM) == "service_not_in_role"
    assert refused(people, "everywhere", Role.SYSTEM, HA_NAM) == "service_not_in_role"
    with pytest.raises(NotFound, match="unknown_person") as stranger:
        actor_for("kiosk.2", Role.RECEPTION, HA_NAM, people, NOON)
    assert "services" in stranger.value.message.vi
    assert "people.yaml" in stranger.value.message.en


def test_a_service_names_the_day_of_its_unit_s_code_but_no_day_to_come() -> None:
    """A service may name a past day for its unit's code, as during a merger, but no future day."""
    people = staff(services=(KIOSK,))
    request = asked("kiosk", CompleteStep(step="process"), Role.RECEPTION)

    def as_of(day: date) -> ActRequest:
        return request.model_copy(update={"actor": request.actor.model_copy(update={"as_of": day})})

    yesterday, tomorrow = NOON.date() - timedelta(days=1), NOON.date() + timedelta(days=1)
    assert admitted(as_of(yesterday), None, people, NOON).actor.as_of == yesterday
    with pytest.raises(NotAuthorised, match="service_not_in_unit"):
        admitted(as_of(tomorrow), None, people, NOON)


def test_only_assigning_and_standing_in_ask_the_dossier() -> None:
    """Most acts need no additional read of the register."""
    step = CompleteStep(step="process")
    own = Actor(person="civil", role=Role.SPECIALIST, unit=HA_NAM)
    stand_in = Actor(person="chair", role=Role.SPECIALIST, unit=HA_NAM)
    assert not asks_the_dossier(own, step, staff(), NOON)
    assert asks_the_dossier(own, Assign(person="civil"), staff(), NOON)
    assert asks_the_dossier(stand_in, step, CIVIL_AWAY, NOON)
    assert not asks_the_dossier(stand_in.model_copy(update={"role": Role.APPLICANT}), step, CIVIL_AWAY, NOON)
    assert not asks_the_dossier(Actor(person="cd-1", role=Role.APPLICANT), step, CIVIL_AWAY, NOON)


def test_the_chairman_signs_in_a_post_of_his_own() -> None:
    """A signatory's post is checked like any other."""
    assert actor_for("chair", Role.SIGNATORY, CHAIR.unit, staff(), NOON).unit == HA_NAM


def test_work_is_taken_in_the_own_field() -> None:
    """A post that names fields takes only those; one without takes all; a stand-in takes what the holder may."""

    def let_in(person: str, field: str, people: Staff = CIVIL_AWAY) -> None:
        admitted(asked(person, Claim(), Role.SPECIALIST), dossier(), people, NOON, field=field)

    everybody = staff()
    let_in("civil", "Hộ tịch", everybody)
    let_in("general", "Đất đai", everybody)
    let_in("chair", "Hộ tịch")
    for person, people in (("civil", everybody), ("chair", CIVIL_AWAY)):
        with pytest.raises(NotAuthorised, match="not_in_field") as refusal:
            let_in(person, "Đất đai", people)
        assert refusal.value.facts["fields"] == "Hộ tịch"
