"""Tests of logs, traces and metrics: they show who did what in which dossier, and nothing of the applicant."""

from __future__ import annotations

import json
import re
import socket
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pytest

from tests.support.command_line import CommandLine, submission
from tests.support.kept_ports import kept
from tests.support.waiting import wait_until
from tests.workers.receiver import Collector, Seen, collecting
from tools.local_stack import Stack, control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.postgres import SUPERUSER
from tools.local_stack.stack import temporary_folder
from workers.settings import load_settings

pytestmark = [pytest.mark.stack, pytest.mark.slow]

NAME = "Trịnh Xuân Bạch Dương"
IDENTITY = "036198765432"
PHONE = "0987612345"
ADDRESS = "Số 77 ngõ Bằng Lăng Tím, xã Kim Đông"
NOTE = "Gia đình xin giữ kín chuyện của bà Hoàng Lan"
MARKED = (NAME, IDENTITY, PHONE, ADDRESS, NOTE)
APPLICANT = {
    "name": NAME,
    "identity_number": IDENTITY,
    "birth_date": "1998-07-06",
    "phone": PHONE,
    "address": ADDRESS,
}
OURS = ("worker", "api", "simulator")
TECHNICAL = {"timestamp", "ts", "trace_id", "span_id", "command_id", "dossier", "run_id", "wf-run-id", "address"}
"""Facts that consist of digits, and may contain a part of a number by chance."""


@dataclass(frozen=True)
class House:
    """A whole stack whose processes export to a collector of this test."""

    run: CommandLine
    collector: Collector
    stack: Stack

    def submit(self, **changes: Any) -> str:
        """Submits the marked dossier from the command line, which exports its trace; returns the code."""
        made = self.run(
            *("dossier", "submit", "-", "--json"),
            stdin=submission(**{"applicant": APPLICANT, "note": NOTE, **changes}),
            LUONGXANH_OTLP_ENDPOINT=self.collector.url,
        )
        assert made.code == 0, made.err
        return str(made.value["dossier"])

    def accept(self, code: str, *more: str) -> None:
        """The desk accepts it."""
        ran = self.run.officer(code, "accept", "reception", "13285", *more)
        assert ran.code == 0, ran.out

    def events(self, code: str) -> list[dict[str, Any]]:
        """The log lines of the ledger about a dossier."""
        return list(self.run("dossier", "history", code, "--json").values)

    def log(self, process: str) -> list[dict[str, Any]]:
        """The log of one process; a line that is no JSON fails the test."""
        text = (self.stack.folder / "logs" / f"{process}.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def superuser(self, statement: str, *values: Any) -> None:
        """Changes the database with all rights, outside the engine."""
        import asyncio

        async def done() -> None:
            connection = await asyncpg.connect(self.stack.postgres_url(SUPERUSER))
            try:
                await connection.execute("set session_replication_role = replica")
                await connection.execute(statement, *values)
            finally:
                await connection.close()

        asyncio.run(done())


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Started once for this module."""
    with temporary_folder() as folder, ends_with_this_process(folder), collecting() as collector:
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("LUONGXANH_OTLP_ENDPOINT", collector.url)
            control.up(load_settings(stack_folder=folder), announce=silently)
        yield House(CommandLine(folder), collector, Stack(folder, announce=silently))
        control.reset(folder, announce=silently)


def chain_of(collector: Collector, last: Seen) -> list[str]:
    """The names from a span up to the root of its trace, as far as they have arrived."""
    by_id = {one.span.span_id: one for one in collector.trace(last.trace)}
    names, now = [], by_id.get(last.span.span_id)
    while now is not None:
        names.append(f"{now.service.removeprefix('luongxanh-')}: {now.name}")
        now = by_id.get(now.span.parent_span_id)
    return names


def appends(collector: Collector, trace: str) -> list[Seen]:
    return [one for one in collector.trace(trace) if one.name == "ledger.append"]


def test_one_submission_is_one_trace(house: House) -> None:
    """One trace goes from the command line through the update and its local activity to the SQL, and the ledger's
    row names it."""
    code = house.submit()
    [first, *_] = house.events(code)
    trace = first["trace_id"]
    wait_until(lambda: appends(house.collector, trace), "the span of the append")
    sql = appends(house.collector, trace)[-1]  # on a slow machine it may have been tried before
    root = "cli: luongxanh dossier submit"
    wait_until(lambda: chain_of(house.collector, sql)[-1] == root, "the whole trace")
    chain = chain_of(house.collector, sql)
    assert chain[0] == "worker: ledger.append"
    assert chain[1] == "worker: RunActivity:ledger.append"
    assert "cli: StartUpdateWithStartWorkflow:Dossier" in chain
    names = {one.name for one in house.collector.trace(trace)}
    assert {"vault.keep", "ledger.allocate_code", "HandleUpdate:act"} <= names


def test_a_later_command_is_a_trace_of_its_own(house: House) -> None:
    """A later command of another person has its own trace, and not the submission's."""
    code = house.submit()
    ran = house.run.officer(code, "accept", "reception", "13285")
    assert ran.code == 0, ran.out
    events = house.events(code)
    submitted, accepted = events[0]["trace_id"], events[1]["trace_id"]
    assert submitted != accepted
    assert re.fullmatch("[0-9a-f]{32}", accepted)
    house.run.officer(code, "withdraw", "reception", "13285")


def test_metrics_of_the_runtime_arrive(house: House) -> None:
    """Temporal's metrics of the worker are exported too."""
    wait_until(lambda: any(name.startswith("temporal_") for name in house.collector.metrics), "metrics of Temporal")


def test_no_span_knows_the_applicant(house: House) -> None:
    """No attribute, event or status of a span has names, numbers, addresses or notes."""
    house.submit()
    wait_until(lambda: any(one.service == "luongxanh-cli" for one in house.collector.spans), "spans of the command")
    written = "\n".join(f"{one.name} {one.attributes}" for one in house.collector.spans)
    assert found_in(written) == []


def test_logs_say_where_and_never_who(house: House) -> None:
    """With many errors each log line of our processes is JSON, and no log has data of the applicant."""
    code = everything_goes_wrong(house)
    for process in OURS:
        assert all(
            {"event", "level", "timestamp", "process"} <= set(line)
            for line in house.log(process)
            if "address" not in line
        )
    for file in sorted((house.stack.folder / "logs").glob("*")):
        assert found_in(readable(file)) == [], file.name
    worker = house.log("worker")
    mine = [line for line in worker if line["event"] == "command_recorded" and line["dossier"] == code]
    recorded = {event["trace_id"] for event in house.events(code)}
    assert mine
    for line in mine:
        assert re.fullmatch("[0-9a-f-]{36}", line["command_id"])
        assert line["trace_id"] in recorded
    assert {line.get("unit") for line in mine} >= {"13285"}
    events = {line["event"] for line in worker}
    broken = "particulars_unreadable"
    assert {"outside_failed", "worker_ready", "command_recorded", "relay_waits", broken} <= events


def everything_goes_wrong(house: House) -> str:
    """Outside errors, broken data, bad input and an absent database; returns the dossier's code."""
    simulator, api = (house.stack.running(name).urls["http"] for name in ("simulator", "api"))
    garbled = ("population", "portal", "sms")
    for system in garbled:
        httpx2.post(f"{simulator}/control/{system}", json=[{"mode": "garbled"}]).raise_for_status()
    code = house.submit()
    house.accept(code, "--note", NOTE)
    broken = house.submit()
    house.superuser(
        "update vault.personal set body = jsonb_set(body, '{identity_number}', to_jsonb($2::text)) where dossier = $1",
        broken,
        NAME,
    )
    house.accept(broken)
    wrong = house.run(
        "dossier", "submit", "-", "--json", stdin=submission(applicant={**APPLICANT, "identity_number": NAME})
    )
    assert wrong.error["code"] == "invalid_request"
    assert found_in(wrong.out) == []
    for path, body in ((NAME, b"{}"), (code, NOTE.encode()), (code, json.dumps(APPLICANT).encode())):
        httpx2.post(f"{api}/v1/payments/callback/{path}", content=body)
    address = urlsplit(api)
    with socket.create_connection((str(address.hostname), int(address.port or 0))) as raw:
        raw.sendall(f"{NAME} {ADDRESS}\r\n\r\n".encode())
    ports = house.stack.running("postgres").ports.values()
    house.stack.stop("postgres")
    with kept(ports):
        wait_until(lambda: logged(house, "code", "database_unavailable"), "the worker misses PostgreSQL")
        Stack(house.stack.folder, announce=silently).start("postgres")
    wait_until(lambda: logged(house, "event", "outside_failed"), "a call outside failed")
    for system in garbled:
        httpx2.post(f"{simulator}/control/{system}", json=[]).raise_for_status()
    wait_until(lambda: logged(house, "event", "particulars_unreadable"), "particulars could not be read")
    wait_until(lambda: logged(house, "event", "relay_waits"), "a relay waits")
    return code


def logged(house: House, fact: str, value: str) -> bool:
    """Whether a line of the worker's log says so."""
    return any(line.get(fact) == value for line in house.log("worker"))


def readable(file: Path) -> str:
    """A log with its escapes undone, without facts that are only digits."""
    parts = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            facts = json.loads(line)
        except ValueError:
            parts.append(line)
        else:
            parts.append(str({name: value for name, value in facts.items() if name not in TECHNICAL}))
    return "\n".join(parts)


def found_in(text: str) -> list[str]:
    """Parts of the marked data in a text, of at least six characters, in either Unicode form and any case."""
    lowered = text.lower()
    return [piece for marked in MARKED for piece in sorted(pieces(marked)) if piece in lowered]


def pieces(marked: str) -> set[str]:
    """Every row of six letters, composed and decomposed."""
    found = set()
    for form in ("NFC", "NFD"):
        whole = unicodedata.normalize(form, marked).lower()
        found |= {whole[at : at + 6] for at in range(len(whole) - 5)}
    return found


def test_the_search_finds_what_it_looks_for() -> None:
    """The search finds a part of a name in either form, and of a number."""
    assert found_in("… Xuân Bạch …")
    assert found_in(unicodedata.normalize("NFD", "… Xuân Bạch …"))
    assert found_in("876543")
    assert not found_in("hồ sơ H42.12-250701-0001 đã tiếp nhận")
