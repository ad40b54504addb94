"""What an applicant is told of an event of the dossier, as facts. The province's templates put them into words.

No fact is personal: the dossier's code, dates, documents, an amount, a legal basis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from domain.channels.kinds import NoticeKind
from domain.channels.text_messages import LONGEST_SMS
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
from domain.dossier.state import State
from domain.text.printable import printable
from domain.text.sentences import dong
from domain.values import Value

_HOLDS_IN: Mapping[NoticeKind, frozenset[State]] = MappingProxyType(
    {
        NoticeKind.SUBMITTED: frozenset({State.SUBMITTED}),
        NoticeKind.SUPPLEMENT_REQUESTED: frozenset({State.SUPPLEMENT_REQUESTED}),
        NoticeKind.PAYMENT_REQUESTED: frozenset({State.PAYMENT_REQUESTED}),
        NoticeKind.PAYMENT_EXPIRED: frozenset({State.PAYMENT_REQUESTED}),
        NoticeKind.RESOLVED: frozenset({State.RESOLVED}),
    }
)
"""The states in which what a notice says still has to be done or known. Other kinds say what stays so."""


class NoticeFacts(Value):
    """One notice to an applicant: its kind and the facts of its text."""

    kind: NoticeKind
    facts: dict[str, str]


def is_out_of_date(kind: NoticeKind, state: State) -> bool:
    """True if the dossier has gone on, so that the notice asks for what is done, or tells what has been replaced."""
    return kind in _HOLDS_IN and state not in _HOLDS_IN[kind]


def notice_of(dossier: str, event: AnyEvent, papers: Sequence[str] = ()) -> NoticeFacts | None:
    """What the applicant is told of an event; None for most events.

    `papers` are the names of the documents that a supplement request asks for. A fact is one line without control
    characters, whatever was entered.
    """
    match event:
        case DossierSubmitted():
            return _notice(NoticeKind.SUBMITTED, dossier)
        case DossierAccepted():
            due = event.due.promised or event.due.statutory
            until = f", hẹn trả {_moment(due)}" if due else ""
            return _notice(NoticeKind.ACCEPTED, dossier, due=_moment(due) if due else "", until=until)
        case DossierRefused():
            return _notice(NoticeKind.REFUSED, dossier, legal_basis=event.legal_basis)
        case SupplementRequested():
            return _asked_for(dossier, event, papers)
        case PaymentOrderCreated():
            return _notice(NoticeKind.PAYMENT_REQUESTED, dossier, pay_url=event.pay_url)
        case PaymentConfirmed():
            return _notice(NoticeKind.PAYMENT_CONFIRMED, dossier, amount=dong(event.amount).vi)
        case PaymentExpired():
            return _notice(NoticeKind.PAYMENT_EXPIRED, dossier)
        case DeadlineExtended():
            return _notice(NoticeKind.DEADLINE_EXTENDED, dossier, due=_moment(event.until))
        case DossierResolved():
            return _notice(NoticeKind.RESOLVED, dossier)
        case CalendarChanged():
            return _new_date(dossier, event)
        case _:
            return None


def _notice(kind: NoticeKind, dossier: str, **facts: str) -> NoticeFacts:
    return NoticeFacts(kind=kind, facts={name: printable(fact) for name, fact in {"dossier": dossier, **facts}.items()})


def _moment(at: datetime) -> str:
    return f"{at:%H:%M %d/%m/%Y}"


def _asked_for(dossier: str, event: SupplementRequested, papers: Sequence[str]) -> NoticeFacts:
    """`asked` names as many documents as a text message has room for, `papers` all that have a name."""
    how_many = len(event.documents)
    return _notice(
        NoticeKind.SUPPLEMENT_REQUESTED,
        dossier,
        asked=_as_many_as_fit(f"Hồ sơ {dossier} cần bổ sung", how_many, papers),
        papers="; ".join(papers) or f"{how_many} giấy tờ",
        legal_basis=event.legal_basis,
    )


def _as_many_as_fit(first: str, how_many: int, papers: Sequence[str]) -> str:
    for named in range(min(len(papers), how_many), 0, -1):
        left = f"; và {how_many - named} giấy tờ khác, xem phiếu yêu cầu bổ sung" if named < how_many else ""
        asked = f": {'; '.join(papers[:named])}{left}"
        if len(f"{first}{asked}.") <= LONGEST_SMS:
            return asked
    return f" {how_many} giấy tờ, xem phiếu yêu cầu bổ sung"


def _new_date(dossier: str, event: CalendarChanged) -> NoticeFacts | None:
    """The notice about a new date: the letter, the new date, and whether the old date still binds."""
    due = event.due.promised or event.due.statutory
    if due is None or event.before == event.due:
        return None
    promised = event.before.promised or event.before.statutory
    kept = " Ngày hẹn trên phiếu vẫn được giữ." if event.keeps_promise and promised else ""
    return _notice(NoticeKind.DATE_CHANGED, dossier, letter=event.letter, due=_moment(due), kept=kept)
