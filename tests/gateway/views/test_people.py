"""Tests of the words for people of the staff."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.organisation.people import Service
from gateway.views.names import Names
from gateway.views.people import People
from tests.support.small_province import HA_NAM, ORGANISATION
from tests.support.small_staff import EVERYBODY, NOON, OTHER, appointment, staff


def people(**changes: Any) -> People:
    return People(staff(**changes), Names(on=NOON.date(), organisation=ORGANISATION), NOON)


def test_a_person_is_called_by_the_post() -> None:
    """The role, the number where the unit has several posts of it, and the unit unless it stands beside already."""
    assert people().words("civil").vi == "Công chức chuyên môn 2 – Phường Hà Nam"
    assert people().words("civil").en == "Specialist 2 – Phường Hà Nam"
    assert people().words("chair", beside=HA_NAM).vi == "Người có thẩm quyền ký"
    assert people().words("other", beside=HA_NAM).vi == "Công chức chuyên môn – Phường Phủ Lý"


def test_who_has_left_is_called_by_the_last_post_and_others_by_their_code() -> None:
    """The words stay when somebody leaves; a service has its name; a code that nobody has stays as it is."""
    gone = appointment("gone", OTHER, until=date(2025, 12, 31))
    kiosk = Service(code="kiosk", name="Máy tự phục vụ", for_applicants=True, source="QĐ 1")
    known = people(appointments=(*EVERYBODY, gone), services=(kiosk,))
    assert known.words("gone").vi == "Công chức chuyên môn – Phường Phủ Lý"
    assert known.words("kiosk").vi == "Máy tự phục vụ"
    assert known.words("citizen.1").vi == "citizen.1"
