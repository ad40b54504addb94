"""Tests of due dates for machines: exact output, in order, with an answer to every line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.deadlines.limits import Counting
from domain.errors import DomainError
from domain.procedures.published_limits import PublishedLimits
from gateway.views.deadline_batch import run
from tests.support.calendars import ninh_binh

SAMPLE = Path(__file__).parent / "data" / "national-sample.jsonl"
"""Thirteen rows of the national catalogue, as published."""

RECEIVED = "2026-01-05T09:00:00+07:00"


@pytest.fixture(scope="module")
def catalogue() -> PublishedLimits:
    return PublishedLimits.of_national(SAMPLE.read_text(encoding="utf-8").splitlines())


def answers(catalogue: PublishedLimits, *lines: bytes | str, language: str = "vi") -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(lines, catalogue, ninh_binh(), Counting(), language=language)]


def line(**given: Any) -> str:
    usual: dict[str, Any] = {
        "id": "a",
        "code": "1.004222",
        "channel": "online",
        "received": RECEIVED,
        "green": None,
        "pauses": [],
    }
    return json.dumps({**usual, **given})


def error(catalogue: PublishedLimits, given: bytes | str) -> str:
    (answer,) = answers(catalogue, given)
    assert set(answer) == {"id", "error"}
    assert set(answer["error"]) == {"code", "message"}
    code: str = answer["error"]["code"]
    return code


@pytest.mark.parametrize(
    ("given", "statutory", "promised"),
    [
        ({}, "2026-01-13T09:00:00+07:00", None),
        ({"green": "cap16"}, "2026-01-13T09:00:00+07:00", "2026-01-07T09:00:00+07:00"),
        ({"green": "factor50"}, "2026-01-13T09:00:00+07:00", "2026-01-08T14:30:00+07:00"),
        ({"received": "2026-01-05T02:00:00Z"}, "2026-01-13T09:00:00+07:00", None),
        ({"code": "1.013225"}, "2026-01-26T17:00:00+07:00", None),
        ({"code": "1.013225", "green": "factor50"}, "2026-01-26T17:00:00+07:00", "2026-01-15T17:00:00+07:00"),
        ({"code": "1.001193"}, "2026-01-05T17:00:00+07:00", None),
        ({"code": "1.002372", "channel": "counter"}, "2026-01-05T13:30:00+07:00", None),
        ({"code": "2.000511", "channel": "counter"}, "2027-01-05T17:00:00+07:00", None),
        ({"code": "1.000028", "case": 2}, "2026-01-06T09:00:00+07:00", None),
        ({"code": "1.000005"}, None, None),
        ({"code": "1.000005", "green": "factor50"}, None, None),
        ({"code": "1.000005", "green": "cap16"}, None, "2026-01-07T09:00:00+07:00"),
        (
            {"green": "cap16", "pauses": [["2026-01-05T10:00:00+07:00", "2026-01-06T10:00:00+07:00"]]},
            "2026-01-14T09:00:00+07:00",
            "2026-01-08T09:00:00+07:00",
        ),
    ],
)
def test_exact_dates(
    catalogue: PublishedLimits, given: dict[str, Any], statutory: str | None, promised: str | None
) -> None:
    """Both dates have +07:00, or null when there is none, and pauses stop both clocks."""
    expected = {"id": "a", "statutory_due": statutory, "promised_due": promised}
    assert answers(catalogue, line(**given)) == [expected]


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("naive_datetime", line(received="2026-01-05T09:00:00")),
        ("invalid_datetime", line(received="2026-02-30T09:00:00+07:00")),
        ("invalid_datetime", line(received="2026-01-05T09:00:00[Mars/Olympus]")),
        ("invalid_datetime", line(received="0001-01-01T00:00:00+14:00")),
        ("line_field_invalid", line(received=1_767_580_000)),
        ("line_field_missing", line(received=None)),
        ("line_field_missing", json.dumps({"id": 1, "code": "1.004222"})),
        ("line_field_missing", json.dumps({"code": "1.004222"})),
        ("line_field_unknown", line(pause=[])),
        ("line_field_invalid", line(id=[1])),
        ("line_field_invalid", line(id=True)),
        ("line_field_invalid", line(case="2")),
        ("unknown_procedure", line(code="9.999999")),
        ("unknown_channel", line(channel="fax")),
        ("channel_not_published", line(channel="post")),
        ("channel_not_published", line(code="1.009824")),
        ("case_required", line(code="1.000028")),
        ("unknown_case", line(code="1.000028", case=3)),
        ("unknown_case", line(case=0)),
        ("unknown_green", line(green="cap17")),
        ("unknown_green", line(green=16)),
        ("pause_ends_before_it_starts", line(pauses=[["2026-01-06T09:00:00+07:00", "2026-01-05T09:00:00+07:00"]])),
        ("naive_datetime", line(pauses=[["2026-01-05T09:00:00", "2026-01-06T09:00:00"]])),
        ("line_field_missing", line(pauses=[["2026-01-05T09:00:00+07:00", None]])),
        ("line_field_invalid", line(pauses=[["2026-01-05T09:00:00+07:00"]])),
        ("line_field_invalid", line(pauses="2026")),
        ("before_calendar", line(received="2019-01-05T09:00:00+07:00")),
        ("calendar_exhausted", line(received="2028-12-29T09:00:00+07:00")),
        ("invalid_json", "{"),
        ("invalid_json", "[]"),
        ("invalid_json", '{"id": NaN}'),
        ("invalid_json", "[" * 100_000),
        ("invalid_json", '{"id": ' + "9" * 5_000 + "}"),
        ("invalid_utf8_line", b'{"id": "\xff"}'),
    ],
)
def test_bad_lines_are_answered(catalogue: PublishedLimits, code: str, given: bytes | str) -> None:
    """Each bad line is answered with a code and a message, and never with a null date."""
    assert error(catalogue, given) == code


def test_a_missing_case_is_told_the_cases(catalogue: PublishedLimits) -> None:
    """When the catalogue lists a channel several times, the error names the cases with their limits."""
    (answer,) = answers(catalogue, line(code="1.000028"), language="en")
    assert "1 = 2 working days; 2 = 1 working day" in answer["error"]["message"]


def test_order_is_kept_and_one_bad_line_never_stops_the_rest(catalogue: PublishedLimits) -> None:
    """Each line has one answer in order, blank lines are skipped, and a byte order mark is ignored."""
    given: list[bytes | str] = ["\ufeff" + line(id="1"), "{", "", line(id="2"), b"\xff", line(id="3").encode(), "  \n"]
    found = answers(catalogue, *given)
    assert [answer["id"] for answer in found] == ["1", None, "2", None, "3"]
    assert ["error" in answer for answer in found] == [False, True, False, True, False]


def test_ids_come_back_as_they_were(catalogue: PublishedLimits) -> None:
    """Ids of any text or number come back unchanged, and every answer is valid UTF-8 JSON."""
    for identifier in ("hồ sơ 1", 7, "\ud800", 'a"b\nc', ""):
        (text,) = run([line(id=identifier)], catalogue, ninh_binh(), Counting())
        assert json.loads(text.encode("utf-8"))["id"] == identifier
        assert "\n" not in text


def test_nothing_is_read_ahead(catalogue: PublishedLimits) -> None:
    """Answers are given line by line, so that memory does not grow with the input."""
    read = []

    def lines() -> Iterator[str]:
        for n in range(1_000):
            read.append(n)
            yield line(id=n)

    found = run(lines(), catalogue, ninh_binh(), Counting())
    next(found)
    assert len(read) == 1


ROW = {"code": "x", "channels": [{"channel": "online", "limit": 1, "unit": "hour"}]}


@pytest.mark.parametrize(
    ("code", "channel"),
    [
        ("limit_out_of_range", {"channel": "online", "limit": 0, "unit": "hour"}),
        ("limit_out_of_range", {"channel": "online", "limit": -3, "unit": "working_day"}),
        ("limit_out_of_range", {"channel": "online", "limit": 10_000, "unit": "calendar_day"}),
        ("limit_out_of_range", {"channel": "online", "limit": 1.5, "unit": "working_day"}),
        ("limit_out_of_range", {"channel": "online", "limit": True, "unit": "working_day"}),
        ("limit_out_of_range", {"channel": "online", "limit": 2, "unit": "same_day"}),
        ("limit_not_understood", {"channel": "online", "limit": 2, "unit": "week"}),
        ("limit_not_understood", {"channel": "online", "limit": 2}),
    ],
)
def test_a_bad_row_is_an_error_only_for_who_asks(code: str, channel: dict[str, Any]) -> None:
    """A catalogue row with a limit of 0, of 10,000 days or of an unknown unit is an error only for its own code."""
    rows = [json.dumps({**ROW, "channels": [channel]}), json.dumps({**ROW, "code": "y"})]
    limits = PublishedLimits.of_national(rows)
    assert error(limits, line(code="x")) == code
    assert "error" not in answers(limits, line(code="y"))[0]


@pytest.mark.parametrize(("unit", "most"), [("calendar_day", "3650"), ("working_day", "3650"), ("same_day", "1")])
def test_an_impossible_limit_names_its_own_bounds(unit: str, most: str) -> None:
    """The error of an impossible limit has the bounds of its unit."""
    row = json.dumps({**ROW, "channels": [{"channel": "online", "limit": 9_999, "unit": unit}]})
    (answer,) = answers(PublishedLimits.of_national([row]), line(code="x"), language="en")
    assert f"from 1 to {most}." in answer["error"]["message"]


@pytest.mark.parametrize(
    ("code", "received"),
    [
        ("invalid_datetime", "0001-01-01T00:00:00+14:00"),
        ("invalid_datetime", "0001-01-01T00:00:00+07:00"),
        ("before_calendar", "0001-01-02T00:00:00+07:00"),
        ("calendar_exhausted", "9999-12-31T23:59:59+07:00"),
        ("invalid_datetime", "9999-12-31T23:59:59-12:00"),
    ],
)
def test_the_first_and_the_last_year_have_their_errors(catalogue: PublishedLimits, code: str, received: str) -> None:
    """A receipt or a pause in the first or the last year gives a code and no traceback."""
    assert error(catalogue, line(received=received)) == code
    pause = [["0001-01-02T00:00:00+07:00", received]]
    answered = answers(catalogue, line(pauses=pause))[0]
    assert answered.get("error", {"code": None})["code"] in (None, code)


def test_rows_that_name_no_code_are_told() -> None:
    """An unreadable row is among the problems, and a code that is listed twice is an error for its questions."""
    rows = ["{", "[]", '{"code": 1, "channels": []}', '{"code": "z"}', "", json.dumps(ROW), json.dumps(ROW)]
    limits = PublishedLimits.of_national(rows)
    assert [(problem.code, problem.facts["row"]) for problem in limits.problems] == [
        ("invalid_catalogue_row", "1"),
        ("invalid_catalogue_row", "2"),
        ("invalid_catalogue_row", "3"),
        ("invalid_catalogue_row", "4"),
    ]
    with pytest.raises(DomainError) as refused:
        limits.limit("x", "online")
    assert refused.value.code == "procedure_listed_twice"
