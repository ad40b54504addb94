"""Errors that keep a process or a command from starting, each with a stable code and a sentence in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from domain.messages.coded import CodedSentence
from domain.values import Bilingual, Strict
from gateway.cli.problems import Exit
from workers.messages import SettingsRefusal


class CodedError(Exception):
    """An error with a stable `code`, a `message` for people and `facts` for machines.

    When a fact is a `Bilingual`, `facts` holds its English. `exit_code` is that of the command that fails with it.
    """

    exit_code: Exit

    def __init__(self, code: CodedSentence, /, **facts: object) -> None:
        self.code = code.value
        self.facts = {name: value.en if isinstance(value, Bilingual) else str(value) for name, value in facts.items()}
        in_vietnamese = {name: value.vi for name, value in facts.items() if isinstance(value, Bilingual)}
        text = code.sentence
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


_FOR_NOW = (SettingsRefusal.STACK_NOT_RUNNING, SettingsRefusal.PORT_UNAVAILABLE)


class SettingsError(CodedError):
    """A setting is missing or wrong, or what it names cannot be used. `found`: one problem for each variable."""

    def __init__(self, code: SettingsRefusal, /, *found: SettingProblem, **facts: object) -> None:
        self.found = found
        self.exit_code = Exit.UNAVAILABLE if code in _FOR_NOW else Exit.INVALID
        lines = [problem.line for problem in found]
        problems = Bilingual(vi="\n".join(line.vi for line in lines), en="\n".join(line.en for line in lines))
        super().__init__(code, **({"problems": problems} if found else {}), **facts)


def wrong_settings(found: Sequence[SettingProblem]) -> SettingsError:
    """The error `setting_invalid` with these problems."""
    return SettingsError(SettingsRefusal.SETTING_INVALID, *found)


def wrong_setting(variable: str, problem: Bilingual, path: Path | str | None = None) -> SettingsError:
    """The error `setting_invalid` for one variable. `path`: the file that it names."""
    return wrong_settings([SettingProblem(variable=variable, words=problem, path=None if path is None else str(path))])
