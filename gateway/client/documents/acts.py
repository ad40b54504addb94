"""What people do with documents of the axis: record the opinion that a letter or a paper states, or note it as dealt
with. Each act is recorded with who and why."""

from __future__ import annotations

from uuid import uuid5

from activities.ledger.documents import Purpose, ReceivedDocument, ReceivedDocuments, ReceivedState, SentDocuments
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

    Raises NotFound unknown_axis_document; RuleViolation document_not_open, document_answers_nothing,
    document_not_awaited; the errors of `act_as_machine` and of an order.
    """
    require_operator(who)
    require_reason(why)
    received = ReceivedDocuments(engine.pool)
    one = await received.one(message)
    command_id = uuid5(DOCUMENTS, f"{one.message}/person")
    receipt = await engine.receipt(command_id)
    if one.state is not ReceivedState.PERSON and receipt is None:
        raise RuleViolation(DocumentRefusal.NOT_OPEN, document=message)
    if receipt is None:
        note = f"{why} (văn bản {one.document}, SHA-256 {one.digest})"
        opinion, dossier = await _asked(engine, one)
        receipt = await engine.act_as_machine(dossier, opinion_of(opinion, agrees, command_id, note, who))
    if one.state is ReceivedState.PERSON:
        await received.settle(message, who, why)
    return receipt


async def _asked(engine: Engine, one: ReceivedDocument) -> tuple[Opinion, str]:
    """The open opinion that a letter answers, and its dossier."""
    question = await SentDocuments(engine.pool).one(one.answers or "")
    from_another = one.code in (DocumentMatter.ANOTHER_SENDER, DocumentMatter.ANOTHER_RECEIVER)
    if question is None or question.purpose is not Purpose.OPINION or one.kind != "document" or from_another:
        raise RuleViolation(DocumentRefusal.ANSWERS_NOTHING, document=one.message)
    opinion = await open_opinion(engine, question)
    if opinion is None:
        raise Conflict(DocumentMatter.NOT_AWAITED)
    return opinion, question.dossier


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
    return await engine.act_as_machine(dossier, opinion_of(asked, agrees, command_id, why, who))
