"""Sentences for interconnected dossiers: the plan of the whole, and what became of its children."""

from __future__ import annotations

from typing import assert_never

from domain.dossier import events as happened
from domain.dossier.events import GroupEvent
from domain.dossier.group_commands import ChildStatus
from domain.text.sentences import dong
from domain.values import Bilingual
from gateway.i18n.wording import at, say
from gateway.views.timeline.dates import dates

_REPORTED: dict[ChildStatus, Bilingual] = {
    ChildStatus.OPEN: say("đang được giải quyết", "is under way"),
    ChildStatus.SUPPLEMENT: say("cần ông/bà bổ sung giấy tờ", "needs more papers of the applicant"),
    ChildStatus.RESOLVED: say("đã có kết quả", "has its result"),
    ChildStatus.RETURNED: say("đã trả kết quả", "has been handed back"),
    ChildStatus.REFUSED: say("bị cơ quan giải quyết từ chối", "was refused by its authority"),
    ChildStatus.WITHDRAWN: say("đã được rút", "was withdrawn"),
    ChildStatus.STOPPED: say("đã dừng giải quyết", "was stopped"),
}


def group_sentence(event: GroupEvent) -> Bilingual:
    """The sentence for the plan, a report, a delay, a part that is given up, or a request that lapsed."""
    match event:
        case happened.ChildrenPlanned():
            return _planned(event)
        case happened.ChildReported():
            return _reported(event)
        case happened.ChildLate(name=name, due=due):
            return say(
                f"Thủ tục “{name}” đã quá hạn {at(due)} của cơ quan giải quyết; ngày hẹn trả của hồ sơ liên thông giữ "
                "nguyên.",
                f"The procedure “{name}” is past its authority's date, {at(due)}; the promised date of the whole is "
                "unchanged.",
            )
        case happened.ChildGivenUp(name=name, because_of=other, ended=ended):
            how = ended.words
            return say(
                f"Thủ tục “{name}” không giải quyết nữa, vì “{other}” {how.vi}.",
                f"The procedure “{name}” is given up, because “{other}”: {how.en}.",
            )
        case happened.SupplementLapsed(due=due):
            now = dates(due)
            return say(
                f"Không cần bổ sung giấy tờ nữa; thời hạn tiếp tục: {now.vi}.",
                f"The papers are not needed any more; the clocks go on: {now.en}.",
            )
        case _:
            assert_never(event)


def _planned(event: happened.ChildrenPlanned) -> Bilingual:
    """Line by line: each procedure with its time and its part of the fee, then what they come to."""
    lines_vi, lines_en = [], []
    for one in event.children:
        fee = None if one.fee is None else dong(one.fee)
        mark_vi, mark_en = (", quyết định ngày hẹn", ", decides the promised date") if one.critical else ("", "")
        begins, ends = one.begins_after_hours, one.ends_after_hours
        when_vi = f", từ giờ làm việc thứ {begins} đến thứ {ends}"
        when_en = f", from working hour {begins} to {ends}"
        fee_vi, fee_en = (
            ("chưa có phí công bố", "no published fee") if fee is None else (f"phí {fee.vi}", f"fee {fee.en}")
        )
        lines_vi.append(f"“{one.name}”: {one.limit.words.vi}{when_vi}, {fee_vi}{mark_vi}")
        lines_en.append(f"“{one.name}”: {one.limit.words.en}{when_en}, {fee_en}{mark_en}")
    whole = event.limit.words
    return say(
        f"Hồ sơ liên thông gồm {'; '.join(lines_vi)}. Ngày hẹn trả tính theo {whole.vi}.",
        f"Interconnected: {'; '.join(lines_en)}. The promised date is counted from {whole.en}.",
    )


def _reported(event: happened.ChildReported) -> Bilingual:
    how = _REPORTED.get(event.status, event.status.words)
    number = event.result_number
    number_vi, number_en = (f", số {number}", f", number {number}") if number else ("", "")
    due_vi, due_en = (f", hạn {at(event.due)}", f", due {at(event.due)}") if event.due else ("", "")
    return say(
        f"Thủ tục “{event.name}” {how.vi}{number_vi}{due_vi}. Hồ sơ thành phần {event.dossier}.",
        f"The procedure “{event.name}” {how.en}{number_en}{due_en}. Its dossier is {event.dossier}.",
    )
