"""`luongxanh ledger`: an honest record is sound, a tampered row is found and named, read models are rebuilt."""

from __future__ import annotations

import asyncpg
import pytest

from tests.gateway.cli.running import CommandLine, submission
from workers.stack import Stack
from workers.stack.messages import silently
from workers.stack.postgres import SUPERUSER

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def dossiers(luongxanh: CommandLine) -> list[str]:
    """Two submitted dossiers."""
    ran = [luongxanh("dossier", "submit", "-", "--json", stdin=submission()) for _ in range(2)]
    return [one.value["dossier"] for one in ran]


async def as_superuser(luongxanh: CommandLine, *statements: str) -> None:
    """What only the owner of the server can do."""
    url = Stack(luongxanh.folder, announce=silently).postgres_url(SUPERUSER)
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def test_an_honest_ledger_is_sound(luongxanh: CommandLine, dossiers: list[str]) -> None:
    """Exit code 0, with what was walked over."""
    ran = luongxanh("ledger", "verify", "--json")
    assert ran.code == 0
    assert ran.value["sound"]
    assert ran.value["chains"] >= 2
    assert ran.value["personal_checked"] >= 2
    one = luongxanh("ledger", "verify", dossiers[0])
    assert one.code == 0
    assert "Đã kiểm tra 1 hồ sơ, 1 sự kiện" in one.out
    assert "Sổ cái nguyên vẹn" in one.out


async def test_a_tampered_row_is_found_and_named(luongxanh: CommandLine, dossiers: list[str]) -> None:
    """Exit code 1; the dossier, the version and the sentence; the others are not accused."""
    change = "update event set body = jsonb_set(body, '{received_by}', '\"{}\"') where dossier = '{}'"
    guard = "alter table event {} trigger append_only"
    await as_superuser(
        luongxanh, guard.format("disable"), change.replace("{}", "13366", 1).replace("{}", dossiers[1]),
        guard.format("enable always"),
    )  # fmt: skip
    ran = luongxanh("ledger", "verify", "--json")
    assert ran.code == 1
    assert not ran.value["sound"]
    found = [(one["code"], one["dossier"], one["version"]) for one in ran.value["problems"]]
    assert ("row_altered", dossiers[1], 1) in found
    assert {dossier for _, dossier, _ in found} == {dossiers[1]}
    told = luongxanh("ledger", "verify", dossiers[1])
    assert told.code == 1
    assert f"{dossiers[1]}, phiên bản 1: row_altered." in told.out
    assert luongxanh("ledger", "verify", dossiers[0]).code == 0
    back = change.replace("{}", "13285", 1).replace("{}", dossiers[1])
    await as_superuser(luongxanh, guard.format("disable"), back, guard.format("enable always"))
    assert luongxanh("ledger", "verify").code == 0


async def test_a_damaged_read_model_is_found_and_rebuilt(luongxanh: CommandLine, dossiers: list[str]) -> None:
    """The record is the truth: what was derived from it is written anew."""
    await as_superuser(luongxanh, f"delete from dossier where code = '{dossiers[0]}'")  # noqa: S608
    assert luongxanh("dossier", "show", dossiers[0]).code == 4
    assert [one["code"] for one in luongxanh("ledger", "verify", "--json").value["problems"]] == ["view_behind"]
    assert luongxanh("ledger", "rebuild", "--json").value["written"] >= 1
    assert luongxanh("dossier", "show", dossiers[0]).code == 0
    assert luongxanh("ledger", "verify").code == 0
