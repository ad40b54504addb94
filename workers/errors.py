"""Why a process or a command could not start: an error with a stable code and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from domain.values import Bilingual
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


class SettingsError(CodedError):
    """A setting is missing or wrong, or what it names cannot be used."""

    MESSAGES = SETTINGS_MESSAGES


def wrong_setting(variable: str, problem: Bilingual, path: Path | str | None = None) -> SettingsError:
    """`setting_invalid` of one variable, found only when it was used; `path`: of the file that it names."""
    place = f"  {variable}: " if path is None else f"  {variable}: {path}: "
    return SettingsError("setting_invalid", problems=Bilingual(vi=place + problem.vi, en=place + problem.en))
