"""A real worker sends webhooks; one that is killed with messages on their way loses none."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from activities.events_out.filters import EVERYTHING
from activities.ledger.feed import Cursor
from activities.ledger.migrations import migrate
from activities.ledger.pool import open_pool
from activities.ledger.store import Ledger
from activities.webhooks.register import Owner, WebhookRegister
from tests.support.command_line import CHECKOUT
from tests.support.forked_program import Started, start_forked
from tests.support.ledger_samples import append, started, step, submitted
from tests.support.ninh_binh import FOLDER
from tests.support.waiting import WITHIN, until, wait_until
from tests.support.webhook_receiver import OK, Received, receiving
from tools.local_stack import Stack
from tools.local_stack.components import SIMULATOR
from tools.local_stack.messages import silently
from workers.settings import load_settings
from workflows.search_attributes import SEARCH_ATTRIBUTES

pytestmark = pytest.mark.stack

CODES = [f"H42.12-250701-{number:04}" for number in range(1, 13)]


@pytest.fixture
async def folder() -> AsyncIterator[Path]:
    """The folder of a running stack: servers and simulator, and no worker."""
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES) as servers:
        await migrate(load_settings({}, servers.folder).need("database_admin_url"))
        stack = Stack(servers.folder, processes=(SIMULATOR,), search_attributes=SEARCH_ATTRIBUTES, announce=silently)
        await asyncio.to_thread(stack.up)
        yield servers.folder
        await asyncio.to_thread(stack.down)


def with_a_service(folder: Path) -> Path:
    """The province, in which one service may follow events."""
    province = folder / "province"
    shutil.copytree(FOLDER, province)
    people = province / "people.yaml"
    entry = "services:\n  - {code: so-hoa, name: Số hoá, events: true, source: QĐ 1}\n"
    text = people.read_text(encoding="utf-8")
    assert "services: []" in text
    people.write_text(text.replace("services: []", entry), encoding="utf-8")
    return province


@contextmanager
def a_worker(folder: Path, province: Path, ready: Path) -> Iterator[Started]:
    """`luongxanh worker`, ready; it is gone at the end."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LUONGXANH_")},
        "LUONGXANH_STACK": str(folder),
        "LUONGXANH_PROVINCE": str(province),
        "LUONGXANH_CALLBACK_URL": "http://127.0.0.1:9/callback",
        "LUONGXANH_WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "LUONGXANH_WEBHOOK_PAUSES": "1,1,1",
    }
    log = ready.with_suffix(".log")
    with log.open("wb") as stream:
        process = start_forked(
            "workers", "worker", "--ready", ready, log=stream, environment=environment, folder=CHECKOUT
        )
    try:
        wait_until(lambda: ready.exists() or process.poll() is not None, "the worker is ready")
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield process
    finally:
        process.terminate()
        process.wait(60)


async def test_a_killed_worker_loses_no_message(folder: Path, tmp_path: Path) -> None:
    """The next worker goes on where the record stands: every event arrives, and each dossier in order."""
    killed = asyncio.Event()

    async def held(_received: Received, writer: asyncio.StreamWriter) -> None:
        """Takes five messages, and no other one from the first worker."""
        if len(receiver.received) > 5:
            await killed.wait()
        writer.write(OK)

    pool = await open_pool(load_settings({}, folder).need("database_url"))
    province = with_a_service(tmp_path)
    async with receiving(held) as receiver:
        register = WebhookRegister(pool, frozenset({"127.0.0.1"}))
        made, secret = await register.create(
            Owner(kind="service", code="so-hoa"), receiver.url, EVERYTHING, "so-hoa", Cursor()
        )
        for code in CODES:
            await Ledger(pool).record(append(code, [submitted(code), started(), step(1), step(2)]))
        with a_worker(folder, province, tmp_path / "first") as first:
            await until(lambda: len(receiver.taken) >= 5, "the first worker has begun")
            first.kill()
            await asyncio.to_thread(first.wait, WITHIN)
        assert len(receiver.taken) == 5
        killed.set()
        with a_worker(folder, province, tmp_path / "second"):
            wanted = {f"{code}/{version}" for code in CODES for version in range(1, 5)}
            await until(lambda: {*receiver.ids()} == wanted, "every event has arrived")
    for code in CODES:
        assert list(dict.fromkeys(receiver.ids(code))) == [f"{code}/{version}" for version in range(1, 5)]
    assert all(one.signed_by(secret) for one in receiver.taken)
    assert (await register.get(made.id, None)).failures == 0
    await pool.close()
