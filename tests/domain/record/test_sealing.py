"""Tests of the record's canonical form, commitments and chain, and of reading rows of older releases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical_json import canonical
from domain.dossier.commands import CorrectApplicant, CorrectReceivedAt
from domain.dossier.events import DossierRefused, Due, EntryCorrected, ProcessingStarted
from domain.errors import InvalidInput
from domain.record.sealing import (
    GENESIS,
    Json,
    chain,
    commitment,
    commitments_of,
    envelope,
    read_event,
    schema_of,
    with_origin,
)
from domain.values import VIETNAM

AT = datetime(2025, 7, 1, 8, 0, tzinfo=VIETNAM)
ROW: dict[str, Any] = {
    "dossier": "H42.12-250701-0001",
    "version": 3,
    "command_id": UUID(int=7),
    "kind": "step_completed",
    "schema": 1,
    "at": AT,
    "person": "officer-7",
    "role": "specialist",
    "unit": "13366",
    "body": {"step": "b1", "at": AT.isoformat()},
}
CHANGES: list[dict[str, Any]] = [
    {"dossier": "H42.12-250701-0002"},
    {"version": 4},
    {"command_id": UUID(int=8)},
    {"kind": "step_sent_back"},
    {"schema": 2},
    {"at": AT.replace(microsecond=1)},
    {"person": "officer-8"},
    {"role": "clerk"},
    {"unit": None},
    {"stands_in_for": "officer-9"},
    {"carried_by": "phan-mem-mot-cua"},
    {"stands_in_for": "officer-9", "carried_by": "phan-mem-mot-cua"},
    {"body": {"step": "b2", "at": AT.isoformat()}},
    {"body": {"step": "b1", "at": AT.isoformat(), "note": None}},
]


def test_the_canonical_writing_is_fixed() -> None:
    """The canonical form has sorted keys, no blanks and unescaped letters: its bytes must never change."""
    assert canonical({"b": [1, True, None], "a": 'Đỗ "&"\n'}) == '{"a":"Đỗ \\"&\\"\\n","b":[1,true,null]}'.encode()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"share": 0.5}, r"float at \$\.share"),
        ({"a": [1, {"b": "x\x00"}]}, r"NUL at \$\.a\[1\]\.b"),
        ({"a": {1: "x"}}, r"not text at \$\.a"),
        ({"at": AT}, r"datetime at \$\.at"),
        ({"a": "\ud800"}, "UTF-8"),
    ],
)
def test_what_a_store_may_change_is_refused(value: Json, where: str) -> None:
    """Fractions, NUL, keys that are not text, and broken text are refused with their place."""
    with pytest.raises(InvalidInput, match="not_recordable") as refusal:
        canonical(value)
    assert refusal.match(where)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), st.integers()))
def test_the_order_of_keys_does_not_matter(body: dict[str, int]) -> None:
    """Objects with the same entries have the same canonical form."""
    assert canonical(dict(reversed(body.items()))) == canonical(body)


def test_the_seal_is_fixed() -> None:
    """The seal of a known row must never change, or no existing ledger would verify."""
    seal = chain(GENESIS, envelope(**ROW))
    assert seal.hex() == "43e40b12aa4a593d51e4f19db997590b6cf3dc650dd02ad5bef69a6e67aab33f"


def test_the_seal_of_today_is_fixed_too() -> None:
    """Today's seal covers fingerprint and trace; a seal of release 0.1 covers neither, and still verifies."""
    today = with_origin(envelope(**ROW), "f" * 64, "a" * 32)
    assert chain(GENESIS, today).hex() == "5551e3d7f625fff23fc1b3c4c67659b84d218289160e231a81ee3e4df90e97e3"
    others = [with_origin(envelope(**ROW), "e" * 64, "a" * 32), with_origin(envelope(**ROW), "f" * 64, None)]
    assert len({chain(GENESIS, one) for one in (today, *others, envelope(**ROW))}) == 4


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_seal_covers_everything_a_row_says(change: dict[str, Any]) -> None:
    """Another dossier, version, command, kind, schema, time, person, role, unit, absent colleague or content gives
    another seal."""
    assert chain(GENESIS, envelope(**{**ROW, **change})) != chain(GENESIS, envelope(**ROW))


def test_a_row_that_says_nobody_stood_in_is_sealed_as_ever() -> None:
    """A row without an absent colleague has the same seal as before that field existed."""
    assert envelope(**ROW, stands_in_for=None) == envelope(**ROW)
    assert envelope(**ROW)["actor"] == {"person": "officer-7", "role": "specialist", "unit": "13366"}
    assert envelope(**ROW, stands_in_for="officer-9")["actor"]["stands_in_for"] == "officer-9"


def test_a_row_that_names_no_carrier_is_sealed_as_ever() -> None:
    """Rows written before carriers were recorded keep their seals; a carrier and an absent colleague are two things."""
    assert envelope(**ROW, carried_by=None) == envelope(**ROW)
    assert envelope(**ROW, carried_by="x")["actor"] == {**envelope(**ROW)["actor"], "carried_by": "x"}
    assert envelope(**ROW, carried_by="x") != envelope(**ROW, stands_in_for="x")


def test_a_seal_covers_the_row_before() -> None:
    """The same row after another history has another seal."""
    assert chain(b"x" * 32, envelope(**ROW)) != chain(GENESIS, envelope(**ROW))


def test_an_instant_is_sealed_in_any_zone_alike() -> None:
    """An instant has the same seal in any time zone."""
    assert envelope(**{**ROW, "at": AT.astimezone(UTC)}) == envelope(**ROW)


def test_a_commitment_needs_data_and_salt() -> None:
    """Data and salt match in any order of keys; other data or another salt does not."""
    kept = commitment(b"salt", {"name": "Ánh", "age": 35})
    assert kept == commitment(b"salt", {"age": 35, "name": "Ánh"})
    assert kept != commitment(b"salt", {"name": "Anh", "age": 35})
    assert kept != commitment(b"tlas", {"name": "Ánh", "age": 35})


def test_an_event_says_which_personal_data_it_speaks_of() -> None:
    """The commitments of an event are its note and a named or corrected applicant."""
    due = Due(statutory=None, promised=None)
    note, applicant = "a" * 64, "b" * 64
    assert commitments_of(ProcessingStarted(at=AT)) == ()
    assert commitments_of(DossierRefused(at=AT, note=note, legal_basis="Điều 7")) == (note,)
    corrected = EntryCorrected(
        at=AT, note=note, correction=CorrectApplicant(entry="applicant", value=applicant), legal_basis="Điều 7", due=due
    )
    assert commitments_of(corrected) == (note, applicant)
    moved = corrected.model_copy(update={"correction": CorrectReceivedAt(entry="received_at", value=AT)})
    assert commitments_of(moved) == (note,)


def test_an_unknown_field_is_ignored() -> None:
    """An unknown field of a newer release is ignored."""
    body = {"at": AT.isoformat(), "note": None, "added_in_2031": [1]}
    assert read_event("processing_started", 1, body) == ProcessingStarted(at=AT)


def test_an_older_schema_is_upcast_step_by_step() -> None:
    """Schema 1 goes through every upcast, schema 2 only through the last; new rows have schema 3."""

    def renamed(body: Json) -> Json:
        return {"at": body["at"], "basis": body["ground"]}

    def spelled_out(body: Json) -> Json:
        return {"at": body["at"], "legal_basis": f"Điều {body['basis']}"}

    upcasts = {"dossier_refused": (renamed, spelled_out)}
    at = AT.isoformat()
    assert schema_of("dossier_refused", upcasts) == 3
    assert schema_of("processing_started", upcasts) == 1
    wanted = DossierRefused(at=AT, legal_basis="Điều 7")
    assert read_event("dossier_refused", 1, {"at": at, "ground": "7"}, upcasts) == wanted
    assert read_event("dossier_refused", 2, {"at": at, "basis": "7"}, upcasts) == wanted
    assert read_event("dossier_refused", 3, {"at": at, "legal_basis": "Điều 7"}, upcasts) == wanted


@pytest.mark.parametrize(
    ("kind", "schema", "body"),
    [
        ("processing_started", 2, {"at": AT.isoformat()}),
        ("processing_started", 0, {"at": AT.isoformat()}),
        ("invented_in_2031", 1, {"at": AT.isoformat()}),
        ("dossier_refused", 1, {"at": AT.isoformat(), "legal_basis": {"secret": "Nguyễn Thị Ánh"}}),
    ],
)
def test_what_cannot_be_known_is_said(kind: str, schema: int, body: Json) -> None:
    """A newer schema, an unknown kind or a wrong body is an error with the kind, but without the content."""
    with pytest.raises(InvalidInput, match="event_unreadable") as refusal:
        read_event(kind, schema, body)
    assert refusal.value.facts["kind"] == kind
    assert "Ánh" not in str(refusal.value)
