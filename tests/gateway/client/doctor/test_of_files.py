"""Each check of this machine's files finds its trouble: disks, certificates, checkpoints and their copies."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from activities.adapters.pace import Pace
from activities.ledger.checkpoints.checkpointer import Checkpointer
from activities.ledger.checkpoints.keys import Signer, new_key
from activities.ledger.checkpoints.log import FILE
from activities.ledger.checkpoints.places import CheckpointPlaces
from activities.ledger.pool import Pool, open_pool
from domain.dossier.events import ResultSigned
from domain.outside_systems import System
from domain.values import VIETNAM
from gateway.access.issuer_policy import IssuerPolicy
from gateway.client.doctor.checks import Check, CheckName, Finding, Severity, examine
from gateway.client.doctor.of_certificates import issuer, lasting, signing, tls_files
from gateway.client.doctor.of_files import checkpoints, disks, room
from tests.support.databases import Database
from tests.support.ledger_samples import MORNING, open_dossier
from tests.workers.tls import issue_papers
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator

HOUR = timedelta(hours=1)
GB = 1_000_000_000


def now() -> datetime:
    """The time."""
    return datetime.now(VIETNAM)


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """A pool of the application's role."""
    opened = await open_pool(database.url, size=4)
    yield opened
    await opened.close()


async def test_a_disk_that_is_nearly_full_is_found(tmp_path: Path) -> None:
    """A small share counts only with few bytes: a large disk with 5 % free has room. Each disk is told once."""
    levels = [room(tmp_path, free * GB, 1_000 * GB).level for free in (300, 50, 15, 1)]
    assert levels == [Severity.OK, Severity.OK, Severity.WARNING, Severity.TROUBLE]
    assert len(list(await disks([tmp_path, tmp_path / "not-made-yet"]))) == 1


async def test_certificates_that_end_are_found(tmp_path: Path) -> None:
    """By the days that are left; a file that is none, and one that is not there, are trouble."""
    papers = issue_papers(tmp_path)
    one = x509.load_pem_x509_certificate(papers.ca.read_bytes())
    end = one.not_valid_after_utc
    found = {days: next(iter(lasting([("ca", one)], end - timedelta(days=days, hours=1)))) for days in (20, 3)}
    assert {days: (each.level, each.code) for days, each in found.items()} == {
        20: (Severity.WARNING, "certificate_ends_soon"),
        3: (Severity.TROUBLE, "certificate_ends_soon"),
    }
    assert [each.code for each in lasting([("ca", one)], end)] == ["certificate_ended"]
    (tmp_path / "no.pem").write_text("nothing")
    files = {"CA": papers.ca, "WRONG": tmp_path / "no.pem", "ABSENT": tmp_path / "absent.pem"}
    codes = [(each.level, each.code) for each in await tls_files(files, one.not_valid_before_utc - timedelta(days=60))]
    assert codes[:2] == [(Severity.TROUBLE, "certificate_unreadable"), (Severity.TROUBLE, "folder_unreadable")]
    assert [each.code for each in await tls_files({}, now())] == ["no_certificates"]


def test_a_file_that_is_never_read_to_its_end_holds_up_nothing(tmp_path: Path) -> None:
    """As on a disk of a machine that is gone: its check is given up in time, the others are made, and the process ends.

    A pipe that nobody writes to stands for the file. It is written to in the end, so that a wrong program ends too.
    """
    pipe = tmp_path / "ca.pem"
    os.mkfifo(pipe)
    begun, written = time.monotonic(), threading.Timer(20, pipe.write_bytes, (b"",))
    written.start()

    async def rests() -> Iterable[Finding]:
        await asyncio.sleep(0.1)
        return []

    checks = [Check(CheckName.CERTIFICATES, lambda: tls_files({"CA": pipe}, now())), Check(CheckName.STAFF, rests)]
    results = {one.check: one for one in asyncio.run(examine(checks, within=0.5))}
    took = time.monotonic() - begun
    written.cancel()
    assert [one.code for one in results[CheckName.CERTIFICATES].findings] == ["not_in_time"]
    assert results[CheckName.STAFF].level is Severity.OK
    assert took < 10


@pytest.mark.stack
async def test_signing_certificates_are_asked_of_the_service(pool: Pool) -> None:
    """One that the service does not have, or a service that is away, is a warning. Without signatures none is asked."""
    simulator = Simulator(state=None, seed=11)
    with running_simulator(simulator) as url:
        addresses = simulator.world.access.addresses(url, "H42", total_seconds=1.0)
        assert [one.code for one in await signing(pool, addresses, now())] == ["no_signatures"]
        real = [one.model_copy(update={"base_url": "https://127.0.0.1:9"}) for one in addresses]
        anybody = ["signing_authorities_missing", "no_signatures"]
        assert [one.code for one in await signing(pool, real, now())] == anybody
        signed = ResultSigned(at=MORNING, signer="chair", unit="13366", certificate="ct-unknown", signature="s")
        await open_dossier(pool, "a-key", signed)
        shared = Pace(100.0)
        [unknown] = await signing(pool, addresses, now(), {System.SIGNING: shared})
        assert shared.turns == 1, "at the pace that workers keep, too"
    [away] = await signing(pool, addresses, now())
    assert {unknown.code, away.code} == {"certificates_not_asked"}
    assert (unknown.facts["code"], away.facts["code"]) == ("outside_refused", "outside_unavailable")


async def test_an_issuer_that_does_not_answer_is_found() -> None:
    """Nobody could sign in."""
    policy = IssuerPolicy(issuer="http://127.0.0.1:9", audience="luongxanh")
    [found] = await issuer(policy)
    assert (found.level, found.code, found.facts["reason"]) == (Severity.TROUBLE, "issuer_fails", "not_connected")


@pytest.mark.stack
async def test_checkpoints_that_are_missing_or_old_are_found(pool: Pool, tmp_path: Path) -> None:
    """None yet; one of now, with its copy; one of this morning; and a copy that lacks lines."""
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(new_key())
    copy = tmp_path / "copy"
    places = CheckpointPlaces(origin="luongxanh/H42", folder=tmp_path / "log", key_file=key, copies=(str(copy),))
    assert [one.code for one in await checkpoints(places, HOUR, now())] == ["checkpoint_never"]
    await open_dossier(pool, "a-key")
    await Checkpointer(pool, places.log(), Signer.read(places.origin, key), places.sinks()).make()
    [made] = await checkpoints(places, HOUR, now())
    assert (made.level, made.code, made.facts["size"]) == (Severity.OK, "checkpoint_made", "1")
    assert str(copy) in made.facts["sinks"]
    ages = {hours: await checkpoints(places, HOUR, now() + timedelta(hours=hours)) for hours in (2, 9)}
    assert {hours: [(one.level, one.code) for one in found] for hours, found in ages.items()} == {
        2: [(Severity.WARNING, "checkpoint_old")],
        9: [(Severity.TROUBLE, "checkpoint_old")],
    }
    (copy / FILE).write_bytes(b"")
    assert [one.code for one in await checkpoints(places, HOUR, now())] == ["checkpoint_made", "copy_behind"]
    alone = places.model_copy(update={"copies": ()})
    assert [one.code for one in await checkpoints(alone, HOUR, now())] == ["checkpoint_made", "checkpoint_without_copy"]
