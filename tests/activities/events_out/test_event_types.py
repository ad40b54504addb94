"""Tests of what other software gets of an event: the types, their schemas, and that nothing personal is among it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import jsonschema_rs
import pytest

from activities.events_out.cloud_events import CloudEvents, PlacedEvent
from activities.events_out.event_types import (
    PERSONAL,
    SCHEMAS_PATH,
    event_types,
    json_schemas,
    kinds_named,
    type_of,
)
from activities.events_out.positions import place_of, position_of
from activities.ledger.feed import Cursor
from domain.dossier.events import AnyEvent
from domain.errors import InvalidInput
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.roles import Actor, Role
from domain.text.printable import json_text
from tests.support.command_line import CHECKOUT
from tests.support.every_value import AT, PRIVATE, models

PUBLISHED = CHECKOUT / "docs" / "api" / "events"
CODE = "H42.12-250701-0001"
CLOUD_EVENTS = CloudEvents("H42", "https://one-stop.example/")
OF_OFFICERS = {"person", "by", "signer", "stated_by"}
"""The fields of events that may name an officer by the internal code. They go out."""
INSTANTS = {"answer_by", "explain_by", "finish_by"}
"""Times by which something is wanted."""
OF_UNITS = {"received_by", "assisted_by", "numbered_by", "receipted_by"}
CITIZEN = Actor(person="citizen.7", role=Role.APPLICANT)


def placed(event: AnyEvent, version: int = 3) -> PlacedEvent:
    """The event as a row of the ledger that a citizen caused."""
    recorded = RecordedEvent.model_construct(
        position=9, xid=7, dossier=CODE, version=version, command_id=UUID(int=1), kind=event.kind, schema_version=1,
        at=AT, actor=CITIZEN, event=event, hash="a" * 64, trace_id="b" * 32,
    )  # fmt: skip
    return PlacedEvent(
        recorded=recorded, place=Cursor(xid=7, position=9), trace_id="b" * 32, procedure="1.004222",
        first_unit="13366", units=frozenset({"13366"}), taking_part=frozenset({"13366"}),
    )  # fmt: skip


def every_event() -> list[Any]:
    """Values of every class of event, with every alternative of every field."""
    return [value for kind in get_args(AnyEvent) for value in models(kind)]


def test_the_published_schemas_are_those_of_this_release(tmp_path: Path) -> None:
    """`docs/api/events` has the schema of every type and no other file."""
    for name, schema in json_schemas().items():
        (tmp_path / f"{name}.json").write_text(json_text(schema, indent=2) + "\n", encoding="utf-8")
    made = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    kept = {file.name: file.read_text(encoding="utf-8") for file in PUBLISHED.iterdir()}
    assert kept == made, f"rm -f {PUBLISHED}/*; cp {tmp_path}/*.json {PUBLISHED}"


def test_every_event_fits_its_schema() -> None:
    """Every value of every event, with the personal fields and without, is valid under the schema of its type."""
    validators = {name: jsonschema_rs.validator_for(schema) for name, schema in json_schemas().items()}
    seen = set()
    for event in every_event():
        for personal in (False, True):
            sent = json.loads(CLOUD_EVENTS.of(placed(event), personal=personal).as_json())
            validators[sent["type"]].validate(sent["data"])
            seen.add(sent["type"])
    assert seen == set(event_types())


def test_a_schema_refuses_another_event() -> None:
    """The test above can fail: data of another type are not valid."""
    schema = jsonschema_rs.validator_for(json_schemas()[type_of("dossier_submitted")])
    other = next(one for one in every_event() if one.kind == "dossier_rated")
    assert not schema.is_valid(json.loads(CLOUD_EVENTS.of(placed(other)).as_json())["data"])


def test_nothing_personal_goes_out_unasked() -> None:
    """Neither a value that can point to a person nor the account of a citizen is in any event."""
    shown = [CLOUD_EVENTS.of(placed(event)).as_json() for event in every_event()]
    assert not [one for one in shown if PRIVATE in one or "citizen.7" in one]
    asked = [CLOUD_EVENTS.of(placed(event), personal=True).as_json() for event in every_event()]
    assert all("citizen.7" in one for one in asked)
    assert any(PRIVATE in one for one in asked)


def test_the_fields_that_name_an_officer_are_known() -> None:
    """A new field that may name a person is a choice: it is left out (`PERSONAL`), or it has only officers' codes."""
    names = {name for kind in get_args(AnyEvent) for name in kind.model_fields}
    persons = {name for name in names if re.search("person|(^|_)by$|signer|officer|assignee|holder", name)}
    assert persons - PERSONAL - INSTANTS == OF_OFFICERS | OF_UNITS


def test_the_attributes_of_a_cloud_event() -> None:
    """Every required attribute of CloudEvents 1.0, the extensions, and the same id for the same row."""
    event = next(one for one in every_event() if one.kind == "dossier_rated")
    sent = json.loads(CLOUD_EVENTS.of(placed(event, version=12)).as_json())
    data = sent.pop("data")
    traceparent = sent.pop("traceparent")
    assert sent == {
        "specversion": "1.0",
        "id": f"{CODE}/12",
        "source": "/authorities/H42",
        "type": "luongxanh.dossier_rated.v1",
        "subject": CODE,
        "time": "2026-08-05T09:00:00+07:00",
        "datacontenttype": "application/json",
        "dataschema": f"https://one-stop.example{SCHEMAS_PATH}luongxanh.dossier_rated.v1",
        "sequence": "0000000012",
        "procedure": "1.004222",
        "unit": "13366",
    }
    assert (data["dossier"], data["version"], data["actor"]) == (CODE, 12, {"role": "applicant", "unit": None})
    assert traceparent.startswith(f"00-{'b' * 32}-")
    assert len(traceparent) == 55
    assert CLOUD_EVENTS.of(placed(event, 12)) == CLOUD_EVENTS.of(placed(event, 12))


def test_what_cannot_be_read_goes_out_without_its_data() -> None:
    """An event of a newer release keeps its place in the sequence; its content, which nobody checked, stays here."""
    event = next(iter(every_event()))
    unread = UnreadEvent(
        dossier=CODE, version=4, command_id=UUID(int=1), kind="of_tomorrow", schema_version=2, at=AT,
        person="citizen.7", role="applicant", unit=None, event={"name": PRIVATE},
    )  # fmt: skip
    sent = json.loads(CLOUD_EVENTS.of(placed(event).model_copy(update={"recorded": unread})).as_json())
    assert (sent["type"], sent["sequence"]) == ("luongxanh.of_tomorrow.v2", "0000000004")
    assert not sent.keys() & {"data", "dataschema"}


def test_types_are_named_with_or_without_their_version() -> None:
    """Both name the kind."""
    assert kinds_named(["luongxanh.dossier_rated.v1", "luongxanh.fee_proposed"]) == {"dossier_rated", "fee_proposed"}


@pytest.mark.parametrize("name", ["dossier_rated", "luongxanh.nothing", "luongxanh.dossier_rated.v2", "", "x" * 9_000])
def test_an_unknown_type_is_refused(name: str) -> None:
    """A misspelt type would match nothing, silently, for ever."""
    with pytest.raises(InvalidInput, match="event_type_unknown"):
        kinds_named([name])


def test_positions_sort_as_the_events_do() -> None:
    """A token reads back to its place, and tokens compare as places do."""
    places = [Cursor(), Cursor(xid=1, position=9), Cursor(xid=2, position=1), Cursor(xid=300, position=0)]
    tokens = [position_of(place) for place in places]
    assert tokens == sorted(tokens)
    assert [place_of(token) for token in tokens] == places


@pytest.mark.parametrize("token", ["", "p", "p" + "g" * 32, "P" + "0" * 32, "p" + "f" * 32, "p" + "0" * 33, "٣" * 33])
def test_another_position_is_refused(token: str) -> None:
    """What we did not give is no position."""
    with pytest.raises(InvalidInput, match="event_position_malformed"):
        place_of(token)
