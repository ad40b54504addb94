"""Interconnected dossiers of the engine under test: the whole, its children, and the follower between them."""

from __future__ import annotations

from activities.ledger.feed import FeedReader
from activities.relays.relay import Relay
from domain.dossier.commands import Accept
from domain.dossier.group_commands import ChildStatus
from domain.dossier.state import Dossier, State
from domain.procedures.procedure import Procedure
from gateway.client.interconnected import Linker
from tests.support.dossier_steps import ordered_to_be_signed
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK
from tests.support.small_province import BORN
from workflows import rules_in_force


async def followed(harness: EngineHarness, reader: str = FeedReader.LINK) -> None:
    """The relay has read everything that was written; under another name it begins at the beginning."""
    relay = Relay(reader, harness.pool, Linker(harness.engine, rules_in_force.rulebook).hand)
    while await relay.step():
        pass


async def filed(harness: EngineHarness, procedure: Procedure = BORN) -> str:
    """An interconnected dossier, accepted, whose first child is open."""
    code = (await harness.submit(procedure)).dossier
    await harness.act(code, DESK, Accept())
    await followed(harness)
    return code


async def child(harness: EngineHarness, code: str, name: str) -> str:
    """The code of the dossier of a child."""
    found = next(one.dossier for one in (await harness.known(code)).children if one.child == name)
    assert found is not None
    if found not in harness.made:
        harness.made.append(found)
    return found


async def resolved(harness: EngineHarness, code: str, name: str) -> None:
    """The authority of the child issues its result, and the whole knows it."""
    part = await child(harness, code, name)
    await ordered_to_be_signed(harness, part)
    await harness.until(part, lambda one: one.state is State.RESOLVED)
    await followed(harness)


def statuses(whole: Dossier) -> dict[str, ChildStatus]:
    """How each child stands for the whole."""
    return {one.child: one.status for one in whole.children}
