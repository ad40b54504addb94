"""Sentences for what follows from an escalation: an answer, an explanation, the next level, its end."""

from __future__ import annotations

from typing import assert_never

from domain.dossier import events as happened
from domain.dossier.events import EscalationEvent
from domain.values import Bilingual
from gateway.i18n.wording import at, say
from gateway.views.names import Names


def escalation_sentence(event: EscalationEvent, names: Names) -> Bilingual:
    """The sentence for an answer to an escalation, its climb or its end, or for a dossier that is handed back."""
    match event:
        case happened.EscalationAcknowledged(escalation=number, unit=unit):
            return say(
                f"{names.unit(unit)} xác nhận đã biết lần leo thang số {number}.",
                f"{names.unit(unit)} has acknowledged escalation {number}.",
            )
        case happened.EscalationExplained(escalation=number, unit=unit, cause=cause, late=late):
            late_vi, late_en = (" (quá hạn giải trình)", " (after the time for it)") if late else ("", "")
            return say(
                f"{names.unit(unit)} giải trình lần leo thang số {number}: {cause.words.vi}{late_vi}.",
                f"{names.unit(unit)} has explained escalation {number}: {cause.words.en}{late_en}.",
            )
        case happened.EscalationClimbed():
            return _climbed(event, names)
        case happened.EscalationEnded(escalation=number, because=because):
            return say(
                f"Lần leo thang số {number} kết thúc: {because.words.vi}.",
                f"Escalation {number} has ended: {because.words.en}.",
            )
        case happened.ResponsibilityHandedBack(from_unit=left, to_unit=to, legal_basis=basis, finish_by=until):
            by_vi, by_en = (f", hoàn thành trước {at(until)}", f", to finish by {at(until)}") if until else ("", "")
            return say(
                f"{names.unit(left)} giao trả hồ sơ cho {names.unit(to)}{by_vi}. Căn cứ: {basis}.",
                f"{names.unit(left)} handed the dossier back to {names.unit(to)}{by_en}. Legal basis: {basis}.",
            )
        case _:
            assert_never(event)


def _climbed(event: happened.EscalationClimbed, names: Names) -> Bilingual:
    why, told = event.because.words, names.units(event.notified_units)
    top_vi, top_en = (" Không còn cấp trên nữa.", " There is no level above.") if event.at_top else ("", "")
    return say(
        f"Lần leo thang số {event.escalation} lên cấp nữa ({why.vi}): báo {told}.{top_vi}",
        f"Escalation {event.escalation} went up ({why.en}); told: {told}.{top_en}",
    )
