"""The orders on a document that came by the axis: record the opinion that it states, or note it as dealt with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from activities.adapters.edxml import Document, StatusMessage
from activities.ledger.documents import ReceivedDocuments, ReceivedState
from domain.text.printable import printable
from domain.values import Bilingual
from gateway.client.admitting.operators import operator_of
from gateway.client.documents.acts import decide
from gateway.client.documents.reading import kept_document
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.wording import at, cause_name, say

log = structlog.get_logger(__name__)
BACK = "/console/operations/letters"
MOST = 2_000
"""Characters of a letter that the page of an order shows. The whole of it is read at the command line."""


async def _look(decides: bool | None, visit: Visit, target: str) -> DryRun:
    """What the document says, so that it is read before it is decided. Raises NotFound `unknown_axis_document`."""
    row, read = await kept_document(visit.api.pool, target)
    log.info("letter_read", message=row.message, operation="give_province_orders", caller=visit.caller.name)
    why = cause_name(row.code) if row.code else row.state.words
    lines = [
        say(f"{row.sender}, {at(row.at)}: {why.vi}", f"{row.sender}, {at(row.at)}: {why.en}"),
        *_said(read),
    ]
    if decides is not None:
        lines.append(
            say(
                f"Ghi ý kiến {'đồng ý' if decides else 'không đồng ý'} vào hồ sơ {row.dossier or '–'}.",
                f"The opinion recorded in dossier {row.dossier or '–'}: {'agrees' if decides else 'disagrees'}.",
            )
        )
    possible = row.state is ReceivedState.PERSON or (decides is None and row.state is ReceivedState.REFUSED)
    return DryRun(lines=tuple(lines), possible=possible and (decides is None or row.dossier is not None))


def _said(read: Document | StatusMessage | None) -> list[Bilingual]:
    """The words of the letter. They are the sender's: both languages show the same, and a mark that turns the text
    around is shown as such."""
    if read is None:
        return [say("Nội dung không mở được hoặc đã xóa.", "Its content cannot be opened, or was erased.")]
    if isinstance(read, StatusMessage):
        told = printable(read.description)
        return [say(f"{read.stage.words.vi}: {told}", f"{read.stage.words.en}: {told}")]
    head = printable(f"{read.sender.name}, {read.code}, {read.promulgated_on:%d/%m/%Y}: {read.subject}")
    content = printable(read.content if len(read.content) <= MOST else f"{read.content[:MOST]} …")
    names = printable(", ".join(one.name for one in read.attachments))
    files = [say(f"Tệp đính kèm: {names}", f"Files: {names}")] if names else []
    return [say(head, head), say(content, content), *files]


async def _decide(agrees: bool, given: Given) -> Bilingual:
    engine = given.visit.api.engine
    who = operator_of(given.visit.caller.principal, None, engine.staff)
    receipt = await decide(engine, given.target, agrees, who, given.why)
    return say(f"Đã ghi ý kiến vào hồ sơ {receipt.dossier}.", f"The opinion is recorded in {receipt.dossier}.")


async def _settle(given: Given) -> Bilingual:
    who = operator_of(given.visit.caller.principal, None, given.visit.api.engine.staff)
    done = await ReceivedDocuments(given.visit.api.pool).settle(given.target, who, given.why)
    return say(f"Đã ghi nhận đã xử lý: {done.message}", f"Noted as dealt with: {done.message}")


def _order(title: Bilingual, decides: bool | None, give: Callable[[Given], Awaitable[Bilingual]]) -> Order:
    undo = say("Không hoàn tác được.", "It cannot be taken back.")
    return Order(title, title, BACK, partial(_look, decides), give, undo, needs="give_province_orders")


LETTER_ORDERS: Orders = {
    "letter-agrees": _order(
        say("Ghi nhận văn bản đồng ý", "Record that the letter agrees"), True, partial(_decide, True)
    ),
    "letter-disagrees": _order(
        say("Ghi nhận văn bản không đồng ý", "Record that the letter disagrees"), False, partial(_decide, False)
    ),
    "settle-letter": _order(say("Ghi nhận đã xử lý văn bản", "Note the letter as dealt with"), None, _settle),
}
