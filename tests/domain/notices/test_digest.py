"""Tests of what a digest says, how long its lines are collected, and of the quiet hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.dossier.events import AnyEvent, DeadlineWarned, WaitOverdue
from domain.dossier.state import State
from domain.inconsistency import Inconsistent
from domain.notices.digest import LONGEST, DigestLine, digest_text, most_urgent_first
from domain.notices.lines import staff_notices
from domain.rules.notice_policy import NoticePolicy, StaffMatter
from domain.values import FROM_OUTSIDE
from tests.support.every_value import models
from tests.support.small_province import CENTRE, HA_NAM, at
from tests.support.vietnamese import foreign

CODE = "H42.13285-250707-0001"
DUE = at("2025-07-14 10:00")
POLICY = NoticePolicy()
FIRST = at("2025-07-14 09:00")


def line(number: int = 1, matter: StaffMatter = StaffMatter.WARNED, **more: Any) -> DigestLine:
    """A line about one of many dossiers."""
    return DigestLine(dossier=f"H42.13285-250707-{number:04}", matter=matter, **{"due": DUE, **more})


def policy(**given_fields: Any) -> NoticePolicy:
    """A policy as it is read from a file."""
    return NoticePolicy.model_validate(given_fields, context=FROM_OUTSIDE)


def test_one_dossier_is_named_with_its_date() -> None:
    """A digest of one dossier has its code, what is the matter, the date and where to look."""
    text = digest_text([line(matter=StaffMatter.OVERDUE, answer_by=at("2025-07-14 15:00"))])
    assert text == f"Hồ sơ {CODE} quá hạn 10:00 14/07, trả lời trước 15:00 14/07. Xem Danh sách việc."


def test_many_dossiers_are_counted_and_the_most_urgent_are_named() -> None:
    """A hundred dossiers are one message: counts by urgency, then as many as it has room for, the most urgent first."""
    lines = [line(number) for number in range(1, 98)]
    lines += [line(number, StaffMatter.OVERDUE, due=DUE + timedelta(hours=number)) for number in (99, 98)]
    lines.append(line(100, StaffMatter.TAKEN_OVER))
    text = digest_text(lines)
    counts = "1 chuyển lên xử lý, 2 quá hạn, 97 sắp đến hạn"
    assert text.startswith(f"100 hồ sơ: {counts}. Gấp nhất: H42.13285-250707-0100 ")
    assert text.index("-0098") < text.index("-0099")
    assert text.endswith(" hồ sơ khác. Xem Danh sách việc.")
    assert len(text) <= LONGEST


def test_a_dossier_is_named_once_by_its_most_urgent_line() -> None:
    """A dossier that was warned of and then expired is one dossier that expired."""
    found = most_urgent_first([line(1), line(1, StaffMatter.OVERDUE), line(2)])
    assert [(one.dossier[-4:], one.matter) for one in found] == [
        ("0001", StaffMatter.OVERDUE),
        ("0002", StaffMatter.WARNED),
    ]


def test_a_dossier_that_closed_meanwhile_says_so() -> None:
    """It stays in the digest, after the open ones, is counted apart, and asks for no answer."""
    closed = line(1, StaffMatter.OVERDUE, state=State.RESOLVED, answer_by=DUE)
    assert digest_text([closed]) == f"Hồ sơ {CODE} quá hạn 10:00 14/07, nay đã xử lý xong. Xem Danh sách việc."
    text = digest_text([closed, line(2, state=State.PROCESSING)])
    assert text.startswith("2 hồ sơ: 1 sắp đến hạn, 1 đã xong. Gấp nhất: H42.13285-250707-0002")


LINES = st.builds(
    DigestLine,
    dossier=st.integers(1, 400).map(lambda number: f"H42.{'1' * 40}-250707-{number:012}"),
    matter=st.sampled_from(StaffMatter),
    due=st.sampled_from([None, DUE]),
    answer_by=st.sampled_from([None, DUE]),
    state=st.sampled_from([None, *State]),
)


@given(st.lists(LINES, min_size=1, max_size=300))
def test_no_digest_is_too_long_or_says_nothing(lines: list[DigestLine]) -> None:
    """Whatever is in it, the text has a bounded length, names a dossier, and is Vietnamese."""
    text = digest_text(lines)
    assert len(text) <= LONGEST
    assert most_urgent_first(lines)[0].dossier in text
    words = text
    for one in lines:
        words = words.replace(one.dossier, "")
    assert list(foreign(words)) == []


def test_lines_are_collected_for_the_time_of_the_policy() -> None:
    """The digest goes out so many minutes after its first line, to the second; what is urgent goes out sooner."""
    collected = FIRST + timedelta(minutes=15)
    assert not POLICY.is_due(FIRST, None, collected - timedelta(microseconds=1))
    assert POLICY.is_due(FIRST, None, collected)
    urgent = FIRST + timedelta(minutes=3)
    assert not POLICY.is_due(FIRST, urgent, urgent + timedelta(seconds=59))
    assert POLICY.is_due(FIRST, urgent, urgent + timedelta(minutes=1))
    assert POLICY.is_due(FIRST, collected, collected)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        ("2025-07-14 19:59", False),
        ("2025-07-14 20:00", True),
        ("2025-07-14 23:59", True),
        ("2025-07-15 00:00", True),
        ("2025-07-15 06:29", True),
        ("2025-07-15 06:30", False),
    ],
)
def test_quiet_hours_go_over_midnight(now: str, quiet: bool) -> None:
    """Nothing goes out from the first instant of the quiet hours until their end, however long it waits."""
    assert POLICY.is_quiet(at(now)) is quiet
    assert POLICY.is_due(FIRST, FIRST, at(now)) is not quiet


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    """A pause at noon is quiet; without quiet hours no time is."""
    noon = policy(quiet_from="11:30", quiet_to="13:30")
    assert [noon.is_quiet(at(f"2025-07-14 {hour}")) for hour in ("11:29", "11:30", "13:29", "13:30", "23:00")] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert not policy(quiet_from=None, quiet_to=None).is_quiet(at("2025-07-14 02:00"))


@pytest.mark.parametrize(
    ("given_fields", "code"),
    [
        ({"quiet_from": None}, "quiet_hours_half"),
        ({"quiet_from": "07:00", "quiet_to": "07:00"}, "quiet_hours_always"),
        ({"urgent_minutes": 30}, "urgent_after_others"),
        ({"quiet_from": 1200}, "time_not_quoted"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(given_fields: dict[str, Any], code: str) -> None:
    """Half quiet hours, quiet all day, what is urgent told last, and a time that YAML made a number."""
    with pytest.raises(ValidationError) as refused:
        policy(**given_fields)
    problem = refused.value.errors()[0]["ctx"]["error"]
    assert isinstance(problem, Inconsistent)
    assert problem.code == code


def test_units_are_told_of_a_wait_that_was_too_long() -> None:
    """The unit that should have answered and the level above get one line each."""
    overdue = WaitOverdue(at=at("2025-07-08 08:00"), wait="handover", unit=HA_NAM, notified_units=(HA_NAM, CENTRE))
    assert [one.recipient for one in staff_notices(overdue)] == [HA_NAM, CENTRE]


def test_a_unit_that_a_rung_names_twice_is_told_once() -> None:
    """Officer and head of one unit are one recipient where no people are named."""
    [warned] = models(DeadlineWarned)[:1]
    assert len(staff_notices(warned.model_copy(update={"notified_units": (HA_NAM, HA_NAM)}))) == 1


@pytest.mark.parametrize("kind", get_args(AnyEvent), ids=lambda kind: kind.__name__)
def test_no_recipient_gets_two_lines_of_one_event(kind: Any) -> None:
    """The key of a line is dossier, version and recipient."""
    for event in models(kind):
        recipients = [one.recipient for one in staff_notices(event)]
        assert len(recipients) == len(set(recipients))
