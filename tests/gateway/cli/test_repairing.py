"""Tests of `luongxanh ops incident`, and of who may order something at the command line."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from activities.ledger.feed import FeedReader
from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from activities.relays.set_aside import SetAsideList
from tests.support.command_line import OPERATOR, CommandLine, submission
from tools.local_stack import read_state
from workers.connections import connect_database
from workers.settings import load_settings

pytestmark = pytest.mark.stack


def found_stuck(luongxanh: CommandLine, code: str) -> None:
    """Given: the dossier is on the list of stuck ones, and the portal's relay has set one of its events aside."""

    async def put() -> None:
        pool = await connect_database(load_settings({}, luongxanh.folder))
        try:
            await StuckDossiers(pool).put([StuckExecutor(dossier=code, run="a-run", code="NonDeterministicError")])
            await SetAsideList(pool).put(FeedReader.PORTAL, code, 1, "event_unreadable")
        finally:
            await pool.close()

    asyncio.run(put())


def found_sound(luongxanh: CommandLine) -> None:
    """Given: the watch has looked again, and no dossier is stuck."""

    async def put() -> None:
        pool = await connect_database(load_settings({}, luongxanh.folder))
        try:
            await StuckDossiers(pool).put([])
        finally:
            await pool.close()

    asyncio.run(put())


@contextmanager
def nobody_watches(luongxanh: CommandLine) -> Iterator[None]:
    """Given: the worker is paused, so that its watch does not change the list."""
    worker = read_state(luongxanh.folder).component("worker")
    assert worker is not None
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker.pid, signal.SIGCONT)


def test_a_stuck_dossier_says_so_and_names_the_plan(luongxanh: CommandLine) -> None:
    """`show` and its incident name the plan of a restart, which is the only way; what was set aside is resolved."""
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    with nobody_watches(luongxanh):
        found_stuck(luongxanh, code)
        shown = luongxanh("dossier", "show", code, COLUMNS="60")
        stuck = luongxanh("dossier", "show", code, "--json").value["stuck"]
        incident = luongxanh("ops", "incident", "show", f"workflow.{code}")
        again = luongxanh("ops", "incident", "retry", f"workflow.{code}", "--by", OPERATOR, "--reason", "x", "--json")
        found_sound(luongxanh)
    plan = f"luongxanh ops plan restart {code} --by … --reason …\n"
    assert plan in shown.out, "a command to copy is never broken"
    assert plan in incident.err
    assert stuck["code"] == "NonDeterministicError"
    assert (again.code, again.error["code"]) == (3, "incident_action_not_offered")
    assert luongxanh.officer(code, "accept", "reception", "13285").code == 0
    what_was_set_aside_is_resolved(luongxanh, code)


def what_was_set_aside_is_resolved(luongxanh: CommandLine, code: str) -> None:
    """The row of the event that was set aside is listed, shown, assigned and resolved; the next test finds none."""
    name, by = f"relay.portal.{code}.1", ("--by", OPERATOR, "--reason", "Sự cố 12")
    listed = {one["id"]: one for one in luongxanh("ops", "incident", "list", "--json").values}
    assert f"workflow.{code}" not in listed
    assert (listed[name]["code"], listed[name]["actions"]) == ("event_unreadable", ["resolve", "assign"])
    assert name in luongxanh("ops", "incident", "list", "--cause", "relay_refused", COLUMNS="200").out
    narrow = luongxanh("ops", "incident", "list", "--cause", "relay_refused", COLUMNS="80").out.splitlines()
    assert name in narrow, "an id to copy stands alone on its line"
    assert max(map(len, narrow)) <= 80
    assert luongxanh("ops", "incident", "assign", name, "--to", OPERATOR, *by).code == 0
    mine = luongxanh("ops", "incident", "list", "--mine", "--by", OPERATOR, "--json").values
    assert [one["id"] for one in mine] == [name]
    assert luongxanh("ops", "incident", "list", "--mine", "--json").error["code"] == "mine_without_person"
    (act,) = luongxanh("ops", "incident", "show", name, "--json").value["acts"]
    assert (act["act"], act["assigned_to"]) == ("assign", OPERATOR)
    refused = luongxanh("ops", "incident", "retry", name, *by, "--json")
    assert (refused.code, refused.error["code"]) == (3, "incident_action_not_offered")
    both = luongxanh("ops", "incident", "resolve", name, f"workflow.{code}", *by, "--json")
    assert [one["done"] for one in both.values] == [True, False], "a refusal does not stop the others"
    assert (both.code, luongxanh("ops", "incident", "show", name, "--json").code) == (4, 4)


@pytest.mark.parametrize(
    ("by", "reason", "code"),
    [
        ("Nguyễn Văn An", "Sự cố", "operator_not_an_identifier"),
        ("0912345678", "Sự cố", "particulars_in_record"),
        (OPERATOR, " ", "repair_without_reason"),
        (OPERATOR, "một\nhai", "control_character"),
        (OPERATOR, "\x1b[31mđỏ", "control_character"),
        (OPERATOR, "theo đơn của ông Nguyễn Văn An", "particulars_in_record"),
        (OPERATOR, "x" * 501, "reason_too_long"),
        ("op.1", "Sự cố 12", "unknown_person"),
        ("cb.13366.specialist.1", "Sự cố 12", "not_in_role"),
    ],
)
def test_whoever_plans_a_repair_is_an_operator_and_names_nobody(
    luongxanh: CommandLine, by: str, reason: str, code: str
) -> None:
    """A name, a personal number, an officer, control characters or no reason is refused before anything is done."""
    ran = luongxanh("ops", "plan", "restart", "H42.101-250101-0001", "--by", by, "--reason", reason, "--json")
    assert (ran.error["code"], ran.code) == (code, {"unknown_person": 4, "not_in_role": 3}.get(code, 2))


@pytest.mark.parametrize("act", ["stop", "resume", "abandon"])
def test_whoever_orders_a_rollout_is_an_operator_too(luongxanh: CommandLine, act: str) -> None:
    """Every order on a rollout needs an operator, and abandoning it a reason that names no person."""
    order = ("rollout", act, str(UUID(int=7)), *(("--reason", "Nhầm ngày") if act == "abandon" else ()), "--json")
    asked = {by: luongxanh(*order, "--by", by).error["code"] for by in ("op.1", "cb.13366.specialist.1", OPERATOR)}
    assert list(asked.values()) == ["unknown_person", "not_in_role", "unknown_rollout"]
    if act == "abandon":
        for reason in ("một\nhai", "CCCD 035099001234"):
            ran = luongxanh("rollout", act, str(UUID(int=7)), "--by", OPERATOR, "--reason", reason, "--json")
            assert ran.error["code"] in ("control_character", "particulars_in_record")
