"""The peers do the work of the standard dossier, with the guarantees that are told of them. No test judges speed.

The tests of Restate need its server, which no Python package has: a program `restate-server` on the path, or named in
the variable RESTATE_SERVER. Without it they are skipped; those of DBOS always run.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.support.plain_http import NO_TLS
from tests.support.waiting import until
from tools.benchmark.bench_stack import BenchStack, bench_stack
from tools.benchmark.driving.closed_loop import drive_now
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.driven_dossier import Driven
from tools.benchmark.driving.peer_driver import PeerDossier
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.measuring.rounds import Side, opener
from tools.benchmark.measuring.rows_written import kinds_of_events, require_all_rows
from tools.benchmark.messages import BenchError
from tools.benchmark.options import BenchOptions
from tools.benchmark.peers.peer import RESTATE_SERVER, Peer
from tools.benchmark.run import run

pytestmark = [pytest.mark.stack, pytest.mark.slow]

SERVER = shutil.which(os.environ.get("RESTATE_SERVER", RESTATE_SERVER))
PEERS = tuple(peer for peer in Peer if peer is not Peer.RESTATE or SERVER)
each_peer = pytest.mark.parametrize(
    "peer",
    [
        pytest.param(peer, marks=pytest.mark.skipif(peer not in PEERS, reason="restate-server is not on this machine"))
        for peer in Peer
    ],
)
LIMITS = Limits()


@pytest.fixture(scope="module")
async def stack() -> AsyncIterator[BenchStack]:
    """The stack of the benchmark with the peers that can run here."""
    async with bench_stack(LIMITS, peers=PEERS, restate_server=SERVER) as running:
        yield running


async def finished(stack: BenchStack, side: Side, key: str) -> Driven:
    """A dossier of this side that was driven from its first command to its last row."""
    driven = await drive_now(opener(stack, side), key, LIMITS)
    await require_all_rows(stack.pool, stack.template, [driven], LIMITS)
    assert driven.problem is None
    return driven


async def rows_without_code(stack: BenchStack, code: str) -> list[str]:
    """What the ledger has of a dossier, without its code. Calls are answered in any order."""
    rows = await stack.pool.fetch(
        "select kind, schema, actor_person, actor_role, actor_unit, body from event where dossier = $1", code
    )
    return sorted(json.dumps(dict(row)).replace(code, "CODE") for row in rows)


async def opened(stack: BenchStack, peer: Peer, key: str) -> PeerDossier:
    """A dossier of this peer that was submitted."""
    dossier = stack.peers[peer].dossier(key, 0)
    await dossier.send(Command.SUBMIT)
    return dossier


@each_peer
async def test_a_dossier_of_a_peer_has_the_rows_of_the_baseline(stack: BenchStack, peer: Peer) -> None:
    """The same events with the same content, and the same read model, under another code."""
    sides = (Side(peer.value), Side.BASELINE)
    theirs, baseline = await asyncio.gather(*(finished(stack, side, f"whole-{peer}-{side}") for side in sides))
    assert await rows_without_code(stack, theirs.code) == await rows_without_code(stack, baseline.code)
    states = [
        await stack.pool.fetchrow("select state, procedure, responsible from dossier where code = $1", one.code)
        for one in (theirs, baseline)
    ]
    assert states[0] == states[1]
    assert states[0] is not None


@each_peer
async def test_a_command_that_is_sent_twice_acts_once(stack: BenchStack, peer: Peer) -> None:
    """The same command at the same time and once more later: its rows, and those of what follows, are written once."""
    dossier = await opened(stack, peer, f"twice-{peer}")
    await asyncio.gather(dossier.send(Command.ACCEPT), dossier.send(Command.ACCEPT))
    for command in (Command.STEP, Command.SIGN, Command.SIGN, Command.ACCEPT, Command.RETURN, Command.RETURN):
        await dossier.send(command)
    driven = Driven(dossier.key, dossier.code)
    await require_all_rows(stack.pool, stack.template, [driven], LIMITS)
    assert driven.problem is None


@each_peer
async def test_waits_survive_a_crash(stack: BenchStack, peer: Peer) -> None:
    """All processes of the peer are killed before its timers fire. Both fire after it was started again."""
    dossier = await opened(stack, peer, f"crash-{peer}")

    async def both_fired() -> bool:
        return {"payment_confirmed", "deadline_warned"} <= set(await kinds_of_events(stack.pool, dossier.code))

    await dossier.send(Command.ACCEPT)
    processes = [spec.name for spec in stack.peers[peer].stack.processes]
    for name in processes:
        stack.stack.kill(name)
    assert not await both_fired()
    for name in processes:
        stack.peers[peer].stack.start(name)
    await until(both_fired, "the two timers")


@each_peer
async def test_a_call_that_fails_is_tried_again(stack: BenchStack, peer: Peer) -> None:
    """The registry is down for two calls, and the dossier has all its rows in the end."""
    dossier = await opened(stack, peer, f"retry-{peer}")
    simulator = stack.stack.running("simulator").urls["http"]
    async with httpx2.AsyncClient(base_url=simulator, trust_env=False, verify=NO_TLS) as http:
        (await http.post("/control/civil", json={"mode": "down", "calls": 2})).raise_for_status()
        for command in (Command.ACCEPT, Command.STEP, Command.SIGN, Command.RETURN):
            await dossier.send(command)
        driven = Driven(dossier.key, dossier.code)
        await require_all_rows(stack.pool, stack.template, [driven], LIMITS)
        assert driven.problem is None
        misbehaved = (await http.get("/inspect/civil")).json()["misbehaved"]
    assert misbehaved["down"] >= 2


async def test_a_peer_whose_server_is_absent_is_refused_before_anything_starts() -> None:
    """The refusal has a stable code and names the program."""
    with pytest.raises(BenchError) as refused:
        await run(BenchOptions(peers=(Peer.RESTATE,), restate_server="no-such-program"))
    assert refused.value.code == "restate_server_missing"
    assert "no-such-program" in refused.value.message.en
