"""Takes in what waits at the document axis, and tells its senders how it stands.

Each step may be lost and is done again: an envelope is kept before the axis is told, an opinion has the id of its
document, and a status is told under its stage. So whatever is delivered twice, late or out of order has one effect.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from activities.adapters.documents import Documents, Waiting
from activities.adapters.edxml import Organ, StatusMessage, response_for
from activities.adapters.edxml_errors import DocumentRefused, refuse
from activities.adapters.edxml_reading import stated_id
from activities.adapters.errors import OutsideError
from activities.adapters.http import TOO_LARGE
from activities.adapters.messages import OutsideCode
from activities.ledger.documents import ReceivedDocument, ReceivedDocuments, ReceivedState
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from activities.relays.one_at_a_time import NotNow, OneAtATime
from domain.documents.stages import DocumentStage
from domain.errors import DomainError
from domain.messages.documents import DocumentFault
from domain.values import VIETNAM
from gateway.client.documents.judging import Judge
from gateway.client.engine import Engine, EngineUnavailable

log = structlog.get_logger(__name__)

NAME = "documents received"
AT_ONCE = 50
POLL_EVERY = 10.0
"""Seconds between two looks at the axis while nothing waits."""


def _now() -> datetime:
    return datetime.now(VIETNAM)


class DocumentDesk(OneAtATime):
    """The incoming side of the axis. One process at a time does it, by an advisory lock."""

    IDLE = POLL_EVERY

    def __init__(self, engine: Engine, axis: Documents, now: Callable[[], datetime] = _now) -> None:
        super().__init__(NAME, engine.pool)
        self._axis = axis
        self._list = ReceivedDocuments(engine.pool)
        self._judge = Judge(engine, axis)
        self._ours = axis.connection.address.unit or engine.province.code
        self._name = engine.province.name
        self._now = now

    async def step(self) -> int:
        """Keeps what waits, judges what is kept, tells what is due; returns how many were kept or judged.

        What is kept is judged although the axis is down. Raises OutsideError while the axis gives no answer.
        """
        await self._list.settle_resolved()
        judged = await self._judged()
        kept = await self._kept()
        judged += await self._judged()
        await self._told()
        return kept + judged

    async def _kept(self) -> int:
        """Keeps each waiting envelope, then tells the axis. One that was kept before is only told of.

        An axis that came back from an old copy may give a name again. What it has under that name was never kept, so
        the axis is not told that we have it: it stays there until its office has given it another name.
        """
        waiting = await self._axis.waiting()
        known = await self._list.known([one.message for one in waiting])
        kept = 0
        for one in waiting:
            if known.get(one.message, one.digest) != one.digest:
                log.error("document_name_used", message=one.message, digest=one.digest)
                continue
            try:
                if one.message not in known:
                    await self._keep(one)
                    kept += 1
                await self._axis.taken(one.message)
            except OutsideError as failed:  # one envelope that the axis refuses or spoils must not stop the others
                if failed.retryable and failed.code is not OutsideCode.BAD_REPLY:
                    raise
                log.error("document_not_fetched", message=one.message, code=failed.reason)
        return kept

    async def _keep(self, waiting: Waiting) -> None:
        """One that is too large is refused without being read, and does not wait at the axis any more."""
        try:
            envelope = await self._axis.fetch(waiting)
        except OutsideError as failed:
            if failed.reason != TOO_LARGE:
                raise
            log.error("document_refused", message=waiting.message, code=DocumentFault.TOO_LARGE.value)
            await self._list.refuse_unread(waiting.message, waiting.sender, waiting.digest, DocumentFault.TOO_LARGE)
        else:
            await self._list.keep(waiting.message, waiting.sender, waiting.digest, envelope)

    async def _judged(self) -> int:
        """Judges what is kept. A document that cannot be judged now stays kept, and the others go on."""
        kept = await self._list.to_judge(AT_ONCE)
        later = 0
        for one in kept:
            try:
                await self._judge_one(one)
            except (EngineUnavailable, DatabaseRefuses, NotNow) as unavailable:
                log.warning("document_waits", message=one.message, code=unavailable.code)
                later += 1
            except (OutsideError, DatabaseUnavailable):
                raise
            except Exception as mistake:  # of ours, or a state that this release cannot read: the others go on
                code = mistake.code if isinstance(mistake, DomainError) else type(mistake).__name__
                log.error("document_not_judged", message=one.message, code=code)
                later += 1
        return len(kept) - later

    async def _judge_one(self, one: ReceivedDocument) -> None:
        envelope = await self._list.envelope(one.message)
        try:
            read = self._axis.read(envelope or b"")
            if read.sender.id != one.sender:
                raise refuse(DocumentFault.SENDER_IS_ANOTHER, told=one.sender, sender=read.sender.id)
        except DocumentRefused as refused:
            log.error("document_refused", message=one.message, code=refused.code)
            stated = stated_id(envelope or b"")
            theirs = stated if stated is not None and stated.startswith(f"{one.sender},") else None
            changed = {"state": ReceivedState.REFUSED, "code": refused.code, "due": DocumentStage.REFUSED}
            await self._list.judged(one.model_copy(update=changed | {"document": theirs}))
            return
        judged = await self._judge.judged(one, read)
        if judged.code is not None:
            log.warning("document_for_a_person", message=one.message, dossier=judged.dossier, code=judged.code)
        await self._list.judged(judged)

    async def _told(self) -> None:
        """Tells the senders how their documents stand. A sender that cannot be told does not hold up the others."""
        for one in await self._list.to_tell(AT_ONCE):
            if one.due is None:
                continue
            try:
                await self._tell(one, one.due)
            except OutsideError as failed:
                if failed.retryable:
                    raise
                log.error("document_status_refused", message=one.message, code=failed.reason)
            await self._list.told(one.message, one.due)

    async def _tell(self, one: ReceivedDocument, stage: DocumentStage) -> None:
        """By a status; by the axis where not even the identifier of the document can be read or believed."""
        document = one.answers if one.kind == "recall" else one.document
        if document is None:
            await self._axis.refuse(one.message, one.code or "")
            return
        ours = Organ(id=self._ours, name=self._name)
        status = StatusMessage(
            of=response_for(document), sender=ours, stage=stage, description=stage.words.vi, at=self._now()
        )
        await self._axis.tell(status)
