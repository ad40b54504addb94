"""Sends notices to the applicant about what happened, and writes down what a digest will tell members of staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from activities.adapters.errors import KEY_REUSED, OutsideError
from activities.adapters.notices import Notice, NoticeChannel, Notices
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.staff_notices import StaffNotices
from domain.dossier.events import (
    AnyEvent,
    CalendarChanged,
    DeadlineExtended,
    DossierAccepted,
    DossierRefused,
    DossierResolved,
    DossierSubmitted,
    PaymentConfirmed,
    PaymentExpired,
    PaymentOrderCreated,
    SupplementRequested,
)
from domain.notices.lines import staff_notices
from domain.record.restores import marked, span_of
from domain.record.sealing import RecordedEvent
from domain.rules.rulebook import Rulebook
from domain.text.printable import printable
from domain.text.sentences import dong

LONGEST_SMS = 201
"""Three parts of a text message with Vietnamese letters, 67 characters each."""


class NoticesRelay:
    """Sends the events of the relay `notices` on."""

    def __init__(
        self, notices: Notices, staff: StaffNotices, reader: LedgerReader, rules: Callable[[], Rulebook]
    ) -> None:
        self._notices = notices
        self._staff = staff
        self._reader = reader
        self._rules = rules

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Sends the applicant one notice for each event. A repetition has the same key, so it is sent once.

        What members of staff are told is only written down, once too: `DigestSender` collects it.
        """
        parts = await self._of_a_child(events)
        for one in events:
            if lines := staff_notices(one.event):
                await self._staff.add(one.dossier, one.version, lines)
            papers = await self._papers(one.dossier, one.event)
            for place, (recipient, text) in enumerate(notices_of(one.dossier, one.event, papers)):
                if parts and recipient == _applicant(one.dossier):
                    continue  # the applicant is told of the dossier that was filed, once
                notice = Notice(
                    key=f"{one.dossier}.v{one.version}.{place}",
                    channel=NoticeChannel.SMS,
                    template=one.kind,
                    recipient=recipient,
                    text=printable(text),
                )
                await self._send(notice, one.xid)

    async def _send(self, notice: Notice, xid: int) -> None:
        """Sends a notice. After a restore the gateway may know its key from an event that was lost.

        If that notice was the same, the gateway takes this one for a repetition, and the applicant is told once. If it
        was another one, it refuses (`key_reused`), and this one is sent under a key of its own.
        """
        try:
            await self._notices.send(notice)
        except OutsideError as refused:
            if refused.reason != KEY_REUSED or not span_of(xid):
                raise
            await self._notices.send(notice.model_copy(update={"key": marked(notice.key, xid, ".")}))

    async def _of_a_child(self, events: list[RecordedEvent]) -> bool:
        """True for the dossier of a child. The register is read only where an applicant would be told."""
        dossier = events[-1].dossier
        told = (recipient for one in events for recipient, _ in notices_of(dossier, one.event))
        if _applicant(dossier) not in told:
            return False
        row = await self._reader.dossier(dossier)
        return row is not None and dossier_in(row).intake.parent is not None

    async def _papers(self, dossier: str, event: AnyEvent) -> tuple[str, ...]:
        """The names of the documents that are asked for. A code without a name is left out: no applicant knows it."""
        if not isinstance(event, SupplementRequested):
            return ()
        row = await self._reader.dossier(dossier)
        pins = dossier_in(row).pins if row is not None else None
        if pins is None:
            return ()
        names = {one.code: one.name for one in self._rules().procedure(pins.procedure).documents}
        return tuple(names[code] for code in event.documents if code in names)


def _applicant(dossier: str) -> str:
    """The reference by which the notice gateway finds the applicant."""
    return f"applicant.{dossier}"


def notices_of(dossier: str, event: AnyEvent, papers: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The recipients of notices about an event, each with the text.

    A recipient is a reference to the dossier's applicant; the notice gateway resolves it. `papers` are the names of the
    documents that a supplement request asks for.
    """
    applicant = _applicant(dossier)
    match event:
        case DossierSubmitted():
            return [(applicant, f"Hồ sơ {dossier} đã được gửi.")]
        case DossierAccepted():
            due = event.due.promised or event.due.statutory
            until = f", hẹn trả {due:%H:%M %d/%m/%Y}" if due else ""
            return [(applicant, f"Hồ sơ {dossier} đã được tiếp nhận{until}.")]
        case DossierRefused():
            return [(applicant, f"Hồ sơ {dossier} không được tiếp nhận. Căn cứ: {event.legal_basis}.")]
        case SupplementRequested():
            return [(applicant, _asked_for(dossier, len(event.documents), papers))]
        case PaymentOrderCreated():
            return [(applicant, f"Hồ sơ {dossier} cần nộp phí, lệ phí tại {event.pay_url}.")]
        case PaymentConfirmed():
            return [(applicant, f"Hồ sơ {dossier} đã nhận {dong(event.amount).vi}.")]
        case PaymentExpired():
            return [(applicant, f"Hồ sơ {dossier} đã quá hạn nộp phí, lệ phí.")]
        case DeadlineExtended():
            return [(applicant, f"Xin lỗi: hồ sơ {dossier} được hẹn lại {event.until:%H:%M %d/%m/%Y}.")]
        case DossierResolved():
            return [(applicant, f"Hồ sơ {dossier} đã có kết quả.")]
        case CalendarChanged():
            return [(applicant, text) for text in _new_date(dossier, event)]
        case _:
            return []


def _asked_for(dossier: str, how_many: int, papers: Sequence[str]) -> str:
    """Names as many documents as a text message has room for. The supplement request itself lists them all."""
    first = f"Hồ sơ {dossier} cần bổ sung"
    for named in range(min(len(papers), how_many), 0, -1):
        left = f"; và {how_many - named} giấy tờ khác, xem phiếu yêu cầu bổ sung" if named < how_many else ""
        text = f"{first}: {'; '.join(papers[:named])}{left}."
        if len(text) <= LONGEST_SMS:
            return text
    return f"{first} {how_many} giấy tờ, xem phiếu yêu cầu bổ sung."


def _new_date(dossier: str, event: CalendarChanged) -> list[str]:
    """The notice about a new date: the letter, the new date, and whether the old date still binds."""
    due = event.due.promised or event.due.statutory
    if due is None or event.before == event.due:
        return []
    promised = event.before.promised or event.before.statutory
    kept = " Ngày hẹn trên phiếu vẫn được giữ." if event.keeps_promise and promised else ""
    return [f"Hồ sơ {dossier}: theo {event.letter}, ngày hẹn trả là {due:%H:%M %d/%m/%Y}.{kept}"]
