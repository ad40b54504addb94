"""The provinces that a fork server has read: its runs do not read the same files again.

Reading a province takes half of the processor time of a short command, and a run of the tests starts a thousand. A
folder with any other content is read as usual.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from activities.province import loading
from activities.province.reading import Reading
from domain.rules.province import Province
from tools.benchmark.by_hand import PROVINCE, by_hand

_read = loading.read_province
_known: dict[str, Province] = {}
_NOT_READ = ("catalogue", "README.md")


def remember_provinces() -> None:
    """Reads the shipped province and its copy without automatic assignment; from now on they are known."""
    with TemporaryDirectory() as made:
        for folder in (PROVINCE, by_hand(Path(made) / "province")):
            _known[content_of(folder)] = _read(Reading(folder))
    loading.read_province = _read_once


def _read_once(reading: Reading) -> Province:
    if type(reading) is not Reading or reading._instead:
        return _read(reading)
    return _known.get(content_of(reading.folder)) or _read(reading)


def content_of(folder: Path) -> str:
    """A hash of the names and the contents of the files of a province."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.is_file() and name.parts[0] not in _NOT_READ:
            content = file.read_bytes()
            found.update(f"{name} {len(content)}\n".encode() + content)
    return found.hexdigest()
