"""The connections that a process needs, made here and nowhere else; each waits for its server and says so."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime
from temporalio.service import TLSConfig

from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from domain.values import Bilingual
from workers.errors import SettingsError, wrong_setting
from workers.papers import TemporalPapers
from workers.settings import Settings, variable
from workers.tracing import CallersTrace

log = structlog.get_logger(__name__)
T = TypeVar("T")

AN_ADDRESS = "postgresql://luongxanh_app@db.example:5432/luongxanh?sslmode=verify-full"
PAPERS_OF_A_URL = frozenset({"sslrootcert", "sslcert", "sslkey", "passfile"})
"""Files that a database's URL may name; one that is missing is no reason to wait for the server."""


async def connect_temporal(settings: Settings, runtime: Runtime | None = None) -> Client:
    """A client with traces. Raises RuntimeError when nobody answers or ours is not let in, SettingsError
    `temporal_certificate_refused` when the server is not the one that was meant."""
    papers = settings.temporal_papers()
    address = settings.need("temporal_address")
    try:
        return await Client.connect(
            address,
            namespace=settings.namespace,
            tls=_tls(papers),
            api_key=papers.api_key.get_secret_value() if papers.api_key else None,
            data_converter=pydantic_data_converter,
            interceptors=[CallersTrace()],
            runtime=runtime,
        )
    except RuntimeError as problem:
        # The client's text is all there is to tell this cause, which no waiting mends, from an absent server.
        if "InvalidCertificate" in str(problem):
            raise SettingsError("temporal_certificate_refused", address=address) from None
        raise


def _tls(papers: TemporalPapers) -> TLSConfig | bool:
    """Never in the clear where anything of TLS was set: a key or a certificate must reach nobody else."""
    if not papers.tls:
        return False
    return TLSConfig(
        server_root_ca_cert=papers.ca,
        domain=papers.server_name,
        client_cert=papers.certificate,
        client_private_key=papers.key,
    )


async def connect_database(settings: Settings, size: int = 4, name: str = "luongxanh") -> Pool:
    """A pool in the application's role.

    Raises DatabaseUnavailable, and SettingsError `setting_invalid` where the URL is none or names a file that cannot be
    read.
    """
    url = settings.need("database_url")
    for parameter, path in parse_qsl(urlsplit(url).query):
        if parameter in PAPERS_OF_A_URL and not os.access(path, os.R_OK):
            told = Bilingual(vi="không đọc được", en="cannot be read")
            raise wrong_setting(variable("database_url"), told, f"{parameter}: {path}")
    try:
        return await open_pool(url, size, name=name)
    except (asyncpg.ClientConfigurationError, ValueError):  # its text may repeat the password
        vi, en = "không phải địa chỉ cơ sở dữ liệu, dạng", "no address of a database, which looks like"
        told = Bilingual(vi=f"{vi} {AN_ADDRESS}", en=f"{en} {AN_ADDRESS}")
        raise wrong_setting(variable("database_url"), told) from None


async def patiently(component: str, connect: Callable[[], Awaitable[T]], seconds: float = 120) -> T:
    """Tries until the server answers, and logs what is waited for; a server that is still starting is no error."""
    deadline = asyncio.get_running_loop().time() + seconds
    pause = 0.2
    while True:
        try:
            return await connect()
        except (DatabaseUnavailable, RuntimeError, OSError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            log.warning("waiting_for", component=component, seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)
