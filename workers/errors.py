"""Why a process or a command could not start: an error with a stable code and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from domain.values import Bilingual, Strict
from workers.messages import SETTINGS_MESSAGES


class CodedError(Exception):
    """`code` is stable; `message` is for people, with its line breaks; `facts` are for machines.

    A subclass names its `MESSAGES`, by code. A fact may be a `Bilingual`: machines get its English.
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
    """What is wrong with one variable, and with the file that it names."""

    variable: str
    words: Bilingual
    path: str | None = None

    @property
    def line(self) -> Bilingual:
        """As one line of a list."""
        place = f"  {self.variable}: " if self.path is None else f"  {self.variable}: {self.path}: "
        return Bilingual(vi=place + self.words.vi, en=place + self.words.en)


class SettingsError(CodedError):
    """A setting is missing or wrong, or what it names cannot be used. `found`: every variable that is to be set."""

    MESSAGES = SETTINGS_MESSAGES

    def __init__(self, code: str, *found: SettingProblem, **facts: object) -> None:
        self.found = found
        lines = [one.line for one in found]
        problems = Bilingual(vi="\n".join(one.vi for one in lines), en="\n".join(one.en for one in lines))
        super().__init__(code, **({"problems": problems} if found else {}), **facts)


def wrong_settings(found: Sequence[SettingProblem]) -> SettingsError:
    """`setting_invalid`, with every one of them."""
    return SettingsError("setting_invalid", *found)


def wrong_setting(variable: str, problem: Bilingual, path: Path | str | None = None) -> SettingsError:
    """`setting_invalid` of one variable, found only when it was used; `path`: of the file that it names."""
    return wrong_settings([SettingProblem(variable=variable, words=problem, path=None if path is None else str(path))])
