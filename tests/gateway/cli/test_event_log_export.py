"""Tests of `luongxanh ops export`: a file is whole or absent; officers are named by order only, which is kept."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import asyncpg
import pytest

from tests.support.command_line import OPERATOR, CommandLine, run, submission
from tests.support.forked_program import Stream
from tools.local_stack import Stack
from tools.local_stack.messages import silently
from tools.local_stack.postgres import SUPERUSER

pytestmark = pytest.mark.stack
PERSON = "cb.13285.reception.1"


@pytest.fixture(scope="module")
def dossier(luongxanh: CommandLine) -> str:
    """A dossier that an officer has filed."""
    code: str = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    return code


@pytest.mark.parametrize("form", ["xes", "ocel2", "csv", "parquet"])
def test_a_file_is_written_whole_and_replaces_none(
    luongxanh: CommandLine, dossier: str, tmp_path: Path, form: str
) -> None:
    """Each format is written, an existing file is refused without --force, and no draft is left."""
    file = tmp_path / f"log.{form}"
    ran = luongxanh("ops", "export", form, str(file), "--text", dossier, "--json")
    assert (ran.code, ran.value["dossiers"], ran.value["unread"]) == (0, 1, 0), ran.err
    content = file.read_bytes()
    assert PERSON.encode() not in content
    again = luongxanh("ops", "export", form, str(file), "--json")
    assert (again.code, again.error["code"]) == (2, "file_exists")
    assert file.read_bytes() == content
    assert luongxanh("ops", "export", form, str(file), "--state", "stopped", "--force").code == 0
    assert file.read_bytes() != content
    assert os.listdir(tmp_path) == [file.name]


def test_standard_output_and_a_closed_pipe(luongxanh: CommandLine, dossier: str) -> None:
    """`-` writes to standard output alone; a reader that goes away is no error."""
    ran = luongxanh("ops", "export", "csv", "-", "--text", dossier)
    assert ran.code == 0, (ran.out, ran.err)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["case:concept:name"] for row in rows} == {dossier}
    assert "sự kiện của 1 hồ sơ" in ran.err
    nobody, closed = os.pipe()
    os.close(nobody)
    with os.fdopen(closed, "wb") as pipe:
        stack = {"LUONGXANH_STACK": str(luongxanh.folder)}
        assert run("ops", "export", "xes", "-", environment=stack, stdout=Stream(pipe)).code == 0


async def test_the_codes_of_officers_are_given_by_order_only(
    luongxanh: CommandLine, dossier: str, tmp_path: Path
) -> None:
    """--with-officers needs an operator and a reason, which are recorded before the file is written."""
    file = str(tmp_path / "log.csv")
    wanted = ("ops", "export", "csv", file, "--text", dossier, "--with-officers", "--json")
    assert luongxanh(*wanted).error["code"] == "officers_need_an_order"
    assert luongxanh(*wanted, "--by", PERSON, "--reason", "Kiểm toán").code == 3
    assert not Path(file).exists()
    ran = luongxanh(*wanted, "--by", OPERATOR, "--reason", "Kiểm toán theo QĐ 12")
    assert ran.code == 0, ran.out
    assert PERSON in Path(file).read_text(encoding="utf-8")
    connection = await asyncpg.connect(Stack(luongxanh.folder, announce=silently).postgres_url(SUPERUSER))
    [row] = await connection.fetch("select who, why, format, wanted::text, dossiers from officers_exported")
    await connection.close()
    assert (row["who"], row["why"], row["format"], row["dossiers"]) == (OPERATOR, "Kiểm toán theo QĐ 12", "csv", 1)
    assert dossier in row["wanted"]


async def test_no_dossier_is_left_out_in_silence(luongxanh: CommandLine, dossier: str, tmp_path: Path) -> None:
    """A row of the register that cannot be read ends every file of dossiers: the problem names it, no file is left."""
    connection = await asyncpg.connect(Stack(luongxanh.folder, announce=silently).postgres_url(SUPERUSER))
    change = "update dossier set channel = $2 where code = $1"
    [channel] = await connection.fetchrow("select channel from dossier where code = $1", dossier)
    try:
        await connection.execute(change, dossier, "pigeon")
        for form in ("xes", "ocel2", "csv", "parquet"):
            ran = luongxanh("ops", "export", form, str(tmp_path / form), "--text", dossier, "--json")
            assert (ran.code, ran.error["code"]) == (2, "register_unreadable")
            assert dossier in ran.error["message"]["vi"]
        assert luongxanh("ops", "export", "csv", "-", "--text", dossier).code == 2
        for table in ("ho-so.csv", "ho-so.xlsx"):
            ran = luongxanh("dossier", "export", str(tmp_path / table), "--text", dossier, "--json")
            assert (ran.code, ran.error["code"]) == (2, "register_unreadable")
    finally:
        await connection.execute(change, dossier, channel)
        await connection.close()
    assert os.listdir(tmp_path) == []


def test_bad_input(luongxanh: CommandLine, tmp_path: Path) -> None:
    """A short key, a span that ends before it begins, a folder that cannot be written: refused, and nothing is left."""
    key = tmp_path / "key"
    key.write_bytes(b"short")
    file = str(tmp_path / "log.csv")
    short = luongxanh("ops", "export", "csv", file, "--pseudonym-key", str(key), "--json")
    assert (short.code, short.error["code"]) == (2, "pseudonym_key_too_short")
    endless = luongxanh("ops", "export", "csv", file, "--pseudonym-key", "/dev/zero", "--json")
    assert (endless.code, endless.error["code"]) == (2, "file_too_large")
    absent = luongxanh("ops", "export", "csv", file, "--pseudonym-key", str(key.with_name("absent")), "--json")
    assert (absent.code, absent.error["code"]) == (2, "file_unreadable")
    assert luongxanh("ops", "export", "csv", file, "--since", "2026-02-01", "--before", "2026-01-01").code == 2
    assert luongxanh("ops", "export", "csv", file, "--since", "hôm qua").code == 2
    assert luongxanh("ops", "export", "txt", file).code == 2
    assert luongxanh("ops", "export", "csv", str(tmp_path / "absent" / "log.csv")).code == 1
    assert os.listdir(tmp_path) == ["key"]
