"""The words of the channels, the kinds and the states of notices to applicants."""

from __future__ import annotations

from collections.abc import Mapping

from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.dossier.state import State
from domain.notices.choosing import NoticeState
from domain.values import Bilingual
from gateway.i18n.wording import cause_name, say

CHANNELS: Mapping[NoticeChannel, Bilingual] = {channel: channel.words for channel in NoticeChannel}
KINDS: Mapping[NoticeKind, Bilingual] = {
    NoticeKind.SUBMITTED: say("đã nộp", "submitted"),
    NoticeKind.ACCEPTED: say("đã tiếp nhận", "accepted"),
    NoticeKind.REFUSED: say("không tiếp nhận", "refused"),
    NoticeKind.SUPPLEMENT_REQUESTED: say("cần bổ sung", "supplement requested"),
    NoticeKind.PAYMENT_REQUESTED: say("cần nộp phí", "payment requested"),
    NoticeKind.PAYMENT_CONFIRMED: say("đã nhận phí", "payment received"),
    NoticeKind.PAYMENT_EXPIRED: say("quá hạn nộp phí", "payment expired"),
    NoticeKind.DEADLINE_EXTENDED: say("hẹn lại", "deadline extended"),
    NoticeKind.RESOLVED: say("có kết quả", "result ready"),
    NoticeKind.DATE_CHANGED: say("đổi ngày hẹn", "date changed"),
}
STATES: Mapping[NoticeState, Bilingual] = {
    NoticeState.WAITING: say("đang chờ gửi", "waits"),
    NoticeState.SENT: say("đã gửi", "sent"),
    NoticeState.REFUSED: say("cần người xem", "for a person"),
    NoticeState.OUT_OF_DATE: say("không gửi: không còn đúng lúc", "not sent: out of date"),
    NoticeState.OPTED_OUT: say("không gửi: người nộp từ chối nhận", "not sent: opted out"),
    NoticeState.UNREACHABLE: say("không gửi: không có số hay thư dùng được", "not sent: no contact"),
}
_WHY: Mapping[str, Bilingual] = {
    "no_way_to_person": say("kênh này không đến được người đó", "the channel does not reach this person"),
    "no_dossier": say("không có hồ sơ", "there is no such dossier"),
    "unreachable": say("không có số hay thư dùng được", "no contact that can be used"),
    "asked_to_stop": say("người đó đã nhắn không nhận tin nữa", "the person has answered that they want no messages"),
    "undelivered": say("kênh báo không đến được máy người nhận", "the channel reports that it was not delivered"),
}


def why_of(code: str) -> Bilingual:
    """Why a notice was not sent or a channel was left, with the code for operators."""
    words = _WHY.get(code.partition(".")[0])
    if words is None and code.startswith("in_") and code != "in_doubt":
        return _gone_on(code.removeprefix("in_"))
    return cause_name(code) if words is None else say(f"{words.vi} ({code})", f"{words.en} ({code})")


def _gone_on(state: str) -> Bilingual:
    """The notice was of an earlier state. One of a later release is shown as its code."""
    now = State(state).words if state in tuple(State) else say(state, state)
    return say(f"hồ sơ đã sang bước khác: {now.vi}", f"the dossier has gone on: {now.en}")
