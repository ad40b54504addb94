"""Tests of what templates do with values: escaping, directions of writing, numbers."""

from __future__ import annotations

from gateway.console.formats import Formats
from gateway.console.rendering import hidden_fields, visible


def test_a_text_of_somebody_else_cannot_run_or_turn_around() -> None:
    shown = visible('<b onclick="x">\u202egnol\u2066')
    assert shown == "<bdi>&lt;b onclick=&#34;x&#34;&gt;[U+202E]gnol[U+2066]</bdi>"


def test_hidden_fields_are_escaped() -> None:
    assert hidden_fields({'a"': ["<", "2"]}) == (
        '<input type="hidden" name="a&#34;" value="&lt;"><input type="hidden" name="a&#34;" value="2">'
    )


def test_numbers_are_written_as_people_write_them() -> None:
    vi, en = Formats("vi"), Formats("en")
    assert (vi.number(2700), en.number(2700), vi.number(1.25), vi.number(None)) == ("2.700", "2,700", "1,2", "–")
    small = [vi.small(value) for value in (0, 0.0004, 0.018, 0.18, 0.999, 3.25, None)]
    assert small == ["0", "< 0,01", "0,02", "0,18", "1", "3,2", "–"]
    assert (vi.share(2, 2700), en.share(2, 2700), vi.share(0, 0)) == ("0,07%", "0.07%", "–")
