"""Tests of `luongxanh ops reconcile` and `end-workflow` on a whole stack that works meanwhile."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from tests.support.command_line import OPERATOR, CommandLine, Ran, submission
from tests.support.waiting import wait_until
from workers.connections import connect_temporal
from workers.settings import load_settings
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack


def on_temporal(luongxanh: CommandLine, terminated: str, begun: str) -> None:
    """When: somebody who reaches Temporal terminates a dossier's workflow, and starts one that has no worker."""

    async def do() -> None:
        temporal: Client = await connect_temporal(load_settings({}, luongxanh.folder))
        await temporal.get_workflow_handle(terminated).terminate("by mistake")
        await temporal.start_workflow("Dossier", OpenDossier(code=terminated), id=begun, task_queue="nobody")

    asyncio.run(do())


def test_differences_are_listed_and_ended(luongxanh: CommandLine, tmp_path: Path) -> None:
    """Exit code 1 with the kinds in words, a file for plans, and an order that ends what has no dossier."""
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    healthy = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    second, file = f"ban-sao-{uuid4().hex[:8]}", tmp_path / "found.jsonl"
    on_temporal(luongxanh, code, second)

    def seen() -> dict[str, dict[str, object]] | None:
        ran = luongxanh("ops", "reconcile", "--json", "--out", str(file))
        lines = {line["code"]: line for line in map(json.loads, file.read_text(encoding="utf-8").splitlines())}
        found = {one: lines[one] for one in (code, second) if one in lines}
        assert healthy not in lines
        assert (ran.code, ran.value["agree"]) == (int(bool(lines)), not lines)
        return found if len(found) == 2 else None

    found = wait_until(seen, "both are found")
    assert {name: one["difference"] for name, one in found.items()} == {code: "without_workflow", second: "doubled"}
    assert (found[code]["version"], found[second]["detail"]) == (1, code)
    for language, words in (("vi", "hồ sơ còn mở, không có quy trình"), ("en", "no workflow runs")):
        page: Ran = luongxanh("ops", "reconcile", "--lists-only", "--lang", language)
        assert page.code == 1
        assert words in page.out
        assert "ops plan restart" in page.out

    order = ("ops", "end-workflow", second, "--by", OPERATOR, "--reason", "Chạy thử")
    assert luongxanh(*order, "--json").error["code"] == "not_confirmed"
    assert luongxanh(*order, "--yes", "--json").value["found"] == "doubled"
    gone = luongxanh(*order, "--yes", "--json")
    assert (gone.code, gone.error["code"]) == (4, "workflow_not_running")
    planned = ("--by", OPERATOR, "--reason", "Chạy thử", "--out", str(file.with_name("plan.json")), "--json")
    plan = luongxanh("ops", "plan", "restart", code, *planned).value["hash"]
    assert luongxanh("ops", "run", plan[:12], "--by", OPERATOR, "--json").code == 0
