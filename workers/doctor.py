"""The checks of the whole installation: those of the servers, and those that need this machine's settings and files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from temporalio.client import Client

from activities.ledger.pool import DatabaseUnavailable, Pool
from activities.province import load_province
from domain.errors import InvalidInput
from domain.messages.checkpoints import CheckpointRefusal
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.rules.province import Province
from domain.values import VIETNAM, Bilingual
from gateway.client import EngineUnavailable
from gateway.client.doctor.blocking import in_its_own_thread
from gateway.client.doctor.checks import Check, CheckName, Finding, Severity, from_error, ok
from gateway.client.doctor.messages import DoctorFinding
from gateway.client.doctor.of_certificates import issuer, signing, tls_files
from gateway.client.doctor.of_database import database_size
from gateway.client.doctor.of_files import checkpoints, disks
from gateway.client.doctor.servers import POSTGRESQL, Servers, with_one
from workers.connections import connect_database, connect_temporal
from workers.errors import SettingsError
from workers.messages import SettingsRefusal
from workers.outside_addresses import OutsideFile
from workers.outside_control import shared_paces, sharing_places
from workers.policies import checkpoint_places, issuer_policy
from workers.preflight import checked_settings
from workers.setting_values import parts_of
from workers.settings import Mode, Process, Settings, load_settings, variable

CONNECT_WITHIN = 8.0
"""Seconds for the connection to each server. A check has its own time after that."""
CERTIFICATES_OF_A_URL = ("sslrootcert", "sslcert")
NAME = "luongxanh-doctor"
LATE = Bilingual(vi="không trả lời kịp", en="no answer in time")
T = TypeVar("T")


@asynccontextmanager
async def open_doctor() -> AsyncIterator[list[Check]]:
    """The checks, with connections to the servers that answer. Raises SettingsError for settings that are wrong."""
    settings = load_settings()
    async with AsyncExitStack() as stack:
        pool, temporal = await asyncio.gather(
            _connected(
                connect_database(settings, size=4, name=NAME),
                DatabaseUnavailable(RecordRefusal.DATABASE_UNAVAILABLE, address=_server(settings), problem=LATE),
            ),
            _connected(
                connect_temporal(settings),
                EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=settings.temporal_address or "–"),
            ),
        )
        if not isinstance(pool, Exception):
            stack.push_async_callback(pool.close)
        yield [*_of_servers(settings, pool, temporal), *_of_this_machine(settings, pool)]


def _server(settings: Settings) -> str:
    """The host and port of the database. The rest of its URL may hold a password."""
    return urlsplit(settings.database_url or "").netloc.rpartition("@")[2] or "–"


async def _connected(connecting: Awaitable[T], late: Exception) -> T | Exception:
    """The connection, or the error by which it is not there."""
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            return await connecting
    except TimeoutError:
        return late
    except Exception as problem:  # the check of this server tells it
        return problem


def _of_servers(settings: Settings, pool: Pool | Exception, temporal: Client | Exception) -> Iterable[Check]:
    return Servers(pool, temporal, _province(settings), settings.task_queue).checks()


def _province(settings: Settings) -> Callable[[], Awaitable[Province]]:
    """The province's files, read once, by whoever asks first."""
    reading: list[asyncio.Task[Province]] = []

    async def read() -> Province:
        if not reading:
            reading.append(asyncio.create_task(in_its_own_thread(lambda: load_province(settings.province()))))
        return await asyncio.shield(reading[0])

    return read


def _of_this_machine(settings: Settings, pool: Pool | Exception) -> Iterator[Check]:
    yield Check(CheckName.SETTINGS, _settings)
    yield Check(CheckName.DISK, lambda: _disk(settings, pool))
    yield Check(CheckName.CERTIFICATES, lambda: _tls(settings))
    yield Check(CheckName.SIGNING, with_one(pool, POSTGRESQL, lambda there: _signing(settings, there)))
    yield Check(CheckName.ISSUER, lambda: _issuer(settings))
    yield Check(CheckName.CHECKPOINTS, lambda: _checkpoints(settings))


async def _settings() -> Iterable[Finding]:
    """Whether a worker and an API could start here. What is only missing may belong to another machine."""
    return await in_its_own_thread(lambda: [_of_process(process) for process in (Process.WORKER, Process.API)])


def _of_process(process: Process) -> Finding:
    try:
        checked_settings(process)
    except SettingsError as problem:
        missing = problem.code == SettingsRefusal.SETTING_MISSING
        return from_error(problem, Severity.WARNING if missing else Severity.TROUBLE)
    return ok(DoctorFinding.SETTINGS_RIGHT, process=process.value)


async def _disk(settings: Settings, pool: Pool | Exception) -> Iterable[Finding]:
    found = [] if isinstance(pool, Exception) else [await database_size(pool)]
    return [*found, *await disks(_folders(settings))]


def _folders(settings: Settings) -> Iterator[Path]:
    """The folders in which the installation writes on this machine."""
    if settings.mode is Mode.EMBEDDED:
        yield settings.stack_folder
    if settings.checkpoint_folder is not None:
        yield settings.checkpoint_folder
    for copy in parts_of(settings.checkpoint_copies):
        if "://" not in copy:
            yield Path(copy)


async def _tls(settings: Settings) -> Iterable[Finding]:
    return await tls_files(dict(_certificate_files(settings)), datetime.now(VIETNAM))


def _certificate_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    for name in ("temporal_tls_ca_file", "temporal_tls_cert_file"):
        if (file := getattr(settings, name)) is not None:
            yield variable(name), file
    for name in ("database_url", "database_admin_url"):
        parameters = dict(parse_qsl(urlsplit(getattr(settings, name) or "").query))
        for parameter in CERTIFICATES_OF_A_URL:
            if parameter in parameters:
                yield f"{variable(name)} {parameter}", Path(parameters[parameter])


async def _signing(settings: Settings, pool: Pool) -> Iterable[Finding]:
    addresses = OutsideFile(settings).first()
    paces, sharing = shared_paces(addresses, pool), partial(sharing_places, pool=pool)
    return await signing(pool, addresses.addresses, datetime.now(VIETNAM), paces, sharing)


async def _issuer(settings: Settings) -> Iterable[Finding]:
    if settings.issuer_url is None or settings.issuer_audience is None:
        return [ok(DoctorFinding.ISSUER_NOT_SET)]
    return await issuer(issuer_policy(settings))


async def _checkpoints(settings: Settings) -> Iterable[Finding]:
    if settings.checkpoint_folder is None:
        return [from_error(InvalidInput(CheckpointRefusal.CHECKPOINT_FOLDER_MISSING), Severity.WARNING)]
    every = timedelta(seconds=settings.checkpoint_seconds)
    return await checkpoints(checkpoint_places(settings), every, datetime.now(VIETNAM))
