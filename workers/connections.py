"""The connections that a process needs, made here and nowhere else; each waits for its server and says so."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import stamina
import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime
from temporalio.service import TLSConfig

from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from domain.values import Bilingual
from workers.credentials import TemporalCredentials
from workers.errors import SettingsError, wrong_setting
from workers.settings import DATABASE_ADDRESS, Settings, variable
from workers.tracing import CallersTrace

log = structlog.get_logger(__name__)
T = TypeVar("T")

FILES_OF_A_URL = frozenset({"sslrootcert", "sslcert", "sslkey", "passfile"})
"""Files that a database's URL may name; one that is missing is no reason to wait for the server."""


async def connect_temporal(settings: Settings, runtime: Runtime | None = None) -> Client:
    """A client with traces. Raises RuntimeError when nobody answers or ours is not let in, SettingsError
    `temporal_certificate_refused` when the server is not the one that was meant."""
    credentials = settings.temporal_credentials()
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
        )
    except RuntimeError as problem:
        # The client's text is all there is to tell this cause, which no waiting mends, from an absent server.
        if "InvalidCertificate" in str(problem):
            raise SettingsError("temporal_certificate_refused", address=address) from None
        raise


def _tls(credentials: TemporalCredentials) -> TLSConfig | bool:
    """Never in the clear where anything of TLS was set: a key or a certificate must reach nobody else."""
    if not credentials.tls:
        return False
    return TLSConfig(
        server_root_ca_cert=credentials.ca,
        domain=credentials.server_name,
        client_cert=credentials.certificate,
        client_private_key=credentials.key,
    )


async def connect_database(settings: Settings, size: int = 4, name: str = "luongxanh") -> Pool:
    """A pool in the application's role.

    Raises DatabaseUnavailable, and SettingsError `setting_invalid` where the URL is none or names a file that cannot be
    read.
    """
    url = settings.need("database_url")
    require_database_files(settings)
    try:
        return await open_pool(url, size, name=name)
    except (asyncpg.ClientConfigurationError, ValueError):  # its text may repeat the password
        raise wrong_setting(variable("database_url"), DATABASE_ADDRESS) from None


def require_database_files(settings: Settings) -> None:
    """The files that the database's URL names can be read. Raises `SettingsError` `setting_invalid`."""
    for parameter, path in parse_qsl(urlsplit(settings.database_url or "").query):
        if parameter in FILES_OF_A_URL and not os.access(path, os.R_OK):
            told = Bilingual(vi="không đọc được", en="cannot be read")
            raise wrong_setting(variable("database_url"), told, f"{parameter}: {path}")


ABSENT = (DatabaseUnavailable, RuntimeError, OSError)
"""What a connection raises while its server does not answer."""


async def patiently(component: str, connect: Callable[[], Awaitable[T]], seconds: float = 120) -> T:
    """Tries until the server answers, and logs what is waited for; a server that is still starting is no error."""
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
