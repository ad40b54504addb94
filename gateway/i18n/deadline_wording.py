"""The words for the explanation of a due date, in Vietnamese and English, by the codes of the domain."""

from __future__ import annotations

from collections.abc import Callable

from domain.deadlines.calendar import Weekday
from domain.deadlines.clock import Holder, HolderKind, PauseGround, WhichClock
from domain.deadlines.counting import CountingRule
from domain.deadlines.explain import DecidedBy, NoClockReason
from domain.values import Bilingual
from gateway.i18n.wording import system_name


def _say(vi: str, en: str) -> Bilingual:
    return Bilingual(vi=vi, en=en)


CLOCKS = {
    WhichClock.STATUTORY: _say("Thời hạn theo quy định", "Statutory limit"),
    WhichClock.PROMISED: _say("Hẹn trả", "Promised date"),
}

WEEKDAYS = {
    Weekday.MONDAY: _say("thứ Hai", "Monday"),
    Weekday.TUESDAY: _say("thứ Ba", "Tuesday"),
    Weekday.WEDNESDAY: _say("thứ Tư", "Wednesday"),
    Weekday.THURSDAY: _say("thứ Năm", "Thursday"),
    Weekday.FRIDAY: _say("thứ Sáu", "Friday"),
    Weekday.SATURDAY: _say("thứ Bảy", "Saturday"),
    Weekday.SUNDAY: _say("Chủ nhật", "Sunday"),
}

RULES = {
    CountingRule.WORKING_HOURS: _say("tính theo giờ làm việc", "counted in working hours"),
    CountingRule.WORKING_DAYS_AS_HOURS: _say(
        "mỗi ngày làm việc tính 8 giờ làm việc (Bộ luật Lao động 2019, Điều 105)",
        "each working day is 8 working hours (Labour Code 2019, Article 105)",
    ),
    CountingRule.WORKING_DAYS_BY_CIVIL_CODE: _say(
        "không tính ngày đầu tiên, hết giờ làm việc của ngày cuối cùng (Bộ luật Dân sự 2015, Điều 147, 148)",
        "the first day is not counted, until the close of the last (Civil Code 2015, Articles 147 and 148)",
    ),
    CountingRule.CALENDAR_DAYS: _say(
        "không tính ngày tiếp nhận; nếu ngày cuối là ngày nghỉ thì sang ngày làm việc tiếp theo "
        "(Bộ luật Dân sự 2015, Điều 147, 148)",
        "the day of receipt is not counted; a last day that is off rolls to the next working day "
        "(Civil Code 2015, Articles 147 and 148)",
    ),
    CountingRule.MONTHS: _say(
        "đến ngày tương ứng của tháng cuối, hoặc ngày cuối tháng; nếu là ngày nghỉ thì sang ngày làm việc tiếp theo "
        "(Bộ luật Dân sự 2015, Điều 148)",
        "to the corresponding date, or the last of the month; a day that is off rolls to the next working day "
        "(Civil Code 2015, Article 148)",
    ),
    CountingRule.SAME_DAY: _say(
        "trong ngày nếu tiếp nhận trước giờ chốt, nếu không thì hết ngày làm việc tiếp theo",
        "the same day if received before the cut-off, else the close of the next working day",
    ),
    CountingRule.CLOCK_HOURS: _say(
        "tính theo giờ liên tục; rơi ngoài giờ làm việc thì sang giờ làm việc tiếp theo",
        "counted by the clock; outside working time it rolls to the next working instant",
    ),
}

WHOSE_PAUSE = {
    PauseGround.SUPPLEMENT: _say("người nộp", "the applicant"),
    PauseGround.PAYMENT: _say("người nộp (chờ nộp tiền)", "the applicant (to pay)"),
    PauseGround.SUSPENSION: _say("việc tạm dừng (không của đơn vị nào)", "nobody (suspended)"),
    PauseGround.OTHER: _say("căn cứ tạm dừng (không của đơn vị nào)", "nobody (the ground of the pause)"),
}
"""Whose time a pause is."""

GROUNDS = {ground: ground.words for ground in PauseGround}

HOLDERS = {
    HolderKind.UNIT: _say("chưa rõ đơn vị", "no unit named"),
    HolderKind.OUTSIDE_SYSTEM: _say("hệ thống ngoài", "an outside system"),
    HolderKind.APPLICANT: _say("người nộp (chờ bổ sung)", "the applicant (supplement awaited)"),
    HolderKind.PAYMENT: _say("chờ nộp phí, lệ phí", "payment awaited"),
    HolderKind.SIGNING: _say("dịch vụ ký số", "the signing service"),
    HolderKind.SUSPENDED: _say("tạm dừng", "suspended"),
}

DECIDED = {
    DecidedBy.GREEN: _say("rút ngắn theo Luồng Xanh", "shortened by Green Stream"),
    DecidedBy.LEGAL_MINIMUM: _say("không ngắn hơn mức tối thiểu luật định", "not below the minimum in law"),
    DecidedBy.STATUTORY: _say("không muộn hơn hạn khi không rút ngắn", "not later than the date without Green Stream"),
}

NO_CLOCK = {
    NoClockReason.NO_LIMIT_PUBLISHED: _say(
        "thủ tục không công bố thời hạn, nên không có thời hạn theo quy định",
        "the procedure publishes no limit, so there is no statutory clock",
    ),
    NoClockReason.NO_GREEN_STREAM: _say(
        "hồ sơ không áp dụng Luồng Xanh, và không có thời hạn riêng của tỉnh",
        "the dossier is not on Green Stream and the province set no limit of its own",
    ),
    NoClockReason.GREEN_NOT_IN_EFFECT: _say(
        "quy định Luồng Xanh chưa hoặc không còn hiệu lực vào ngày tiếp nhận",
        "the Green Stream rule is not in effect on the day of receipt",
    ),
    NoClockReason.NOTHING_TO_SHARE: _say(
        "không có thời hạn công bố để rút ngắn theo tỷ lệ",
        "no limit is published that a share could be taken of",
    ),
}

PHRASES = {
    "whose": _say("Thời gian làm việc từ khi tiếp nhận thuộc về:", "The working time since receipt was that of:"),
    "received": _say("Tiếp nhận: {at}", "Received: {at}"),
    "counted_from": _say("Tính từ: {at} (giờ làm việc kế tiếp)", "Counted from: {at} (the next working instant)"),
    "restarted": _say("Tính lại từ: {at} (sau khi bổ sung xong)", "Begun anew from: {at} (after the supplement)"),
    "limit": _say("Thời hạn: {limit}; {rule}", "Limit: {limit}; {rule}"),
    "own_limit": _say(
        "Thời hạn do tỉnh tự đặt (không công bố): {limit}; {rule}",
        "The province's own limit (none is published): {limit}; {rule}",
    ),
    "calendar": _say("Lịch: {name} (phiên bản {version})", "Calendar: {name} (version {version})"),
    "cap": _say("{name}: tối đa {hours} giờ làm việc", "{name}: at most {hours} working hours"),
    "factor": _say("{name}: {percent} % thời hạn", "{name}: {percent} % of the limit"),
    "green": _say(
        "{rule} → {promised}; nếu không rút ngắn: {statutory}; áp dụng: {decided}",
        "{rule} → {promised}; without it: {statutory}; what binds: {decided}",
    ),
    "none": _say("không có", "none"),
    "beyond": _say(
        "Hạn nằm ngoài lịch làm việc (lịch có đến hết {last}); sẽ tính khi lịch được bổ sung",
        "The date lies beyond the calendar (which ends on {last}); it is computed when the calendar is extended",
    ),
    "beyond_end": _say("nằm ngoài lịch làm việc", "beyond the calendar"),
    "corrected": _say(
        "Đính chính thời điểm tiếp nhận lúc {at}: từ {before} thành {after}; căn cứ: {basis}. {binds}",
        "The time of receipt was corrected at {at}: from {before} to {after}; basis: {basis}. {binds}",
    ),
    "binds": _say("Hạn tính từ thời điểm sớm hơn vẫn ràng buộc.", "The date counted from the earlier one still binds."),
    "binds_not": _say("Hạn tính từ thời điểm mới.", "The date is counted from the new one."),
    "bound": _say(
        "{clock}: hạn đã hứa theo lịch trước khi đổi (phiên bản {version}) vẫn ràng buộc: {at}; theo lịch mới: {new}",
        "{clock}: the date promised under the calendar before its change (version {version}) still binds: {at}; under "
        "the new one: {new}",
    ),
    "changed_by": _say(
        "Lịch của hồ sơ đã đổi lúc {at}, theo {letter}",
        "The dossier's calendar was changed at {at}, by {letter}",
    ),
    "worked": _say("{day}: {sessions} = {counted}; cộng dồn {total}", "{day}: {sessions} = {counted}; in all {total}"),
    "numbered": _say("{line} [ngày thứ {n}]", "{line} [day {n}]"),
    "paused_part": _say("{line}; tạm dừng {paused}", "{line}; paused {paused}"),
    "off": _say("{day}: nghỉ – {why}", "{day}: off – {why}"),
    "weekly_off": _say("ngày nghỉ hằng tuần", "weekly day off"),
    "no_clock_session": _say("{day}: không có giờ tính thời hạn", "{day}: no session that counts"),
    "no_session": _say("không có giờ tính thời hạn", "no session that counts"),
    "by_letter": _say("{name} ({source})", "{name} ({source})"),
    "provisional": _say("{text} [tạm tính, chưa có văn bản]", "{text} [provisional, no letter yet]"),
    "because": _say("{line} – {why}", "{line} – {why}"),
    "pause": _say(
        "Tạm dừng ({ground}): {began} đến {ended}; {working} làm việc không tính, là thời gian của {whose}",
        "Paused ({ground}): {began} to {ended}; {working} of working time not counted: that of {whose}",
    ),
    "open_pause": _say(
        "Đang tạm dừng ({ground}) từ {began}; đến {ended} đã dừng {working} làm việc, không tính vào thời hạn, là thời "
        "gian của {whose}",
        "Paused ({ground}) since {began}; until {ended} {working} of working time was not counted: that of {whose}",
    ),
    "basis": _say("{line}; căn cứ: {basis}", "{line}; basis: {basis}"),
    "extended": _say("Gia hạn lúc {at}: {until}; lý do: {reason}", "Extended at {at}: {until}; reason: {reason}"),
    "total": _say("Tổng cộng: {counted} làm việc đã tính", "Total: {counted} of working time counted"),
    "total_paused": _say(
        "Tổng cộng: {counted} làm việc đã tính, {paused} tạm dừng",
        "Total: {counted} of working time counted, {paused} paused",
    ),
    "summary": _say(
        "Từ {begin}, đếm đủ {counted} làm việc thì đến hạn: {due}.",
        "From {begin}, {counted} of working time are counted; the date is {due}.",
    ),
    "summary_paused": _say(
        "Từ {begin}, đếm đủ {counted} làm việc, bỏ qua {paused} tạm dừng, thì đến hạn: {due}.",
        "From {begin}, {counted} of working time are counted and {paused} of pauses are left out; the date is {due}.",
    ),
    "summary_extended": _say(
        "Theo phiếu xin lỗi và hẹn lại, hạn là {due}: từ {begin} đến đó là {counted} làm việc.",
        "By the apology letter the date is {due}: from {begin} to then there are {counted} of working time.",
    ),
    "due": _say("Hạn trả kết quả: {at}", "Due: {at}"),
    "due_if_resumed": _say(
        "Hạn trả kết quả nếu hết tạm dừng lúc này: {at}; còn tạm dừng thì còn lùi",
        "Due if the pause ended now: {at}; it moves on while the pause lasts",
    ),
    "no_clock": _say("{clock}: {why}.", "{clock}: {why}."),
    "hours": _say("{n} giờ", "{n} h"),
    "minutes": _say("{n} phút", "{n} min"),
    "seconds": _say("{n} giây", "{n} s"),
}


def holder_name(holder: Holder, unit_name: Callable[[str], str]) -> Bilingual:
    """Who has a dossier, or had it: the name of the unit or of the outside system, else the kind of the holder."""
    if holder.code is not None and holder.kind is HolderKind.UNIT:
        name = unit_name(holder.code)
        return _say(name, name)
    if holder.code is not None and holder.kind is HolderKind.OUTSIDE_SYSTEM:
        return system_name(holder.code)
    return HOLDERS[holder.kind]
