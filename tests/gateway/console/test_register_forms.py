"""Tests of the form of the register: what its controls show and say, without a server."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

import pytest

from activities.ledger.search.query import Window
from domain.values import VIETNAM
from gateway.api.dossiers.kept_filters import plain
from gateway.api.dossiers.search_bodies import DossierFilterBody, filter_of
from gateway.console.register.chips import chips_of
from gateway.console.register.forms import CONTROLS, controls_of, filter_of_form
from gateway.console.register.reading import asked, read_filter
from gateway.views.names import Names
from tests.support.small_province import FREE, HA_NAM, a_small_province

TODAY = date(2025, 7, 1)
JULY = "2025-07-01T00:00:00+07:00"

EVERYTHING = {
    "states": ["processing", "returned"],
    "units": {"codes": [HA_NAM], "part": "responsible", "with_below": True},
    "procedures": [FREE.code],
    "fields": ["Hộ tịch"],
    "officers": ["officer.hanam", "head.hanam"],
    "green": False,
    "green_rules": ["16 giờ"],
    "statutory_due": {"since": "2025-07-01T08:15:00+07:00", "before": "2025-07-02T00:00:00+07:00"},
    "promised_due": {"before": "2025-07-02T11:30:00+07:00"},
    "received": {"since": "2025-07-01T00:00:00+07:00"},
    "late": {
        "clock": "promised",
        "ended": True,
        "caused_by": [{"kind": "unit", "code": HA_NAM}, {"kind": "payment"}],
    },
    "rungs": ["warn"],
    "crossing": True,
    "interconnected": True,
    "incident": True,
    "incident_systems": ["payment"],
    "applicants": ["cd.1"],
    "text": "khai sinh",
}
"""A filter with every condition, some beyond what the controls can say."""


def usable(filter_: Any) -> DossierFilterBody:
    body: DossierFilterBody = DossierFilterBody.model_validate(filter_)
    return body


def said(form: dict[str, list[str]], base: Any = None) -> Any:
    wanted, wrong = filter_of_form(usable(base or {}), form)
    assert wrong == []
    return plain(wanted)


def test_a_control_that_was_not_touched_changes_nothing() -> None:
    """The hour of a date, a second holder, and what has no control stay to the letter."""
    base = usable(EVERYTHING)
    assert filter_of_form(base, controls_of(base)) == (base, [])
    touched = {**controls_of(base), "late_ended": ["no"]}
    changed, _ = filter_of_form(base, touched)
    assert plain(changed) == {
        **plain(base), "late": {"clock": "promised", "ended": False, "caused_by": [{"kind": "unit", "code": HA_NAM}]},
    }  # fmt: skip
    emptied, _ = filter_of_form(base, {})
    assert plain(emptied).keys() == EVERYTHING.keys() - CONTROLS.keys()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"officers": ["a, b  c"]}, {"officers": ["a", "b", "c"]}),
        ({"green": ["no"]}, {"green": False}),
        ({"received_to": ["2025-07-31"]}, {"received": {"before": "2025-08-01T00:00:00+07:00"}}),
        ({"received_from": ["2025-07-31"], "received_to": ["2025-07-31"]},
         {"received": {"since": "2025-07-31T00:00:00+07:00", "before": "2025-08-01T00:00:00+07:00"}}),
        ({"late_kind": ["signing"]}, {"late": {"clock": "promised", "caused_by": [{"kind": "signing"}]}}),
        ({"late_clock": ["statutory"]}, {"late": {"clock": "statutory"}}),
        ({"part": ["competent"], "below": ["yes"]}, {}),
        ({"units": [HA_NAM], "part": ["competent"], "below": ["yes"]},
         {"units": {"codes": [HA_NAM], "part": "competent", "with_below": True}}),
        ({"text": ["   "], "states": [""]}, {}),
    ],
)  # fmt: skip
def test_what_the_controls_say(form: dict[str, list[str]], says: Any) -> None:
    """Whole days, units with those below, lateness without a clock: as a person means them."""
    assert said(form) == says


def test_days_that_are_counted_from_today() -> None:
    """They stay what they are until they or a day are chosen anew: the touched one counts, both are refused."""
    this_week = {"received": {"days": "this_week"}}
    assert said({"received_days": ["this_week"]}) == this_week
    assert (
        said({"received_days": ["this_week"], "received_from": ["2025-07-01"]}, {"received": {"since": JULY}})
        == this_week
    )
    kept = controls_of(usable(this_week))
    assert said({**kept, "crossing": ["yes"]}, this_week) == {**this_week, "crossing": True}
    assert said({**kept, "received_from": ["2025-07-01"]}, this_week) == {"received": {"since": JULY}}
    assert said({**kept, "received_days": [""]}, this_week) == {}
    for form, base in (
        ({"received_days": ["today"], "received_to": ["2025-07-01"]}, {}),
        ({"received_days": ["today"], "received_from": ["2025-07-02"]}, {"received": {"since": JULY}}),
        ({**kept, "received_days": ["today"], "received_from": ["2025-07-01"]}, this_week),
    ):
        wanted, [wrong] = filter_of_form(usable(base), form)
        assert (plain(wanted), "không chọn cả hai" in wrong.words.vi) == ({}, True), "neither is dropped without a word"
    _, [wrong] = filter_of_form(usable({}), {"received_days": ["some_day"]})
    assert wrong.code == "register_condition_wrong"
    _, [wrong] = read_filter(json.dumps({"received": {"days": "today", "since": JULY}}))
    assert (wrong.code, "“Tiếp nhận”" in wrong.words.vi) == ("register_condition_wrong", True)


@pytest.mark.parametrize("day", ["31/07/2025", "2025-02-30", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_named(day: str) -> None:
    """It is not left out silently: the fault says which condition it was, and the rest remains."""
    wanted, [wrong] = filter_of_form(usable({}), {"received_to": [day], "crossing": ["yes"]})
    assert plain(wanted) == {"crossing": True}
    assert wrong.code == "register_condition_wrong"
    assert re.match(
        "Điều kiện “Tiếp nhận” không dùng được: (Phải là ngày giờ có thật, viết|Năm phải từ)", wrong.words.vi
    )
    assert not any(for_programs in wrong.words.vi for for_programs in ("dấu nháy", "+07:00", "..")), wrong.words.vi


def test_every_condition_is_a_chip_that_can_be_removed() -> None:
    """In words where there are any, and to the letter otherwise: nothing acts unseen."""
    names = Names(on=TODAY)
    base = usable(EVERYTHING)
    chips = chips_of(base, names)
    assert {chip.field for chip in chips} == EVERYTHING.keys()
    for chip in chips:
        assert all((chip.value.vi, chip.value.en))
        assert plain(chip.without) == {name: value for name, value in plain(base).items() if name != chip.field}
    in_words = {chip.field: chip.value.vi for chip in chips}
    assert in_words["received"] == "từ 01/07/2025"
    assert in_words["statutory_due"] == "từ 08:15 01/07/2025 đến hết 01/07/2025"
    assert in_words["promised_due"] == "trước 11:30 02/07/2025"
    assert in_words["green"] == "không áp dụng"
    assert "kết thúc trễ, do " in in_words["late"]


def test_an_empty_list_finds_nothing_and_says_so() -> None:
    """It is a condition, not none."""
    wanted, _ = read_filter('{"units":{"codes":[]},"procedures":[]}')
    assert [chip.value.vi.partition(" (")[0] for chip in chips_of(wanted, Names(on=TODAY))] == [
        "không mục nào", "không mục nào",
    ]  # fmt: skip


def test_the_address_of_a_question_is_read_as_the_same_question() -> None:
    """A finished state, an order and the columns come back as they were."""
    question = asked('{"states":["returned"]}', "-ended_at", "state,code")
    assert (question.left_out, question.faults) == ((), ())
    parameters = question.parameters()
    assert asked(parameters["f"], parameters["sort"], parameters["columns"]) == question
    assert asked(None, None, None).address() == "/console/register"
    assert asked(None, None, "state").columns == ("code", "state"), "the code leads to the dossier"


def test_all_pages_of_a_search_mean_the_same_days() -> None:
    """A list that was begun in November is of November to its end; begun anew, of December."""
    body, province = usable({"received": {"days": "this_month"}}), a_small_province()
    begun, later = datetime(2025, 11, 30, 23, 59, tzinfo=VIETNAM), datetime(2025, 12, 1, 0, 1, tzinfo=VIETNAM)
    names = Names(on=TODAY)
    november = filter_of(body, province, names, begun).received
    assert november == Window(since=begun.replace(day=1, hour=0, minute=0), before=later.replace(minute=0))
    assert filter_of(body, province, names, later, begun_at=begun).received == november
    assert filter_of(body, province, names, later).received != november
