"""Writes a file that is there as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(file: Path) -> Iterator[IO[bytes]]:
    """What is written stands in `FILE.part`, and gets the name of the file at the end. On an error nothing is left.

    A file that was there is replaced.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as written:
            yield written
        os.replace(part, file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
