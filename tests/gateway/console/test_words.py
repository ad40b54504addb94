"""Tests of the catalogues: every text of the templates has its Vietnamese, and no translation is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from gateway.console import catalogues, rendering
from gateway.console.catalogues import catalogue

CONSOLE = Path(rendering.__file__).parent
METHODS = [("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**.html": {"silent": "false", "trimmed": "false", "newstyle_gettext": "true"}}


def texts_of_templates() -> set[str]:
    found = extract_from_dir(
        rendering.FOLDER, METHODS, OPTIONS, keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
    )
    texts = set()
    for _, _, text, _, _ in found:
        texts.add(text if isinstance(text, str) else text[0])
    return texts


def texts_of_code() -> Iterator[str]:
    """What Python writes for people: `….written("…")`, and the labels of the menu."""
    for file in CONSOLE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = {"written": 0, "Entry": 1}.get(called)
                if place is not None and len(node.args) > place:
                    given = node.args[place]
                    if isinstance(given, ast.Constant):
                        yield str(given.value)


@pytest.fixture(scope="module")
def used() -> set[str]:
    return texts_of_templates() | set(texts_of_code())


def test_every_text_has_its_vietnamese(used: set[str]) -> None:
    known = {one.id if isinstance(one.id, str) else one.id[0] for one in catalogue("vi") if one.string}
    assert sorted(used - known) == []


def test_no_translation_is_left_over(used: set[str]) -> None:
    known = {one.id if isinstance(one.id, str) else one.id[0] for one in catalogue("vi") if one.id}
    assert sorted(known - used) == []


def test_placeholders_are_the_same() -> None:
    for one in catalogue("vi"):
        source = one.id if isinstance(one.id, str) else one.id[-1]
        strings = [one.string] if isinstance(one.string, str) else list(one.string or ())
        for string in strings:
            assert set(re.findall(r"%\(\w+\)s", string)) == set(re.findall(r"%\(\w+\)s", source)), source


def test_a_catalogue_that_contradicts_another_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vi").mkdir()
    for name, word in (("a", "Một"), ("b", "Hai")):
        text = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "One"\nmsgstr "{word}"\n'
        (tmp_path / "vi" / f"{name}.po").write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"b\.po: translated in two ways"):
        catalogue("vi")
