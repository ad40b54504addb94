"""Tests of the log's copies: they follow the log, wait while a target is unreachable, and notice when the log lost
lines."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.ledger.checkpoints.copies import CopyRefused, FileCopy, copy_to
from activities.ledger.checkpoints.log import FILE
from activities.ledger.pool import Pool
from tests.support.checkpoint_archive import Archive
from tests.support.ledger_samples import open_dossier

pytestmark = pytest.mark.stack


class Receiver(http.server.ThreadingHTTPServer):
    """Receives lines by POST, and answers with the status that the test sets."""

    answer = 201

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken: list[bytes] = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.answer == 201:
            self.server.taken.append(body)
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def test_copies_follow_and_catch_up(archive: Archive, pool: Pool, tmp_path: Path, receiver: Receiver) -> None:
    """A folder and an address get every line; an address that was unreachable gets the missed lines once."""
    elsewhere = tmp_path / "elsewhere"
    address = f"http://127.0.0.1:{receiver.server_address[1]}/"
    archive.copies = tuple(copy_to(place, archive.folder) for place in (str(elsewhere), address))
    await open_dossier(pool, "one")
    await archive.checkpoint()
    receiver.answer = 503
    await open_dossier(pool, "two")
    await archive.checkpoint()
    assert len(receiver.taken) == 1
    receiver.answer = 201
    await open_dossier(pool, "three")
    await archive.checkpoint()
    assert receiver.taken == list(archive.log.lines())
    assert (elsewhere / FILE).read_bytes() == (archive.folder / FILE).read_bytes()
    assert len(receiver.taken) == 3


async def test_a_log_that_became_shorter_is_not_copied(archive: Archive, pool: Pool, tmp_path: Path) -> None:
    """When the log became shorter, the copy keeps its lines as evidence."""
    copy = FileCopy(tmp_path / "elsewhere")
    archive.copies = (copy,)
    for key in ("one", "two"):
        await open_dossier(pool, key)
        await archive.checkpoint()
    kept = (tmp_path / "elsewhere" / FILE).read_bytes()
    (archive.folder / FILE).write_bytes(kept.splitlines(keepends=True)[0])
    with pytest.raises(CopyRefused):
        await copy.follow(archive.log)
    assert (tmp_path / "elsewhere" / FILE).read_bytes() == kept
