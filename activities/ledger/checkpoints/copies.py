"""Copies of the log: in another folder (on a disk of another machine, or a write-once disk), or at an address.

A copy that did not answer gets the missing lines at the next checkpoint. The log only grows, so the number of bytes
that a copy has says which lines it lacks.
"""

from __future__ import annotations

import hashlib
import os
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp

from activities.ledger.checkpoints.log import FILE, CheckpointLog
from activities.province.atomic_files import PRIVATE, write_whole

WITHIN = aiohttp.ClientTimeout(total=20)
"""Seconds for one line."""
JSON = {"content-type": "application/json"}
CHUNK = 1 << 20


class CopyRefused(Exception):
    """The copy did not accept a line now, or it is longer than the log."""


class Copy(Protocol):
    """A copy of the log at another place."""

    name: str

    async def follow(self, log: CheckpointLog) -> None:
        """Adds the lines that the copy lacks. Raises CopyRefused, OSError."""

    def lacks(self, log: CheckpointLog) -> int:
        """How many bytes of the log the copy does not have yet. Raises OSError."""


class FileCopy:
    """A file with the same bytes in another folder."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder

    def lacks(self, log: CheckpointLog) -> int:
        """The bytes that are missing at its end."""
        return _size(log.file) - _size(self._folder / FILE)

    async def follow(self, log: CheckpointLog) -> None:
        """Adds the bytes that are missing at the end."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as copy, log.file.open("rb") as stream:
            held = os.fstat(handle).st_size
            if held > stream.seek(0, os.SEEK_END):
                raise CopyRefused("the copy is longer than the log")
            stream.seek(held)
            while chunk := stream.read(CHUNK):
                copy.write(chunk)
            copy.flush()
            os.fsync(handle)


class HttpCopy:
    """An address that accepts each line by POST: 2xx, or 409 for a line that it has already.

    A file beside the log keeps how many bytes were sent.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.name = urlsplit(url).hostname or "–"  # the rest of an address may hold a password
        self._url = url
        self._sent = folder / f"sent-{hashlib.sha256(url.encode()).hexdigest()[:12]}"

    def lacks(self, log: CheckpointLog) -> int:
        """The bytes that were not sent yet."""
        return _size(log.file) - self._sent_bytes()

    def _sent_bytes(self) -> int:
        return int(self._sent.read_text()) if self._sent.exists() else 0

    async def follow(self, log: CheckpointLog) -> None:
        """Sends the lines one by one and notes each that was accepted."""
        sent = self._sent_bytes()
        async with aiohttp.ClientSession(timeout=WITHIN) as http:
            for line in log.lines(sent):
                await self._post(http, line)
                sent += len(line) + 1
                write_whole(self._sent, str(sent), mode=PRIVATE)

    async def _post(self, http: aiohttp.ClientSession, line: bytes) -> None:
        try:
            async with http.post(self._url, data=line, headers=JSON, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise CopyRefused(type(problem).__name__) from problem
        if not 200 <= status < 300 and status != HTTPStatus.CONFLICT:
            raise CopyRefused(str(status))


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def copy_to(place: str, folder: Path) -> Copy:
    """The copy for a setting: an address if it begins with http, otherwise a folder."""
    return HttpCopy(place, folder) if place.startswith(("http://", "https://")) else FileCopy(Path(place))
