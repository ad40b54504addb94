"""The sentences about orders for outside systems, and about their settings."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class OutsideOrderRefusal(CodedSentence):
    """Why an order for an outside system is refused."""

    UNKNOWN_OUTSIDE_SYSTEM = coded(
        "unknown_outside_system",
        vi="Không có hệ thống ngoài “{system}”. Các hệ thống: {known}.",
        en="There is no outside system “{system}”. The systems: {known}.",
    )
    OUTSIDE_ORDER_WITHOUT_REASON = coded(
        "outside_order_without_reason",
        vi="Phải nêu lý do của lệnh này. Chưa thay đổi gì.",
        en="A reason is needed for this order. Nothing was changed.",
    )
    OUTSIDE_ORDER_TIME = coded(
        "outside_order_time",
        vi="Lệnh phải có hiệu lực từ 1 phút đến {most} ngày, để không ai quên nó mãi. Chưa thay đổi gì.",
        en="An order holds from 1 minute to {most} days, so that it is not forgotten for ever. Nothing was changed.",
    )
    OUTSIDE_ORDER_WITHOUT_END = coded(
        "outside_order_without_end",
        vi="Trở lại tự động thì không có thời hạn. Chưa thay đổi gì.",
        en="Going back to automatic has no end. Nothing was changed.",
    )
    OUTSIDE_ORDER_CHANGED = coded(
        "outside_order_changed",
        vi="Lệnh về hệ thống này đã khác từ lúc xem trước: có thể người khác vừa ra lệnh, hoặc lệnh cũ đã hết. Chưa "
        "thay đổi gì; hãy xem lại rồi ra lệnh.",
        en="The order about this system is not the one that was looked at: somebody else may have given one, or the "
        "old one has ended. Nothing was changed; look again, then order.",
    )


class OutsideSettingsRefusal(CodedSentence):
    """Why a changed file of outside systems is not taken over by a running worker."""

    SYSTEMS_CHANGED = coded(
        "outside_systems_changed",
        vi="Danh sách hệ thống khác với lúc khởi động: thiếu {missing}; thêm {added}. Muốn thêm hoặc bớt hệ thống, hãy "
        "khởi động lại tiến trình xử lý.",
        en="The list of systems is not that of the start: missing {missing}; added {added}. To add or remove a system, "
        "restart the workers.",
    )
    NEED_RESTART = coded(
        "outside_settings_need_restart",
        vi="Phiên bản giao ước hoặc con dấu trên trục chỉ đổi được khi khởi động lại tiến trình xử lý: {systems}.",
        en="Another version of a contract, or a first seal on the axis, needs a restart of the workers: {systems}.",
    )
    SYSTEM_TWICE = coded(
        "outside_system_twice",
        vi="Hệ thống ghi hai lần: {systems}.",
        en="Systems that are listed twice: {systems}.",
    )
