"""Documents between authorities, and notices to applicants."""

from __future__ import annotations

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.correspondence import (
    AxisDocument,
    AxisDocumentPage,
    AxisDocuments,
    DocumentToDecide,
    DocumentToSettle,
    Notices,
    OptOut,
    OptOutToRecord,
    ReceivedDocument,
)
from luongxanh_client.models.words import NoticeChannel
from luongxanh_client.requests import Request, acting, path


class AsyncCorrespondence:
    """The part of a client that is about documents on the axis between authorities, and notices to applicants."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def documents(self, dossier: str) -> AxisDocuments:
        """What a dossier sent on the axis, with each stage, and what came."""
        return await self._connection.send(Request("GET", path("dossiers", dossier, "axis-documents"), AxisDocuments))

    async def letters(self, *, unmatched: bool = False, limit: int = 50, cursor: str | None = None) -> AxisDocumentPage:
        """What was refused or needs a person, the oldest first. `unmatched`: only what fits no dossier."""
        query = {"unmatched": unmatched, "limit": limit, "cursor": cursor}
        where = path("operations", "axis-documents")
        return await self._connection.send(Request("GET", where, AxisDocumentPage, query=query))

    async def letter(self, message: str) -> AxisDocument:
        """One document that came, and what it says. For operators of the whole province."""
        return await self._connection.send(Request("GET", path("operations", "axis-documents", message), AxisDocument))

    async def settle(self, message: str, reason: str, *, key: str | None = None) -> ReceivedDocument:
        """Notes a document as dealt with; no opinion is recorded."""
        where = path("operations", "axis-documents", f"{message}:settle")
        body = DocumentToSettle(reason=reason)
        return await self._connection.send(Request("POST", where, ReceivedDocument, body=body, headers=acting(key)))

    async def decide(self, message: str, wanted: DocumentToDecide, *, key: str | None = None) -> ReceivedDocument:
        """Records the opinion that a letter states, which a person has read."""
        where = path("operations", "axis-documents", f"{message}:decide")
        return await self._connection.send(Request("POST", where, ReceivedDocument, body=wanted, headers=acting(key)))

    async def notices(self, dossier: str) -> Notices:
        """What the applicant of a dossier was told, by which channel, and what they opted out of."""
        return await self._connection.send(Request("GET", path("dossiers", dossier, "notices"), Notices))

    async def opt_out(self, dossier: str, channel: NoticeChannel, reason: str, *, key: str | None = None) -> OptOut:
        """Records that the applicant takes no notices by a channel. It holds for every dossier with the contact."""
        return await self._wanted(dossier, f"{channel}:opt-out", reason, key)

    async def opt_in(self, dossier: str, channel: NoticeChannel, reason: str, *, key: str | None = None) -> OptOut:
        """Takes an opt-out back; answers with it as it was."""
        return await self._wanted(dossier, f"{channel}:opt-in", reason, key)

    async def _wanted(self, dossier: str, act: str, reason: str, key: str | None) -> OptOut:
        where, body = path("dossiers", dossier, "notices", act), OptOutToRecord(reason=reason)
        return await self._connection.send(Request("POST", where, OptOut, body=body, headers=acting(key)))
