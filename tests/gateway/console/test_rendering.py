"""Tests of what templates do with values: escaping, directions of writing, numbers."""

from __future__ import annotations

import re

from gateway.console.formats import Formats
from gateway.console.rendering import FOLDER, environment, hidden_fields, visible
from gateway.console.static_files import FOLDER as STATIC

BY_ITSELF = re.compile(r'hx-trigger="(?:look|[^"]*(?:from:#live|every ))')
"""The trigger of a request that nobody at the page makes."""


def test_a_text_of_somebody_else_cannot_run_or_turn_around() -> None:
    shown = visible('<b onclick="x">\u202egnol\u2066')
    assert shown == "<bdi>&lt;b onclick=&#34;x&#34;&gt;[U+202E]gnol[U+2066]</bdi>"


def test_a_large_letter_begins_and_leaves_names_as_they_are() -> None:
    """The rest may have names, whose letters are not made small."""
    begin = environment("vi").from_string("{{ words | begun }}")
    assert begin.render(words="cổng dịch vụ công Quốc gia") == "Cổng dịch vụ công Quốc gia"
    assert begin.render(words="") == ""


def test_hidden_fields_are_escaped() -> None:
    assert hidden_fields({'a"': ["<", "2"]}) == (
        '<input type="hidden" name="a&#34;" value="&lt;"><input type="hidden" name="a&#34;" value="2">'
    )


def test_numbers_are_written_as_people_write_them() -> None:
    vi, en = Formats("vi"), Formats("en")
    assert (vi.number(2700), en.number(2700), vi.number(1.25), vi.number(None)) == ("2.700", "2,700", "1,2", "–")
    assert (vi.money(20_000), en.money(20_000), en.money(None)) == ("20.000 đồng", "20,000 dong", "–")
    small = [vi.small(value) for value in (0, 0.0004, 0.018, 0.18, 0.999, 3.25, None)]
    assert small == ["0", "< 0,01", "0,02", "0,18", "1", "3,2", "–"]
    assert (vi.share(2, 2700), en.share(2, 2700), vi.share(0, 0)) == ("0,07%", "0.07%", "–")


def test_whatever_a_page_asks_by_itself_says_so() -> None:
    """An element that htmx renews without a hand at the page has `data-renews`: its request is no use of the session,
    and tells for whom the page was made."""
    tags = [tag for file in FOLDER.rglob("*.html") for tag in re.findall(r"<\w[^>]*>", file.read_text("utf-8"))]
    renewed = [tag for tag in tags if BY_ITSELF.search(tag)]
    assert len(renewed) >= 4
    assert [tag for tag in renewed if " data-renews" not in tag] == []


def test_narrow_tables_are_described_once() -> None:
    """How a table with the class `stack` is shown as cards stands in the sheet of all pages alone."""
    sheets = [sheet for sheet in STATIC.glob("*.css") if re.search(r"\.stack\b", sheet.read_text("utf-8"))]
    assert [sheet.name for sheet in sheets] == ["console.css"]
