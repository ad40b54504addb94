"""The names of the conditions of a filter, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from domain.values import Bilingual
from gateway.i18n.wording import say

FIELDS: Mapping[str, Bilingual] = {
    "states": say("Trạng thái", "State"),
    "open": say("Tình trạng", "Progress"),
    "units": say("Đơn vị", "Unit"),
    "accountable": say("Đơn vị phải giải trình", "Accountable unit"),
    "procedures": say("Thủ tục", "Procedure"),
    "fields": say("Lĩnh vực", "Field"),
    "channels": say("Hình thức nộp", "Channel"),
    "officers": say("Người thụ lý", "Officer"),
    "green": say("Luồng Xanh", "Green Stream"),
    "green_rules": say("Quy định Luồng Xanh", "Green Stream rule"),
    "statutory_due": say("Hạn theo quy định", "Statutory date"),
    "promised_due": say("Hạn hẹn trả", "Promised date"),
    "received": say("Tiếp nhận", "Received"),
    "ended": say("Kết thúc", "Ended"),
    "received_hour": say("Giờ tiếp nhận", "Hour of receipt"),
    "under_way_at": say("Đang giải quyết lúc", "Under way at"),
    "not_ended_before": say("Chưa kết thúc trước", "Not ended before"),
    "judged": say("Kết quả so với hạn", "Judged"),
    "falls_due": say("Đến hạn", "Falls due"),
    "assigned": say("Phân công", "Assignment"),
    "late": say("Trễ hạn", "Late"),
    "rungs": say("Bậc leo thang", "Escalation rung"),
    "crossing": say("Nơi nộp", "Where it was filed"),
    "interconnected": say("Liên thông", "Interconnected"),
    "incident": say("Sự cố kết nối", "Outside call"),
    "incident_systems": say("Sự cố của hệ thống", "Outside system that fails"),
    "applicants": say("Người nộp trực tuyến", "Applicant who filed online"),
    "text": say("Nội dung tìm", "Text"),
}


def field_name(name: str) -> Bilingual:
    """The name of a condition. One that this release has no words for is shown as it is written."""
    return FIELDS.get(name, say(name, name))
