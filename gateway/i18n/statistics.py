"""The names of the numbers of statistics, as reports on one-stop processing call them."""

from __future__ import annotations

from collections.abc import Mapping

from activities.ledger.statistics.measures import AnyMeasure, Measure, MeasureNow
from domain.values import Bilingual
from gateway.i18n.wording import say

MEASURES: Mapping[AnyMeasure, Bilingual] = {
    Measure.CARRIED_OVER: say("Kỳ trước chuyển qua", "Carried over"),
    Measure.RECEIVED: say("Tiếp nhận trong kỳ", "Received"),
    Measure.RECEIVED_ONLINE: say("Nộp trực tuyến", "Filed online"),
    Measure.RECEIVED_CROSSING: say("Nộp khác nơi giải quyết", "Received regardless of boundary"),
    Measure.RESOLVED: say("Đã giải quyết", "Resolved"),
    Measure.RETURNED: say("Đã trả kết quả", "Result returned"),
    Measure.ENDED_OTHERWISE: say("Rút hoặc dừng", "Withdrawn or stopped"),
    Measure.OPEN_AT_END: say("Còn lại cuối kỳ", "Open at the end"),
    Measure.JUDGED_STATUTORY: say("Có hạn theo quy định", "With a statutory limit"),
    Measure.KEPT_STATUTORY: say("Đúng hạn quy định", "Within the statutory limit"),
    Measure.EARLY_STATUTORY: say("Trước hạn quy định", "Early on the statutory limit"),
    Measure.ON_TIME_STATUTORY: say("Trong ngày hạn quy định", "On the day of the statutory limit"),
    Measure.LATE_STATUTORY: say("Trễ hạn quy định", "Late on the statutory limit"),
    Measure.JUDGED_PROMISED: say("Có ngày hẹn trả", "With a promised date"),
    Measure.KEPT_PROMISED: say("Đúng hẹn", "Promise kept"),
    Measure.EARLY_PROMISED: say("Trước ngày hẹn", "Before the promised day"),
    Measure.ON_TIME_PROMISED: say("Trong ngày hẹn", "On the promised day"),
    Measure.LATE_PROMISED: say("Trễ hẹn", "Promise missed"),
    MeasureNow.OPEN: say("Đang giải quyết", "Open"),
    MeasureNow.DUE_TODAY: say("Đến hạn hôm nay", "Due today"),
    MeasureNow.OVERDUE_STATUTORY: say("Đang quá hạn quy định", "Overdue by statute"),
    MeasureNow.OVERDUE_PROMISED: say("Đang quá hẹn trả", "Past the promised date"),
    MeasureNow.STANDING_STILL: say("Đang tạm dừng tính hạn", "Clock stopped"),
    MeasureNow.ESCALATED: say("Đã cảnh báo hoặc leo thang", "Warned or escalated"),
    MeasureNow.WITH_INCIDENT: say("Có sự cố kết nối", "With a failed outside call"),
    MeasureNow.UNASSIGNED: say("Chưa phân công", "Not assigned"),
}
SPENT = say("Thời gian làm việc bình quân", "Average working time")
OF_UNIT = say("Đơn vị", "Unit")
OF_OFFICER = say("Người thụ lý", "Officer")
NOBODY = say("Chưa phân công", "Nobody")
