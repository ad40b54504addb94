"""Tests of notices about changed dates."""

from __future__ import annotations

from domain.dossier.events import CalendarChanged, Due
from tests.support.small_province import at
from tests.support.told_applicants import texts_told

CODE = "H42.13285-250707-0001"
BEFORE = Due(statutory=at("2025-07-14 08:00"), promised=at("2025-07-09 08:00"))
AFTER = Due(statutory=at("2025-07-15 08:00"), promised=at("2025-07-10 08:00"))


def a_change(due: Due, *, keeps_promise: bool = True) -> CalendarChanged:
    """A calendar change: a storm closed one day."""
    return CalendarChanged(
        at=at("2025-07-08 07:30"), calendar="a" * 64, letter="Công điện 1", keeps_promise=keeps_promise,
        before=BEFORE, due=due,
    )  # fmt: skip


def test_the_applicant_is_told_of_a_new_date_and_why() -> None:
    """The applicant's notice has the letter, the new date, and that the printed date still binds if it does."""
    (text,) = texts_told(CODE, a_change(AFTER))
    assert "Công điện 1" in text
    assert "08:00 10/07/2025" in text
    assert "vẫn được giữ" in text
    (text,) = texts_told(CODE, a_change(AFTER, keeps_promise=False))
    assert "vẫn được giữ" not in text


def test_nobody_is_told_of_a_date_that_did_not_move() -> None:
    """No notice is sent when the letter does not change the dossier's dates."""
    assert texts_told(CODE, a_change(BEFORE)) == []
    nothing = Due(statutory=None, promised=None)
    assert texts_told(CODE, a_change(nothing)) == []
