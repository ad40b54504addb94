"""The messages about settings that are missing or wrong, and about replays. Vietnamese first."""

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
        "nhớ: hãy xem nhật ký của máy, rồi chạy lại với ít tiến trình hơn.",
        en="One of {processes} replay processes died, so not everything was checked. Often memory ran out: see the "
        "log of the machine, then run again with fewer processes.",
    )
    NOTHING_TO_REPLAY = coded(
        "nothing_to_replay",
        vi="Không có hồ sơ nào đúng điều kiện, nên chưa kiểm tra gì. Hãy xem lại điều kiện lọc.",
        en="No dossier satisfies the filter, so nothing was checked. Look at the filter again.",
    )
    MIXED_CHOICE = coded(
        "mixed_choice",
        vi="Chỉ nêu một cách chọn: tệp, mã hồ sơ, hoặc điều kiện lọc ({given}).",
        en="Name histories in one way: files, codes, or a filter ({given}).",
    )
    NOT_ON_A_BUILD = coded(
        "not_on_a_build",
        vi="Phát lại trên một bản thì không dùng được: {given}. Tiến trình của bản ấy tự lấy lịch sử và quy định.",
        en="This does not go with a replay on a build: {given}. Its workers take the histories and rules themselves.",
    )
    REPLAY_NOT_TAKEN_UP = coded(
        "replay_not_taken_up",
        vi="Chưa có tiến trình nào của bản {build} nhận lần phát lại {replay} trong {seconds} giây. Lệnh vẫn còn đó: "
        "hãy xem tiến trình xử lý, hoặc hủy lần phát lại.",
        en="No worker of the build {build} has taken up the replay {replay} within {seconds} s. The order stays: look "
        "at the workers, or cancel it.",
    )
    NO_RELEASE = coded(
        "no_release",
        vi="Không lấy được bản {release} để phát lại: {problem}. Hãy nêu một commit hoặc thẻ của git, một thư mục mã "
        "nguồn, hoặc một tệp .whl.",
        en="The release {release} to replay with could not be taken: {problem}. Name a commit or tag of git, a folder "
        "with the source, or a .whl file.",
    )
    RELEASE_DOES_NOT_RUN = coded(
        "release_does_not_run",
        vi="Bản ấy không chạy được với các thư viện ở đây: {problem}. Hãy phát lại bằng bản cài đặt riêng của nó.",
        en="That release does not run with the libraries of this installation: {problem}. Replay with an "
        "installation of its own.",
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


class ReplayProblem(CodedSentence):
    """Why one history does not replay."""

    DOES_NOT_REPLAY = coded(
        "does_not_replay",
        vi="Sự kiện {event}: lịch sử có {recorded}, mã này đòi {wanted} ({place}).",
        en="Event {event}: the history has {recorded}, this code asked for {wanted} ({place}).",
    )
    TASK_FAILS = coded(
        "task_fails",
        vi="Sự kiện {event}: mã này báo lỗi {error} ({place}).",
        en="Event {event}: this code failed with {error} ({place}).",
    )
    DOES_NOT_COME_BACK = coded(
        "does_not_come_back",
        vi="Mã này chạy quá {seconds} giây mà không trả lời ({place}).",
        en="This code ran for more than {seconds} s without an answer ({place}).",
    )
    HISTORY_UNREADABLE = coded(
        "history_unreadable",
        vi="Không đọc được tệp: {problem_vi}.",
        en="The file cannot be read: {problem_en}.",
    )
    HISTORY_NOT_REGULAR = coded(
        "history_not_regular",
        vi="Đây không phải tệp thường mà là thư mục, ống dẫn hoặc thiết bị.",
        en="This is no regular file but a folder, a pipe or a device.",
    )
    NOT_A_HISTORY = coded(
        "not_a_history",
        vi="Tệp không phải lịch sử quy trình của Temporal: {error}.",
        en="The file is not the history of a workflow of Temporal: {error}.",
    )
    TRUNCATED_HISTORY = coded(
        "truncated_history",
        vi="Lịch sử bị cắt: {error}.",
        en="The history was cut: {error}.",
    )
    OTHER_WORKFLOW = coded(
        "other_workflow",
        vi="Lịch sử của quy trình loại {type}, không phải của hệ thống này.",
        en="The history of a workflow of type {type}, which is not this system's.",
    )


class ReplayRemedy(CodedSentence):
    """What to do so that a history replays."""

    KEEP_THE_OLD_PATH = coded(
        "keep_the_old_path",
        vi="Lượt chạy này quyết định theo bản sửa đổi {revision} của quy tắc, bản này có {current}. Hãy để nó giữ "
        "đường cũ: chỗ mới chỉ dành cho lượt chạy từ bản {next} (`revision >= {next}`, domain/dossier/revision.py), "
        "hoặc đặt sau một bước có dấu (workflows/changed_steps.py). Đừng nâng cấp trước khi sửa.",
        en="This run decides by revision {revision} of the rules; this release has {current}. Let it keep the old "
        "path: the new one is for runs from revision {next} on (`revision >= {next}`, domain/dossier/revision.py), or "
        "behind a step with a marker (workflows/changed_steps.py). Do not upgrade before.",
    )
    RESTORE_THE_STEP = coded(
        "restore_the_step",
        vi="Lượt chạy này đã ghi dấu cho bước {patch}, mà mã này không còn hỏi đến. Hãy giữ bước ấy "
        "(workflows/changed_steps.py) cho đến khi không còn lượt chạy nào có dấu.",
        en="This run has the marker of the step {patch}, for which this code no longer asks. Keep the step "
        "(workflows/changed_steps.py) until no run with the marker is left.",
    )
    MARK_THE_CHANGE = coded(
        "mark_the_change",
        vi="Quy trình này không có bản sửa đổi: hãy đặt thay đổi sau `workflow.patched`, để lượt chạy đang mở giữ "
        "đường cũ.",
        en="This workflow has no revision: put the change behind `workflow.patched`, so that open runs keep the old "
        "path.",
    )
    CORRECT_THE_CODE = coded(
        "correct_the_code",
        vi="Hãy sửa lỗi ở {place} rồi phát lại. Đừng nâng cấp trước khi sửa.",
        en="Correct the error at {place}, then replay again. Do not upgrade before.",
    )
    PUBLISH_THE_RULES = coded(
        "publish_the_rules",
        vi="Quy định của hồ sơ này chưa có ở đây: hãy nêu tệp quy định, hoặc công bố lại (luongxanh rules publish).",
        en="The rules of this dossier are not known here: name the file of its rules, or publish them again.",
    )
    TAKE_A_NEWER_RELEASE = coded(
        "take_a_newer_release",
        vi="Lượt chạy này bắt đầu ở bản mới hơn, theo bản sửa đổi {revision}; bản này chỉ có {current}. Hãy phát lại "
        "bằng bản mới hơn.",
        en="This run began on a newer release, by revision {revision}; this one knows {current}. Replay it with a "
        "newer release.",
    )
    NAME_A_FILE = coded(
        "name_a_file",
        vi="Hãy nêu một tệp thường, có thật và đọc được.",
        en="Name a regular file that exists and can be read.",
    )
    EXPORT_AGAIN = coded(
        "export_again",
        vi="Hãy xuất lại tệp bằng `temporal workflow show`, dạng json.",
        en="Export the file again with `temporal workflow show`, as json.",
    )
    LEAVE_IT_OUT = coded(
        "leave_it_out",
        vi="Hãy bỏ lịch sử này ra: chỉ phát lại được quy trình loại {known}.",
        en="Leave this history out: only workflows of the types {known} are replayed.",
    )
