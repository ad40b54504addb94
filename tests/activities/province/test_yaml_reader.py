"""Tests of reading YAML: bounded in memory and time, with the line of every problem."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest
import yaml

from activities.province import ConfigurationErrors, load_province
from activities.province.change_files import read_change
from activities.province.yaml_messages import yaml_says
from activities.province.yaml_reader import DEEPEST, LARGEST, MOST_ALIASES, YamlProblem, read_yaml_text
from domain.deadlines.calendar_letter import CalendarLetter
from domain.organisation.merger import Merger
from domain.values import Bilingual
from tests.support.ninh_binh import FOLDER
from tests.support.vietnamese import foreign

BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join(f'*a{n - 1}' for _ in range(10))}]" for n in range(1, 9)]
)
"""Nine lines that expand to a thousand million values."""


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (BOMB, "text_too_many_values", 6),
        ("a: &a [*a]", "alias_of_itself", 1),
        ("a:\n  b: &b\n    c: *b", "alias_of_itself", 3),
        ("x: *nobody", "bad_yaml", 1),
        ("a: " + "[" * 5_000, "text_too_deep", 1),
        ("a:\n" + "\n".join("  " * n + "- " for n in range(1, 60)), "text_too_deep", DEEPEST + 1),
        ("a: &a x\nb: [" + "*a, " * (MOST_ALIASES + 1) + "]", "too_many_aliases", 2),
        ("a: " + "9" * 5_000, "number_too_long", 1),
        ("x" * (LARGEST + 1), "text_too_large", 1),
        ("a: 1\n---\nb: 2", "bad_yaml", 2),
        ("? [a, b]\n: 1", "bad_yaml", 1),
        ("a: [", "bad_yaml", 2),
        ("a: \x07", "bad_yaml", 1),
    ],
)
def test_what_is_beyond_a_bound_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    """A file above a bound is refused with its line while it is read, before anything is built."""
    with pytest.raises(YamlProblem) as refused:
        read_yaml_text(text)
    assert (refused.value.code, refused.value.line) == (code, line)


def test_the_bomb_takes_no_memory() -> None:
    """Reading the bomb takes a few megabytes, instead of 24,000."""
    tracemalloc.start()
    with pytest.raises(YamlProblem):
        read_yaml_text(BOMB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("model", [CalendarLetter, Merger])
@pytest.mark.parametrize("text", [BOMB, "a: &a [*a]", "a: " + "[" * 5_000])
def test_no_door_reads_it_otherwise(tmp_path: Path, model: type[Merger], text: str) -> None:
    """`config check`, `calendar apply` and `organisation apply` all report the file and the line."""
    (tmp_path / "change.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationErrors):
        read_change(tmp_path / "change.yaml", model)
    (tmp_path / "province.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationErrors) as refused:
        load_province(tmp_path)
    assert "province.yaml" in {one.file for one in refused.value.problems}


def test_an_alias_is_what_stands_at_its_anchor() -> None:
    """Aliases work within the bounds; a repeated key is reported with its line."""
    read = read_yaml_text("week: &w [monday, tuesday]\nother: *w\nother: 2")
    assert read.value == {"week": ["monday", "tuesday"], "other": 2}
    assert read.twice == [("other", 3)]
    assert read.lines["week", 1] == 1


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_province_reads_as_any_yaml_reader_reads_it(path: Path) -> None:
    """The province's files read as with any YAML reader, except that dates and unusual numbers stay text."""

    def text(value: object) -> object:
        if isinstance(value, dict):
            return {str(key): text(one) for key, one in value.items()}
        return [text(one) for one in value] if isinstance(value, list) else str(value)

    content = path.read_text(encoding="utf-8")
    assert text(read_yaml_text(content).value) == text(yaml.safe_load(content))


def test_what_the_parser_says_is_said_in_vietnamese() -> None:
    """Every message of the parser has a Vietnamese sentence without English words."""
    shuffled = random.Random(7)  # noqa: S311  mistakes, no secret
    sound = (FOLDER / "people.yaml").read_text(encoding="utf-8")
    translations: dict[str, str] = {}
    for _ in range(3_000):
        text = sound[: shuffled.randint(200, 1_800)]
        for _ in range(shuffled.randint(1, 3)):
            at = shuffled.randrange(len(text))
            text = text[:at] + shuffled.choice(MISTYPED) + text[at + shuffled.choice((0, 1, 3)) :]
        try:
            read_yaml_text(text)
        except YamlProblem as refused:
            detail = refused.facts.get("detail")
            if isinstance(detail, Bilingual) and not detail.en.startswith("*"):  # an alias, reported by its own name
                translations[detail.en] = detail.vi
    assert len(translations) > 15
    assert {english for english, vietnamese in translations.items() if vietnamese == yaml_says("?").vi} == set()
    assert {
        english: list(foreign(vietnamese)) for english, vietnamese in translations.items() if list(foreign(vietnamese))
    } == {}


MISTYPED = (
    *"{}[]:,'\"&*!|>%@`-\t#?\x00\x1b\\", "\n\t", "\n ", "--- ", "...", "!<", "!!x ", '"\\xZZ"', '"\\q"', "*a", " &a &b",
    "%YAML 9.9\n", "%TAG\n", ": :", "\ufffe",
)  # fmt: skip
