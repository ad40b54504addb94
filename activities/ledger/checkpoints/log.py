"""The log of checkpoints: a file outside the database. Lines are added and never changed.

One line is one `Anchor` as JSON. A line that a crash cut off is ignored: the next line has its events again. A missing
line shows as a gap between the sizes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from domain.record.checkpoint import Anchor

FILE = "checkpoints.jsonl"
PUBLIC_KEY = "public-key"
BLOCK = 1 << 16


class CheckpointLog:
    """The log in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE

    def lines(self, after_byte: int = 0) -> Iterator[bytes]:
        """Every complete line after a place in the file, without its line break; none when there is no file."""
        try:
            stream = self.file.open("rb")
        except FileNotFoundError:
            return
        with stream:
            stream.seek(after_byte)
            for line in stream:
                if line.endswith(b"\n"):
                    yield line[:-1]

    def anchors(self) -> Iterator[Anchor]:
        """Every checkpoint, the oldest first, one at a time."""
        for line in self.lines():
            anchor = read_line(line)
            if anchor is not None:
                yield anchor

    def last(self) -> Anchor | None:
        """The newest checkpoint; None when there is none. The file is read from its end."""
        try:
            stream = self.file.open("rb")
        except FileNotFoundError:
            return None
        with stream:
            for line in _backwards(stream):
                anchor = read_line(line)
                if anchor is not None:
                    return anchor
        return None

    def add(self, line: bytes) -> None:
        """Adds a line. It returns after the line is on the disk."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as stream:
            end = os.fstat(handle).st_size
            torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
            stream.write(b"\n" * torn + line + b"\n")
            stream.flush()
            os.fsync(handle)


def write_line(anchor: Anchor) -> bytes:
    """An anchor as a line. Events and rows are short lists like `[dossier, version, seal]`, because there are many."""
    content = anchor.model_dump(mode="json", exclude={"events", "rows"})
    content["events"] = [(event.dossier, event.version, event.seal) for event in anchor.events]
    content["rows"] = [(row.table, row.name, row.digest) for row in anchor.rows]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read_line(line: bytes) -> Anchor | None:
    """The anchor of a line; None when the line is not an anchor."""
    try:
        content = json.loads(line)
        events = [
            {"dossier": dossier, "version": version, "seal": seal} for dossier, version, seal in content["events"]
        ]
        rows = [{"table": table, "name": name, "digest": digest} for table, name, digest in content.get("rows", ())]
        return Anchor.model_validate({**content, "events": events, "rows": rows})
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _backwards(stream: BinaryIO) -> Iterator[bytes]:
    """The complete lines of the file, the last line first."""
    end, tail, whole = stream.seek(0, os.SEEK_END), b"", False
    while end > 0:
        start = max(0, end - BLOCK)
        stream.seek(start)
        tail = stream.read(end - start) + tail
        end = start
        lines = tail.split(b"\n")
        tail = lines[0]
        for line in reversed(lines[1:]):
            if whole:
                yield line
            whole = True  # the text after the last line break is not a complete line
    if whole and tail:
        yield tail
