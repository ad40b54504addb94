"""The sentences about wrong options and wrong files."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class CommandLineRefusal(CodedSentence):
    """Why a command was not carried out."""

    USAGE = coded(
        "usage",
        vi="Lệnh chưa đúng: {problem_vi}\nXem cách dùng: {command} --help",
        en="The command is not well formed: {problem}\nHow to use it: {command} --help",
    )
    PERIOD_REVERSED = coded(
        "period_reversed",
        vi="Khoảng ngày bị ngược: từ {first} đến {last}. Hãy đổi --from hoặc --to.",
        en="The days are the wrong way round: from {first} to {last}. Change --from or --to.",
    )
    UNIT_OR_PERSON = coded(
        "unit_or_person",
        vi="Hãy nêu đơn vị (--unit), người (--person) hoặc cả hai.",
        en="Name a unit (--unit), a person (--person), or both.",
    )
    ARGUMENT_NOT_UTF8 = coded(
        "argument_not_utf8",
        vi="Tham số thứ {position} không phải chữ UTF-8 hợp lệ: {shown}. Hãy kiểm tra bảng mã của cửa sổ lệnh.",
        en="Argument {position} is not valid UTF-8: {shown}. Check the encoding of your terminal.",
    )
    FILE_UNREADABLE = coded(
        "file_unreadable",
        vi="Không đọc được tệp {path}: {problem}. Hãy kiểm tra đường dẫn và quyền đọc.",
        en="The file {path} cannot be read: {problem}. Check the path and the permission to read it.",
    )
    MACHINE_REFUSED = coded(
        "machine_refused",
        vi="Máy này không cho làm việc đó: {path}: {problem}. Hãy kiểm tra quyền và chỗ trống, rồi chạy lại.",
        en="This machine did not allow it: {path}: {problem}. Check permissions and space, then run again.",
    )
    NO_TABLE_FORMAT = coded(
        "no_table_format",
        vi="Tên tệp {path} phải kết thúc bằng .csv hoặc .xlsx. Chưa ghi gì.",
        en="The name of the file {path} must end with .csv or .xlsx. Nothing was written.",
    )
    FILE_TOO_LARGE = coded(
        "file_too_large",
        vi="Tệp {path} dài hơn {limit} byte, không phải một yêu cầu. Hãy kiểm tra lại tệp.",
        en="The file {path} is longer than {limit} bytes, which no request is. Check the file.",
    )
    FILE_NOT_UTF8 = coded(
        "file_not_utf8",
        vi="Tệp {path} không phải UTF-8 hợp lệ (byte thứ {position}). Hãy lưu lại tệp với bảng mã UTF-8.",
        en="The file {path} is not valid UTF-8 (at byte {position}). Save it again as UTF-8.",
    )
    NOT_JSON = coded(
        "not_json",
        vi="{path} không đọc được. {problem_vi} Sửa rồi gửi lại.",
        en="{path} cannot be read. {problem_en} Then send it again.",
    )
    NOT_AN_OBJECT = coded(
        "not_an_object",
        vi="{path} phải là một đối tượng JSON, dạng {{…}}.",
        en="{path} must be one JSON object, like {{…}}.",
    )
    MISSING_OPTION = coded(
        "missing_option",
        vi="Thiếu {options}. Cho đủ các tham số này, hoặc cho một tệp JSON.\nXem: {command} --help",
        en="Missing: {options}. Give these options, or a JSON file.\nSee {command} --help",
    )
    OPTIONS_BESIDE_FILE = coded(
        "options_beside_file",
        vi="Đã cho một tệp thì không cho thêm {options}: mọi nội dung nằm trong tệp.",
        en="With a file, {options} cannot be given too: everything stands in the file.",
    )
    UNKNOWN_COMMAND = coded(
        "unknown_command",
        vi="Không có việc “{name}”.{close_vi} Các việc: {known}.",
        en="There is no command {name}.{close_en} The commands are: {known}.",
    )
    CODE_DOES_NOT_PARSE = coded(
        "code_does_not_parse",
        vi="“{given}” không phải mã hồ sơ; mã hồ sơ có dạng H42.12-250701-0001.",
        en="{given} is not a dossier code; a code looks like H42.12-250701-0001.",
    )
    NAIVE_INSTANT = coded(
        "naive_instant",
        vi="Thời điểm {given} thiếu múi giờ. Hãy viết như 2025-08-05T09:30+07:00.",
        en="The instant {given} has no zone. Write it like 2025-08-05T09:30+07:00.",
    )
    PAUSE_DOES_NOT_PARSE = coded(
        "pause_does_not_parse",
        vi="Khoảng tạm dừng “{given}” chưa đúng. Hãy viết TỪ/ĐẾN, như 2025-08-05T09:00+07:00/2025-08-06T09:00+07:00.",
        en="The pause {given} cannot be read. Write FROM/TO, like 2025-08-05T09:00+07:00/2025-08-06T09:00+07:00.",
    )
    NOT_ACCEPTED_YET = coded(
        "not_accepted_yet",
        vi="Hồ sơ {dossier} chưa được tiếp nhận nên chưa có thời hạn nào để giải thích.",
        en="Dossier {dossier} is not accepted yet, so there is no deadline to explain.",
    )
    NEVER_ACCEPTED = coded(
        "never_accepted",
        vi="Hồ sơ {dossier} đã kết thúc lúc {ended} ({state}) mà chưa từng được tiếp nhận, nên không có thời hạn nào.",
        en="Dossier {dossier} ended at {ended} ({state}) and was never accepted, so it has no deadline.",
    )
    OUT_OF_RANGE = coded(
        "out_of_range",
        vi="{option} phải từ {low} đến {high}, không phải {value}.",
        en="{option} must be from {low} to {high}, not {value}.",
    )
    NOT_A_COMPARISON = coded(
        "not_a_comparison",
        vi="Tệp {path} không phải kết quả so với Cổng (dòng {line}). Chưa làm gì. Hãy chọn tệp khác.",
        en="The file {path} is not a comparison with the portal (line {line}). Nothing was done. Name another file.",
    )
    COMPARISON_OF_OTHER_DAYS = coded(
        "comparison_of_other_days",
        vi="Tệp {path} là một lần so dở của những ngày khác. Chưa làm gì. Hãy nêu đúng những ngày đó, hoặc tệp khác.",
        en="The file {path} has an unfinished comparison of other days. Nothing was done. Name those days, or another "
        "file.",
    )
    NOTHING_TO_OVERWRITE = coded(
        "nothing_to_overwrite",
        vi="Tệp {path} không nêu hồ sơ {dossier} là bị sửa trên Cổng. Chưa làm gì. Hãy so lại, hoặc bỏ mã này.",
        en="The file {path} does not say that dossier {dossier} was changed at the portal. Nothing was done. Compare "
        "again, or leave this code out.",
    )
    NOT_CONFIRMED = coded(
        "not_confirmed",
        vi="Lệnh này thay đổi hệ thống nên cần xác nhận. Chưa có gì thay đổi. Hãy xem kỹ các dòng trên, rồi chạy lại "
        "với --yes.",
        en="This command changes the system and wants to be confirmed. Nothing was changed. Look at the lines above, "
        "then run it again with --yes.",
    )
    REASON_MISSING = coded(
        "reason_missing",
        vi="--reason để trống. Hãy ghi lý do, một dòng, không nêu tên người: lý do được lưu lại.",
        en="--reason is empty. Say why, in one line that names nobody: it is recorded.",
    )
    DELEGATION_WITHOUT_RECEIVER = coded(
        "delegation_without_receiver",
        vi="--role và --legal-basis là của ủy quyền. Hãy thêm --receiver, hoặc bỏ chúng nếu chỉ ghi nghỉ.",
        en="--role and --legal-basis belong to a delegation. Add --receiver, or leave them out for an absence.",
    )
    MINE_WITHOUT_PERSON = coded(
        "mine_without_person",
        vi="--mine cần --by: máy này không biết ai đang hỏi.",
        en="--mine needs --by: this machine does not know who asks.",
    )
    CORRECTION_OF_SEVERAL = coded(
        "correction_of_several",
        vi="--applicant, --signer, --unit, --nothing-done chỉ dùng với một sự cố. Hãy thử lại từng sự cố.",
        en="--applicant, --signer, --unit and --nothing-done go with one incident only. Retry them one by one.",
    )
    UNEXPECTED = coded(
        "unexpected",
        vi="Lỗi không lường trước ({type}): đây là lỗi của chương trình. Hãy gửi các dòng sau cho nhóm phát triển.",
        en="An error that nobody foresaw ({type}): a mistake of the program. Send the lines below to its developers.",
    )
    INTERRUPTED = coded(
        "interrupted",
        vi="Đã ngừng lệnh này theo yêu cầu.",
        en="This command was stopped, as you asked.",
    )
    NO_DEVELOPMENT_ISSUER = coded(
        "no_development_issuer",
        vi="Nơi cấp mã tại {address} không trả lời như nơi đăng nhập để phát triển. Hãy chạy `make up`, rồi thử lại.",
        en="The issuer at {address} does not answer as a development issuer. Run `make up`, then try again.",
    )


class UsageSentence(CodedSentence):
    """What is wrong with the arguments of a command. The sentence of `CommandLineRefusal.USAGE` contains these."""

    UNKNOWN_OPTION = coded(
        "unknown_option",
        vi="không có tham số “{given}”.{close}",
        en="there is no option {given}.{close}",
    )
    UNKNOWN_COMMAND = coded(
        "unknown_command",
        vi="không có lệnh “{given}”.{close} Các lệnh: {known}.",
        en="there is no command {given}.{close} There are: {known}.",
    )
    TOO_MUCH = coded(
        "too_much",
        vi="thừa “{given}”.",
        en="{given} is too much.",
    )
    GIVEN_TWICE = coded(
        "given_twice",
        vi="{option} ghi hai lần, chỉ ghi một lần.",
        en="{option} stands here twice; give it once.",
    )
    MISSING = coded(
        "missing",
        vi="thiếu {option} ({means}).",
        en="{option} is missing ({means}).",
    )
    MISSING_VALUE = coded(
        "missing_value",
        vi="sau {option} thiếu giá trị.",
        en="{option} has no value after it.",
    )
    NOT_A_CHOICE = coded(
        "not_a_choice",
        vi="{option} không nhận “{given}”.{close} Chọn một trong: {known}.",
        en="{option} does not take {given}.{close} Choose one of: {known}.",
    )
    NOT_OF_TYPE = coded(
        "not_of_type",
        vi="{option} phải là {written}, không phải “{given}”.",
        en="{option} takes {written}, not {given}.",
    )
    NOT_READABLE = coded(
        "not_readable",
        vi="{option} không đọc được “{given}”.",
        en="{option} cannot be read from {given}.",
    )
    OTHERWISE = coded(
        "otherwise",
        vi="các tham số không đi với nhau được như đã ghi.",
        en="the arguments do not go together as they were given.",
    )
    CLOSE = coded(
        "close",
        vi=" Có phải “{given}”?",
        en=" Did you mean {given}?",
    )
