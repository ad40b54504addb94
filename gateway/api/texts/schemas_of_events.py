"""What the schemas of events and webhooks are."""

from __future__ import annotations

from collections.abc import Mapping

EVENTS: Mapping[str, str] = {
    "CloudEvent": "Một sự kiện theo CloudEvents 1.0; thuộc tính không có giá trị thì vắng mặt (an event; an attribute "
    "without a value is absent).",
    "DeliveriesAnswer": "Một trang hồ sơ có sự kiện chưa gửi được (a page of the dossiers that are behind).",
    "DeliveryAnswer": "Một hồ sơ có sự kiện đang chờ nơi nhận, từ một phiên bản trở đi (a dossier whose events wait "
    "for the receiver, from a version on).",
    "EventFilterBody": "Cần sự kiện nào; danh sách null: tất cả (which events are wanted; a list that is null wants "
    "all).",
    "EventTypeAnswer": "Một loại sự kiện và địa chỉ lược đồ JSON của nó (a type of events and the address of its JSON "
    "schema).",
    "EventTypesAnswer": "Các loại sự kiện (the types of events).",
    "EventsAnswer": "Một số sự kiện theo thứ tự, và vị trí để đọc tiếp (some events in order, and the position from "
    "which the next page goes on).",
    "FilterAnswer": "Webhook nhận sự kiện nào; null: tất cả (which events a webhook wants; null: all).",
    "NewSecretAnswer": "Webhook kèm khóa ký mới; khóa không hiện lại (a webhook with its new secret, which is not "
    "shown again).",
    "NoBody": "Nội dung rỗng: {} (an empty object).",
    "PingAnswer": "Nơi nhận trả lời gì khi gửi thử (what the receiver answered to a test message).",
    "ReplayBody": "Gửi lại từ vị trí nào (from which position events are sent again).",
    "RetriedAnswer": "Bao nhiêu hồ sơ được gửi lại (how many dossiers are sent again).",
    "RetryBody": "Gửi lại hồ sơ nào (what to send again).",
    "RotationBody": "Đổi khóa ký (a change of the secret).",
    "SkipBody": "Bỏ một sự kiện của hồ sơ nào (of which dossier one event is left out).",
    "SkippedAnswer": "Sự kiện đã bỏ, không gửi (the event that was left out).",
    "WebhookAnswer": "Một webhook; khóa ký chỉ hiện khi tạo hoặc đổi (a webhook; its secret is shown only when it is "
    "made or changed).",
    "WebhookBody": "Một webhook mới (a new webhook).",
    "WebhookChangeBody": "Điều cần đổi; null giữ nguyên (what to change; what is null stays).",
    "WebhooksAnswer": "Một trang webhook (a page of webhooks).",
    "WindowBody": "Từ `since`, đến trước `before`; bỏ trống: không giới hạn phía đó; hoặc `days`, khoảng ngày tính từ "
    "hôm nay (from `since`, before `before`; or `days`, counted from today).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""
