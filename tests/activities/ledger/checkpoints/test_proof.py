"""Tests of a dossier's proof, which the auditors' own script checks."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.checkpoints.proof import prove
from activities.ledger.pool import Connection, Pool
from domain.errors import Conflict, NotFound
from domain.record.checkpoint import Anchor
from tests.support.checkpoint_archive import Archive
from tests.support.ledger_samples import open_dossier, started, step
from tests.support.tampering import as_owner_of_the_server, reseal

pytestmark = pytest.mark.stack
SCRIPT = Path(__file__).parents[4] / "docs" / "verify_proof.py"


def check(proof: dict[str, Any], key: str, folder: Path) -> tuple[int, str]:
    """Runs the script on a proof, without this project on its path; returns its exit code and output."""
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    (folder / "public-key").write_text(key + "\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), "proof.json", "public-key"],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return ran.returncode, ran.stdout + ran.stderr


async def made(archive: Archive, pool: Pool, code: str) -> dict[str, Any]:
    return (await prove(pool, archive.log, code)).model_dump(mode="json")


def test_the_script_is_short_and_stands_alone() -> None:
    """The script has under a hundred lines and imports only the standard library and `cryptography`."""
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 100
    imported = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in imported
    }
    assert names <= {*sys.stdlib_module_names, "cryptography"}


async def test_a_proof_holds_and_whatever_is_changed_in_it_does_not(
    archive: Archive, pool: Pool, tmp_path: Path
) -> None:
    """Proofs in trees of several sizes verify; with a changed row, order, path, text or key they do not."""
    key = str(archive.signer.public)
    codes, readings = [], 0

    class ReadOnce(CheckpointLog):
        def anchors(self) -> Iterator[Anchor]:
            nonlocal readings
            readings += 1
            return super().anchors()

    for number in range(7):
        codes.append(await open_dossier(pool, f"key-{number}", started(), step(1)))
        await archive.checkpoint()
    for code in codes:
        code_, output = check(await made(archive, pool, code), key, tmp_path)
        assert code_ == 0, output
        assert f"{code}: 3 events" in output
        assert "officer-7" in output
    proof = (await prove(pool, ReadOnce(archive.log.folder), codes[3])).model_dump(mode="json")
    assert readings == 1, "the log has every event of the ledger"
    first, *others = proof["events"]
    forged: list[dict[str, Any]] = [
        {**proof, "events": [{**first, "row": first["row"].replace("officer-7", "officer-8")}, *others]},
        {**proof, "events": [{**first, "index": first["index"] + 1}, *others]},
        {**proof, "events": [{**first, "path": first["path"][:-1]}, *others]},
        {**proof, "events": [{**first, "path": [*first["path"], first["path"][0]]}, *others]},
        {**proof, "events": others},
        {**proof, "events": [others[0], first, others[1]]},
        {**proof, "events": []},
        {**proof, "dossier": codes[2]},
        {**proof, "dossier": "\x1b[2K\r✓ H42.12-250701-0001: 3 events\x1b[8m"},
        {**proof, "checkpoint": proof["checkpoint"].replace("\n21\n", "\n22\n")},
        {**proof, "checkpoint": proof["checkpoint"].replace("\n\n", "\n")},
        {**proof, "events": [{**first, "row": "[" * 100_000}]},
        {**proof, "events": [{**first, "path": ["no hexadecimal"]}, *others]},
        {**proof, "events": 5},
        {"dossier": codes[3]},
    ]
    for wrong in forged:
        code_, output = check(wrong, key, tmp_path)
        assert code_ == 1, wrong
        assert "✗" in output
        assert "Traceback" not in output
        assert "\x1b" not in output
    name, _, encoded = key.split("+", 2)
    assert check(proof, f"{name}+00000000+{encoded}", tmp_path)[0] == 1


async def test_a_proof_is_small(archive: Archive, pool: Pool) -> None:
    """The proof of a dossier grows only by one hash when the ledger doubles."""
    code = await open_dossier(pool, "one", started(), step(1))
    for number in range(40):
        await open_dossier(pool, f"key-{number}")
    await archive.checkpoint()
    proof = await prove(pool, archive.log, code)
    assert len(proof.model_dump_json()) < 10_000
    assert max(len(event.path) for event in proof.events) <= 6


async def test_what_cannot_be_proved_says_why(archive: Archive, pool: Pool, superuser: Connection) -> None:
    """Without a checkpoint, for an unknown dossier, before the first checkpoint over it, or after a change, the command
    says why there is no proof."""
    code = await open_dossier(pool, "one", started())
    with pytest.raises(NotFound, match="no_checkpoint"):
        await prove(pool, archive.log, code)
    await archive.checkpoint()
    late = await open_dossier(pool, "late")
    with pytest.raises(NotFound, match="not_yet_anchored"):
        await prove(pool, archive.log, late)
    with pytest.raises(NotFound, match="unknown_dossier"):
        await prove(pool, archive.log, "H42.12-250701-9999")
    await as_owner_of_the_server(superuser, f"update event set actor_person = 'x' where dossier = '{code}'")  # noqa: S608
    await reseal(superuser, code)
    with pytest.raises(Conflict, match="cannot_be_proved"):
        await prove(pool, archive.log, code)
