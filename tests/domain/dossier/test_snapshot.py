"""Tests of the flat form of a dossier: what earlier releases stored is read into the parts, and written in the same
form.

`data/lives_before_the_parts.jsonl` was written by the code with one flat record, and has every kind of event and every
field of that time. `data/snapshots_of_release_0_1.jsonl` was written by release 0.1, with what that later code read in
it.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from domain.dossier.events import EVENT, AnyEvent, DossierSubmitted
from domain.dossier.evolve import evolve_all
from domain.dossier.state import DOSSIER, Dossier, NotSubmitted, Signing, Snapshot, snapshot_of
from domain.dossier.state.snapshot import PLACES
from domain.errors import RuleViolation
from domain.values import Value
from tests.support.given import paid, submitted

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


LIVES = rows("lives_before_the_parts.jsonl")
ADDED_SINCE = {
    "assignment_released", "child_given_up", "child_late", "child_reported", "children_planned", "dossier_repaired",
    "escalation_acknowledged", "escalation_climbed", "escalation_ended", "escalation_explained",
    "nothing_done_stated", "post_cancellation_answered", "post_check_asked", "post_checked", "post_ordered",
    "post_request_cancelled", "post_requested", "post_stage_reached", "refused_call_retried",
    "responsibility_handed_back", "rules_changed", "statement_disproved", "supplement_lapsed",
}  # fmt: skip
"""The kinds of events that came after those lives were recorded."""
FIELDS_ADDED_SINCE = {"steps_repeated"}
"""What a later release stores of such lives too: of a step that was sent back."""
OF_RELEASE_0_1 = rows("snapshots_of_release_0_1.jsonl")


@pytest.mark.parametrize("life", LIVES, ids=lambda life: str(life["snapshot"]["state"]))
def test_the_fold_gives_what_it_gave_before_there_were_parts(life: dict[str, Any]) -> None:
    """The fold gives the same bytes in the same order as before, because registers, workflows and scripts read them."""
    events = [EVENT.validate_python(event) for event in life["events"]]
    folded = evolve_all(NotSubmitted(life["snapshot"]["code"]), events)
    stored = json.loads(DOSSIER.dump_json(folded))
    later = {name: stored.pop(name) for name in FIELDS_ADDED_SINCE & stored.keys()}
    for fired in stored["fired"]:
        fired.pop("occasion", None)  # of a limit that is not the first
    assert json.dumps(stored) == json.dumps(life["snapshot"])
    with_occasions = json.loads(DOSSIER.dump_json(folded))["fired"]
    assert DOSSIER.validate_python({**life["snapshot"], **later, "fired": with_occasions}) == folded


def test_every_kind_of_event_is_among_those_lives() -> None:
    """The recorded lives have every kind of event of their time, so that the test above checks every fold."""
    kinds = {event["kind"] for life in LIVES for event in life["events"]}
    assert kinds == {kind.model_fields["kind"].default for kind in get_args(AnyEvent)} - ADDED_SINCE


@pytest.mark.parametrize("one", OF_RELEASE_0_1, ids=lambda one: str(one["stored"]["state"]))
def test_what_release_0_1_stored_is_read(one: dict[str, Any]) -> None:
    """A dossier that release 0.1 stored, in a workflow's start or in the register, can be read."""
    assert snapshot_of(DOSSIER.validate_python(one["stored"])) == one["read"]
    assert snapshot_of(DOSSIER.validate_json(json.dumps(one["stored"]))) == one["read"]


class _Start(Value):
    snapshot: Snapshot | None = None


def test_a_model_that_has_a_dossier_stores_it_flat() -> None:
    """A model with a dossier, such as a workflow's start, stores it in the flat form for other releases."""
    dossier = paid().dossier
    start = _Start(snapshot=dossier)
    assert json.loads(start.model_dump_json()) == {"snapshot": snapshot_of(dossier)}
    assert _Start.model_validate_json(start.model_dump_json()) == start


def test_every_field_of_every_part_has_one_place_in_the_flat_form() -> None:
    """Every field of every part has exactly one place in the flat form, so that none is lost."""
    assert sorted(PLACES.values()) == sorted(_places(Dossier))


def _places(record: type[Dossier]) -> list[str]:
    """The fields of the parts; `signing` is stored unchanged."""
    found: list[str] = []
    for one in fields(record):
        part = getattr(submitted().dossier, one.name)
        inside = is_dataclass(part) and not isinstance(part, Signing)
        found += [f"{one.name}.{field.name}" for field in fields(part)] if inside else [one.name]
    return found


def test_a_field_of_a_newer_release_is_ignored() -> None:
    """A field of a newer release is ignored, since workers of both releases may run together."""
    stored = snapshot_of(paid().dossier)
    newer = {**stored, "colour": "green", "payment": {**stored["payment"], "colour": "green"}}
    assert DOSSIER.validate_python(newer) == DOSSIER.validate_python(stored)


@pytest.mark.parametrize("wrong", [{"state": "nonsense"}, {"state": None}, {"pins": 7}, {"payment": 7}, {"code": ""}])
def test_what_is_no_dossier_is_not_read_as_one(wrong: dict[str, Any]) -> None:
    """A snapshot that is no dossier is refused."""
    with pytest.raises(ValidationError):
        DOSSIER.validate_python({**snapshot_of(paid().dossier), **wrong})


def test_the_events_of_a_dossier_begin_with_its_submission() -> None:
    """Events that do not begin with a submission give an error and no dossier."""
    begun, *later = [EVENT.validate_python(event) for event in LIVES[0]["events"]]
    assert isinstance(begun, DossierSubmitted)
    with pytest.raises(RuleViolation, match="not_submitted"):
        evolve_all(NotSubmitted(begun.code), later)


def test_before_its_submission_a_dossier_is_its_code() -> None:
    """Before its submission a dossier has only its code, which its workflow answers."""
    assert snapshot_of(NotSubmitted("H42.13285-250707-0001")) == {
        "code": "H42.13285-250707-0001",
        "version": 0,
        "state": None,
    }
