"""Tests of `luongxanh ops failed` and `ops doctor` on a whole stack, with real trouble."""

from __future__ import annotations

import asyncio

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from gateway.client.doctor.checks import CheckName
from tests.support.command_line import CommandLine, Ran, submission
from tests.support.waiting import wait_until
from workers.settings import load_settings

pytestmark = pytest.mark.stack

SOUND = ("settings", "database", "temporal", "schema", "search_attributes", "rules", "calendars", "workers", "clocks")


def codes(ran: Ran) -> dict[str, set[str]]:
    """The codes of the findings of each check."""
    return {one["check"]: {each["code"] for each in one["findings"]} for one in ran.values}


async def temporal(luongxanh: CommandLine) -> Client:
    """The Temporal of the stack."""
    return await Client.connect(load_settings({}, luongxanh.folder).need("temporal_address"))


def test_every_part_of_an_installation_is_checked(luongxanh: CommandLine) -> None:
    """Each check has a result; what a new stack has is well. For people it is a line each, at eighty columns."""
    ran = luongxanh("ops", "doctor", "--json")
    levels = {one["check"]: one["level"] for one in ran.values}
    assert list(levels) == [name.value for name in CheckName]
    assert {levels[name] for name in SOUND} == {"ok"}, ran.out
    assert ran.code == int("trouble" in levels.values())
    for lang, name in (("vi", "Tiến trình"), ("en", "Workers")):
        shown = luongxanh("ops", "doctor", "--lang", lang, COLUMNS="80").out
        assert any(line.startswith(f"✓ {name}") for line in shown.splitlines())
        assert max(map(len, (line for line in shown.splitlines() if "luongxanh " not in line))) <= 80


def test_a_server_that_is_away_does_not_stop_the_other_checks(luongxanh: CommandLine) -> None:
    """Temporal is trouble, what needs it was not checked, the rest was; the exit code is 1."""
    ran = luongxanh("ops", "doctor", "--json", LUONGXANH_TEMPORAL_ADDRESS="127.0.0.1:9")
    found = codes(ran)
    assert ran.code == 1
    assert found["temporal"] == {"temporal_unavailable"}
    assert found["workers"] == found["search_attributes"] == found["dossiers"] == {"not_checked"}
    assert (found["schema"], found["rules"]) == ({"schema_current"}, {"rules_published"})


def test_a_namespace_without_workers_and_attributes_is_found(luongxanh: CommandLine) -> None:
    """Nobody serves its queues, and it lacks the search attributes; what to do is a command to copy."""

    async def namespace() -> None:
        client = await temporal(luongxanh)
        request = RegisterNamespaceRequest(
            namespace="bare", workflow_execution_retention_period=Duration(seconds=86_400)
        )
        await client.workflow_service.register_namespace(request)

    asyncio.run(namespace())
    found = codes(luongxanh("ops", "doctor", "--json", LUONGXANH_NAMESPACE="bare"))
    assert (found["search_attributes"], found["workers"]) == ({"attributes_missing"}, {"queue_unserved"})
    shown = luongxanh("ops", "doctor", COLUMNS="80", LUONGXANH_NAMESPACE="bare")
    assert shown.code == 1
    assert any(line.endswith("luongxanh search-attributes register") for line in shown.out.splitlines())


def test_settings_that_lack_something_are_told(luongxanh: CommandLine) -> None:
    """A worker could not start on this machine; a wrong file is trouble."""
    ran = luongxanh("ops", "doctor", "--json", LUONGXANH_OUTSIDE_FILE="/nowhere")
    [settings] = [one for one in ran.values if one["check"] == "settings"]
    assert (ran.code, settings["level"]) == (1, "trouble")
    assert [one["code"] for one in settings["findings"]] == ["setting_invalid", "settings_right"], (
        "the worker's, the API's"
    )


def test_a_dossier_whose_workflow_ended_is_found_and_what_to_do_is_said(luongxanh: CommandLine) -> None:
    """It is told with its cause, the build that ran it last and the command; by unit; and it goes when it is mended."""
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]

    async def terminate() -> None:
        await (await temporal(luongxanh)).get_workflow_handle(code).terminate("by mistake")

    asyncio.run(terminate())

    def told() -> bool:
        return code in luongxanh("ops", "failed", "--cause", "ended_early", "--limit", "50", "--json").out

    wait_until(told, f"{code} is found", 60)
    [found] = luongxanh("ops", "failed", "--cause", "ended_early", "--json").values
    assert found["dossiers"] >= 1
    assert found["versions"][0]["version"]
    oldest = found["oldest"][0]["dossier"]
    assert found["next"]["commands"] == [
        f"luongxanh ops plan restart {oldest} --by … --reason …",
        "luongxanh ops plan restart --cause ended_early --by … --reason …",
    ]
    assert luongxanh("ops", "failed", "--unit", "13366", "--cause", "ended_early", "--json").values == []
    shown = luongxanh("ops", "failed", "--lang", "en", COLUMNS="80").out
    assert "✗ Its workflow ended before the dossier: " in shown
    assert any(line.rstrip().endswith(found["next"]["commands"][0]) for line in shown.splitlines())
    assert "Behind the ledger: every open dossier " in " ".join(shown.split())
    assert luongxanh("dossier", "wake", code).code != 0, "one dossier is restarted by a plan"
    assert luongxanh("dossier", "wake", "--all", "--json").value["woken"] >= 1

    def gone() -> bool:
        return not told()

    wait_until(gone, f"{code} is found no more", 60)
