"""The connections of a process to its servers. They are opened only here."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine
from importlib.metadata import version
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import stamina
import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime
from temporalio.service import TLSConfig

from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from domain.messages.dossier import DossierRefusal
from domain.values import Bilingual
from gateway.client import EngineUnavailable
from gateway.client.watching.task_queues import worker_identity
from workers.credentials import TemporalCredentials, temporal_credentials
from workers.errors import SettingsError, wrong_setting
from workers.messages import SettingsRefusal
from workers.settings import DATABASE_ADDRESS, Settings, variable
from workers.tracing import CallersTrace

log = structlog.get_logger(__name__)
T = TypeVar("T")

FILES_OF_A_URL = frozenset({"sslrootcert", "sslcert", "sslkey", "passfile"})
"""Parameters of a database URL that name files. A missing file is a wrong setting, not an absent server."""


async def connect_temporal(settings: Settings, runtime: Runtime | None = None) -> Client:
    """A client that records traces.

    Raises EngineUnavailable `temporal_unavailable` when Temporal does not answer or refuses us, and SettingsError
    `temporal_certificate_refused` when its certificate is not trusted.
    """
    credentials = temporal_credentials(settings)
    address = settings.need("temporal_address")
    try:
        return await Client.connect(
            address,
            namespace=settings.namespace,
            tls=_tls(credentials),
            api_key=credentials.api_key.get_secret_value() if credentials.api_key else None,
            data_converter=pydantic_data_converter,
            interceptors=[CallersTrace()],
            runtime=runtime,
            identity=_identity(),
        )
    except RuntimeError as problem:
        # Waiting does not help against a wrong certificate. Only the text tells this error from an absent server.
        if "InvalidCertificate" in str(problem):
            raise SettingsError(SettingsRefusal.TEMPORAL_CERTIFICATE_REFUSED, address=address) from None
        raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=address) from None
    except OSError:
        raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=address) from None


def process_name() -> str:
    """How operators see this process."""
    return f"{os.getpid()}@{socket.gethostname()}"


def _identity() -> str:
    """This process with its release, so that operators see which releases are at work."""
    return worker_identity(version("luongxanh"), process_name())


def _tls(credentials: TemporalCredentials) -> TLSConfig | bool:
    """TLS is used as soon as any TLS setting is set, so that no key is sent in clear text."""
    if not credentials.tls:
        return False
    return TLSConfig(
        server_root_ca_cert=credentials.ca,
        domain=credentials.server_name,
        client_cert=credentials.certificate,
        client_private_key=credentials.key,
    )


async def connect_database(settings: Settings, size: int = 4, name: str = "luongxanh") -> Pool:
    """A pool of connections in the application's role.

    Raises DatabaseUnavailable, and SettingsError `setting_invalid` when the URL is wrong or names a file that cannot
    be read.
    """
    url = settings.need("database_url")
    require_database_files(settings)
    try:
        return await open_pool(url, size, name=name)
    except (asyncpg.ClientConfigurationError, ValueError):  # its text may repeat the password
        raise wrong_setting(variable("database_url"), DATABASE_ADDRESS) from None


def require_database_files(settings: Settings) -> None:
    """Raises `SettingsError` `setting_invalid` when a file that the database's URL names cannot be read."""
    for parameter, path in parse_qsl(urlsplit(settings.database_url or "").query):
        if parameter in FILES_OF_A_URL and not os.access(path, os.R_OK):
            problem = Bilingual(vi="không đọc được", en="cannot be read")
            raise wrong_setting(variable("database_url"), problem, f"{parameter}: {path}")


ABSENT = (DatabaseUnavailable, EngineUnavailable, OSError)
"""What a connection raises while its server does not answer."""


async def patiently(component: str, connect: Callable[[], Awaitable[T]], seconds: float = 120) -> T:
    """Tries until the server answers, and logs each wait. After so many seconds it raises the last error."""
    attempts = stamina.retry_context(
        on=ABSENT, attempts=None, timeout=seconds, wait_initial=0.2, wait_max=5, wait_jitter=0
    )
    async for attempt in attempts:
        with attempt:
            try:
                return await connect()
            except ABSENT:
                log.warning("waiting_for", component=component, seconds=attempt.next_wait)
                raise
    raise AssertionError("the last attempt returns or raises")


class StoppedBeforeAnswer(Exception):
    """The process was told to stop while it waited for a server."""


async def unless_stopped(stopping: asyncio.Event, connecting: Coroutine[Any, Any, T]) -> T:
    """The connection. Raises StoppedBeforeAnswer as soon as `stopping` is set, and the errors of `connecting`."""
    connection = asyncio.create_task(connecting)
    told = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({connection, told}, return_when=asyncio.FIRST_COMPLETED)
        if not connection.done():
            raise StoppedBeforeAnswer
        return await connection
    finally:
        connection.cancel()
        told.cancel()
