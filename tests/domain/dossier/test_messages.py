"""Tests that every refusal has a sentence in both languages with all its facts, and that no sentence is unused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from domain import errors
from domain.errors import DomainError
from domain.messages import MESSAGES
from domain.messages.dossier import DOSSIER_MESSAGES

ROOT = Path(errors.__file__).parents[1]
ERRORS = {"InvalidInput", "RuleViolation", "NotAuthorised", "Conflict", "NotFound"}
FOLDERS = ("domain", "activities", "workflows", "gateway", "workers")


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of these folders, except the tables of sentences."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "messages" not in path.parts and not path.stem.endswith("messages"):
                yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def raised(*folders: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Place, code and facts of every domain error whose code is a literal."""
    for path, module in modules(*folders):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and not any(fact.arg is None for fact in node.keywords):
                    yield (
                        f"{path}:{node.lineno}",
                        str(code.value),
                        tuple(sorted(str(fact.arg) for fact in node.keywords)),
                    )


def placeholders(text: str) -> set[str]:
    """The facts that a sentence needs."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


RAISED = list(raised(*FOLDERS))
WRITTEN = {
    node.value
    for _, module in modules(*FOLDERS)
    for node in ast.walk(module)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
"""Every text in the code, except the tables of sentences."""


def test_the_search_finds_the_refusals() -> None:
    """The search of these tests finds the refusals of the life cycle."""
    assert {"wrong_state", "wrong_role", "wrong_unit", "stale_version"} <= {code for _, code, _ in RAISED}


@pytest.mark.parametrize(("where", "code", "facts"), list(raised("domain")), ids=str)
def test_a_refusal_has_a_sentence_and_gives_its_facts(where: str, code: str, facts: tuple[str, ...]) -> None:
    """Every raised code has two sentences, and gets every fact that they need."""
    assert code in MESSAGES, f"{where} raises {code}, which no table knows"
    text = MESSAGES[code]
    assert placeholders(text.vi) | placeholders(text.en) <= set(facts), where


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_sentence_says_something_in_both_languages(code: str) -> None:
    """Both sentences are complete and differ from each other."""
    text = MESSAGES[code]
    assert text.vi != text.en
    assert all(said.strip()[-1] in ".!?}" and len(said) > 15 for said in (text.vi, text.en))


@pytest.mark.parametrize("code", sorted(DOSSIER_MESSAGES))
def test_no_sentence_is_left_over(code: str) -> None:
    """Every code of the life cycle with a sentence is used by some refusal."""
    assert code in WRITTEN


def test_a_sentence_in_the_language_of_the_screens() -> None:
    """The Vietnamese sentence has the states in Vietnamese, the English one in English."""
    error = DomainError(
        "wrong_state", dossier="H1", state="accepted", state_vi="Được tiếp nhận", wanted="x", wanted_vi="y"
    )
    assert "Được tiếp nhận" in error.message.vi
    assert "accepted" not in error.message.vi
    assert "accepted" in error.message.en
