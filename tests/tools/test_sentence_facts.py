"""Tests of the gate `check-facts`, which finds sentences with a fact that is not given."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from tools.sentence_facts import Module, problems

SENTENCES = """
class Late(CodedSentence):
    TOO_LATE = coded("too_late", vi="Hồ sơ {dossier} " "muộn {days} ngày.", en="Dossier {dossier} is {days} days late.")
    NEVER = coded("never", vi="Không bao giờ.", en="Never at all.")
"""
ERRORS = """
class DomainError(Exception):
    def __init__(self, refusal: CodedSentence, /, **facts: object) -> None:
        self.facts = facts

class Conflict(DomainError):
    pass
"""


def told(source: str) -> list[str]:
    """The problems that the gate finds in this source, with a module of sentences and a module of errors."""
    imports = "from sentences import Late\nfrom errors import Conflict, DomainError\n"
    sources = {"sentences.py": SENTENCES, "errors.py": ERRORS, "acting.py": imports + dedent(source)}
    return list(problems(Module(Path(name), ast.parse(text)) for name, text in sources.items()))


@pytest.mark.parametrize(
    "source",
    [
        "raise Conflict(Late.TOO_LATE, dossier=code, days=3)",
        "raise Conflict(Late.NEVER)",
        "raise Conflict(refused.code, **refused.facts)",
        "raise DomainError(Late.TOO_LATE, dossier=code, days=3, more=4)",
        'raise Conflict(Late.TOO_LATE, dossier=code, **{"days": 3})',
        'def act(): told = {"days": 3}; raise Conflict(Late.TOO_LATE, dossier=code, **told)',
        'def told(): return {"dossier": 1, "days": 3}\ndef act(): raise Conflict(Late.TOO_LATE, **told())',
        "later = partial(Conflict, Late.TOO_LATE, dossier=code, days=3)",
        "def of(code: Late, days): return Conflict(code, dossier=code, days=days)\nof(Late.TOO_LATE, 3)",
        "def of(code: Late, **facts): return Conflict(code, dossier=code, **facts)\nof(Late.TOO_LATE, days=3)",
        "def expect(code: Late): return refused.code == code\nexpect(Late.TOO_LATE)",
    ],
)
def test_who_gives_every_fact_passes(source: str) -> None:
    """The gate accepts facts by name, from a visible dictionary, or from a function in between; and a comparison."""
    assert told(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "raise Conflict(Late.TOO_LATE, dossier=code)",
        "raise Conflict(Late.NEVER if early else Late.TOO_LATE, dossier=code)",
        "def act(): refusal = Late.TOO_LATE; raise Conflict(refusal, dossier=code)",
        "WHY = {1: Late.TOO_LATE}\ndef act(): raise Conflict(WHY[1], dossier=code)",
        "def why(): return Late.TOO_LATE\ndef act(): raise Conflict(why(), dossier=code)",
        'raise Conflict(Late.TOO_LATE, **{"dossier": 1})',
        "raise Conflict(Late.TOO_LATE, dossier=1, **whatever.it_has)",
        'def act(): told = {"dossier": 3}; raise Conflict(Late.TOO_LATE, **told)',
        "later = partial(Conflict, Late.TOO_LATE, dossier=code)",
        "def of(code: Late): return Conflict(code, dossier=code)\nof(Late.TOO_LATE)",
        "def of(*, code: Late): return Conflict(code, dossier=code)\nof(code=Late.TOO_LATE)",
        "def of(*, code: Late = Late.TOO_LATE): return Conflict(code, dossier=code)",
        "def of(code: Late, **facts): return Conflict(code, dossier=code, **facts)\nof(Late.TOO_LATE)",
        "class Gone(Conflict):\n    def __init__(self): super().__init__(Late.TOO_LATE, dossier=1)",
    ],
)
def test_who_leaves_a_fact_out_is_named(source: str) -> None:
    """The gate reports a missing fact with its file, line and code."""
    (found,) = told(source)
    assert found.startswith("acting.py:")
    assert found.endswith("Late.TOO_LATE is used without days")
