"""The words of the channels, the kinds and the states of notices to applicants."""

from __future__ import annotations

from collections.abc import Mapping

from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.notices.choosing import NoticeState
from domain.values import Bilingual
from gateway.i18n.wording import say

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
