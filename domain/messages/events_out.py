"""The sentences about the events that go out: their pages, their stream and their webhooks."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class EventsRefusal(CodedSentence):
    """Why a request for events, or an order about a webhook, is refused."""

    EVENT_POSITION_MALFORMED = coded(
        "event_position_malformed",
        vi="Đây không phải vị trí mà hệ thống đã cấp. Hãy gửi lại nguyên văn vị trí nhận được lần trước, "
        "hoặc bỏ trống để đọc từ sự kiện đầu tiên.",
        en="This position is none that the system gave. Send the last one that you got, unchanged, or none "
        "to read from the first event.",
    )
    EVENT_POSITION_AHEAD = coded(
        "event_position_ahead",
        vi="Vị trí này ở sau sự kiện cuối cùng: sổ cái đã được phục hồi từ bản sao cũ hơn, hoặc vị trí bị sửa. Hãy đọc "
        "lại từ một vị trí cũ hơn; sự kiện trùng có cùng id.",
        en="This position lies behind the last event: the ledger was restored from an earlier copy, or the position "
        "was changed. Read again from an earlier one; a repeated event has the same id.",
    )
    EVENT_TYPE_UNKNOWN = coded(
        "event_type_unknown",
        vi="Có loại sự kiện không tồn tại. Các loại có trong danh sách lược đồ sự kiện (`/v1/schemas/events`).",
        en="An event type does not exist. The list of the schemas of events has all types (`/v1/schemas/events`).",
    )
    EVENT_STREAMS_TOO_MANY = coded(
        "event_streams_too_many",
        vi="Người gọi đang mở {most} luồng sự kiện, không mở thêm được. Hãy đóng một luồng, hoặc lấy từng trang.",
        en="The caller has {most} live streams open already. Close one of them, or read by pages.",
    )
    EVENT_FOLLOWERS_TOO_MANY = coded(
        "event_followers_too_many",
        vi="Đang có {most} kết nối theo dõi sự kiện, không nhận thêm. Hãy thử lại sau ít phút, hoặc lấy từng trang.",
        en="There are {most} followers of the live stream already. Try again in some minutes, or read by pages.",
    )
    WEBHOOK_UNKNOWN = coded(
        "webhook_unknown",
        vi="Không có webhook {webhook}, hoặc webhook đã bị xóa.",
        en="There is no webhook {webhook}, or it was deleted.",
    )
    WEBHOOKS_TOO_MANY = coded(
        "webhooks_too_many",
        vi="Đã có {most} webhook, không tạo thêm được. Hãy xóa webhook không dùng nữa.",
        en="You have {most} webhooks already, and no more can be created. Delete one that you no longer use.",
    )
    WEBHOOK_URL_NOT_HTTPS = coded(
        "webhook_url_not_https",
        vi="Địa chỉ nhận webhook phải là https:// với tên máy chủ, không có tài khoản, mật khẩu hay phần sau dấu #. "
        "Chỉ máy chủ mà người vận hành cho phép (LUONGXANH_WEBHOOK_ALLOWED_HOSTS) mới dùng được http.",
        en="The address of a webhook is https:// with a host, without a user, a password, or a part after a #. Only "
        "hosts that the operator allows (LUONGXANH_WEBHOOK_ALLOWED_HOSTS) may have http.",
    )
    WEBHOOK_ADDRESS_PRIVATE = coded(
        "webhook_address_private",
        vi="Máy chủ {host} không có địa chỉ công cộng. Webhook không được gửi vào mạng nội bộ, trừ máy chủ mà người "
        "vận hành cho phép (LUONGXANH_WEBHOOK_ALLOWED_HOSTS).",
        en="The host {host} has no public address. Webhooks are not sent into an internal network, except to hosts "
        "that the operator allows (LUONGXANH_WEBHOOK_ALLOWED_HOSTS).",
    )
    WEBHOOK_SECRETS_TOO_MANY = coded(
        "webhook_secrets_too_many",
        vi="Webhook {webhook} đang dùng {most} khóa ký. Hãy chờ khóa cũ hết hạn rồi đổi tiếp.",
        en="The webhook {webhook} signs with {most} secrets already. Wait until an old one ends, then rotate again.",
    )
    WEBHOOK_REPLAY_FORWARD = coded(
        "webhook_replay_forward",
        vi="Webhook {webhook} chưa gửi đến vị trí đó. Chỉ gửi lại được từ một vị trí đã qua. Chưa có gì thay đổi.",
        en="The webhook {webhook} has not come to that position yet. A replay starts at a position that it has passed. "
        "Nothing was changed.",
    )
    WEBHOOK_NOTHING_DEAD = coded(
        "webhook_nothing_dead",
        vi="Webhook {webhook} chưa ngừng gửi hồ sơ {dossier}. Chưa có gì thay đổi.",
        en="The webhook {webhook} has not given up on {dossier}. Nothing was changed.",
    )
