"""Sends documents on the axis as the ledger has it: questions to authorities, results, recalls; each once, in order.

A document is written down before it is sent, and its identifier follows from its event, so a repetition is the same
document. What the axis refuses for good is set aside; the documents of other dossiers go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import structlog

from activities.adapters.documents import Documents
from activities.adapters.edxml import Document
from activities.adapters.errors import OutsideError
from activities.ledger.documents import (
    AXIS,
    Purpose,
    ReceivedDocuments,
    SentDocument,
    SentDocuments,
    StageSaid,
)
from activities.ledger.feed import FeedReader
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.relays.again import Again
from activities.relays.document_letters import Letters
from activities.relays.one_at_a_time import NotNow
from activities.relays.relay import by_dossier
from activities.relays.set_aside import SetAside, SetAsideList
from activities.relays.tries import NO_ANSWER, Tries
from domain.documents.sending import concerns, ends, opinions_asked, receivers_of_result
from domain.documents.stages import DocumentStage
from domain.dossier.events import AnyEvent, DossierResolved, OpinionAsked
from domain.dossier.state import TERMINAL, Dossier
from domain.errors import DomainError, InvalidInput, NotFound
from domain.record.sealing import RecordedEvent
from domain.rules.document_rules import DocumentRules

log = structlog.get_logger(__name__)

RELAY = FeedReader.DOCUMENTS
NO_ADDRESS = "no_document_address"
"""Why the relay waits where a document is due and the province has no address or no seal of the axis."""


class DocumentsRelay:
    """Sends the events of the relay `documents` on. `axis` None: the province is not on it."""

    def __init__(
        self,
        axis: Documents | None,
        pool: Pool,
        rules: DocumentRules,
        letters: Letters,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._axis = axis
        self._rules = rules
        self._reader = LedgerReader(pool)
        self._sent = SentDocuments(pool)
        self._received = ReceivedDocuments(pool)
        self._aside = SetAsideList(pool)
        self._letters = letters
        self._tries = Tries()
        self._pauses = Again(lambda code: code.startswith(NO_ANSWER), clock)

    async def group(self, events: Sequence[RecordedEvent]) -> list[list[RecordedEvent]]:
        """The events that may send a document, those of one dossier together."""
        return await by_dossier([one for one in events if concerns(one.event)]) if self._rules.authorities else []

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Sends the documents of one dossier in order. Raises OutsideError while the axis gives no answer."""
        for one in events:
            await self._handed(one)

    async def again(self) -> None:
        """Sends what was set aside and is due; what came and was ordered again is judged again."""
        if self._pauses.looked_lately():
            return
        for entry in await self._aside.open(RELAY):
            if self._pauses.is_due(entry, (entry.dossier, entry.version)):
                await self._again(entry)

    async def _again(self, entry: SetAside) -> None:
        key = (entry.dossier, entry.version)
        self._pauses.tried(key)
        try:
            [one] = await self._reader.history(entry.dossier, entry.version - 1, 1)
        except DomainError as unreadable:
            await self._aside.put(RELAY, *key, unreadable.code)
            return
        judged = await self._received.judge_again(*key)
        if judged or await self._handed(one, last_try=True):
            await self._aside.sent(RELAY, *key)
            self._pauses.sent(key)

    async def _handed(self, one: RecordedEvent, *, last_try: bool = False) -> bool:
        """Whether the documents of an event are sent; if not, it is set aside. Raises OutsideError to try it soon."""
        key = (one.dossier, one.version)
        row = await self._reader.dossier(one.dossier)
        if row is None:
            return True
        try:
            for document, sent in await self._documents(one, dossier_in(row)):
                await self._send(document, sent)
        except OutsideError as failed:
            code = failed.reason or str(failed.code)
            if failed.retryable and self._tries.another(key, answered=not code.startswith(NO_ANSWER), last=last_try):
                raise
            log.error("document_not_taken", dossier=one.dossier, version=one.version, code=code)
            await self._aside.put(RELAY, *key, code)
            return False
        except (NotFound, InvalidInput) as wrong:  # a unit that the organisation no longer has, a state unreadable here
            log.error("document_not_written", dossier=one.dossier, version=one.version, code=wrong.code)
            await self._aside.put(RELAY, *key, wrong.code)
            return False
        self._tries.succeeded(key)
        return True

    async def _documents(self, one: RecordedEvent, dossier: Dossier) -> list[tuple[Document, SentDocument]]:
        """What an event sends. A question that was answered, or is moot, before it could be sent is not sent."""
        if isinstance(one.event, OpinionAsked):
            authority = self._rules.of_unit(one.event.unit)
            if authority is None or not await self._is_open(one, dossier):
                return []
            document = await self._letters.question(one, one.event, dossier, authority)
            return [(document, _sent(one, document, Purpose.OPINION))]
        if isinstance(one.event, DossierResolved):
            receivers = receivers_of_result(dossier, self._rules)
            if not receivers:
                return []
            document = self._letters.result(one, one.event, dossier, receivers)
            return [(document, _sent(one, document, Purpose.RESULT))]
        return await self._recalls(one, dossier) if ends(one.event) else []

    async def _is_open(self, one: RecordedEvent, dossier: Dossier) -> bool:
        asked = opinions_asked(await self._events(one.dossier), dossier)
        waiting = any(which.version == one.version and opinion.agrees is None for which, opinion in asked)
        return waiting and dossier.state not in TERMINAL

    async def _recalls(self, one: RecordedEvent, dossier: Dossier) -> list[tuple[Document, SentDocument]]:
        """A recall of each question that the axis has and that nobody need answer now."""
        asked = opinions_asked(await self._events(one.dossier), dossier)
        waiting = {which.version for which, opinion in asked if opinion.agrees is None}
        questions = [
            sent
            for sent in await self._sent.of(one.dossier)
            if sent.purpose is Purpose.OPINION and sent.version in waiting
        ]
        stages = await self._sent.stages([sent.id for sent in questions])
        found = []
        for sent in questions:
            if stages[sent.id] or await self._is_there(one, sent):
                document = self._letters.recall(one, sent)
                found.append((document, _sent(one, document, Purpose.RECALL, sent.id)))
        return found

    async def _is_there(self, one: RecordedEvent, sent: SentDocument) -> bool:
        """Whether the axis has a question although we never got its answer."""
        if self._axis is None:
            raise NotNow(NO_ADDRESS)
        taken = await self._axis.find(sent.id)
        if taken is None:
            return False
        stage = DocumentStage.SENT
        await self._sent.said(
            StageSaid(document=sent.id, organ=AXIS, stage=stage, said_at=one.at, message=taken.message)
        )
        return True

    async def _events(self, dossier: str) -> list[tuple[int, AnyEvent]]:
        return [(one.version, one.event) for one in await self._reader.history(dossier)]

    async def _send(self, document: Document, sent: SentDocument) -> None:
        if self._axis is None:
            raise NotNow(NO_ADDRESS)
        fresh = await self._sent.write(sent)
        if not fresh and (await self._sent.stages([sent.id]))[sent.id]:
            return
        # after a try whose answer was lost the axis may have it; what it would say now may differ, as a name or a date
        taken = (None if fresh else await self._axis.find(sent.id)) or await self._axis.send(document)
        await self._sent.said(
            StageSaid(
                document=sent.id, organ=AXIS, stage=DocumentStage.SENT, said_at=document.sent_at, message=taken.message
            )
        )


def _sent(one: RecordedEvent, document: Document, purpose: Purpose, about: str | None = None) -> SentDocument:
    return SentDocument(
        id=document.id,
        dossier=one.dossier,
        version=one.version,
        purpose=purpose,
        about=about,
        sender=document.sender.id,
        receivers=tuple(receiver.id for receiver in document.receivers),
    )
