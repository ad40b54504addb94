"""Errors that keep a process or a command from starting, each with a stable code and a sentence in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from domain.values import Bilingual, Strict
from workers.messages import SETTINGS_MESSAGES


class CodedError(Exception):
    """An error with a stable `code`, a `message` for people and `facts` for machines.

    A subclass has the `MESSAGES` by code. When a fact is a `Bilingual`, `facts` holds its English.
    """

    MESSAGES: ClassVar[Mapping[str, Bilingual]] = {}

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = {name: value.en if isinstance(value, Bilingual) else str(value) for name, value in facts.items()}
        in_vietnamese = {name: value.vi for name, value in facts.items() if isinstance(value, Bilingual)}
        text = self.MESSAGES[code]
        vi, en = text.vi.format_map({**self.facts, **in_vietnamese}), text.en.format_map(self.facts)
        self.message = Bilingual(vi=vi, en=en)
        super().__init__(f"{code}: {en}")


class SettingProblem(Strict):
    """What is wrong with one variable, or with the file that it names (`path`)."""

    variable: str
    words: Bilingual
    path: str | None = None

    @property
    def line(self) -> Bilingual:
        """The problem as one line of a list."""
        place = f"  {self.variable}: " if self.path is None else f"  {self.variable}: {self.path}: "
        return Bilingual(vi=place + self.words.vi, en=place + self.words.en)


class SettingsError(CodedError):
    """A setting is missing or wrong, or what it names cannot be used. `found`: one problem for each variable."""

    MESSAGES = SETTINGS_MESSAGES

    def __init__(self, code: str, *found: SettingProblem, **facts: object) -> None:
        self.found = found
        lines = [problem.line for problem in found]
        problems = Bilingual(vi="\n".join(line.vi for line in lines), en="\n".join(line.en for line in lines))
        super().__init__(code, **({"problems": problems} if found else {}), **facts)


def wrong_settings(found: Sequence[SettingProblem]) -> SettingsError:
    """The error `setting_invalid` with these problems."""
    return SettingsError("setting_invalid", *found)


def wrong_setting(variable: str, problem: Bilingual, path: Path | str | None = None) -> SettingsError:
    """The error `setting_invalid` for one variable. `path`: the file that it names."""
    return wrong_settings([SettingProblem(variable=variable, words=problem, path=None if path is None else str(path))])
