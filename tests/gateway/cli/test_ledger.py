"""Tests of `luongxanh ledger`: verifying, naming changed rows, rebuilding read models, checkpoints and proofs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from activities.ledger.checkpoints.log import CheckpointLog
from domain.record.checkpoint import checkpoint_in
from tests.support.command_line import OPERATOR, CommandLine, submission
from tools.local_stack import Stack
from tools.local_stack.components import COMPONENTS
from tools.local_stack.messages import silently
from tools.local_stack.postgres import SUPERUSER

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def dossiers(luongxanh: CommandLine) -> list[str]:
    """Two submitted dossiers."""
    ran = [luongxanh("dossier", "submit", "-", "--json", stdin=submission()) for _ in range(2)]
    return [one.value["dossier"] for one in ran]


async def as_superuser(luongxanh: CommandLine, *statements: str) -> None:
    """Runs a statement that only the owner of the server can run."""
    url = Stack(luongxanh.folder, announce=silently).postgres_url(SUPERUSER)
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def test_an_honest_ledger_is_sound(luongxanh: CommandLine, dossiers: list[str]) -> None:
    """An unchanged ledger has exit code 0 and the numbers of what was checked."""
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
    """A changed row has exit code 1, its dossier, version and sentence, and no other dossier is named."""
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
    nonsense = f"update event set actor_role = '{{}}' where dossier = '{dossiers[1]}'"  # noqa: S608
    await as_superuser(luongxanh, guard.format("disable"), nonsense.format("pilot"))
    for page in ("show", "history"):
        told = luongxanh("dossier", page, dossiers[1])
        assert told.code == 0
        assert "pilot" in told.out, "the row is told, and hides nothing else"
    assert luongxanh("dossier", "list", "--limit", "1000").out.count(dossiers[1]) == 1
    await as_superuser(luongxanh, nonsense.format("reception"))
    back = change.replace("{}", "13285", 1).replace("{}", dossiers[1])
    await as_superuser(luongxanh, guard.format("disable"), back, guard.format("enable always"))
    assert luongxanh("ledger", "verify").code == 0


async def test_a_damaged_read_model_is_found_and_rebuilt(luongxanh: CommandLine, dossiers: list[str]) -> None:
    """A damaged read model is reported, and only a swap by an operator with a reason makes it right."""
    await as_superuser(luongxanh, f"delete from dossier where code = '{dossiers[0]}'")  # noqa: S608
    assert luongxanh("dossier", "show", dossiers[0]).code == 4
    assert [one["code"] for one in luongxanh("ledger", "verify", "--json").value["problems"]] == ["view_behind"]
    reported = luongxanh("ledger", "rebuild", "--json")
    assert (reported.code, reported.value["swapped"]) == (1, False)
    [register] = [one for one in reported.value["tables"] if one["table"] == "dossier"]
    assert (register["missing"], register["examples"]) == (1, [dossiers[0]])
    assert "dossier: changed 0, missing 1" in luongxanh("ledger", "rebuild", "--lang", "en").out
    assert luongxanh("dossier", "show", dossiers[0]).code == 4
    swap = ("ledger", "rebuild", "--swap", "--by", OPERATOR)
    assert luongxanh(*swap, "--json").error["code"] == "missing_option"
    done = luongxanh(*swap, "--reason", "Sự cố 12", "--json")
    assert (done.code, done.value["swapped"]) == (0, True)
    assert luongxanh("ledger", "rebuild").code == 0
    assert luongxanh("dossier", "show", dossiers[0]).code == 0
    assert luongxanh("ledger", "verify").code == 0


def test_a_checkpoint_is_made_compared_and_proved(luongxanh: CommandLine, dossiers: list[str], tmp_path: Path) -> None:
    """The worker signs at its start, the command signs now, and a proof can be checked without this program."""
    made = luongxanh("ledger", "checkpoint", "--json")
    assert made.code == 0
    assert made.value["newest"]["size"] >= 2
    folder = luongxanh.folder / "checkpoints"
    assert (folder / "key.pem").stat().st_mode & 0o777 == 0o600
    assert Path(made.value["log"]).parent == folder
    ran = luongxanh("ledger", "checkpoint")
    assert "bản chốt gần nhất" in ran.out
    assert "Newest" in luongxanh("ledger", "checkpoint", "--lang", "en").out
    verified = luongxanh("ledger", "verify", "--checkpoints", "--json")
    assert (verified.code, verified.value["problems"]) == (0, [])
    assert verified.value["compared"]["anchored"] == made.value["newest"]["size"]
    assert "0 sự kiện chưa được chốt" in luongxanh("ledger", "verify", "--checkpoints").out
    own = tmp_path / "public-key"
    own.write_bytes((folder / "public-key").read_bytes())
    proof = tmp_path / "proof.json"
    assert luongxanh("ledger", "verify", "--public-key", str(own), "--lang", "en").code == 0
    assert luongxanh("ledger", "prove", dossiers[0], "--out", str(proof), "--json").value["events"] == 1
    script = Path(__file__).parents[3] / "docs" / "verify_proof.py"
    checked = subprocess.run([sys.executable, "-I", script, proof, own], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert f"✓ {dossiers[0]}: 1 events" in checked.stdout
    missing = luongxanh("ledger", "prove", "H42.101-250101-9999", "--out", str(proof), "--json")
    assert (missing.code, missing.error["code"]) == (4, "unknown_dossier")


def test_the_worker_signs_when_it_stops(luongxanh: CommandLine) -> None:
    """The worker signs the last events when it stops."""
    assert luongxanh("dossier", "submit", "-", "--json", stdin=submission()).code == 0
    stack = Stack(luongxanh.folder, processes=COMPONENTS, announce=silently)
    log = CheckpointLog(luongxanh.folder / "checkpoints")
    before = log.last()
    stack.stop("worker")
    try:
        after = log.last()
        assert after is not None
        assert after != before
        count = luongxanh("ledger", "verify", "--json").value["events"]
        assert checkpoint_in(after.note).size >= count
    finally:
        stack.start("worker")


def test_without_folder_or_key_it_is_said_what_to_do(luongxanh: CommandLine, tmp_path: Path) -> None:
    """Without a folder or key, exit code 2 names the variable; a log without checkpoints is no success."""
    none = str(tmp_path / "none")
    ran = luongxanh("ledger", "checkpoint", "--json", LUONGXANH_CHECKPOINT_KEY=none)
    assert (ran.code, ran.error["code"]) == (2, "checkpoint_key_missing")
    assert "LUONGXANH_CHECKPOINT_KEY" in ran.error["message"]["vi"]
    empty = luongxanh("ledger", "verify", "--checkpoints", "--json", LUONGXANH_CHECKPOINT_FOLDER=none)
    assert (empty.code, empty.error["code"]) == (4, "no_checkpoint")


async def test_a_dossier_removed_everywhere_is_named_by_the_checkpoints(luongxanh: CommandLine) -> None:
    """A dossier that was removed from every table is named with what was done and between which checkpoints."""
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    assert luongxanh("ledger", "checkpoint").code == 0
    places = (
        ("event", "dossier"), ("command", "dossier"), ("dossier", "code"), ("work_item", "dossier"),
        ("dossier_code", "code"), ("vault.reference", "dossier"), ("vault.personal", "dossier"),
    )  # fmt: skip
    guarded = ("event", "command", "dossier_code")
    await as_superuser(
        luongxanh,
        *(f"alter table {table} disable trigger append_only" for table in guarded),
        *(f"delete from {table} where {column} = '{code}'" for table, column in places),  # noqa: S608
        "update cursor set passed = (select count(*) from event), "
        "(xid, position) = (select xid, position from event order by xid desc, position desc limit 1)",
        *(f"alter table {table} enable always trigger append_only" for table in guarded),
    )
    ran = luongxanh("ledger", "verify", "--checkpoints", "--json")
    assert ran.code == 1
    found = [(one["code"], one["dossier"], one["version"]) for one in ran.value["problems"]]
    assert ("anchored_event_missing", code, 1) in found
    assert {dossier for _, dossier, _ in found} <= {code, None}
    refused = luongxanh("ledger", "checkpoint", "--json")
    assert (refused.code, refused.error["code"]) == (3, "checkpoint_history_differs")
    assert "giữa hai bản chốt" in luongxanh("ledger", "verify", "--checkpoints").out
