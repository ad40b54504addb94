"""Tests of rules that are named by their content, of versions with dates, and of the province as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.errors import Conflict, NotFound
from domain.procedures.procedure import PaymentPolicy
from domain.rules.province import Province
from domain.rules.province_rules import Defaults, PublishedProcedure, Status
from domain.rules.rulebook import Pins, Rulebook, RuleKind, StoredRule, content_hash, rule_text
from tests.support.ninh_binh import TODAY, ninh_binh
from tests.support.small_province import CALENDAR, ESCALATION, FREE, ORGANISATION, PAID, RULEBOOK, a_procedure, pins

SINCE = date(2025, 7, 1)


def published(version: int = 1, **changes: Any) -> PublishedProcedure:
    """A version of FREE, active since July 2025."""
    fields: dict[str, Any] = {
        "procedure": FREE.model_copy(update={"version": version}),
        "status": Status.ACTIVE,
        "effective_from": SINCE,
    }
    return PublishedProcedure.model_validate({**fields, **changes})


def a_province(*procedures: PublishedProcedure, **changes: Any) -> Province:
    """The small province with these procedures."""
    fields: dict[str, Any] = {
        "code": "H42",
        "name": "Tỉnh thử",
        "defaults": Defaults(calendar="small", escalation="ladder"),
        "organisation": ORGANISATION,
        "procedures": procedures or (published(),),
        "calendars": (CALENDAR,),
        "escalations": (ESCALATION,),
    }
    return Province.model_validate({**fields, **changes})


def test_equal_rules_have_one_hash() -> None:
    """The hash depends on the content only: not on the order of fields or the object, but on any change."""
    dumped = FREE.model_dump()
    again = type(FREE).model_validate(dict(reversed(dumped.items())))
    assert content_hash(again) == content_hash(FREE)
    assert content_hash(FREE.model_copy(update={"version": 2})) != content_hash(FREE)
    assert content_hash(PAID) != content_hash(FREE)


def test_the_canonical_text_is_one_line_of_sorted_utf8() -> None:
    """The hashed text has sorted keys, no spaces and unescaped letters, so it can be made again elsewhere."""
    assert (
        rule_text(Defaults(calendar="b", escalation="a"))
        == '{"calendar":"b","escalation":"a","oldest_applicant_years":130,"repairs_alone":20}'
    )
    assert "Thủ tục" in rule_text(FREE)


def test_the_hash_is_the_same_in_another_process() -> None:
    """The hash is the same in another process with another hash seed."""
    program = (
        "from tests.support.small_province import ORGANISATION, FREE; from domain.rules.province import content_hash;"
        "print(content_hash(FREE), content_hash(ORGANISATION))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [content_hash(FREE), content_hash(ORGANISATION)]


def test_the_hash_of_a_procedure_does_not_depend_on_its_status() -> None:
    """A version has the same hash as draft, active and retired."""
    stages = [published(status=Status.DRAFT), published(), published(status=Status.RETIRED, effective_to=TODAY)]
    assert len({stage.hash for stage in stages}) == 1


def test_a_rulebook_gives_each_rule_by_its_hash() -> None:
    """Every pinned rule is found by its hash, and only as its own kind."""
    pinned = pins(FREE)
    assert RULEBOOK.procedure(pinned.procedure) == FREE
    assert RULEBOOK.calendar(pinned.calendar) == CALENDAR
    assert RULEBOOK.organisation(pinned.organisation) == ORGANISATION
    assert RULEBOOK.escalation(pinned.escalation) == ESCALATION
    assert RULEBOOK.knows(pinned)
    for ask in (RULEBOOK.calendar, RULEBOOK.organisation, RULEBOOK.escalation):
        with pytest.raises(NotFound, match="unknown_rule"):
            ask(pinned.procedure)


def test_an_unknown_hash_is_an_error() -> None:
    """An unknown hash is an error that names it."""
    missing = pins(FREE).model_copy(update={"procedure": "0" * 64})
    assert not RULEBOOK.knows(missing)
    with pytest.raises(NotFound, match="unknown_rule") as raised:
        RULEBOOK.procedure(missing.procedure)
    assert raised.value.facts == {"kind": "procedure", "hash": "0" * 64}


def test_stored_rules_come_back_as_they_were() -> None:
    """Rules that are stored as text are found by the same hashes."""
    restored = Rulebook().adding(*RULEBOOK.stored())
    assert list(restored.stored()) == list(RULEBOOK.stored())
    assert restored.procedure(content_hash(PAID)) == PAID
    assert restored.adding(*RULEBOOK.stored()) == restored


def test_the_whole_province_can_be_stored() -> None:
    """Every rule of Ninh Bình reads back equal, with organisation and calendars."""
    rulebook = ninh_binh().rulebook()
    assert Rulebook().adding(*rulebook.stored()) == rulebook


def test_a_tampered_rule_is_refused() -> None:
    """A stored text that does not have its hash is not loaded."""
    stored = next(RULEBOOK.stored())
    with pytest.raises(Conflict, match="rule_tampered"):
        Rulebook().adding(stored.model_copy(update={"text": stored.text.replace("H42", "H43")}))


def test_a_rule_of_an_older_release_keeps_its_name() -> None:
    """A text from before a field existed is found by its published hash, with the field's default."""
    text = rule_text(FREE).replace('"receive_anywhere":true,', "")
    old = StoredRule(kind=RuleKind.PROCEDURE, hash=content_hash_of(text), text=text)
    rulebook = Rulebook().adding(old)
    assert rulebook.procedure(old.hash) == FREE
    assert old.hash != content_hash(FREE)


def test_a_rule_that_did_not_change_keeps_its_hash() -> None:
    """A later parameter is in no text while it has its default, so no pin changes."""
    payment = PaymentPolicy(poll_factor=4)
    assert "poll_factor" not in payment.model_dump_json()
    assert payment == PaymentPolicy()
    faster = FREE.model_copy(update={"payment": PaymentPolicy(poll_factor=2)})
    assert content_hash(faster) != content_hash(FREE)
    assert Rulebook().adding(*Rulebook.of(faster).stored()).procedure(content_hash(faster)) == faster


def test_rules_published_by_the_first_release_are_written_the_same_today() -> None:
    """The rules of recorded histories, read and written again, have the same text and hash."""
    stored = json.loads((Path(__file__).parents[2] / "histories" / "rules.json").read_text(encoding="utf-8"))
    first = [StoredRule.model_validate(one) for one in stored]
    assert len(first) >= 3
    again = {rule.hash: rule.text for rule in Rulebook().adding(*first).stored()}
    assert again == {rule.hash: rule.text for rule in first}


def content_hash_of(text: str) -> str:
    """The hash of a canonical text."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def test_the_version_of_the_day_rules() -> None:
    """A dossier gets the version in effect on its day of receipt, also a version that is retired now."""
    first = published(1, status=Status.RETIRED, effective_to=date(2025, 12, 31))
    second = published(2, effective_from=date(2026, 1, 1))
    draft = published(3, status=Status.DRAFT, effective_from=date(2026, 6, 1))
    province = a_province(first, second, draft)
    versions = [province.published(FREE.code, day).procedure.version for day in (SINCE, date(2025, 12, 31), TODAY)]
    assert versions == [1, 1, 2]
    assert province.version_of(first.hash) == first
    with pytest.raises(NotFound, match="procedure_not_in_effect"):
        province.published(FREE.code, date(2025, 6, 30))
    with pytest.raises(NotFound, match="unknown_procedure"):
        province.published("9.999999", TODAY)


def test_a_new_version_changes_no_pin() -> None:
    """Publishing a version changes only what later dossiers pin."""
    before = a_province(published(1)).pins_for(FREE.code, TODAY)
    ended = published(1, effective_to=date(2026, 12, 31))
    grown = a_province(ended, published(2, effective_from=date(2027, 1, 1)))
    assert grown.pins_for(FREE.code, TODAY) == before
    assert grown.rulebook().knows(before)
    assert grown.pins_for(FREE.code, date(2027, 1, 1)).procedure != before.procedure


def test_the_calendar_pinned_is_the_unit_s() -> None:
    """A dossier pins the desk's own calendar, or else the province's."""
    province = ninh_binh()
    commune = province.pins_for("1.001193", TODAY, "13366")
    centre = province.pins_for("1.001193", TODAY, "TTPVHCC")
    assert province.rulebook().calendar(commune.calendar).code == "ninh-binh"
    assert province.rulebook().calendar(centre.calendar).code == "ninh-binh-saturday"
    assert Pins.model_validate({**centre.model_dump(), "calendar": commune.calendar}) == commune


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("unknown_calendar", {"defaults": Defaults(calendar="none", escalation="ladder")}),
    ("unknown_escalation", {"defaults": Defaults(calendar="small", escalation="none")}),
    ("duplicate_calendar", {"calendars": (CALENDAR, CALENDAR)}),
    ("duplicate_escalation", {"escalations": (ESCALATION, ESCALATION)}),
    ("duplicate_procedure", {"procedures": (published(), published())}),
    ("versions_overlap", {"procedures": (published(1), published(2, effective_from=TODAY))}),
    (
        "versions_overlap",
        {"procedures": (published(2, effective_from=TODAY), published(1, effective_to=TODAY))},
    ),
    ("authority_not_named", {"procedures": (published(procedure=a_procedure("1.1", None, 0, level="province")),)}),
    (
        "unknown_authority",
        {"procedures": (published(procedure=a_procedure("1.1", None, 0, specialised_authority="NOBODY")),)},
    ),
    (
        "unknown_step",
        {
            "procedures": (
                published(
                    procedure=a_procedure(
                        "1.1", None, 0, green={"mode": "cap", "name": "16 giờ", "excluded_steps": ("nothing",)}
                    )
                ),
            )
        },
    ),
]


@pytest.mark.parametrize(("code", "changes"), BROKEN)
def test_an_inconsistent_province_does_not_construct(code: str, changes: dict[str, Any]) -> None:
    """Every code that one part names must exist in another, and no day may have two versions."""
    with pytest.raises(ValidationError, match=code):
        a_province(**changes)


def test_a_retired_version_has_a_last_day() -> None:
    """A retired version needs a last day."""
    with pytest.raises(ValidationError, match="retired_without_end"):
        published(status=Status.RETIRED)


@given(st.permutations(list(RULEBOOK.stored())))
def test_the_order_of_publication_does_not_matter(stored: list[StoredRule]) -> None:
    """The order of loading does not change a rulebook."""
    assert Rulebook().adding(*stored) == RULEBOOK
