"""The document axis around the engine under test: the relay that sends, the desk that receives, other authorities."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from activities.ledger.documents import ReceivedDocument, ReceivedDocuments, SentDocument, SentDocuments
from activities.ledger.feed import FeedReader
from activities.ledger.vault import Vault
from activities.relays.document_letters import Letters
from activities.relays.documents import RELAY, DocumentsRelay
from activities.relays.relay import Relay
from activities.relays.set_aside import SetAsideList
from domain.documents.authorities import DocumentAuthority, DocumentRules
from domain.dossier.commands import AskOpinion, CompleteStep
from domain.procedures.procedure import Procedure
from domain.rules.province import Province
from gateway.client import Engine
from gateway.client.documents.desk import DocumentDesk
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness
from tests.support.given import HEAD, OFFICER
from tests.support.small_province import CENTRE, COMMITTEE, FREE, a_small_province
from workflows import rules_in_force

THEIRS, OTHERS = "H42.15", "H42.17"
"""The authorities that stand on the axis for the two units."""
RULES = DocumentRules(
    authorities=(
        DocumentAuthority(unit=CENTRE, organ=THEIRS),
        DocumentAuthority(unit=COMMITTEE, organ=OTHERS, results_of=(FREE.code,)),
    )
)


def province() -> Province:
    """The small province, with two units that work on the axis."""
    return a_small_province().model_copy(update={"documents": RULES})


@dataclass
class Axis:
    """Both directions of the axis, one step at a time. `now` is the clock of the relay."""

    harness: EngineHarness
    now: float = 0.0
    engine: Engine = field(init=False)
    relay: Relay = field(init=False)
    desk: DocumentDesk = field(init=False)
    tried: Counter[str] | None = None
    """How often each call was made, where the process dies at each of them."""

    def __post_init__(self) -> None:
        """Anew after each start: nothing that matters is in memory."""
        self.restart()

    def restart(self) -> None:
        """The process that relays and receives has ended, and another has begun."""
        harness, outside = self.harness, self.harness.outside
        assert outside.documents is not None
        self.engine = Engine(harness.env.client, harness.pool, province(), harness.task_queue, lambda: harness.staff)
        known = self.engine.province
        letters = Letters(Vault(harness.pool), RULES, known.organisation, rules_in_force.rulebook, "Ninh Bình")
        axis = outside.documents if self.tried is None else Dying(outside.documents, self.tried)
        hand = DocumentsRelay(axis, harness.pool, RULES, letters, lambda: self.now)
        self.relay = Relay(RELAY, harness.pool, hand.hand, group=hand.group, first=hand.again)
        self.desk = DocumentDesk(self.engine, axis)
        if self.tried is not None:
            self.engine.act_as_machine = Dying(self.engine, self.tried).act_as_machine  # type: ignore[method-assign]
            self.desk._list = Dying(self.desk._list, self.tried)

    async def send(self, seconds: float = 10) -> None:
        """The relay sends on everything that was written."""
        self.now += seconds
        while await self.relay.step():
            pass

    async def receive(self) -> None:
        """The desk takes in everything that waits."""
        while await self.desk.step():
            pass

    async def authorities(self, **order: Any) -> list[str]:
        """The other authorities do something."""
        answer = await self.harness.http.post(f"{self.harness.simulator}/authorities", json=order)
        answer.raise_for_status()
        messages: list[str] = answer.json()["messages"]
        return messages

    async def effects(self) -> dict[str, int]:
        """How often each effect happened at the axis."""
        found = (await self.harness.inspect("documents"))["effects"]
        return {f"{one['service']} {one['key']}": one["times"] for one in found}

    async def statuses(self) -> list[tuple[str, str]]:
        """What we told others of their documents."""
        return [(one["document"], one["stage"]) for one in (await self.harness.inspect("documents"))["statuses"]]

    async def sent(self, code: str) -> list[SentDocument]:
        return await SentDocuments(self.harness.pool).of(code)

    async def stages(self, document: str) -> list[str]:
        return [one.stage.value for one in (await SentDocuments(self.harness.pool).stages([document]))[document]]

    async def received(self) -> list[ReceivedDocument]:
        return sorted(await ReceivedDocuments(self.harness.pool).newest(), key=lambda one: one.at)

    async def aside(self) -> Sequence[tuple[str, str]]:
        return [(one.dossier, one.code) for one in await SetAsideList(self.harness.pool).open(FeedReader.DOCUMENTS)]

    async def asked(self, procedure: Procedure = FREE, note: str | None = None) -> tuple[str, str]:
        """A dossier in which an authority of the axis was asked, and the identifier of the question that was sent."""
        code = await accepted(self.harness, procedure)
        await self.harness.act(code, OFFICER, CompleteStep(step="process"))
        await self.harness.act(code, HEAD, AskOpinion(unit=CENTRE), note=note)
        await self.send()
        return code, (await self.sent(code))[-1].id if await self.sent(code) else ""


class Died(BaseException):
    """The process ended here. Nothing in it can catch that."""


class Dying:
    """Stands for something whose calls are made by a process that dies: before the first call of a name, and then
    after the second, before its answer."""

    def __init__(self, real: Any, tried: Counter[str]) -> None:
        self._real = real
        self._tried = tried

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if not inspect.iscoroutinefunction(real):
            return real

        async def call(*given: Any, **named: Any) -> Any:
            self._tried[name] += 1
            if self._tried[name] == 1:
                raise Died
            answer = await real(*given, **named)
            if self._tried[name] == 2:
                raise Died
            return answer

        return call
