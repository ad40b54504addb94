"""Tests that connections to Temporal and PostgreSQL use the configured certificates, keys and names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest

from activities.ledger.pool import DatabaseUnavailable
from gateway.client import EngineUnavailable
from tests.support.databases import Database
from tests.workers.tls import SERVER, Door, Papers, issue_papers, tls_before
from tools.local_stack import Stack
from workers.connections import connect_database, connect_temporal
from workers.credentials import temporal_credentials
from workers.errors import SettingsError
from workers.settings import Settings, load_settings

pytestmark = pytest.mark.stack


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return issue_papers(tmp_path)


@pytest.fixture
async def door(temporal_server: Stack, papers: Papers) -> AsyncIterator[Door]:
    """A real Temporal behind a TLS proxy that needs a client certificate."""
    async with tls_before(temporal_server.temporal_address, papers) as door:
        yield door


def settings(folder: Path, port: int, **given: object) -> Settings:
    named = {f"LUONGXANH_TEMPORAL_{name.upper()}": str(value) for name, value in given.items()}
    return load_settings({"LUONGXANH_TEMPORAL_ADDRESS": f"127.0.0.1:{port}", **named}, folder)


def identified(papers: Papers, pair: tuple[Path, Path]) -> dict[str, object]:
    return {
        "tls_ca_file": papers.ca, "tls_cert_file": pair[0], "tls_key_file": pair[1], "server_name": SERVER
    }  # fmt: skip


async def test_temporal_is_reached_with_our_certificate(door: Door, papers: Papers, tmp_path: Path) -> None:
    """With the configured authority, name and client certificate, Temporal answers."""
    client = await connect_temporal(settings(tmp_path, door.port, **identified(papers, papers.client)))
    assert (await client.workflow_service.get_system_info(GetSystemInfoRequest())).server_version


async def test_a_client_that_is_not_known_is_not_let_in(door: Door, papers: Papers, tmp_path: Path) -> None:
    """Without a certificate, with one of another authority, or without TLS there is no answer."""
    strangers: list[dict[str, object]] = [
        {"tls_ca_file": papers.ca, "server_name": SERVER},
        identified(papers, papers.stranger),
        {},
    ]
    for given in strangers:
        with pytest.raises(EngineUnavailable, match="temporal_unavailable"):
            await connect_temporal(settings(tmp_path, door.port, **given))


@pytest.mark.parametrize("wrong", ["name", "authority"])
async def test_a_server_that_is_not_the_one_is_not_believed(
    wrong: str, door: Door, papers: Papers, tmp_path: Path
) -> None:
    """A certificate with another name or an unknown authority is refused at once, and nothing is sent."""
    given = identified(papers, papers.client)
    given["server_name" if wrong == "name" else "tls_ca_file"] = "other.example" if wrong == "name" else ""
    with pytest.raises(SettingsError, match="temporal_certificate_refused"):
        await connect_temporal(settings(tmp_path, door.port, **given))


async def test_an_api_key_is_read_from_its_file_and_never_sent_in_the_clear(
    temporal_server: Stack, door: Door, papers: Papers, tmp_path: Path
) -> None:
    """An API key turns TLS on, is sent with every call, and appears in no text."""
    key = tmp_path / "api-key"
    key.write_text("key-that-nobody-prints\n", encoding="utf-8")
    given = settings(tmp_path, door.port, **identified(papers, papers.client), api_key_file=key)
    client = await connect_temporal(given)
    assert client.service_client.config.api_key == "key-that-nobody-prints"
    assert "key-that-nobody-prints" not in repr(given)
    plain = int(temporal_server.temporal_address.rpartition(":")[2])
    with pytest.raises(EngineUnavailable, match="temporal_unavailable"):  # the server behind the proxy has no TLS
        await connect_temporal(settings(tmp_path, plain, api_key_file=key))


def test_a_paper_that_cannot_be_used_is_told_by_the_name_of_its_setting(papers: Papers, tmp_path: Path) -> None:
    """A certificate without its key, a missing file or an empty key is refused by its setting, before any call."""
    nowhere, empty = tmp_path / "nowhere.pem", tmp_path / "empty"
    empty.touch()
    for given, named in (
        ({"tls_cert_file": papers.client[0]}, "LUONGXANH_TEMPORAL_TLS_KEY_FILE"),
        ({"tls_key_file": papers.client[1]}, "LUONGXANH_TEMPORAL_TLS_CERT_FILE"),
        ({"tls_ca_file": nowhere}, "LUONGXANH_TEMPORAL_TLS_CA_FILE"),
        ({"api_key_file": empty}, "LUONGXANH_TEMPORAL_API_KEY_FILE"),
    ):
        with pytest.raises(SettingsError, match="setting_invalid") as problem:
            temporal_credentials(settings(tmp_path, 1, **given))
        assert named in problem.value.message.vi


async def test_postgresql_is_reached_over_tls_by_its_url(database: Database, papers: Papers, tmp_path: Path) -> None:
    """PostgreSQL is reached with `sslmode=verify-full`, authority, certificate and key in the URL, as
    docs/operating.md says."""
    async with tls_before(database.url.partition("@")[2].partition("/")[0], papers, postgres=True) as door:

        def url(host: str = "127.0.0.1", /, **more: object) -> str:
            known = {"sslmode": "verify-full", "sslrootcert": papers.ca, **more}
            query = "&".join(f"{name}={value}" for name, value in known.items())
            who = database.url.partition("@")[0]
            return f"{who}@{host}:{door.port}/{database.name}?{query}"

        async def asked(dsn: str) -> object:
            pool = await connect_database(load_settings({"LUONGXANH_DATABASE_URL": dsn}, tmp_path))
            try:
                return await pool.fetchval("SELECT 1")
            finally:
                await pool.close()

        ours = {"sslcert": papers.client[0], "sslkey": papers.client[1]}
        assert await asked(url(**ours)) == 1
        with pytest.raises(DatabaseUnavailable):  # the certificate is for another host
            await asked(url("localhost", **ours))
        with pytest.raises(DatabaseUnavailable):
            await asked(url())


async def test_a_database_that_must_be_reached_over_tls_is_not_reached_without(
    database: Database, tmp_path: Path
) -> None:
    """With `sslmode=require` a server without TLS is not connected."""
    with pytest.raises(DatabaseUnavailable):
        await connect_database(load_settings({"LUONGXANH_DATABASE_URL": f"{database.url}?sslmode=require"}, tmp_path))
