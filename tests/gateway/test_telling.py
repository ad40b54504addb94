"""The story of a dossier: every kind of event has its sentence, in both languages, and nothing personal is in it."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel

from domain.dossier.events import AnyEvent
from domain.dossier.state import Identity, PaymentStatus, SigningStatus, State
from domain.escalation import Whom
from domain.procedure import Channel
from domain.record import RecordedEvent
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway import wording
from gateway.telling import Names, line, sentence

AT = datetime(2026, 8, 5, 9, 0, tzinfo=VIETNAM)
NAMES = Names(on=AT.date())
PRIVATE = "Nguyễn Văn An, 12 Lê Hồng Phong"
KINDS: tuple[type[BaseModel], ...] = get_args(AnyEvent)
REMEMBERED = {
    "vi": "Lý do.",
    "en": "A reason.",
    "address": PRIVATE,
    "certificate": PRIVATE,
    "signature": PRIVATE,
    "pay_url": PRIVATE,
    "note": "a" * 64,
}
"""Whole sentences where a field is one; and what a person could be known by where such a thing can stand."""


def a_value(name: str, kind: Any) -> Any:
    """Some value of a type, as JSON: enough for an event of each kind."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        hashed = any("{64}" in (getattr(one, "pattern", None) or "") for one in arguments[1:])
        return "a" * 64 if hashed else a_value(name, arguments[0])
    if origin in (Union, types.UnionType):
        return a_value(name, arguments[0])
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return [a_value(name, arguments[0])]
    return a_simple_value(name, kind)


def a_simple_value(name: str, kind: type[Any]) -> Any:
    if issubclass(kind, BaseModel):
        return a_model(kind)
    if issubclass(kind, StrEnum):
        return next(iter(kind))
    known: Mapping[type[Any], Any] = {bool: True, int: 1, datetime: AT, date: AT.date(), time: AT.time(), str: "x1"}
    return next((value for one, value in known.items() if issubclass(kind, one)), AT)


def a_model(kind: type[BaseModel]) -> dict[str, Any]:
    fields = kind.model_fields.items()
    return {name: REMEMBERED.get(name) or _of_field(name, field) for name, field in fields}


def _of_field(name: str, field: Any) -> Any:
    hashed = any("{64}" in (getattr(one, "pattern", None) or "") for one in field.metadata)
    return "a" * 64 if hashed else a_value(name, field.annotation)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_has_its_sentence(kind: type[BaseModel]) -> None:
    """Whole sentences in two languages, with no fact left unfilled and nothing personal."""
    event: Any = kind.model_validate(a_model(kind))
    told = sentence(event, NAMES)
    for text in (told.vi, told.en):
        assert text.endswith((".", ".]"))
        assert text[0].isupper() or text.startswith(("x1", "1 đồng"))
        assert "{" not in text
        assert "None" not in text
        assert PRIVATE not in text
        assert "Nguyễn" not in text
    assert told.vi != told.en


def test_a_line_says_when_who_and_what() -> None:
    """The actor by role and unit; the person's code is not shown to readers."""
    event: Any = KINDS[0].model_validate(a_model(KINDS[0]))
    actor = Actor(person="cb.1", role=Role.RECEPTION, unit="13366")
    recorded = RecordedEvent(
        position=1, xid=1, dossier="H42.101-260805-0001", version=1, command_id=UUID(int=1), kind=event.kind,
        schema_version=1, at=AT, actor=actor, event=event, hash="a" * 64,
    )  # fmt: skip
    assert line(recorded, NAMES).startswith("09:00 05/08/2026  cán bộ một cửa, 13366: Nộp hồ sơ")
    assert line(recorded, NAMES, "en").startswith("09:00 05/08/2026  reception, 13366: The dossier was submitted")


def test_every_value_that_people_see_has_its_words() -> None:
    """A new role, channel or status without words is found here and not on a screen."""
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
    """One working day is eight working hours; whether it is left or over is said by the sentence around it."""
    assert wording.working_time(minutes).vi == vi
