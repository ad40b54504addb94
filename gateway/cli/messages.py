"""The sentences about wrong options and wrong files."""

from __future__ import annotations

from domain.values import Bilingual


def _say(vi: str, en: str) -> Bilingual:
    return Bilingual(vi=vi, en=en)


COMMAND_LINE_MESSAGES: dict[str, Bilingual] = {
    "usage": _say(
        "Lệnh chưa đúng: {problem_vi}\nXem cách dùng: {command} --help",
        "The command is not well formed: {problem}\nHow to use it: {command} --help",
    ),
    "unit_or_person": _say(
        "Hãy nêu đơn vị (--unit), người (--person) hoặc cả hai.",
        "Name a unit (--unit), a person (--person), or both.",
    ),
    "argument_not_utf8": _say(
        "Tham số thứ {position} không phải chữ UTF-8 hợp lệ: {shown}. Hãy kiểm tra bảng mã của cửa sổ lệnh.",
        "Argument {position} is not valid UTF-8: {shown}. Check the encoding of your terminal.",
    ),
    "file_unreadable": _say(
        "Không đọc được tệp {path}: {problem}. Hãy kiểm tra đường dẫn và quyền đọc.",
        "The file {path} cannot be read: {problem}. Check the path and the permission to read it.",
    ),
    "machine_refused": _say(
        "Máy này không cho làm việc đó: {path}: {problem}. Hãy kiểm tra quyền và chỗ trống, rồi chạy lại.",
        "This machine did not allow it: {path}: {problem}. Check permissions and space, then run again.",
    ),
    "file_too_large": _say(
        "Tệp {path} dài hơn {limit} byte, không phải một yêu cầu. Hãy kiểm tra lại tệp.",
        "The file {path} is longer than {limit} bytes, which no request is. Check the file.",
    ),
    "file_not_utf8": _say(
        "Tệp {path} không phải UTF-8 hợp lệ (byte thứ {position}). Hãy lưu lại tệp với bảng mã UTF-8.",
        "The file {path} is not valid UTF-8 (at byte {position}). Save it again as UTF-8.",
    ),
    "not_json": _say(
        "{path} không đọc được. {problem_vi} Sửa rồi gửi lại.",
        "{path} cannot be read. {problem_en} Then send it again.",
    ),
    "not_an_object": _say(
        "{path} phải là một đối tượng JSON, dạng {{…}}.",
        "{path} must be one JSON object, like {{…}}.",
    ),
    "missing_option": _say(
        "Thiếu {options}. Cho đủ các tham số này, hoặc cho một tệp JSON.\nXem: {command} --help",
        "Missing: {options}. Give these options, or a JSON file.\nSee {command} --help",
    ),
    "options_beside_file": _say(
        "Đã cho một tệp thì không cho thêm {options}: mọi nội dung nằm trong tệp.",
        "With a file, {options} cannot be given too: everything stands in the file.",
    ),
    "unknown_command": _say(
        "Không có việc “{name}”.{close_vi} Các việc: {known}.",
        "There is no command {name}.{close_en} The commands are: {known}.",
    ),
    "code_does_not_parse": _say(
        "“{given}” không phải mã hồ sơ; mã hồ sơ có dạng H42.12-250701-0001.",
        "{given} is not a dossier code; a code looks like H42.12-250701-0001.",
    ),
    "naive_instant": _say(
        "Thời điểm {given} thiếu múi giờ. Hãy viết như 2025-08-05T09:30+07:00.",
        "The instant {given} has no zone. Write it like 2025-08-05T09:30+07:00.",
    ),
    "pause_does_not_parse": _say(
        "Khoảng tạm dừng “{given}” chưa đúng. Hãy viết TỪ/ĐẾN, như 2025-08-05T09:00+07:00/2025-08-06T09:00+07:00.",
        "The pause {given} cannot be read. Write FROM/TO, like 2025-08-05T09:00+07:00/2025-08-06T09:00+07:00.",
    ),
    "not_accepted_yet": _say(
        "Hồ sơ {dossier} chưa được tiếp nhận nên chưa có thời hạn nào để giải thích.",
        "Dossier {dossier} is not accepted yet, so there is no deadline to explain.",
    ),
    "never_accepted": _say(
        "Hồ sơ {dossier} đã kết thúc lúc {ended} ({state}) mà chưa từng được tiếp nhận, nên không có thời hạn nào.",
        "Dossier {dossier} ended at {ended} ({state}) and was never accepted, so it has no deadline.",
    ),
    "out_of_range": _say(
        "{option} phải từ {low} đến {high}, không phải {value}.",
        "{option} must be from {low} to {high}, not {value}.",
    ),
    "not_confirmed": _say(
        "Lệnh này thay đổi hệ thống nên cần xác nhận. Chưa có gì thay đổi. Hãy xem kỹ các dòng trên, rồi chạy lại với "
        "--yes.",
        "This command changes the system and wants to be confirmed. Nothing was changed. Look at the lines above, then "
        "run it again with --yes.",
    ),
    "reason_missing": _say(
        "--reason để trống. Hãy ghi lý do, một dòng, không nêu tên người: lý do được lưu lại.",
        "--reason is empty. Say why, in one line that names nobody: it is recorded.",
    ),
    "unexpected": _say(
        "Lỗi không lường trước ({type}): đây là lỗi của chương trình. Hãy gửi các dòng sau cho nhóm phát triển.",
        "An error that nobody foresaw ({type}): a mistake of the program. Send the lines below to its developers.",
    ),
    "interrupted": _say("Đã ngừng lệnh này theo yêu cầu.", "This command was stopped, as you asked."),
}

USAGE_MESSAGES: dict[str, Bilingual] = {
    "unknown_option": _say("không có tham số “{given}”.{close}", "there is no option {given}.{close}"),
    "unknown_command": _say(
        "không có lệnh “{given}”.{close} Các lệnh: {known}.", "there is no command {given}.{close} There are: {known}."
    ),
    "too_much": _say("thừa “{given}”.", "{given} is too much."),
    "given_twice": _say("{option} ghi hai lần, chỉ ghi một lần.", "{option} stands here twice; give it once."),
    "missing": _say("thiếu {option} ({means}).", "{option} is missing ({means})."),
    "missing_value": _say("sau {option} thiếu giá trị.", "{option} has no value after it."),
    "not_a_choice": _say(
        "{option} không nhận “{given}”.{close} Chọn một trong: {known}.",
        "{option} does not take {given}.{close} Choose one of: {known}.",
    ),
    "not_of_type": _say("{option} phải là {written}, không phải “{given}”.", "{option} takes {written}, not {given}."),
    "not_readable": _say("{option} không đọc được “{given}”.", "{option} cannot be read from {given}."),
    "otherwise": _say(
        "các tham số không đi với nhau được như đã ghi.", "the arguments do not go together as they were given."
    ),
    "close": _say(" Có phải “{given}”?", " Did you mean {given}?"),
}
"""The sentences about wrong usage; `gateway.cli.usage` uses them."""
