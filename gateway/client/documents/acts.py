"""What people do with documents of the axis: record the opinion that a letter or a paper states, or note it as dealt
with. Each act is recorded with who and why."""

from __future__ import annotations

from uuid import UUID, uuid5

from activities.ledger.documents import Purpose, ReceivedDocument, ReceivedDocuments, SentDocuments
from activities.ledger.reading import dossier_in
from domain.dossier.state import Opinion
from domain.errors import Conflict, NotFound, RuleViolation
from domain.messages.documents import DocumentMatter, DocumentRefusal
from domain.messages.dossier import DossierRefusal
from domain.operator_orders import require_operator, require_reason
from gateway.client.documents.judging import DOCUMENTS, open_opinion, opinion_of
from gateway.client.engine import Engine
from workflows.messages import Receipt


async def decide(engine: Engine, message: str, agrees: bool, who: str, why: str) -> Receipt:
    """A person has read a letter and says whether its authority agrees. Its opinion is recorded, and it is settled.

    Raises NotFound unknown_document; RuleViolation document_not_open, document_answers_nothing, document_not_awaited;
    the errors of `act_as_machine` and of an order.
    """
    require_operator(who)
    require_reason(why)
    received, sent = ReceivedDocuments(engine.pool), SentDocuments(engine.pool)
    one = await received.one(message)
    command_id = uuid5(DOCUMENTS, f"{one.message}/person")
    earlier = await engine.reader.command(command_id)
    if one.state not in ("person", "settled") or (one.state == "settled" and earlier is None):
        raise RuleViolation(DocumentRefusal.NOT_OPEN, document=message)
    question = await sent.one(one.answers or "")
    if question is None or question.purpose is not Purpose.OPINION:
        raise RuleViolation(DocumentRefusal.ANSWERS_NOTHING, document=message)
    if earlier is None and one.code == DocumentMatter.ANOTHER_SENDER:
        raise RuleViolation(DocumentRefusal.ANSWERS_NOTHING, document=message)
    opinion = await open_opinion(engine, question)
    if opinion is None and earlier is None:
        raise Conflict(DocumentMatter.NOT_AWAITED)
    receipt = await _recorded(engine, question.dossier, opinion, agrees, command_id, _read(one, why), who)
    if one.state == "person":
        await received.settle(message, who, why)
    return receipt


async def on_paper(engine: Engine, dossier: str, unit: str, agrees: bool, who: str, why: str) -> Receipt:
    """Records the opinion of an authority of the axis that came another way, for example while the axis is down.

    Raises NotFound unit_not_on_the_axis; RuleViolation opinion_not_asked; the errors of `act_as_machine` and of an
    order.
    """
    require_operator(who)
    require_reason(why)
    if engine.province.documents.of_unit(unit) is None:
        raise NotFound(DocumentRefusal.NOT_ON_THE_AXIS, unit=unit)
    known = dossier_in(await engine.dossier(dossier))
    asked = next((one for one in known.processing.opinions if one.unit == unit and one.agrees is None), None)
    if asked is None:
        raise RuleViolation(DossierRefusal.OPINION_NOT_ASKED, dossier=dossier, unit=unit)
    command_id = uuid5(DOCUMENTS, f"{dossier}/{unit}/{asked.asked_at.isoformat()}/paper")
    return await _recorded(engine, dossier, asked, agrees, command_id, why, who)


async def _recorded(
    engine: Engine, dossier: str, opinion: Opinion | None, agrees: bool, command_id: UUID, note: str, who: str
) -> Receipt:
    if opinion is None:
        earlier = await engine.reader.command(command_id)
        assert earlier is not None, "the caller looked"
        return await engine.receipt_of(earlier)
    return await engine.act_as_machine(dossier, opinion_of(opinion, agrees, command_id, note, who))


def _read(one: ReceivedDocument, why: str) -> str:
    return f"{why} (văn bản {one.document}, SHA-256 {one.digest})"
