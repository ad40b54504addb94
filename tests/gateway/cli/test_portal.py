"""Tests of `luongxanh portal reconcile` on a whole stack: the file, going on, and sending again by it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from activities.adapters.portal import LookUp
from activities.adapters.portal_records import DossierRecord
from activities.adapters.systems import Outside, open_outside
from tests.support.command_line import OPERATOR, CommandLine, submission
from tests.support.waiting import wait_until
from workers.outside_addresses import outside_addresses
from workers.settings import load_settings

pytestmark = pytest.mark.stack

WHO_AND_WHY = ("--by", OPERATOR, "--reason", "Đã hỏi Cổng, phiếu 12")


async def on_the_portal(luongxanh: CommandLine, code: str, **fields: Any) -> dict[str, Any]:
    """What the portal has of a dossier, which somebody else changes there if fields are given."""

    async def seen(outside: Outside) -> dict[str, Any]:
        found = (await outside.portal.look_up(LookUp(dossier=code))).fields
        if not found or not fields:
            return found
        record = DossierRecord.model_validate(found).model_copy(update=fields)
        assert not await outside.portal.send([record], updating=True, key=f"{code}.elsewhere")
        return (await outside.portal.look_up(LookUp(dossier=code))).fields

    async with open_outside(outside_addresses(load_settings({}, luongxanh.folder))) as outside:
        return await seen(outside)


def told(luongxanh: CommandLine) -> str:
    """A dossier that the portal knows."""
    code: str = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    wait_until(lambda: asyncio.run(on_the_portal(luongxanh, code)), "the portal knows the dossier")
    return code


def test_what_somebody_changed_there_is_found_and_sent_over(luongxanh: CommandLine, tmp_path: Path) -> None:
    """A first comparison finds nothing about the dossier; then its unit is changed there. The plan says so, in its
    file too; it is sent over only when it is named, and then the two agree."""
    code, file = told(luongxanh), tmp_path / "sai-khac.jsonl"
    wait_until(lambda: code not in _differing(luongxanh, file), "the relay has told all")
    ours = asyncio.run(on_the_portal(luongxanh, code))["DonViXuLy"]
    asyncio.run(on_the_portal(luongxanh, code, competent_unit="Sở Tư pháp"))
    shown = luongxanh("portal", "reconcile", str(file), "--json")
    assert (shown.code, shown.value["done"], shown.value["counts"]["changed_there"]) == (1, True, 1)
    [line] = [one for one in map(json.loads, file.read_text().splitlines()) if one.get("dossier") == code]
    assert line["fields"] == [{"field": "DonViXuLy", "here": ours.casefold(), "there": "sở tư pháp"}]
    assert "Nguyễn" not in file.read_text()
    apply = ("portal", "reconcile", str(file), "--apply", *WHO_AND_WHY)
    assert luongxanh(*apply, "--json").error["code"] == "not_confirmed"
    assert luongxanh(*apply, "--yes", "--json").value["for_a_person"] >= 1
    assert luongxanh(*apply, "--overwrite", "H42.1-250101-0001", "--json").error["code"] == "nothing_to_overwrite"
    assert luongxanh(*apply, "--overwrite", code, "--yes", "--json").value["ordered"] == 1
    wait_until(lambda: asyncio.run(on_the_portal(luongxanh, code))["DonViXuLy"] == ours, "it is sent over")
    wait_until(lambda: code not in _differing(luongxanh, file), "the two agree")
    assert code not in luongxanh("relay", "problems", "portal").out


def _differing(luongxanh: CommandLine, file: Path) -> set[str]:
    luongxanh("portal", "reconcile", str(file), "--json")
    return {one["dossier"] for one in map(json.loads, file.read_text().splitlines()) if "dossier" in one}


def test_a_comparison_that_was_cut_off_goes_on(luongxanh: CommandLine, tmp_path: Path) -> None:
    """Behind its last whole page, whatever was written after it; that of other days is not mixed with it."""
    code, file = told(luongxanh), tmp_path / "do-dang.jsonl"
    assert luongxanh("portal", "reconcile", str(file), "--json").value["compared"] >= 1
    lines = file.read_text().splitlines(keepends=True)
    reached = {"until": code, "compared": 500, "waiting": 0, "differences": 0, "done": False}
    file.write_text(lines[0] + json.dumps(reached) + '\n{"dossier": "H42.1-2501')
    other = luongxanh("portal", "reconcile", str(file), "--from", "2025-01-01", "--json")
    assert other.error["code"] == "comparison_of_other_days"
    gone_on = luongxanh("portal", "reconcile", str(file), "--json")
    assert (gone_on.value["compared"] >= 500, gone_on.value["done"]) == (True, True)
    assert "H42.1-2501" not in file.read_text()


@pytest.mark.parametrize("content", ["", "{}\n", "[1]\n", "không\n", '{"compared_with": "temporal", "filed": {}}\n'])
def test_another_file_is_refused(luongxanh: CommandLine, tmp_path: Path, content: str) -> None:
    """Nothing is ordered by a file that is no comparison."""
    file = tmp_path / "khac.jsonl"
    file.write_text(content)
    refused = luongxanh("portal", "reconcile", str(file), "--apply", *WHO_AND_WHY, "--yes", "--json")
    assert (refused.error["code"], refused.code) == ("not_a_comparison", 2)


def test_a_wrong_order_is_refused(luongxanh: CommandLine, tmp_path: Path) -> None:
    """Days the wrong way round, and an order of nobody."""
    file = str(tmp_path / "x.jsonl")
    days = luongxanh("portal", "reconcile", file, "--from", "2026-02-01", "--to", "2026-01-01", "--json")
    assert days.error["code"] == "period_reversed"
    assert luongxanh("portal", "reconcile", file, "--apply", "--by", "x", "--json").error["code"] == "reason_missing"
