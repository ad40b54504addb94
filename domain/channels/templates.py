"""The words of each notice to an applicant, and under which approved templates the SMS and Zalo gateways know them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from string import Formatter
from typing import Self

from pydantic import Field, model_validator

from domain.channels.kinds import APPLICANT, FACTS, NoticeKind
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Code, Name, Strict, Text


class WhenOutOfDate(StrEnum):
    """What becomes of a notice that could not be sent until the dossier had gone on."""

    SEND = "send"
    DROP = "drop"


class NoticeTemplate(Strict):
    """The words of one kind of notice. `{dossier}` in a text stands for the fact of that name (`FACTS`)."""

    kind: NoticeKind
    text: Text
    """What a text message and an e-mail say. A text message of more than three parts is cut after a word."""
    subject: Name
    """Of the e-mail."""
    sms_template: Code | None = None
    """How the SMS gateway knows the text; None: by the kind."""
    zalo_template: Code | None = None
    """The template that Zalo has approved; None: this kind does not go by Zalo."""
    zalo_parameters: Mapping[Code, str] = Field(default_factory=dict)
    """The parameters of Zalo's template, each a text with facts. `{applicant}` is the applicant's name."""
    mandatory: Name | None = None
    """The legal ground on which the person must be told. Nobody can opt out of such a notice."""
    urgent: bool = False
    """Sent in quiet hours and on days off too."""
    when_out_of_date: WhenOutOfDate = WhenOutOfDate.SEND

    @model_validator(mode="after")
    def _uses_known_parameters(self) -> Self:
        known = FACTS[self.kind]
        for text in (self.text, self.subject):
            _require_known(self.kind, text, known)
        for text in self.zalo_parameters.values():
            _require_known(self.kind, text, known | {APPLICANT})
        if self.zalo_parameters and self.zalo_template is None:
            raise Inconsistent(ConfigurationFault.NOTICE_WITHOUT_ZALO_TEMPLATE, notice=self.kind.value)
        return self

    def text_of(self, facts: Mapping[str, str]) -> str:
        """The text with its facts."""
        return self.text.format_map(facts)

    def subject_of(self, facts: Mapping[str, str]) -> str:
        """The subject of the e-mail with its facts."""
        return self.subject.format_map(facts)

    def for_zalo(self, facts: Mapping[str, str], applicant: str) -> dict[str, str]:
        """The parameters of Zalo's template."""
        known = {**facts, APPLICANT: applicant}
        return {name: text.format_map(known) for name, text in self.zalo_parameters.items()}


def _require_known(kind: NoticeKind, text: str, known: frozenset[str]) -> None:
    """A parameter is a plain name: `{dossier.code}` or `{due:%d}` would reach into our objects."""
    try:
        for parameter in _parameters(text):
            if parameter not in known:
                facts = {"notice": kind.value, "parameter": parameter, "known": tuple(sorted(known))}
                raise Inconsistent(ConfigurationFault.NOTICE_PARAMETER_UNKNOWN, **facts)
    except Inconsistent:
        raise
    except ValueError:  # a brace that is not closed
        raise Inconsistent(ConfigurationFault.NOTICE_TEXT_UNREADABLE, notice=kind.value) from None


def _parameters(text: str) -> Iterator[str]:
    for _, name, how, conversion in Formatter().parse(text):
        if name is not None:
            yield f"{name}{f'!{conversion}' if conversion else ''}{f':{how}' if how else ''}"


def _usual(kind: NoticeKind, subject: str, text: str, *, drop: bool = False) -> NoticeTemplate:
    when = WhenOutOfDate.DROP if drop else WhenOutOfDate.SEND
    return NoticeTemplate(kind=kind, subject=subject, text=text, when_out_of_date=when)


USUAL_TEMPLATES: Mapping[NoticeKind, NoticeTemplate] = {
    one.kind: one
    for one in (
        _usual(NoticeKind.SUBMITTED, "Hồ sơ {dossier} đã được gửi", "Hồ sơ {dossier} đã được gửi.", drop=True),
        _usual(NoticeKind.ACCEPTED, "Hồ sơ {dossier} đã được tiếp nhận", "Hồ sơ {dossier} đã được tiếp nhận{until}."),
        _usual(
            NoticeKind.REFUSED,
            "Hồ sơ {dossier} không được tiếp nhận",
            "Hồ sơ {dossier} không được tiếp nhận. Căn cứ: {legal_basis}.",
        ),
        _usual(
            NoticeKind.SUPPLEMENT_REQUESTED,
            "Hồ sơ {dossier} cần bổ sung",
            "Hồ sơ {dossier} cần bổ sung{asked}.",
            drop=True,
        ),
        _usual(
            NoticeKind.PAYMENT_REQUESTED,
            "Hồ sơ {dossier} cần nộp phí, lệ phí",
            "Hồ sơ {dossier} cần nộp phí, lệ phí tại {pay_url}.",
            drop=True,
        ),
        _usual(
            NoticeKind.PAYMENT_CONFIRMED, "Hồ sơ {dossier} đã nhận phí, lệ phí", "Hồ sơ {dossier} đã nhận {amount}."
        ),
        _usual(
            NoticeKind.PAYMENT_EXPIRED,
            "Hồ sơ {dossier} đã quá hạn nộp phí, lệ phí",
            "Hồ sơ {dossier} đã quá hạn nộp phí, lệ phí.",
            drop=True,
        ),
        _usual(
            NoticeKind.DEADLINE_EXTENDED,
            "Xin lỗi và hẹn lại ngày trả hồ sơ {dossier}",
            "Xin lỗi: hồ sơ {dossier} được hẹn lại {due}.",
        ),
        _usual(NoticeKind.RESOLVED, "Hồ sơ {dossier} đã có kết quả", "Hồ sơ {dossier} đã có kết quả."),
        _usual(
            NoticeKind.DATE_CHANGED,
            "Ngày hẹn trả hồ sơ {dossier} thay đổi",
            "Hồ sơ {dossier}: theo {letter}, ngày hẹn trả là {due}.{kept}",
        ),
    )
}
"""The words that are used where the province's file has none."""
