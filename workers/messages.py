"""The messages about settings that are missing or wrong, and about a replay that was broken off. Vietnamese first."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class SettingsRefusal(CodedSentence):
    """Why a process does not start."""

    STACK_NOT_RUNNING = coded(
        "stack_not_running",
        vi="Hệ thống chưa chạy ({component} không có trong {folder}). Hãy chạy `make up`, hoặc đặt biến {variable}.",
        en="The stack is not running (no {component} in {folder}). Run `make up`, or set {variable}.",
    )
    EMBEDDED_ONLY = coded(
        "embedded_only",
        vi="Lệnh này chỉ dùng với hệ thống chạy thử của `make up`. Ở hệ thống thật, hãy đăng nhập tại nơi "
        "cấp mã của tỉnh.",
        en="This command works only with the stack of `make up`. In production, sign in at the issuer of the province.",
    )
    CALLBACK_SECRET_MISSING = coded(
        "callback_secret_missing",
        vi="Chưa có khóa bí mật dùng chung với nền tảng thanh toán, nên ai cũng giả được thông báo thanh toán: không "
        "khởi động. Hãy ghi khóa vào một tệp (ví dụ: openssl rand -hex 32) và đặt LUONGXANH_CALLBACK_SECRET_FILE.",
        en="There is no secret shared with the payment platform, so anybody could forge its callbacks: not starting. "
        "Write one into a file (such as: openssl rand -hex 32) and set LUONGXANH_CALLBACK_SECRET_FILE.",
    )
    CALLBACK_SECRET_WEAK = coded(
        "callback_secret_weak",
        vi="Khóa bí mật dùng chung với nền tảng thanh toán ngắn hơn {shortest} ký tự, hoặc là khóa mà ai cũng biết: "
        "không khởi động. Hãy thay khóa khác ở cả hai bên (ví dụ: openssl rand -hex 32).",
        en="The secret shared with the payment platform is shorter than {shortest} characters, or known to everybody: "
        "not starting. Change it on both sides (such as: openssl rand -hex 32).",
    )
    TEMPORAL_CERTIFICATE_REFUSED = coded(
        "temporal_certificate_refused",
        vi="Không tin được chứng thư của Temporal tại {address}: nơi cấp hoặc tên không khớp. Hãy kiểm tra "
        "LUONGXANH_TEMPORAL_TLS_CA_FILE và LUONGXANH_TEMPORAL_SERVER_NAME.",
        en="Temporal's certificate at {address} is not to be believed: its issuer or its name does not agree. Check "
        "LUONGXANH_TEMPORAL_TLS_CA_FILE and LUONGXANH_TEMPORAL_SERVER_NAME.",
    )
    PORT_UNAVAILABLE = coded(
        "port_unavailable",
        vi="Không nghe được ở {host}:{port}: {problem}. Hãy dừng chương trình đang dùng cổng đó, hoặc chọn cổng khác.",
        en="Cannot listen on {host}:{port}: {problem}. Stop the program that uses that port, or choose another one.",
    )
    SETTING_MISSING = coded(
        "setting_missing",
        vi="Còn thiếu cấu hình, chưa làm gì:\n{problems}\nHãy đặt các biến môi trường này (xem bảng trong tài liệu vận "
        "hành) rồi chạy lại.",
        en="Settings are missing, and nothing was done:\n{problems}\nSet these environment variables (see the table in "
        "the page on operating), then run again.",
    )
    SETTING_INVALID = coded(
        "setting_invalid",
        vi="Cấu hình sai:\n{problems}\nHãy sửa các biến môi trường này rồi chạy lại.",
        en="The settings are wrong:\n{problems}\nCorrect these environment variables, then run again.",
    )
    FOLDER_OF_ANOTHER = coded(
        "folder_of_another",
        vi="{path} thuộc tài khoản {owner}, không phải của người đang chạy lệnh này: tài khoản đó đọc và sửa được dữ "
        "liệu của hệ thống. Hãy chạy dưới tài khoản {owner}, hoặc chuyển chủ sở hữu (chown -R) rồi chạy lại.",
        en="{path} belongs to the account {owner}, not to whoever runs this command: that account can read and change "
        "what the stack keeps. Run as {owner}, or change the owner (chown -R), then run again.",
    )


class ReplayRefusal(CodedSentence):
    """Why histories were not replayed to the end."""

    REPLAY_PROCESS_DIED = coded(
        "replay_process_died",
        vi="Một trong {processes} tiến trình phát lại đã chết đột ngột, nên chưa kiểm tra hết. Thường là do hết bộ "
        "nhớ: hãy xem nhật ký của máy, rồi chạy lại với ít tiến trình hơn (--processes).",
        en="One of {processes} replay processes died, so not everything was checked. Often memory ran out: see the "
        "log of the machine, then run again with fewer processes (--processes).",
    )
    NO_HISTORIES = coded(
        "no_histories",
        vi="Không có tệp lịch sử nào (*.json) trong {paths}. Hãy nêu tệp hoặc thư mục có lịch sử.",
        en="There is no history (*.json) in {paths}. Name a file or a folder that has histories.",
    )
    NOT_RULES = coded(
        "not_rules",
        vi="{path} không phải danh sách quy định đã công bố: {problem}. Hãy nêu đúng tệp.",
        en="{path} is not a list of published rules: {problem}. Name the right file.",
    )
