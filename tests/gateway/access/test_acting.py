"""Tests of in whose name a principal may act, and of the program that the record names as the carrier."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.errors import DomainError, NotAuthorised
from domain.organisation.people import Service
from domain.organisation.staff import Staff
from domain.roles import MACHINES, Actor, Role
from gateway.access.acting import (
    carried,
    carrier_of,
    require_command_in_scope,
    require_procedure_in_scope,
    sees_only_own,
    service_of,
)
from gateway.access.callers import caller_of
from gateway.access.principals import (
    ApplicantPrincipal,
    MachineAccount,
    PersonPrincipal,
    Principal,
    ServicePrincipal,
)
from gateway.client.admitting.authorization import actor_for
from tests.support.small_province import HA_NAM, PHU_LY, at
from tests.support.small_staff import NOON, staff


def service(code: str = "kiosk", **changes: Any) -> Service:
    """A service that receives in ward Hà Nam."""
    given = {"code": code, "name": "Máy", "roles": (Role.RECEPTION,), "units": (HA_NAM,), "source": "QĐ 1", **changes}
    return Service.model_validate(given)


KIOSK = service()
PORTAL = service("portal", roles=(), units=None, for_applicants=True)
PEOPLE = staff(services=(KIOSK, PORTAL))

PERSON = PersonPrincipal(person="civil", carried_by="mot-cua")
APPLICANT = ApplicantPrincipal(applicant="cd-1", carried_by="cong")
ACCOUNT = MachineAccount(account="root")
ITSELF = ServicePrincipal(service="kiosk")
FOR_APPLICANTS = ServicePrincipal(service="portal")

CAPACITIES = {
    "the officer": Actor(person="civil", role=Role.SPECIALIST, unit=HA_NAM),
    "another officer": Actor(person="general", role=Role.SPECIALIST, unit=HA_NAM),
    "the officer as an applicant": Actor(person="civil", role=Role.APPLICANT),
    "the applicant": Actor(person="cd-1", role=Role.APPLICANT),
    "another applicant": Actor(person="cd-2", role=Role.APPLICANT),
    "the applicant as an officer": Actor(person="cd-1", role=Role.RECEPTION, unit=HA_NAM),
    "the kiosk": Actor(person="kiosk", role=Role.RECEPTION, unit=HA_NAM),
    "the portal": Actor(person="portal", role=Role.RECEPTION, unit=HA_NAM),
}
WHO, STAFF_NO, NOT_FOR, ONLY = (
    "not_who_signed_in", "service_not_for_staff", "service_not_for_applicants", "only_the_service_itself",
)  # fmt: skip
ALLOWED = "allowed"
TABLE: dict[str, tuple[Principal, dict[str, str], str | None]] = {
    "person": (PERSON, {**dict.fromkeys(CAPACITIES, WHO), "the officer": ALLOWED}, "mot-cua"),
    "applicant": (APPLICANT, {**dict.fromkeys(CAPACITIES, WHO), "the applicant": ALLOWED}, "cong"),
    "account": (
        ACCOUNT,
        {**dict.fromkeys(CAPACITIES, ALLOWED), "the kiosk": ONLY, "the portal": ONLY},
        "tai-khoan.root",
    ),
    "service": (
        ITSELF,
        {
            **dict.fromkeys(CAPACITIES, STAFF_NO),
            "the kiosk": ALLOWED,
            "the applicant": NOT_FOR,
            "another applicant": NOT_FOR,
            "the officer as an applicant": NOT_FOR,
        },
        None,
    ),
    "service for applicants": (
        FOR_APPLICANTS,
        {
            **dict.fromkeys(CAPACITIES, STAFF_NO),
            "the portal": ALLOWED,
            "the applicant": ALLOWED,
            "another applicant": ALLOWED,
            "the officer as an applicant": ALLOWED,
        },
        "portal",
    ),
}


def require_two_sentences(refused: DomainError) -> None:
    """Both languages, with every fact filled in."""
    assert refused.message.vi != refused.message.en
    assert "{" not in refused.message.vi + refused.message.en


def refusal_of(principal: Principal, actor: Actor, people: Staff = PEOPLE, when: str = "2026-03-02 12:00") -> str:
    """The code with which a principal is refused, or `allowed`."""
    try:
        carried(principal, actor, people, at(when))
    except DomainError as refused:
        require_two_sentences(refused)
        return refused.code
    return ALLOWED


@pytest.mark.parametrize("capacity", CAPACITIES)
@pytest.mark.parametrize("kind", TABLE)
def test_every_principal_in_every_capacity(kind: str, capacity: str) -> None:
    """A person acts only as that person, an applicant only as that applicant, a service as itself or, where it is
    trusted to, for applicants, and the account of a machine as anybody who is no service."""
    principal, expected, _ = TABLE[kind]
    assert refusal_of(principal, CAPACITIES[capacity]) == expected[capacity]


@pytest.mark.parametrize("claimed", [None, "somebody-else", "tai-khoan.root"])
@pytest.mark.parametrize("kind", TABLE)
def test_the_carrier_comes_from_the_principal(kind: str, claimed: str | None) -> None:
    """What the request says of it is ignored. A service that acts under its own code is no carrier, and nothing else
    of the actor changes."""
    principal, expected, carrier = TABLE[kind]
    for capacity, outcome in expected.items():
        if outcome == ALLOWED:
            actor = CAPACITIES[capacity]
            itself = isinstance(principal, ServicePrincipal) and actor.person == principal.service
            asked = actor.model_copy(update={"carried_by": claimed})
            wanted = actor.model_copy(update={"carried_by": None if itself else carrier})
            assert carried(principal, asked, PEOPLE, NOON) == wanted


def test_a_principal_without_a_program_has_no_carrier() -> None:
    """A person or an applicant whose issuer names no program acts without a carrier."""
    assert carried(PersonPrincipal(person="civil"), CAPACITIES["the officer"], PEOPLE, NOON).carried_by is None
    assert carried(ApplicantPrincipal(applicant="cd-1"), CAPACITIES["the applicant"], PEOPLE, NOON).carried_by is None


@pytest.mark.parametrize("role", sorted(MACHINES))
@pytest.mark.parametrize("kind", TABLE)
def test_no_principal_takes_a_role_of_the_engine(kind: str, role: Role) -> None:
    """Whoever passes the first question is refused by the second: no person and no service holds such a role."""
    principal = TABLE[kind][0]
    for person in ("civil", "cd-1", "kiosk", "portal", "he-thong", "payment-platform"):
        asked = Actor(person=person, role=role, unit=HA_NAM)
        if refusal_of(principal, asked) == ALLOWED:
            with pytest.raises(DomainError):
                actor_for(asked.person, asked.role, asked.unit, PEOPLE, NOON)


def test_a_person_with_the_code_of_a_service_is_not_the_service() -> None:
    """Two issuers may give the same code: only the service's own credentials let somebody act under it."""
    assert refusal_of(PersonPrincipal(person="kiosk"), CAPACITIES["the kiosk"]) == ONLY


def test_no_program_looks_like_the_account_of_a_machine() -> None:
    """Its code begins with the prefix that only accounts have."""
    looks_like = {"carried_by": "tai-khoan.root"}
    for principal, capacity in ((PERSON, "the officer"), (APPLICANT, "the applicant")):
        assert refusal_of(principal.model_copy(update=looks_like), CAPACITIES[capacity]) == "carrier_reserved"


def test_the_longest_account_still_has_a_carrier() -> None:
    """A code has at most 64 characters, and an actor with it is valid."""
    carrier = carrier_of(MachineAccount(account="a" * 64))
    assert len(carrier) == 64
    assert Actor.model_validate({"person": "civil", "role": "specialist", "carried_by": carrier}).carried_by == carrier


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("2026-03-01 23:59", "service_not_in_force_yet"),
        ("2026-03-02 00:00", ALLOWED),
        ("2026-03-04 23:59", ALLOWED),
        ("2026-03-05 00:00", "service_revoked"),
    ],
)
@pytest.mark.parametrize("capacity", ["the kiosk", "the applicant"])
def test_a_service_is_trusted_on_its_days(when: str, code: str, capacity: str) -> None:
    """From its first to its last day, both included, in Vietnam's time; for itself and for applicants alike."""
    dated = service(for_applicants=True, valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 4))
    assert refusal_of(ITSELF, CAPACITIES[capacity], staff(services=(dated,)), when) == code


def test_a_service_that_nobody_entered_is_nobody() -> None:
    """A token of an issuer is not enough: the service must be in people.yaml."""
    assert refusal_of(ServicePrincipal(service="stranger"), CAPACITIES["the applicant"]) == "unknown_person"
    with pytest.raises(DomainError, match="unknown_person"):
        service_of(ServicePrincipal(service="stranger"), PEOPLE, NOON)


def test_a_service_keeps_to_its_procedures_and_commands() -> None:
    """Those that are entered; without any, every one."""
    scoped = service(procedures=("1.000001",), commands=("submit", "accept"))
    require_procedure_in_scope(scoped, "1.000001")
    require_command_in_scope(scoped, "accept")
    require_procedure_in_scope(KIOSK, "1.000002")
    require_command_in_scope(KIOSK, "refuse")
    with pytest.raises(DomainError, match="service_not_in_procedure") as refused:
        require_procedure_in_scope(scoped, "1.000002")
    require_two_sentences(refused.value)
    with pytest.raises(DomainError, match="service_not_in_command") as refused:
        require_command_in_scope(scoped, "refuse")
    require_two_sentences(refused.value)
    assert "submit" in refused.value.message.vi


def test_only_who_reads_everything_learns_that_a_dossier_is_another_s() -> None:
    """For an applicant, whoever carries them, it looks like none; for the account of the machine it does not."""
    applicant, officer = CAPACITIES["the applicant"], CAPACITIES["the officer"]
    assert sees_only_own(APPLICANT, applicant)
    assert sees_only_own(FOR_APPLICANTS, applicant)
    assert not sees_only_own(ACCOUNT, applicant)
    assert not sees_only_own(PERSON, officer)


@pytest.mark.parametrize(
    ("role", "unit", "fits"),
    [
        (None, None, True),
        (Role.SPECIALIST, None, True),
        (None, HA_NAM, True),
        (Role.SPECIALIST, HA_NAM, True),
        (Role.CLERK, None, False),
        (None, PHU_LY, False),
        (Role.SPECIALIST, PHU_LY, False),
        (Role.CLERK, HA_NAM, False),
    ],
)
def test_who_signed_in_for_one_post_acts_in_no_other(role: Role | None, unit: str | None, fits: bool) -> None:
    """Role and unit of a sign-in narrow what the person's posts allow, for acts and for what the caller is today."""
    principal = PersonPrincipal(person="civil", role=role, unit=unit)
    caller = caller_of(principal, PEOPLE, NOON)
    assert [(duty.role, duty.unit) for duty in caller.duties] == ([(Role.SPECIALIST, HA_NAM)] if fits else [])
    if fits:
        carried(principal, CAPACITIES["the officer"], PEOPLE, NOON)
        return
    with pytest.raises(NotAuthorised, match="signed_in_for_another_post") as refused:
        carried(principal, CAPACITIES["the officer"], PEOPLE, NOON)
    assert "–" not in refused.value.message.vi, "a sign-in for a role or a unit only is for any of the other"
