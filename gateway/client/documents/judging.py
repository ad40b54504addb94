"""Judges what came by the axis: does it fit what is open here? If so it has its effect, otherwise a person must look.

A document takes effect under an id that follows from its identifier, so it takes effect once however often it comes.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from activities.adapters.documents import Documents
from activities.adapters.edxml import Business, Document, StatusMessage
from activities.adapters.edxml_errors import DocumentRefused
from activities.adapters.edxml_parsing import tree_of
from activities.ledger.documents import (
    Purpose,
    ReceivedDocument,
    ReceivedDocuments,
    ReceivedState,
    SentDocument,
    SentDocuments,
    StageSaid,
)
from activities.ledger.feed import FeedReader
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from activities.ledger.reading import dossier_in
from activities.relays.document_letters import OURS
from activities.relays.set_aside import SetAsideList
from domain.documents.sending import opinions_asked
from domain.documents.stages import DocumentStage
from domain.dossier.commands import GiveOpinion
from domain.dossier.state import TERMINAL, Opinion
from domain.errors import DomainError
from domain.messages.coded import CodedSentence
from domain.messages.documents import DocumentMatter
from domain.roles import Actor, Role
from gateway.client.engine import Engine, EngineUnavailable
from gateway.client.requests import ActRequest

DOCUMENTS = UUID("8a3d7f3e-5b0c-5c1e-9f51-3c9d2b1f7a40")
AXIS_PERSON = "truc-van-ban"
"""Who gives an opinion that a machine could read. A person's own code stands there where a person decided."""


class Judge:
    """Judges one envelope after another."""

    def __init__(self, engine: Engine, axis: Documents) -> None:
        self._engine = engine
        self._axis = axis
        self._sent = SentDocuments(engine.pool)
        self._received = ReceivedDocuments(engine.pool)
        self._aside = SetAsideList(engine.pool)

    async def judged(self, one: ReceivedDocument, read: Document | StatusMessage) -> ReceivedDocument:
        """What became of an envelope. Raises EngineUnavailable and the errors of the database, to judge it later."""
        if isinstance(read, StatusMessage):
            found = await self._status(one, read)
        elif read.business is Business.RECALL:
            found = await self._recall(_of(one, read, "recall"), read)
        else:
            found = await self._letter(_of(one, read, "document"), read)
        if found.state is ReceivedState.PERSON and found.dossier is not None and found.version is not None:
            await self._aside.put(FeedReader.DOCUMENTS, found.dossier, found.version, found.code or "")
        return found

    async def _status(self, one: ReceivedDocument, read: StatusMessage) -> ReceivedDocument:
        of = _changed(one, kind="status", answers=read.of.document)
        sent = await self._sent.one(read.of.document)
        if sent is None or read.sender.id not in sent.receivers:
            return _person(of, DocumentMatter.STATUS_OF_ANOTHER)
        of = _changed(of, dossier=sent.dossier, version=sent.version)
        stage = StageSaid(
            document=sent.id, organ=read.sender.id, stage=read.stage, said_at=read.at, message=one.message
        )
        first = await self._sent.said(stage)
        is_new = first == one.message  # the axis may deliver a status again, under another message
        if read.stage is DocumentStage.REFUSED and sent.purpose is not Purpose.RECALL and is_new:
            return _person(of, DocumentMatter.REFUSED_THERE)
        return _changed(of, state=ReceivedState.DONE)

    async def _recall(self, one: ReceivedDocument, read: Document) -> ReceivedDocument:
        """What was not used is given back; of what was used, a person is told. It may come before its document."""
        wanted = read.about or ""
        one = _changed(one, answers=wanted or None)
        used = [
            of
            for of in await self._received.same(wanted, but=one.message)
            if of.kind == "document" and of.sender == one.sender and of.due is DocumentStage.COMPLETED
        ]
        if not wanted.startswith(f"{one.sender},"):
            return _person(_changed(one, answers=None), DocumentMatter.NOT_ASKED)
        if used:
            of = _changed(one, dossier=used[0].dossier, version=used[0].version, due=DocumentStage.RECALL_REFUSED)
            return _person(of, DocumentMatter.RECALLED)
        await self._received.give_up(wanted, one.sender)
        return _changed(one, state=ReceivedState.DONE, due=DocumentStage.RECALL_AGREED)

    async def _letter(self, one: ReceivedDocument, read: Document) -> ReceivedDocument:
        earlier = await self._received.same(read.id, but=one.message)
        if earlier and await self._same(earlier[0], read):
            return _changed(one, state=ReceivedState.DONE, due=None)
        if earlier:
            return _person(
                _changed(one, dossier=earlier[0].dossier, version=earlier[0].version), DocumentMatter.DIFFERS
            )
        if await self._received.recalled(read.id, one.sender):
            return _changed(one, state=ReceivedState.DONE, due=DocumentStage.RECALL_AGREED)
        sent = await self._answered(read)
        if sent is None or sent.purpose is not Purpose.OPINION:
            return _person(_changed(one, due=DocumentStage.ARRIVED), DocumentMatter.NOT_ASKED)
        one = _changed(one, answers=sent.id, dossier=sent.dossier, version=sent.version)
        if read.sender.id not in sent.receivers:
            return _person(_changed(one, due=DocumentStage.REFUSED), DocumentMatter.ANOTHER_SENDER)
        if sent.sender not in {receiver.id for receiver in read.receivers}:
            return _person(_changed(one, due=DocumentStage.REFUSED), DocumentMatter.ANOTHER_RECEIVER)
        return await self._answer(_changed(one, due=DocumentStage.ARRIVED), read, sent)

    async def _answer(self, one: ReceivedDocument, read: Document, sent: SentDocument) -> ReceivedDocument:
        """The answer to a question of ours, from the authority that was asked."""
        for attempt in range(one.attempt + 1):
            if await self._engine.reader.command(opinion_id(read.id, attempt)) is not None:
                return _changed(one, state=ReceivedState.DONE, due=DocumentStage.COMPLETED)  # its answer was lost
        if read.business is not Business.NEW:
            return _person(one, DocumentMatter.CHANGES_ANOTHER)
        opinion = await open_opinion(self._engine, sent)
        if opinion is None:
            return _person(one, DocumentMatter.NOT_AWAITED)
        agrees = opinion_in(read)
        if agrees is None:
            return _person(one, DocumentMatter.UNDECIDED)
        request = opinion_of(opinion, agrees, opinion_id(read.id, one.attempt), _note(read, one.digest))
        try:
            await self._engine.act_as_machine(sent.dossier, request)
        except (EngineUnavailable, DatabaseUnavailable, DatabaseRefuses):
            raise
        except DomainError as refused:
            return _changed(one, state=ReceivedState.PERSON, code=refused.code)
        return _changed(one, state=ReceivedState.DONE, due=DocumentStage.COMPLETED)

    async def _answered(self, read: Document) -> SentDocument | None:
        """The document of ours that a letter answers; the first, if it names several."""
        for answered in read.response_for:
            found = await self._sent.one(answered.document)
            if found is not None:
                return found
        return None

    async def _same(self, earlier: ReceivedDocument, read: Document) -> bool:
        """Whether it is the earlier document again, perhaps signed and sent anew."""
        envelope = await self._received.envelope(earlier.message)
        if envelope is None:
            return False
        try:
            before = self._axis.read(envelope)
        except DocumentRefused:  # its certificate has expired since
            return False
        return isinstance(before, Document) and before == read.model_copy(update={"sent_at": before.sent_at})


async def open_opinion(engine: Engine, sent: SentDocument) -> Opinion | None:
    """The opinion for which a document asks, as it stands; None: it is given, or the dossier has ended."""
    dossier = dossier_in(await engine.dossier(sent.dossier))
    events = [(one.version, one.event) for one in await engine.history(sent.dossier)]
    asked = {which.version: opinion for which, opinion in opinions_asked(events, dossier)}
    opinion = asked.get(sent.version)
    return None if opinion is None or opinion.agrees is not None or dossier.state in TERMINAL else opinion


def opinion_of(opinion: Opinion, agrees: bool, command_id: UUID, note: str, person: str = AXIS_PERSON) -> ActRequest:
    """The command that records the opinion of an authority of the axis."""
    actor = Actor(person=person, role=Role.DOCUMENTS, unit=opinion.unit)
    return ActRequest(command_id=command_id, actor=actor, command=GiveOpinion(agrees=agrees), note=note)


def opinion_id(document: str, attempt: int) -> UUID:
    """The id of the command that a document gives. A refused command has another at the next attempt."""
    return uuid5(DOCUMENTS, f"{document}/{attempt}")


def opinion_in(read: Document) -> bool | None:
    """What the letter says to a machine; None: nothing, or more than one thing."""
    said = set()
    for one in read.attachments:
        if one.content_type in ("application/xml", "text/xml"):
            root = tree_of(one.content)
            if root.tag == f"{{{OURS}}}Opinion":
                said.add((root.findtext(f"{{{OURS}}}Agrees") or "").strip())
    return {"true": True, "false": False}.get(said.pop()) if len(said) == 1 else None


def _note(read: Document, digest: str) -> str:
    """What the record says of the letter. The hash is of its envelope, which is in the vault."""
    on = f"{read.promulgated_on:%d/%m/%Y}"
    return f"Văn bản {read.code} ngày {on} của {read.sender.name} ({read.id}), SHA-256 {digest}"


def _of(one: ReceivedDocument, read: Document, kind: str) -> ReceivedDocument:
    return _changed(one, kind=kind, document=read.id)


def _person(one: ReceivedDocument, matter: CodedSentence) -> ReceivedDocument:
    return _changed(one, state=ReceivedState.PERSON, code=str(matter))


def _changed(one: ReceivedDocument, **fields: Any) -> ReceivedDocument:
    return one.model_copy(update=fields)
