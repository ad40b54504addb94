"""Writes a file of a command completely or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import IO

STANDARD_OUTPUT = "-"


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A draft beside the file, which replaces it when everything was written. Else the old file stays as it is."""
    draft = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with draft.open("xb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def whole_file_or_output(path: str) -> Iterator[IO[bytes]]:
    """As `whole_file`; for `-` standard output, as it comes."""
    if path == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(path)) as file:
        yield file
