"""The document axis (trục liên thông văn bản): documents between authorities, as signed edXML envelopes.

The envelope is QCVN 102:2016. How envelopes are handed over is in no public specification: the paths are configuration,
and the JSON around them is ours. The axis gives every envelope for us a message
id, and keeps it until we have taken it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from urllib.parse import quote

from activities.adapters.address import DocumentTerms
from activities.adapters.edxml import Document, DocumentId, StatusMessage, write_document, write_status
from activities.adapters.edxml_parsing import LARGEST
from activities.adapters.edxml_reading import read_envelope
from activities.adapters.edxml_signature import Seal
from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection, Outgoing, Reply
from activities.adapters.messages import OutsideCode
from activities.adapters.response_parsing import (
    Shape,
    json_object,
    json_request,
    shaped,
    successful,
    without_error,
)
from domain.rules.document_rules import OrganId
from domain.values import Code, Hash, Value

XML = "application/xml; charset=utf-8"
MOST_WAITING = 100
UNKNOWN = "unknown_document"
"""The axis's code for a document that it does not have."""


class Waiting(Value):
    """An envelope that waits for us at the axis."""

    message: Code
    sender: OrganId
    """Who handed it in, as the axis knows it. The envelope itself may be unreadable."""
    digest: Hash
    """Of its bytes: a reply that is something else is no envelope."""


class WaitingList(Value):
    """What waits for us, each row as the axis wrote it: one that cannot be read must not hide the others."""

    messages: tuple[object, ...]


class Taken(Value):
    """The axis has the envelope, now or since an earlier try."""

    message: Code


class _TakenOf(Taken):
    """The same, with the document of which the answer speaks, and of a status the stage, where the axis names it."""

    document: DocumentId
    stage: str | None = None


class _Done(Value):
    message: Code


class Documents:
    """The adapter. With `confirm` a sent document is looked up: the axis may report success without an effect."""

    def __init__(self, connection: Connection, *, confirm: bool = True) -> None:
        self.connection = connection
        self._confirm = confirm

    @property
    def _terms(self) -> DocumentTerms:
        """The settings may be read again while the worker runs."""
        return self.connection.address.documents

    @property
    def _seal(self) -> Seal:
        seal = self._terms.seal()
        if seal is None:  # a reload has taken it away: everything waits
            raise self.connection.error(OutsideCode.UNAVAILABLE, "seal", reason="no_seal")
        return seal

    async def send(self, document: Document) -> Taken:
        """Sends a document to all its receivers. The axis takes the same identifier once.

        Raises OutsideError: refused for good, or to be sent again.
        """
        taken = await self._post("send", self._terms.send_path, write_document(document), document.id, document.id)
        if self._confirm and await self.find(document.id) is None:
            raise self.connection.error(OutsideCode.BAD_REPLY, "send", reason="no_effect")
        return taken

    async def tell(self, status: StatusMessage) -> Taken:
        """Tells the sender of a document how it stands. The same stage is told once."""
        key = f"{status.of.document}|{status.sender.id}|{status.stage}"
        path, document = self._terms.status_path, status.of.document
        return await self._post("status", path, write_status(status), key, document, stage=status.stage)

    async def find(self, document: DocumentId) -> Taken | None:
        """A document of ours that the axis has. After a send, a refused look is no refusal of the document."""
        path = f"{self._terms.send_path}?document={quote(document, safe='')}"
        read = successful(self.connection, "look", _TakenOf)
        try:
            known = await self.connection.exchange(Outgoing("look", path, method="GET"), read)
        except OutsideError as failed:
            if failed.reason == UNKNOWN:
                return None
            raise failed.sent_again() from failed
        return self._about(known, document, "look")

    async def waiting(self) -> tuple[Waiting, ...]:
        """The oldest envelopes that wait for us, each once; no more than we asked for, also where the axis lists more.

        A row that cannot be read stays at the axis, with an alarm. Raises OutsideError when none can be read.
        """
        path = f"{self._terms.message_path}?most={MOST_WAITING}"
        listed = await self._exchange(Outgoing("waiting", path, method="GET"), WaitingList)
        found: dict[str, Waiting] = {}
        unread: OutsideError | None = None
        for row in listed.messages:
            try:
                one = shaped(self.connection, "waiting", Waiting, row)
                found.setdefault(one.message, one)
            except OutsideError as problem:
                unread = problem
        if unread is not None and not found:
            raise unread
        if unread is not None:
            self.connection.raise_alarm(unread)
        return tuple(found.values())[:MOST_WAITING]

    async def fetch(self, waiting: Waiting) -> bytes:
        """The bytes of an envelope. Whatever else the axis answers is asked for again, never read as an envelope."""
        request = Outgoing("fetch", f"{self._terms.message_path}/{waiting.message}", method="GET", largest=LARGEST)
        return await self.connection.exchange(request, self._envelope(waiting))

    async def taken(self, message: Code) -> None:
        """Tells the axis that we keep the envelope, so that it no longer waits there. A repetition changes nothing."""
        await self._done("taken", message, {})

    async def refuse(self, message: Code, code: str) -> None:
        """Has the axis tell the sender that an envelope is refused whose document cannot even be named."""
        await self._done("refused", message, {"code": code})

    def read(self, envelope: bytes) -> Document | StatusMessage:
        """What an envelope says, with its signature verified. Raises DocumentRefused with the code of what is wrong."""
        return read_envelope(envelope, self._seal)

    async def _post(
        self, operation: str, path: str, envelope: bytes, key: str, document: DocumentId, *, stage: str | None = None
    ) -> Taken:
        headers = {"Idempotency-Key": hashlib.sha256(key.encode()).hexdigest()}
        request = Outgoing(operation, path, self._seal.sign(envelope), content_type=XML, headers=headers)
        answered = await self._exchange(request, _TakenOf)
        if answered.stage not in (None, stage):  # of an earlier stage of the same document
            raise self.connection.error(OutsideCode.BAD_REPLY, operation, reason="another_stage")
        return self._about(answered, document, operation)

    async def _done(self, operation: str, message: Code, facts: dict[str, str]) -> None:
        path = f"{self._terms.message_path}/{message}/{operation}"
        done = await self._exchange(json_request(operation, path, {"message": message, **facts}, key=message), _Done)
        if done.message != message:
            raise self.connection.error(OutsideCode.BAD_REPLY, operation, reason="another_message")

    async def _exchange(self, request: Outgoing, shape: type[Shape]) -> Shape:
        return await self.connection.exchange(request, successful(self.connection, request.operation, shape))

    def _about(self, taken: _TakenOf, document: DocumentId, operation: str) -> Taken:
        """The answer, if it speaks of this document."""
        if taken.document != document:
            raise self.connection.error(OutsideCode.BAD_REPLY, operation, reason="another_document")
        return Taken(message=taken.message)

    def _envelope(self, waiting: Waiting) -> Callable[[Reply], bytes]:
        def read(reply: Reply) -> bytes:
            if reply.status < 300 and hashlib.sha256(reply.body).hexdigest() == waiting.digest:
                return reply.body
            said = json_object(self.connection, "fetch")(reply)
            without_error(self.connection, "fetch", said)
            raise self.connection.error(OutsideCode.BAD_REPLY, "fetch", reason="another_content")

        return read
