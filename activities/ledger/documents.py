"""The registers of the document axis: what was sent, what its receivers said, and what came for us."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.documents.stages import DocumentStage
from domain.errors import NotFound, RuleViolation
from domain.messages.coded import CodedSentence
from domain.messages.documents import DocumentRefusal
from domain.operator_orders import require_operator, require_reason
from domain.values import Bilingual, Code, Hash, Instant, Value

AXIS = "axis"
"""Who says that a document was sent: the axis itself, no authority."""


class Purpose(StrEnum):
    """Why we sent a document."""

    OPINION = "opinion"
    RESULT = "result"
    RECALL = "recall"

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _PURPOSES[self]


class ReceivedState(StrEnum):
    """How a document that came for us stands."""

    KEPT = "kept"
    """It is kept here, and not judged yet."""
    DONE = "done"
    REFUSED = "refused"
    PERSON = "person"
    SETTLED = "settled"
    """A person has dealt with it."""

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _STATES[self]


_PURPOSES = {
    Purpose.OPINION: Bilingual(vi="xin ý kiến", en="asks for an opinion"),
    Purpose.RESULT: Bilingual(vi="gửi kết quả", en="sends the result"),
    Purpose.RECALL: Bilingual(vi="xin lấy lại", en="recalls a document"),
}
_STATES = {
    ReceivedState.KEPT: Bilingual(vi="đã nhận, chưa xem", en="received, not judged yet"),
    ReceivedState.DONE: Bilingual(vi="đã dùng", en="taken"),
    ReceivedState.REFUSED: Bilingual(vi="đã từ chối", en="refused"),
    ReceivedState.PERSON: Bilingual(vi="chờ người xử lý", en="waits for a person"),
    ReceivedState.SETTLED: Bilingual(vi="người đã xử lý", en="dealt with by a person"),
}


class SentDocument(Value):
    """A document of ours. `dossier` and `version` name the event that it tells of."""

    id: str
    dossier: Code
    version: int
    purpose: Purpose
    about: str | None = None
    sender: str
    receivers: tuple[str, ...]
    at: Instant | None = None


class StageSaid(Value):
    """What a receiver, or the axis, said of a document of ours. `said_at` is by their clock."""

    document: str
    organ: str
    stage: DocumentStage
    said_at: Instant
    message: str
    at: Instant | None = None


class ReceivedDocument(Value):
    """One envelope that came for us. `code`: why it is refused or needs a person. `attempt`: how often it was judged
    again."""

    message: str
    sender: str
    digest: Hash
    at: Instant
    state: ReceivedState
    kind: str | None
    document: str | None
    answers: str | None
    dossier: Code | None
    version: int | None
    code: str | None
    attempt: int
    due: DocumentStage | None
    told: DocumentStage | None
    settled_by: str | None
    settled_why: str | None
    settled_at: Instant | None


Place = tuple[datetime, str, bool]
"""When a document came, its message, and whether what stands before it is wanted."""


class ReceivedCounts(Value):
    """What is refused or waits for a person, of a dossier and of none, and what is kept and not judged yet."""

    of_dossiers: int
    unmatched: int
    unmatched_since: Instant | None
    to_judge: int
    to_judge_since: Instant | None


class SilentReceivers(Value):
    """Documents of ours of which a receiver has said nothing, and since when the oldest waits."""

    documents: int
    since: Instant | None


COUNTS = """
select count(*) filter (where state <> 'kept' and dossier is not null) as of_dossiers,
    count(*) filter (where state <> 'kept' and dossier is null) as unmatched,
    min(at) filter (where state <> 'kept' and dossier is null) as unmatched_since,
    count(*) filter (where state = 'kept') as to_judge, min(at) filter (where state = 'kept') as to_judge_since
from document_received where state in ('kept', 'refused', 'person')
"""
SAID = """
with new as (
    insert into document_stage (document, organ, stage, said_at, message) values ($1, $2, $3, $4, $5)
    on conflict (document, organ, stage) do nothing returning message)
select message from new
union all select message from document_stage where (document, organ, stage) = ($1, $2, $3) limit 1
"""
SILENT = """
select count(*) as documents, min(sent.at) as since from document_sent as sent
where sent.at between $1 and $2 and exists (select from document_stage as axis where axis.document = sent.id)
  and exists (
    select from unnest(sent.receivers) as receiver (organ)
    where not exists (
        select from document_stage as said where said.document = sent.id and said.organ = receiver.organ)
      and not exists (
        select from document_received as came where came.answers = sent.id and came.sender = receiver.organ))
"""
SENT = "id, dossier, version, purpose, about, sender, receivers, at"
STAGE = "document, organ, stage, said_at, message, at"
RECEIVED = (
    "message, sender, digest, at, state, kind, document, answers, dossier, version, code, attempt, due, told,"
    " settled_by, settled_why, settled_at"
)


class SentDocuments:
    """What we sent, and its stages. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def write(self, sent: SentDocument) -> bool:
        """Writes a document down before it is sent: no answer comes before it is known here. True: it is new."""
        with sql_span("documents.write", dossier=sent.dossier), unavailable_as_answer():
            new = await self._pool.fetchval(
                "insert into document_sent (id, dossier, version, purpose, about, sender, receivers)"
                " values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning true",
                sent.id,
                sent.dossier,
                sent.version,
                sent.purpose,
                sent.about,
                sent.sender,
                list(sent.receivers),
            )
        return new is True

    async def said(self, stage: StageSaid) -> str:
        """Writes a stage down; returns the message that said it first, this one or an earlier one."""
        with sql_span("documents.stage"), unavailable_as_answer():
            values = (stage.document, stage.organ, stage.stage, stage.said_at, stage.message)
            first: str = await self._pool.fetchval(SAID, *values)
        return first

    async def one(self, document: str) -> SentDocument | None:
        """The document with this identifier, if we sent it."""
        with sql_span("documents.one"), unavailable_as_answer():
            row = await self._pool.fetchrow(f"select {SENT} from document_sent where id = $1", document)  # noqa: S608
        return None if row is None else SentDocument.model_validate(dict(row))

    async def of(self, dossier: Code) -> list[SentDocument]:
        """The documents of a dossier, in the order of its events."""
        with sql_span("documents.of", dossier=dossier), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select {SENT} from document_sent where dossier = $1 order by version, id",  # noqa: S608
                dossier,
            )
        return [SentDocument.model_validate(dict(row)) for row in rows]

    async def newest(self, limit: int = 200) -> list[SentDocument]:
        """The documents that were sent last."""
        with sql_span("documents.newest"), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select {SENT} from document_sent order by at desc, id limit $1",  # noqa: S608
                limit,
            )
        return [SentDocument.model_validate(dict(row)) for row in rows]

    async def silent(self, after: datetime, before: datetime) -> SilentReceivers:
        """Documents of these days that the axis took and of which a receiver has said nothing, nor answered them."""
        with sql_span("documents.silent"), unavailable_as_answer():
            row = await self._pool.fetchrow(SILENT, after, before)
        return SilentReceivers.model_validate(dict(row))

    async def stages(self, documents: Collection[str]) -> dict[str, list[StageSaid]]:
        """What was said of each document, in the order in which we heard it."""
        with sql_span("documents.stages"), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select {STAGE} from document_stage where document = any ($1) order by number",  # noqa: S608
                list(documents),
            )
        found: dict[str, list[StageSaid]] = {one: [] for one in documents}
        for row in rows:
            found[row["document"]].append(StageSaid.model_validate(dict(row)))
        return found


class ReceivedDocuments:
    """What came for us. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, message: Code, sender: str, digest: Hash, envelope: bytes) -> None:
        """Keeps an envelope, once for each message."""
        with sql_span("documents.keep"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await db.execute(
                    "insert into vault.document (message, envelope) values ($1, $2) on conflict do nothing",
                    message,
                    envelope,
                )
                await db.execute(
                    "insert into document_received (message, sender, digest) values ($1, $2, $3)"
                    " on conflict do nothing",
                    message,
                    sender,
                    digest,
                )

    async def refuse_unread(self, message: Code, sender: str, digest: Hash, code: CodedSentence) -> None:
        """Lists an envelope that is not even fetched, as refused. Its sender is told by the axis."""
        with sql_span("documents.refuse_unread"), unavailable_as_answer():
            await self._pool.execute(
                "insert into document_received (message, sender, digest, state, code, due)"
                " values ($1, $2, $3, 'refused', $4, $5) on conflict do nothing",
                message,
                sender,
                digest,
                code.value,
                DocumentStage.REFUSED,
            )

    async def known(self, messages: Collection[Code]) -> dict[str, str]:
        """Those of these messages that are kept here, with the digest of their envelopes."""
        with sql_span("documents.known"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select message, digest from document_received where message = any ($1)", list(messages)
            )
        return {row["message"]: row["digest"] for row in rows}

    async def envelope(self, message: str) -> bytes | None:
        """The bytes of an envelope; None when they were erased."""
        with sql_span("documents.envelope"), unavailable_as_answer():
            kept: bytes | None = await self._pool.fetchval(
                "select envelope from vault.document where message = $1", message
            )
        return kept

    async def to_judge(self, limit: int) -> list[ReceivedDocument]:
        """What is kept and not judged, the oldest first."""
        return await self._rows("state = 'kept' order by at, message limit $1", limit)

    async def to_tell(self, limit: int) -> list[ReceivedDocument]:
        """What the sender must still be told of, the oldest first."""
        return await self._rows("due is distinct from told order by at, message limit $1", limit)

    async def for_people(
        self, limit: int = 200, *, unmatched: bool = False, place: Place | None = None
    ) -> list[ReceivedDocument]:
        """What is refused or needs a person, and is not settled, the oldest first.

        `unmatched`: only what belongs to no dossier. `place`: what stands after it, or before it, the nearest first.
        """
        at, message, back = place or (None, None, False)
        step, order = ("<", "desc") if back else (">", "asc")
        return await self._rows(
            "state in ('refused', 'person') and (not $2 or dossier is null)"
            f" and ($3::timestamptz is null or (at, message) {step} ($3, $4::text))"
            f" order by at {order}, message {order} limit $1",
            limit,
            unmatched,
            at,
            message,
        )

    async def counts(self) -> ReceivedCounts:
        """What waits for a person or to be judged, and since when."""
        with sql_span("documents.counts"), unavailable_as_answer():
            row = await self._pool.fetchrow(COUNTS)
        return ReceivedCounts.model_validate(dict(row))

    async def newest(self, limit: int = 200) -> list[ReceivedDocument]:
        """What came last."""
        return await self._rows("true order by at desc, message limit $1", limit)

    async def of(self, dossier: Code) -> list[ReceivedDocument]:
        """What came for a dossier, the oldest first."""
        return await self._rows("dossier = $1 order by at, message", dossier)

    async def same(self, document: str, but: str) -> list[ReceivedDocument]:
        """The other messages with the same document that were not refused."""
        return await self._rows("document = $1 and message <> $2 and state <> 'refused' order by at", document, but)

    async def recalled(self, document: str, sender: str) -> bool:
        """Whether the sender has asked for this document back. The recall may come before the document."""
        found = await self._rows("kind = 'recall' and answers = $1 and sender = $2 limit 1", document, sender)
        return bool(found)

    async def give_up(self, document: str, sender: str) -> None:
        """A document that was not used yet is recalled: nobody need deal with it any more, and its incident closes."""
        with sql_span("documents.give_up"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                rows = await db.fetch(
                    "update document_received set state = 'done' where document = $1 and sender = $2"  # noqa: S608
                    f" and state = 'person' returning {RECEIVED}",
                    document,
                    sender,
                )
                for row in rows:
                    await _close_incident(db, ReceivedDocument.model_validate(dict(row)))

    async def one(self, message: str) -> ReceivedDocument:
        """The envelope with this message id. Raises NotFound unknown_axis_document."""
        found = await self._rows("message = $1", message)
        if not found:
            raise NotFound(DocumentRefusal.UNKNOWN_AXIS_DOCUMENT, document=message[:100])
        return found[0]

    async def judged(self, changed: ReceivedDocument) -> None:
        """Writes what became of an envelope, if it was not judged meanwhile."""
        with sql_span("documents.judged"), unavailable_as_answer():
            await self._pool.execute(
                "update document_received set state = $2, kind = $3, document = $4, answers = $5, dossier = $6,"
                " version = $7, code = $8, due = $9 where message = $1 and state = 'kept'",
                changed.message,
                changed.state,
                changed.kind,
                changed.document,
                changed.answers,
                changed.dossier,
                changed.version,
                changed.code,
                changed.due,
            )

    async def told(self, message: str, stage: DocumentStage) -> None:
        """The sender knows this stage."""
        with sql_span("documents.told"), unavailable_as_answer():
            await self._pool.execute("update document_received set told = $2 where message = $1", message, stage)

    async def judge_again(self, dossier: Code, version: int) -> int:
        """Has what waits for a person, of one document of ours, judged again. How many."""
        with sql_span("documents.judge_again", dossier=dossier), unavailable_as_answer():
            rows = await self._pool.fetch(
                "update document_received set state = 'kept', attempt = attempt + 1, code = null"
                " where dossier = $1 and version = $2 and state = 'person' returning message",
                dossier,
                version,
            )
        return len(rows)

    async def settle(self, message: str, who: str, why: str) -> ReceivedDocument:
        """A person has dealt with it.

        Raises the InvalidInput errors of `operator_orders`; NotFound unknown_axis_document; RuleViolation
        document_not_open.
        """
        require_operator(who)
        require_reason(why)
        await self.one(message)
        with sql_span("documents.settle"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                row = await db.fetchrow(
                    "update document_received set state = 'settled', settled_by = $2, settled_why = $3,"  # noqa: S608
                    " settled_at = clock_timestamp() where message = $1 and state in ('refused', 'person')"
                    f" returning {RECEIVED}",
                    message,
                    who,
                    why,
                )
                if row is None:
                    raise RuleViolation(DocumentRefusal.NOT_OPEN, document=message)
                settled = ReceivedDocument.model_validate(dict(row))
                await _close_incident(db, settled)
        return settled

    async def settle_resolved(self) -> None:
        """Settles what people noted as dealt with in the list of incidents."""
        with sql_span("documents.settle_resolved"), unavailable_as_answer():
            await self._pool.execute(
                "update document_received as one set state = 'settled', settled_by = mended_by,"
                " settled_why = mended_why, settled_at = mended_at from relay_problem as problem"
                " where one.state in ('refused', 'person') and problem.reader = 'documents'"
                " and (problem.dossier, problem.version) = (one.dossier, one.version)"
                " and mended_by is not null and mended_at > one.at"
            )

    async def _rows(self, where: str, *values: object) -> list[ReceivedDocument]:
        with sql_span("documents.received"), unavailable_as_answer():
            rows = await self._pool.fetch(f"select {RECEIVED} from document_received where {where}", *values)  # noqa: S608
        return [ReceivedDocument.model_validate(dict(row)) for row in rows]


async def _close_incident(db: Connection, settled: ReceivedDocument) -> None:
    """Closes the incident of its document, unless another of the same still waits."""
    await db.execute(
        "update relay_problem set mended_at = clock_timestamp(), mended_by = $3, mended_why = $4"
        " where reader = 'documents' and dossier = $1 and version = $2 and mended_at is null and not exists ("
        " select from document_received as other where (other.dossier, other.version) = ($1, $2)"
        " and other.state = 'person')",
        settled.dossier,
        settled.version,
        settled.settled_by,
        settled.settled_why,
    )
