"""Tests of a dossier's history: every event has a sentence in both languages, without personal data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel

from domain.deadlines.limits import WhichClock
from domain.dossier.events import AnyEvent, DeadlineExtended, DeadlineWarned, DossierEscalated
from domain.dossier.state import Identity, PaymentStatus, SigningStatus, State
from domain.procedures.procedure import Channel
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.roles import Actor, Role
from domain.rules.escalation import AtShare, PastDue, Rung, Whom
from domain.text.sentences import many
from domain.values import Bilingual
from gateway.i18n import wording
from gateway.views.timeline import Names, line, sentence
from gateway.views.timeline.story import UNWORDED
from tests.support.every_value import AT, PRIVATE, held, members, models
from tests.support.told_applicants import texts_told

NAMES = Names(on=AT.date())
KINDS: tuple[type[BaseModel], ...] = get_args(AnyEvent)
WRONG = ("{", "None", "True", "False", "  ", "..", PRIVATE, "Nguyễn")
"""What no sentence may have: an unfilled fact, a raw value, a doubled sign, a person."""
AMOUNTS = tuple(f"{amount} {dong}" for amount in (1, 0, -75) for dong in ("đồng", "dong"))
"""How sentences about money begin."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_value_of_every_field_of_an_event_is_tried(kind: type[BaseModel]) -> None:
    """The events of these tests hold every enum member and every literal of their fields."""
    tried = {found for event in models(kind) for found in held(event)}
    assert members(kind) <= tried
    optional = [name for name, field in kind.model_fields.items() if type(None) in get_args(field.annotation)]
    assert all(any(getattr(event, name) is None for event in models(kind)) for name in optional)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_has_its_sentence(kind: type[BaseModel]) -> None:
    """Every event has a complete sentence in two languages, without unfilled facts or personal data."""
    for event in models(kind):
        both = sentence(event, NAMES)
        assert both.vi != both.en
        assert not both.vi.startswith(UNWORDED.vi.split("{")[0]), "no sentence of its own"
        for text in (both.vi, both.en):
            assert text.endswith((".", ".]")), text
            assert text[0].isupper() or text.startswith(("x1", *AMOUNTS)), text
            assert not any(wrong in text for wrong in WRONG), text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_people_are_sent_about_an_event_is_a_sentence(kind: type[BaseModel]) -> None:
    """Every notice about an event is a complete sentence."""
    for event in models(kind):
        for text in texts_told("H42.101-260805-0001", event):
            assert text.endswith(".")
            assert "None" not in text


def test_a_line_says_when_who_and_what() -> None:
    """A line has the actor's role and unit, but not the person's code."""
    event: Any = models(KINDS[0])[0]
    actor = Actor(person="cb.1", role=Role.RECEPTION, unit="13366")
    recorded = RecordedEvent(
        position=1, xid=1, dossier="H42.101-260805-0001", version=1, command_id=UUID(int=1), kind=event.kind,
        schema_version=1, at=AT, actor=actor, event=event, hash="a" * 64,
    )  # fmt: skip
    assert line(recorded, NAMES).startswith("09:00 05/08/2026  cán bộ một cửa, 13366: Nộp hồ sơ")
    assert line(recorded, NAMES, "en").startswith("09:00 05/08/2026  reception, 13366: The dossier was submitted")


def test_a_line_says_for_whom_somebody_stood_in() -> None:
    """A line names the absent colleague by the internal code, also in an unreadable row."""
    event: Any = models(KINDS[0])[0]
    actor = Actor(person="cb.1", role=Role.SPECIALIST, unit="13366", stands_in_for="cb.2")
    recorded = RecordedEvent(
        position=1, xid=1, dossier="H42.101-260805-0001", version=1, command_id=UUID(int=1), kind=event.kind,
        schema_version=1, at=AT, actor=actor, event=event, hash="a" * 64,
    )  # fmt: skip
    assert "  công chức chuyên môn, 13366 (thay mặt cb.2): " in line(recorded, NAMES)
    assert "  specialist, 13366 (on behalf of cb.2): " in line(recorded, NAMES, "en")
    unread = UnreadEvent(
        dossier="H42.101-260805-0001", version=2, command_id=UUID(int=1), kind="drone_sent", schema_version=1, at=AT,
        person="cb.1", role="pilot", unit="13366", stands_in_for="cb.2", event={"drone": 7},
    )  # fmt: skip
    assert "pilot, 13366 (thay mặt cb.2): " in line(unread, NAMES)


def test_a_line_says_which_program_carried_the_act() -> None:
    """By its code, after the absent colleague, also in a row that cannot be read; a hostile code stays on the line."""
    event: Any = models(KINDS[0])[0]
    actor = Actor(person="cb.1", role=Role.SPECIALIST, unit="13366", stands_in_for="cb.2", carried_by="phan-mem")
    recorded = RecordedEvent(
        position=1, xid=1, dossier="H42.101-260805-0001", version=1, command_id=UUID(int=1), kind=event.kind,
        schema_version=1, at=AT, actor=actor, event=event, hash="a" * 64,
    )  # fmt: skip
    assert "13366 (thay mặt cb.2) (qua phan-mem): " in line(recorded, NAMES)
    assert "13366 (on behalf of cb.2) (through phan-mem): " in line(recorded, NAMES, "en")
    unread = UnreadEvent(
        dossier="H42.101-260805-0001", version=2, command_id=UUID(int=1), kind="drone_sent", schema_version=1, at=AT,
        person="cb.1", role="pilot", unit="13366", carried_by="phan\nmem", event={"drone": 7},
    )  # fmt: skip
    assert "pilot, 13366 (qua phan" in line(unread, NAMES)
    assert "\n" not in line(unread, NAMES)


def test_a_rung_is_told_by_what_it_stands_for() -> None:
    """A rung of the ladder in force is described; of another one only its clock is named."""
    triggers = {"a": AtShare(percent=75), "b": PastDue(working_hours=0), "c": PastDue(working_hours=1)}
    rungs = {
        code: Rung(code=code, clock=WhichClock.PROMISED, trigger=trigger, notify=(Whom.OFFICER,))
        for code, trigger in triggers.items()
    }
    names = replace(NAMES, rungs=rungs)
    fields: dict[str, Any] = {
        "clock": WhichClock.PROMISED,
        "due": AT,
        "notify": (Whom.OFFICER,),
        "notified_units": (),
        "at": AT,
    }
    warned = DeadlineWarned(rung="a", **fields)
    assert "đã dùng 75 % hạn hẹn trả (hạn " in sentence(warned, names).vi
    assert "đã đến hạn hẹn trả" in sentence(DossierEscalated(rung="b", responsible=None, **fields), names).vi
    late = sentence(DossierEscalated(rung="c", responsible=None, **fields), names)
    assert "quá hạn hẹn trả 1 giờ làm việc" in late.vi
    assert "1 working hour past the promised date" in late.en
    assert "đã đến hạn hẹn trả" in sentence(DossierEscalated(rung="x", responsible=None, **fields), names).vi


def test_a_count_in_english_has_a_singular() -> None:
    """An English count of one has a singular."""
    assert [many(number, "thing") for number in (0, 1, 2, 2_000)] == ["0 things", "1 thing", "2 things", "2,000 things"]


def test_why_a_call_failed_is_told_in_words() -> None:
    """A failed call has its reason in words, and an unknown code of the other system is given as its code."""
    assert wording.failure_name("token_failed").vi == "khóa ký số (token) không hoạt động"
    assert wording.failure_name("e_17") == Bilingual(vi="mã lỗi e_17", en="error e_17")


def test_an_apology_is_told_only_where_there_is_one() -> None:
    """An extension without a note has no apology letter."""
    events = list(models(DeadlineExtended))
    noted = [event.note is not None for event in events]
    assert set(noted) == {True, False}
    assert ["phiếu xin lỗi" in sentence(event, NAMES).vi for event in events] == noted


def test_what_a_newer_release_wrote_is_told_plainly() -> None:
    """An unknown kind or role does not hide the rest of the history."""
    unread = UnreadEvent(
        dossier="H42.101-260805-0001", version=2, command_id=UUID(int=1), kind="drone_sent", schema_version=1, at=AT,
        person="cb.1", role="pilot", unit="13366", event={"drone": 7},
    )  # fmt: skip
    assert line(unread, NAMES).startswith("09:00 05/08/2026  pilot, 13366: Không đọc được sự kiện “drone_sent”:")
    assert "cannot be read: a newer release wrote it" in line(unread, NAMES, "en")


def test_every_value_that_people_see_has_its_words() -> None:
    """Every role, channel and status has its words."""
    for words, values in (
        (wording.ROLES, Role),
        (wording.CHANNELS, Channel),
        (wording.WHOM, Whom),
        (wording.PAYMENTS, PaymentStatus),
        (wording.SIGNING, SigningStatus),
        (wording.IDENTITIES, Identity),
    ):
        assert set(words) == set(values)
    assert all(wording.state_name(state).vi for state in State)


@pytest.mark.parametrize(
    ("minutes", "vi"), [(0, "0 phút"), (59, "59 phút"), (480, "1 ngày"), (-1035, "2 ngày 1 giờ 15 phút")]
)
def test_working_time_is_told_in_days_of_eight_hours(minutes: int, vi: str) -> None:
    """Working time is written in days of eight hours."""
    assert wording.working_time(minutes).vi == vi
