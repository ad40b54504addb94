"""A history that is replayed, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from domain.values import Bilingual
from workers.messages import ReplayProblem, ReplayRemedy


@dataclass(frozen=True)
class KeptHistory:
    """A history to replay. `kept`: Temporal's `History` as bytes, or the JSON file that Temporal's programs write."""

    workflow: str
    kept: bytes | Path


@dataclass(frozen=True)
class Place:
    """A line of our code. `file`: from the folder that has the packages, as `workflows/dossier.py`."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}"


@dataclass(frozen=True)
class Difference:
    """The first event of the history that the code did not ask for, or the first that it asked for beyond them.

    `event`: its number; None: not known. `recorded`: what the history has there; None: nothing more. `wanted`: what the
    code asked for; None: nothing. `asked_at`: the code that asked. In Temporal's words, as its pages show them.
    """

    event: int | None
    recorded: str | None
    wanted: str | None
    asked_at: Place | None


@dataclass(frozen=True)
class Failure:
    """Why a history does not replay, and the remedy.

    `said`: the reason in the words of the program that failed. `facts`: those of the two sentences.
    """

    code: ReplayProblem
    remedy: ReplayRemedy
    said: str
    facts: dict[str, str]
    difference: Difference | None = None

    @property
    def words(self) -> Bilingual:
        """The sentence of the problem."""
        return _filled(self.code.sentence, self.facts)

    @property
    def remedy_words(self) -> Bilingual:
        """The sentence of the remedy."""
        return _filled(self.remedy.sentence, self.facts)

    def as_json(self) -> dict[str, Any]:
        """The failure for programs."""
        return {
            "code": self.code.value,
            "problem": self.said,
            "message": self.words.model_dump(),
            "difference": None if self.difference is None else asdict(self.difference),
            "remedy": {"code": self.remedy.value, **self.remedy_words.model_dump()},
        }


def _filled(sentence: Bilingual, facts: dict[str, str]) -> Bilingual:
    return Bilingual(vi=sentence.vi.format_map(facts), en=sentence.en.format_map(facts))


@dataclass(frozen=True)
class Replayed:
    """What came of a history. `failure`: why it does not replay; None when it does."""

    workflow: str
    run: str
    events: int
    failure: Failure | None
