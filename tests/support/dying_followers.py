"""A follower of interconnected dossiers that dies at each of its steps, and another worker that takes over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from activities.ledger.feed import FeedReader
from activities.relays.relay import Relay
from domain.dossier.decide import Act
from domain.dossier.group_commands import OpenChild, ReportChild
from gateway.client.dossier_client import DossierClient
from gateway.client.interconnected import Linker
from tests.support.engine_harness import EngineHarness
from workflows import rules_in_force
from workflows.messages import OpenDossier, Receipt


class Died(BaseException):
    """The process of the follower ended here. Nothing in it can catch that."""


@dataclass
class DyingCalls:
    """The calls of a follower to dossiers. For each one it dies before the call, and then before its answer."""

    calls: DossierClient
    tried: Counter[str] = field(default_factory=Counter)

    async def open(self, start: OpenDossier, act: Act) -> Receipt:
        """Opens the dossier of a child, whose code is allocated already."""
        return await self._dying(_named(start.code, act), lambda: self.calls.open(start, act))

    async def send(self, code: str, act: Act) -> Receipt:
        """Sends an act to the whole or to a child."""
        return await self._dying(_named(code, act), lambda: self.calls.send(code, act))

    def __getattr__(self, name: str) -> object:
        return getattr(self.calls, name)

    async def _dying(self, call: str, make: Callable[[], Awaitable[Receipt]]) -> Receipt:
        self.tried[call] += 1
        if self.tried[call] == 1:
            raise Died
        receipt = await make()
        if self.tried[call] == 2:
            raise Died
        return receipt


def _named(code: str, act: Act) -> str:
    """One step, however often it is tried."""
    command = act.command
    match command:
        case OpenChild():
            return f"{code} open"
        case ReportChild():
            return f"{code} {command.kind} {command.child} {command.seen}"
        case _:
            return f"{code} {command.kind}"


async def followed_through_deaths(harness: EngineHarness) -> DyingCalls:
    """Everything that was written is carried on, by one follower after another. What they tried.

    Real time: children whose time skips ahead, to their warnings, would give the next follower another step.
    """
    dying = DyingCalls(harness.engine._dossiers)
    harness.engine._dossiers = dying  # type: ignore[assignment]
    try:
        with harness.env.with_time_skipping_disabled():
            while await _followed_once(harness):
                pass
    finally:
        harness.engine._dossiers = dying.calls
    return dying


async def _followed_once(harness: EngineHarness) -> bool:
    """One follower reads on until it dies; False when nothing is left to read."""
    relay = Relay(FeedReader.LINK, harness.pool, Linker(harness.engine, rules_in_force.rulebook).hand)
    with suppress(Died):
        return bool(await relay.step())
    return True
