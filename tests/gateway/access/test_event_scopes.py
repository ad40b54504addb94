"""Tests of what the owner of a webhook may see: looked up in the staff of now, like the scope of a caller."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.events_out.filters import EventFilter
from activities.webhooks.register import Owner
from domain.organisation.people import Service, StaffRecords
from domain.organisation.staff import Staff
from domain.roles import Role
from gateway.access.event_scopes import event_filter_of, event_scope_of_owner
from gateway.access.scopes import EVERYTHING, Scope
from tests.support.small_province import HA_NAM, ORGANISATION, PHU_LY, at

NOW = at("2025-07-07 08:00")


def scope(*services: Service, owner: str = "so-hoa", kind: str = "service") -> EventFilter | None:
    staff = Staff.model_validate(StaffRecords(services=services).model_dump())
    return event_scope_of_owner(Owner.model_validate({"kind": kind, "code": owner}), staff, ORGANISATION, NOW)


def service(**entries: Any) -> Service:
    return Service.model_validate({"code": "so-hoa", "name": "Số hoá", "source": "QĐ 1", **entries})


def test_a_service_sees_what_its_entry_names() -> None:
    """Everything, or the units and procedures it is limited to; without the entry `events` nothing."""
    assert scope(service(events=True)) == EventFilter()
    limited = service(events=True, units=(HA_NAM, PHU_LY), procedures=("1.000001",))
    assert scope(limited) == EventFilter(units=frozenset({HA_NAM, PHU_LY}), procedures=frozenset({"1.000001"}))
    assert scope(service(roles=(Role.SUPERVISOR,))) is None


def test_a_revoked_service_sees_nothing() -> None:
    """From the day after its last one."""
    assert scope(service(events=True, valid_to=NOW.date())) == EventFilter()
    assert scope(service(events=True, valid_to=NOW.date() - timedelta(days=1))) is None


@pytest.mark.parametrize(("kind", "owner"), [("service", "another"), ("service", "so-hoa"), ("person", "cb.1")])
def test_whoever_is_not_known_or_has_no_post_sees_nothing(kind: str, owner: str) -> None:
    """A service that was revoked, and a person who no longer holds a post."""
    assert scope(owner=owner, kind=kind) is None


def test_an_applicants_scope_lets_no_event_through() -> None:
    """An applicant follows the own dossier, not the ledger. A scope of everything restricts nothing."""
    assert event_filter_of(Scope(applicant="citizen.1")) == EventFilter(kinds=frozenset())
    assert event_filter_of(EVERYTHING) == EventFilter()
