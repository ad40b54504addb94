"""The recorded histories of released revisions, and their list."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import TypeAdapter

from domain.dossier.revision import CURRENT, Revision
from domain.rules.rulebook import StoredRule

FOLDER = Path(__file__).parent
RULES = FOLDER / "rules.json"
RELEASED = FOLDER / "released.txt"
"""The SHA-256 of each history and its name, as `sha256sum` writes them. The replay gate fails when one is missing."""

RECORDER = "recorder"
"""The recorder's name in the files, in place of the name of a machine or a process."""


def recorded(folder: Path = FOLDER) -> list[Path]:
    """The recorded histories, by name."""
    return sorted(file for file in folder.glob("*.json") if file.name != RULES.name)


def file_of(story: str, revision: int = CURRENT) -> Path:
    """The history of a story whose run decided by this revision of the rules."""
    named = "" if revision <= Revision.SECOND else f".revision-{int(revision)}"
    return FOLDER / f"{story}{named}.json"


def rules() -> tuple[StoredRule, ...]:
    """The rules that the recorded histories pin."""
    return TypeAdapter(tuple[StoredRule, ...]).validate_json(RULES.read_bytes())


def list_released() -> None:
    """Writes the list of all histories."""
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in recorded()]
    RELEASED.write_text("".join(lines), encoding="utf-8")
