"""Sentences for warnings, escalations, extensions, corrections, and outside systems that failed."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain.dossier import events as happened
from domain.dossier.commands import CorrectApplicant, CorrectDocuments, Correction, CorrectMatter, CorrectReceivedAt
from domain.dossier.events import DeadlineEvent
from domain.rules.escalation import Whom
from domain.values import Bilingual
from gateway.i18n.wording import CLOCKS, PARTICULARS, WHOM, at, failure_name, rung_name, say, system_name
from gateway.views.names import Names


def deadline_sentence(event: DeadlineEvent, names: Names) -> Bilingual:
    """The sentence for a warning, an escalation, an extension or a correction."""
    match event:
        case happened.DeadlineWarned(rung=rung, due=due, notify=notify):
            why = _reached(event, names)
            return say(
                f"Cảnh báo: {why.vi} (hạn {at(due)}), báo {_vi(notify)} [{rung}].",
                f"Warning: {why.en} (due {at(due)}); told: {_en(notify)} [{rung}].",
            )
        case happened.DossierEscalated():
            return _escalated(event, names)
        case happened.DeadlineExtended(until=until, legal_basis=basis):
            letter = say(", có phiếu xin lỗi", ", with an apology") if event.note else say("", "")
            return say(
                f"Gia hạn đến {at(until)}{letter.vi}. Căn cứ: {basis}.",
                f"Extended until {at(until)}{letter.en}. Legal basis: {basis}.",
            )
        case happened.EntryCorrected(correction=correction, legal_basis=basis):
            what = _corrected(correction, event.received_before, names)
            return say(f"Đính chính {what.vi}. Căn cứ: {basis}.", f"Corrected {what.en}. Legal basis: {basis}.")
        case _:
            assert_never(event)


def _escalated(event: happened.DossierEscalated, names: Names) -> Bilingual:
    why = _reached(event, names)
    vi = f"Leo thang: {why.vi} (hạn {at(event.due)}), báo {_vi(event.notify)} [{event.rung}]."
    en = f"Escalated: {why.en} (due {at(event.due)}); told: {_en(event.notify)} [{event.rung}]."
    if event.number:
        vi, en = f"{vi} Lần leo thang số {event.number}.", f"{en} Escalation {event.number}."
    if event.responsible is None:
        return say(vi, en)
    unit = names.unit(event.responsible)
    return say(f"{vi} {unit} chịu trách nhiệm hoàn thành.", f"{en} {unit} answers for finishing it.")


def _reached(event: happened.DeadlineWarned | happened.DossierEscalated, names: Names) -> Bilingual:
    """The meaning of the rung. For a rung that is not in the ladder in force, only its clock is known."""
    rung = names.rungs.get(event.rung)
    if rung is not None:
        return rung_name(rung)
    if event.clock is None:
        return say("chờ quá lâu", "it has waited too long")
    clock = CLOCKS[event.clock]
    if isinstance(event, happened.DeadlineWarned):
        return say(f"sắp đến {clock.vi}", f"{clock.en} is near")
    return say(f"đã đến {clock.vi}", f"{clock.en} reached")


def _vi(notify: tuple[Whom, ...]) -> str:
    return ", ".join(WHOM[whom].vi for whom in notify) or "–"


def _en(notify: tuple[Whom, ...]) -> str:
    return ", ".join(WHOM[whom].en for whom in notify) or "–"


def _corrected(correction: Correction, before: datetime | None, names: Names) -> Bilingual:
    """The corrected entry with its new value, if that is not personal data."""
    match correction:
        case CorrectReceivedAt(value=value) if before is not None:
            return say(
                f"thời điểm tiếp nhận từ {at(before)} thành {at(value)}, mốc sớm hơn vẫn ràng buộc",
                f"the time of receipt from {at(before)} to {at(value)}, of which the earlier binds",
            )
        case CorrectReceivedAt(value=value):
            return say(f"thời điểm tiếp nhận thành {at(value)}", f"the time of receipt to {at(value)}")
        case CorrectMatter(value=matter):
            if matter.territory is None:  # an address is left out: it may name a person
                return say("địa bàn của việc", "where the matter lies")
            place = names.unit(matter.territory)
            return say(f"địa bàn của việc thành {place}", f"where the matter lies, to {place}")
        case CorrectApplicant(changed=changed):
            which = say(
                ", ".join(PARTICULARS[one].vi for one in changed), ", ".join(PARTICULARS[one].en for one in changed)
            )
            fields = say(f" ({which.vi})", f" ({which.en})") if changed else say("", "")
            return say(f"thông tin chủ hồ sơ{fields.vi}", f"the applicant's particulars{fields.en}")
        case CorrectDocuments(value=documents):
            papers = names.papers(tuple(one.code for one in documents))
            return say(f"thành phần hồ sơ thành: {papers}", f"the list of documents, to {papers}")
        case _:
            assert_never(correction)


def outside_sentence(event: happened.OutsideEvent, names: Names) -> Bilingual:
    """The sentence for a failed call to an outside system, and for what operators did about it."""
    match event:
        case happened.RefusedCallRetried():
            return _retried(event, names)
        case happened.NothingDoneStated():
            return _stated(event)
        case happened.StatementDisproved():
            return _disproved(event)
        case happened.OutsideCallFailed():
            return _failed(event)
        case _:
            assert_never(event)


def _stated(event: happened.NothingDoneStated) -> Bilingual:
    system = system_name(event.system)
    return say(
        f"Người vận hành xác nhận {system.vi} chưa làm gì cho lần gọi này; chờ người thứ hai xác nhận. Bằng chứng: "
        f"{event.nothing_done}. Lý do: {event.reason}.",
        f"An operator states that the {system.en} did nothing for this call; a second one has to state it too. "
        f"Evidence: {event.nothing_done}. Reason: {event.reason}.",
    )


def _disproved(event: happened.StatementDisproved) -> Bilingual:
    if event.counted:
        return say(
            "Hệ thống ngoài đã làm việc mà hai người vận hành xác nhận là chưa làm. Trả lời đó được dùng, không gọi "
            "lại nữa.",
            "The outside system had done what two operators stated was not done. Its answer counts, and it is not "
            "asked again.",
        )
    return say(
        "Hệ thống ngoài đã làm việc mà hai người vận hành xác nhận là chưa làm, và việc đã được gọi lại với mã mới: có "
        "thể đã làm hai lần. Cần người xem.",
        "The outside system had done what two operators stated was not done, and it was asked under a new id: it may "
        "have been done twice. A person must look.",
    )


def _failed(event: happened.OutsideCallFailed) -> Bilingual:
    system, why = system_name(event.system), failure_name(event.code, event.system)
    if event.final:
        return say(
            f"Sự cố: {system.vi} từ chối ({why.vi}). Cần người vận hành xử lý.",
            f"Incident: the {system.en} refused ({why.en}). An operator must look.",
        )
    return say(
        f"Sự cố: {system.vi} không trả lời ({why.vi}). Hệ thống tự gọi lại; hồ sơ vẫn tiếp tục.",
        f"Incident: the {system.en} does not answer ({why.en}). It is retried by itself; the dossier goes on.",
    )


def _retried(event: happened.RefusedCallRetried, names: Names) -> Bilingual:
    """What was corrected is named without its value. The signer is an internal code, so only the unit is named."""
    system, with_what = system_name(event.system), say("", "")
    if event.applicant is not None:
        which = say(
            ", ".join(PARTICULARS[one].vi for one in event.changed),
            ", ".join(PARTICULARS[one].en for one in event.changed),
        )
        with_what = say(
            f", với thông tin chủ hồ sơ đã sửa ({which.vi or '–'})", f", with corrected particulars ({which.en or '–'})"
        )
    if event.unit is not None:
        unit = names.unit(event.unit)
        with_what = say(f", người ký của {unit}", f", with a signer of {unit}")
    if event.nothing_done is not None:
        return say(
            f"Gọi lại {system.vi} với mã mới{with_what.vi}: hai người vận hành xác nhận hệ thống đó chưa làm gì. Bằng "
            f"chứng: {event.nothing_done}. Lý do: {event.reason}.",
            f"The {system.en} is asked under a new id{with_what.en}: two operators state that it did nothing. "
            f"Evidence: {event.nothing_done}. Reason: {event.reason}.",
        )
    return say(
        f"Gọi lại {system.vi} sau khi bị từ chối{with_what.vi}. Lý do: {event.reason}.",
        f"The {system.en} is asked again after its refusal{with_what.en}. Reason: {event.reason}.",
    )
