"""The sentences about what is wrong in the configuration of a province."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class ConfigurationFault(CodedSentence):
    """What can be wrong in a province's folder, each with its repair."""

    # files
    MISSING_FOLDER = coded(
        "missing_folder",
        vi="Không có thư mục này, hoặc đây là tệp. Hãy kiểm tra biến LUONGXANH_PROVINCE hay đường dẫn đã gõ.",
        en="There is no such folder, or it is none. Check LUONGXANH_PROVINCE, or the path that was typed.",
    )
    MISSING_FILE = coded(
        "missing_file",
        vi="Thiếu tệp này. Hãy tạo tệp.",
        en="This file is missing. Create it.",
    )
    FILE_NOT_READ = coded(
        "file_not_read",
        vi="Tệp tên này không được đọc nên không có hiệu lực. Hãy đổi tên (đuôi .yaml) như README của tỉnh, hoặc xóa.",
        en="A file of this name is not read, and so without effect. Name it as the province's README says (.yaml), or "
        "delete it.",
    )
    UNREADABLE_FILE = coded(
        "unreadable_file",
        vi="Không đọc được tệp: {detail}. Hãy kiểm tra quyền đọc.",
        en="The file cannot be read: {detail}. Check its permissions.",
    )
    EMPTY_FILE = coded(
        "empty_file",
        vi="Tệp không có nội dung. Hãy điền; tệp không bắt buộc thì có thể xóa.",
        en="The file has no content. Fill it in; one that is not required may be deleted instead.",
    )
    INVALID_UTF8 = coded(
        "invalid_utf8",
        vi="Byte {byte} không phải UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.",
        en="The byte {byte} is not UTF-8. Save the file in UTF-8.",
    )
    BAD_YAML = coded(
        "bad_yaml",
        vi="Không phải YAML đúng cú pháp: {detail}. Hãy xem thụt lề, dấu ngoặc và dấu nháy ở dòng này.",
        en="Not well-formed YAML: {detail}. Look at the indentation, brackets and quotes of this line.",
    )
    BAD_JSON = coded(
        "bad_json",
        vi="Không phải JSON đúng cú pháp: {detail}. Hãy xem dấu ngoặc, dấu phẩy và dấu nháy.",
        en="Not well-formed JSON: {detail}. Look at the brackets, commas and quotes.",
    )
    DUPLICATE_KEY = coded(
        "duplicate_key",
        vi="Khóa {key} xuất hiện hai lần trong cùng một mục. Hãy bỏ một.",
        en="The key {key} appears twice in one entry. Remove one.",
    )
    TEXT_TOO_LARGE = coded(
        "text_too_large",
        vi="Nội dung dài hơn {limit} ký tự, vượt mức cho phép. Hãy chia nhỏ hoặc kiểm tra lại.",
        en="The text is longer than the {limit} characters that are read. Split it, or check it.",
    )
    TEXT_TOO_DEEP = coded(
        "text_too_deep",
        vi="Các mục lồng nhau quá {limit} cấp. Hãy bỏ bớt cấp lồng.",
        en="The entries are nested more than {limit} levels deep. Nest them less.",
    )
    TEXT_TOO_MANY_VALUES = coded(
        "text_too_many_values",
        vi="Có hơn {limit} giá trị (tính cả phần dùng lại bằng *). Hãy chia nhỏ tệp.",
        en="There are more than {limit} values (those used again by * included). Split the file.",
    )
    TOO_MANY_ALIASES = coded(
        "too_many_aliases",
        vi="Dùng lại bằng * hơn {limit} lần. Hãy viết rõ nội dung.",
        en="More than {limit} aliases (*) are used. Write the content out.",
    )
    ALIAS_OF_ITSELF = coded(
        "alias_of_itself",
        vi="*{anchor} nằm ngay trong &{anchor}: nội dung tự chứa chính nó. Hãy viết rõ nội dung.",
        en="*{anchor} stands inside &{anchor}: the content would hold itself. Write it out.",
    )
    NUMBER_TOO_LONG = coded(
        "number_too_long",
        vi="Một con số dài hơn {limit} chữ số. Hãy kiểm tra lại số đó.",
        en="A number has more than {limit} digits. Check it.",
    )
    CONTROL_CHARACTER = coded(
        "control_character",
        vi="{field}: ký tự điều khiển hoặc ký tự ẩn {character} ở vị trí {position}. Hãy xóa ký tự đó.",
        en="{field}: the control or invisible character {character} at position {position}. Remove it.",
    )
    BEYOND_ALL_YEARS = coded(
        "beyond_all_years",
        vi="{field}: năm của ngày {value} phải từ {first} đến {last}. Hãy sửa; không có ngày cuối thì bỏ trống.",
        en="{field}: the year of {value} must be from {first} to {last}. Correct it; leave out a last day that is "
        "none.",
    )
    WRONG_SHAPE = coded(
        "wrong_shape",
        vi="Mục này phải là {expected}. Hãy xem mẫu ở đầu tệp.",
        en="This must be {expected}. See the example at the top of the file.",
    )
    # values
    MISSING_FIELD = coded(
        "missing_field",
        vi="Thiếu trường {field}. Hãy bổ sung.",
        en="The field {field} is missing. Add it.",
    )
    UNKNOWN_FIELD = coded(
        "unknown_field",
        vi="Không có trường nào tên {field}. Hãy sửa tên hoặc bỏ trường.",
        en="There is no field called {field}. Correct its name or remove it.",
    )
    UNKNOWN_VALUE = coded(
        "unknown_value",
        vi="{field}: không có giá trị {value}. Hãy dùng một trong: {expected}.",
        en="{field}: there is no value {value}. Use one of: {expected}.",
    )
    UNKNOWN_ROLE = coded(
        "unknown_role",
        vi="Không có vai trò {value}. Hãy dùng một trong: {expected}.",
        en="There is no role {value}. Use one of: {expected}.",
    )
    NOT_TEXT = coded(
        "not_text",
        vi='{field}: {value} phải là chữ. Hãy đặt trong dấu nháy kép, ví dụ "13366".',
        en='{field}: {value} must be text. Put it in double quotes, like "13366".',
    )
    IMPOSSIBLE_DATE = coded(
        "impossible_date",
        vi="{field}: không có ngày {value}. Hãy viết năm-tháng-ngày, ví dụ 2025-07-01.",
        en="{field}: there is no date {value}. Write year-month-day, like 2025-07-01.",
    )
    IMPOSSIBLE_INSTANT = coded(
        "impossible_instant",
        vi='{field}: {value} không phải thời điểm có múi giờ. Hãy viết trong dấu nháy, như "2025-07-01T09:30+07:00".',
        en='{field}: {value} is no instant with its zone. Write it in quotes, like "2025-07-01T09:30+07:00".',
    )
    FRACTIONAL_FEE = coded(
        "fractional_fee",
        vi="Phí {value} không phải số nguyên đồng. Hãy viết số nguyên, ví dụ 8000.",
        en="The fee {value} is not a whole number of dong. Write a whole number, like 8000.",
    )
    NEGATIVE_FEE = coded(
        "negative_fee",
        vi="Phí {value} là số âm. Hãy viết 0 (không thu) hoặc số đồng phải thu.",
        en="The fee {value} is negative. Write 0 (none) or the number of dong to be paid.",
    )
    OUT_OF_RANGE = coded(
        "out_of_range",
        vi="{field}: giá trị {value} phải {bound}. Hãy sửa.",
        en="{field}: the value {value} must be {bound}. Correct it.",
    )
    BAD_CODE = coded(
        "bad_code",
        vi="{field}: mã {value} chỉ được gồm chữ không dấu, số và . _ -, tối đa 64 ký tự. Hãy sửa.",
        en="{field}: the code {value} may hold only unaccented letters, digits and . _ -, at most 64. Correct it.",
    )
    TOO_LONG = coded(
        "too_long",
        vi="{field}: dài quá {limit} ký tự. Hãy rút gọn.",
        en="{field}: longer than {limit} characters. Shorten it.",
    )
    TOO_MANY = coded(
        "too_many",
        vi="{field}: có quá {limit} mục. Hãy bỏ bớt.",
        en="{field}: has more than {limit} items. Remove some.",
    )
    EMPTY_VALUE = coded(
        "empty_value",
        vi="{field} đang trống. Hãy điền.",
        en="{field} is empty. Fill it in.",
    )
    NOT_WHOLE_NUMBER = coded(
        "not_whole_number",
        vi="{field}: {value} phải là số nguyên, không có dấu nháy. Hãy sửa.",
        en="{field}: {value} must be a whole number, without quotes. Correct it.",
    )
    NOT_A_NUMBER = coded(
        "not_a_number",
        vi="{field}: {value} phải là số, viết như 0.5. Hãy sửa.",
        en="{field}: {value} must be a number, written like 0.5. Correct it.",
    )
    NOT_TRUE_OR_FALSE = coded(
        "not_true_or_false",
        vi="{field}: {value} phải là true hoặc false, không có dấu nháy. Hãy sửa.",
        en="{field}: {value} must be true or false, without quotes. Correct it.",
    )
    NOT_A_TIME = coded(
        "not_a_time",
        vi='{field}: {value} không phải giờ trong ngày. Hãy viết trong dấu nháy và không ghi múi giờ, như "15:00".',
        en='{field}: {value} is no time of the day. Write it in quotes and without a zone, like "15:00".',
    )
    UNREADABLE_TEXT = coded(
        "unreadable_text",
        vi="{field}: có ký tự không dùng được, hoặc thời điểm ngoài mọi năm. Hãy viết lại.",
        en="{field}: holds a character that cannot be used, or a time beyond every year. Write it anew.",
    )
    NOT_A_LIST = coded(
        "not_a_list",
        vi="{field}: phải là một danh sách. Hãy dùng dấu - hoặc [ ].",
        en="{field}: must be a list. Use - or [ ].",
    )
    NOT_A_MAPPING = coded(
        "not_a_mapping",
        vi="{field}: phải là một mục có khóa. Hãy viết khóa: giá trị.",
        en="{field}: must be a mapping. Write key: value.",
    )
    INVALID_VALUE = coded(
        "invalid_value",
        vi="{field}: giá trị {value} không hợp lệ ({rule}). Hãy xem các mục cùng loại, rồi sửa.",
        en="{field}: the value {value} is not valid ({rule}). Look at the entries beside it, then correct it.",
    )
    DATES_REVERSED = coded(
        "dates_reversed",
        vi="{unit}: ngày kết thúc {valid_to} trước ngày bắt đầu {valid_from}. Hãy sửa một trong hai ngày.",
        en="{unit}: the last day {valid_to} is before the first day {valid_from}. Correct one of them.",
    )
    # organisation
    DUPLICATE_CODE = coded(
        "duplicate_code",
        vi="Mã {value} đã dùng ở {other}. Hãy dùng mã khác hoặc bỏ mục thừa.",
        en="The code {value} is already used at {other}. Use another code or remove the second entry.",
    )
    DATES_OVERLAP = coded(
        "dates_overlap",
        vi="Mã {unit}: đơn vị {name} bắt đầu {valid_from} khi đơn vị trước cùng mã chưa kết thúc. Hãy sửa "
        "valid_to hoặc valid_from; nếu là mục thừa thì bỏ.",
        en="Code {unit}: {name} begins on {valid_from} while the unit before it with this code has not ended. Correct "
        "valid_to or valid_from, or remove the second entry.",
    )
    DATES_GAP = coded(
        "dates_gap",
        vi="Mã {unit}: có khoảng trống trước ngày {valid_from} ({name}). Hãy nối liền với đơn vị trước.",
        en="Code {unit}: there is a gap before {valid_from} ({name}). Join it to the last day of the unit before.",
    )
    DUPLICATE_AUTHORITY_ID = coded(
        "duplicate_authority_id",
        vi="Đơn vị {unit}: mã định danh {authority} đã thuộc đơn vị {other}. Hãy dùng mã khác: mã hồ sơ sẽ trùng.",
        en="Unit {unit}: the identifier {authority} already belongs to {other}. Use another: codes would collide.",
    )
    BAD_AUTHORITY_ID = coded(
        "bad_authority_id",
        vi="Đơn vị {unit}: mã định danh {authority} đứng đầu mã hồ sơ, chỉ được gồm chữ không dấu, số và dấu chấm, "
        "tối đa 32 ký tự. Hãy sửa authority_id.",
        en="Unit {unit}: the identifier {authority} begins its dossiers' codes, and may hold only unaccented letters, "
        "digits and full stops, at most 32. Correct authority_id.",
    )
    NO_CENTRE_ABOVE = coded(
        "no_centre_above",
        vi="Đơn vị {unit} ({name}): ngày {day} có {count} Trung tâm Phục vụ hành chính công tỉnh, phải có đúng một "
        "để điều phối hồ sơ chưa rõ thẩm quyền. Hãy thêm Trung tâm, hoặc sửa parent.",
        en="Unit {unit} ({name}): on {day} there are {count} provincial centres, and there must be one to coordinate "
        "dossiers whose authority is not clear. Add a unit provincial_centre, or correct parent.",
    )
    SUCCESSOR_OF_ANOTHER_LEVEL = coded(
        "successor_of_another_level",
        vi="Đơn vị {unit} ({name}): đơn vị kế thừa {successor} ({successor_name}) khác cấp nên không có thẩm quyền "
        "với hồ sơ đang mở. Hãy ghi đơn vị kế thừa cùng cấp.",
        en="Unit {unit} ({name}): its successor {successor} ({successor_name}) is of another level, and so not "
        "competent for open dossiers. Name a successor of its level.",
    )
    UNKNOWN_PARENT = coded(
        "unknown_parent",
        vi="Đơn vị {unit}: đơn vị cấp trên {parent} không tồn tại trong suốt thời gian của đơn vị này. Hãy sửa parent.",
        en="Unit {unit}: the parent {parent} does not exist through the whole period of this unit. Correct its parent.",
    )
    ORGANISATION_CYCLE = coded(
        "organisation_cycle",
        vi="Đơn vị {unit}: chuỗi cấp trên đi vòng: {ring}. Hãy sửa parent của một đơn vị trong vòng.",
        en="Unit {unit}: the line of parents goes in a circle: {ring}. Correct the parent of one of them.",
    )
    UNKNOWN_SUCCESSOR = coded(
        "unknown_successor",
        vi="Đơn vị {unit} ({name}): đơn vị kế thừa {successor} không tồn tại vào ngày hôm sau ngày kết thúc. Hãy sửa.",
        en="Unit {unit} ({name}): the successor {successor} does not exist on the day after it ends. Correct it.",
    )
    CLOSED_WITHOUT_SUCCESSOR = coded(
        "closed_without_successor",
        vi="Đơn vị {unit} đã kết thúc nhưng không có đơn vị kế thừa. Hãy ghi successors: hồ sơ đang mở cần nơi đến.",
        en="Unit {unit} is closed and has no successor. Name its successors: open dossiers need somewhere to go.",
    )
    SUCCESSOR_OF_OPEN_UNIT = coded(
        "successor_of_open_unit",
        vi="Đơn vị {unit} đang hoạt động mà đã có đơn vị kế thừa. Hãy ghi valid_to, hoặc bỏ successors.",
        en="Unit {unit} is open and yet has successors. Give its valid_to, or remove successors.",
    )
    UNKNOWN_MANDATE_UNIT = coded(
        "unknown_mandate_unit",
        vi="Ủy quyền {mandate}: đơn vị {unit} không tồn tại trong suốt thời gian ủy quyền. Hãy sửa đơn vị hoặc ngày.",
        en="Mandate {mandate}: the unit {unit} does not exist through its whole period. Correct the unit or the dates.",
    )
    MANDATE_TO_ONESELF = coded(
        "mandate_to_oneself",
        vi="Ủy quyền {mandate}: {unit} ủy quyền cho chính mình. Hãy sửa bên nhận.",
        en="Mandate {mandate}: {unit} delegates to itself. Correct the receiver.",
    )
    MANDATE_TWICE = coded(
        "mandate_twice",
        vi="Ủy quyền {mandate}: {unit} đã ủy quyền thủ tục {procedure} cho đơn vị khác cùng lúc. Hãy bỏ một.",
        en="Mandate {mandate}: {unit} has already delegated procedure {procedure} at that time. Remove one.",
    )
    MANDATE_RING = coded(
        "mandate_ring",
        vi="Ủy quyền {mandate} tạo thành vòng: {ring}. Hãy bỏ một ủy quyền trong vòng.",
        en="Mandate {mandate} makes a ring: {ring}. Remove one of the delegations.",
    )
    SERVICE_IS_A_PERSON = coded(
        "service_is_a_person",
        vi="Mã {service} vừa là dịch vụ, vừa là cán bộ. Hãy đặt mã riêng cho dịch vụ.",
        en="{service} is both a service and a person. Give the service a code of its own.",
    )
    DUPLICATE_SERVICE = coded(
        "duplicate_service",
        vi="Dịch vụ {service} được ghi hai lần. Hãy gộp lại.",
        en="The service {service} is there twice. Make it one.",
    )
    SERVICE_ROLE_OF_NOBODY = coded(
        "service_role_of_nobody",
        vi="Dịch vụ {service}: vai trò {roles} chỉ hệ thống hoặc người nộp hồ sơ mới có. Hãy bỏ vai trò đó.",
        en="The service {service}: only the engine or an applicant acts as {roles}. Take that role away.",
    )
    UNKNOWN_UNIT_OF_SERVICE = coded(
        "unknown_unit_of_service",
        vi="Dịch vụ {service} được làm tại {unit}, đơn vị này không có. Hãy sửa units.",
        en="The service {service} may act in {unit}, a unit that there is none of. Correct its units.",
    )
    UNKNOWN_UNIT_BY_HAND = coded(
        "unknown_unit_by_hand",
        vi="Phân công để lãnh đạo {unit} giao, nhưng không có đơn vị này. Hãy sửa by_hand_units.",
        en="Assignment is left to the head of {unit}, a unit that there is none of. Correct by_hand_units.",
    )
    UNKNOWN_PROCEDURE_BY_HAND = coded(
        "unknown_procedure_by_hand",
        vi="Phân công để lãnh đạo giao thủ tục {procedure_code}, nhưng không có thủ tục này. Hãy sửa "
        "by_hand_procedures.",
        en="Assignment of the procedure {procedure_code} is left to heads, but there is no such procedure. Correct "
        "by_hand_procedures.",
    )
    SERVICE_WITHOUT_SCOPE = coded(
        "service_without_scope",
        vi="Dịch vụ {service} không được làm gì: hãy ghi roles, for_applicants: true hoặc events: true, hoặc bỏ đi.",
        en="The service {service} may do nothing: enter roles, for_applicants: true or events: true, or take it away.",
    )
    SERVICE_CODE_RESERVED = coded(
        "service_code_reserved",
        vi="Mã dịch vụ {service}: mã bắt đầu bằng “{prefix}” là mã dành riêng. Hãy đặt mã khác.",
        en="The service {service}: codes that begin with {prefix} are reserved. Give it another code.",
    )
    UNKNOWN_PROCEDURE_OF_SERVICE = coded(
        "unknown_procedure_of_service",
        vi="Dịch vụ {service} được làm thủ tục {procedure_code}, thủ tục này không có. Hãy sửa procedures.",
        en="The service {service} may act on procedure {procedure_code}, which does not exist. Correct its procedures.",
    )
    UNKNOWN_COMMAND_IN_PEOPLE = coded(
        "unknown_command_in_people",
        vi="{whose}: ở {field} không ghi được lệnh {command}. Các lệnh: {known}. Hãy sửa {field}.",
        en="{whose}: {command} is no command that {field} can name. Commands: {known}. Correct {field}.",
    )
    UNKNOWN_PROCEDURE_OF_FOUR_EYES = coded(
        "unknown_procedure_of_four_eyes",
        vi="four_eyes ({four_eyes}): không có thủ tục {procedure_code}. Hãy sửa procedures.",
        en="four_eyes ({four_eyes}): there is no procedure {procedure_code}. Correct its procedures.",
    )
    UNKNOWN_MANDATE_PROCEDURE = coded(
        "unknown_mandate_procedure",
        vi="Ủy quyền {mandate}: không có thủ tục {procedure_code}. Hãy sửa mã thủ tục.",
        en="Mandate {mandate}: there is no procedure {procedure_code}. Correct the code.",
    )
    MANDATE_DATES_REVERSED = coded(
        "mandate_dates_reversed",
        vi="Ủy quyền {mandate}: ngày kết thúc {valid_to} trước ngày bắt đầu {valid_from}. Hãy sửa một trong hai ngày.",
        en="Mandate {mandate}: its last day {valid_to} is before its first {valid_from}. Correct one of them.",
    )
    # calendars and the ladder
    CLOCK_NEVER_RUNS = coded(
        "clock_never_runs",
        vi="Lịch {calendar}: không khung giờ nào tính thời hạn (clock), nên không hồ sơ nào có hạn. Hãy sửa một khung.",
        en="Calendar {calendar}: limits run in none of its sessions (clock), so that nothing is ever due. Correct one.",
    )
    SWAPPED_WITH_ITSELF = coded(
        "swapped_with_itself",
        vi="Lịch {calendar}: ngày {day} ghi hoán đổi với chính nó. Hãy sửa swapped_with.",
        en="Calendar {calendar}: {day} is swapped with itself. Correct swapped_with.",
    )
    RUNG_WITHOUT_EFFECT = coded(
        "rung_without_effect",
        vi="Leo thang {escalation}, bậc {rung}: không báo ai, không chuyển trách nhiệm. Hãy ghi notify, hoặc bỏ bậc.",
        en="Escalation {escalation}, rung {rung}: tells nobody, and nobody takes over. State notify, or remove it.",
    )
    RUNG_CLOCK_NEVER_RUNS = coded(
        "rung_clock_never_runs",
        vi="Leo thang {escalation}, bậc {rung}: không thủ tục nào trong phạm vi có đồng hồ {clock} nên bậc không bao "
        "giờ tới. Hãy sửa clock hoặc scope, hoặc bỏ bậc.",
        en="Escalation {escalation}, rung {rung}: no procedure in its scope has the clock {clock}, so it can never "
        "fire. Correct clock or scope, or remove it.",
    )
    RUNG_SCOPE_EMPTY = coded(
        "rung_scope_empty",
        vi="Leo thang {escalation}, bậc {rung}: không thủ tục nào có thời hạn dài như scope đòi hỏi nên bậc không bao "
        "giờ tới. Hãy giảm limit_at_least_working_hours.",
        en="Escalation {escalation}, rung {rung}: no procedure has so long a limit as its scope demands, so it can "
        "never fire. Lower limit_at_least_working_hours.",
    )
    RUNG_BEFORE_START = coded(
        "rung_before_start",
        vi="Leo thang {escalation}, bậc {rung}: {hours} giờ trước hạn là trước khi bắt đầu, vì thủ tục "
        "{procedure_code} chỉ có {limit} giờ làm việc. Hãy giảm số giờ, hoặc ghi scope với "
        "limit_at_least_working_hours: {at_least}.",
        en="Escalation {escalation}, rung {rung}: {hours} hours before the due date is before the start, as procedure "
        "{procedure_code} has only {limit} working hours. Lower it, or write a scope with "
        "limit_at_least_working_hours: {at_least}.",
    )
    TAKE_OVER_BEFORE_DUE = coded(
        "take_over_before_due",
        vi="Leo thang {escalation}, bậc {rung}: cảnh báo trước hạn thì không chuyển trách nhiệm. Hãy bỏ take_over.",
        en="Escalation {escalation}, rung {rung}: a warning before the due date takes nothing over. Remove take_over.",
    )
    UNKNOWN_PROCEDURE_OF_RUNG = coded(
        "unknown_procedure_of_rung",
        vi="Leo thang {escalation}, bậc {rung}: không có thủ tục {procedure_code}. Hãy sửa mã trong scope.",
        en="Escalation {escalation}, rung {rung}: there is no procedure {procedure_code}. Correct the code in scope.",
    )
    UNKNOWN_STEP_OF_RUNG = coded(
        "unknown_step_of_rung",
        vi="Leo thang {escalation}, bậc {rung}: không thủ tục nào trong phạm vi có bước {step}. Hãy sửa mã bước.",
        en="Escalation {escalation}, rung {rung}: no procedure in its scope has the step {step}. Correct its code.",
    )
    NOTHING_IS_SIGNED = coded(
        "nothing_is_signed",
        vi="Leo thang {escalation}, bậc {rung}: không thủ tục nào trong phạm vi có bước ký. Hãy bỏ bậc.",
        en="Escalation {escalation}, rung {rung}: no procedure in its scope has a signature. Remove it.",
    )
    NOTHING_IS_ASSIGNED = coded(
        "nothing_is_assigned",
        vi="Leo thang {escalation}, bậc {rung}: không thủ tục nào trong phạm vi có bước giao người xử lý. Hãy bỏ bậc.",
        en="Escalation {escalation}, rung {rung}: no procedure in its scope has a step for an officer. Remove it.",
    )
    NOTHING_IS_PAID = coded(
        "nothing_is_paid",
        vi="Leo thang {escalation}, bậc {rung}: không thủ tục nào trong phạm vi phải nộp tiền. Hãy bỏ bậc.",
        en="Escalation {escalation}, rung {rung}: no procedure in its scope costs anything. Remove it.",
    )
    RUNG_BEFORE_FIRST_REPORT = coded(
        "rung_before_first_report",
        vi="Leo thang {escalation}, bậc {rung}: {hours} giờ không sau lần báo đầu ({first} giờ). Hãy ghi số lớn hơn.",
        en="Escalation {escalation}, rung {rung}: {hours} hours is not after the first report ({first} hours). Write a "
        "larger number.",
    )
    RUNGS_AT_ONCE = coded(
        "rungs_at_once",
        vi="Leo thang {escalation}, bậc {rung}: cùng thời điểm với bậc {other}. Hãy gộp hai bậc.",
        en="Escalation {escalation}, rung {rung}: fires at the same instant as {other}. Make them one.",
    )
    RUNGS_OUT_OF_ORDER = coded(
        "rungs_out_of_order",
        vi="Leo thang {escalation}, bậc {rung}: có hồ sơ tới bậc này trước bậc {other} ghi ở trên. Hãy xếp theo thời "
        "gian, hoặc giới hạn bằng scope.",
        en="Escalation {escalation}, rung {rung}: some dossiers reach it before {other}, which stands above it. Put "
        "them in order of time, or limit them by scope.",
    )
    LEVELS_OUT_OF_ORDER = coded(
        "levels_out_of_order",
        vi="Leo thang {escalation}, bậc {rung}: báo cấp thấp hơn bậc {other} trước đó. Hãy báo ít nhất cùng cấp.",
        en="Escalation {escalation}, rung {rung}: tells a lower level than {other} before it. Tell that level at "
        "least.",
    )
    AUDIENCE_OF_NOBODY = coded(
        "audience_of_nobody",
        vi="Leo thang {escalation}, bậc {rung}: với {unit_code} {name}, không vị trí nào ở mọi cấp nhận được ({whom}). "
        "Hãy thêm vị trí trong people.yaml, hoặc sửa notify.",
        en="Escalation {escalation}, rung {rung}: for {unit_code} {name}, no post at any level could be told ({whom}). "
        "Add a post in people.yaml, or correct notify.",
    )
    UNKNOWN_COUNCIL = coded(
        "unknown_council",
        vi="Leo thang {escalation}, bậc {rung}: không có hội đồng {council} trong councils. Hãy sửa mã hoặc khai báo.",
        en="Escalation {escalation}, rung {rung}: there is no council {council} in councils. Correct or add it.",
    )
    COUNCIL_WITHOUT_POSTS = coded(
        "council_without_posts",
        vi="Leo thang {escalation}: hội đồng {council} không có vị trí nào. Hãy ghi members.",
        en="Escalation {escalation}: the council {council} has no posts. Write its members.",
    )
    UNKNOWN_POST_OF_COUNCIL = coded(
        "unknown_post_of_council",
        vi="Leo thang {escalation}: hội đồng {council} có vị trí {post_code} không có trong people.yaml. Hãy sửa mã.",
        en="Escalation {escalation}: the council {council} names the post {post_code}, which people.yaml does not "
        "have. Correct the code.",
    )
    LADDERS_OVERLAP = coded(
        "ladders_overlap",
        vi="Leo thang {escalation} và {other} cùng có hiệu lực một ngày. Hãy sửa effective_from hoặc effective_to.",
        en="The ladders {escalation} and {other} are in force on the same day. Correct effective_from or effective_to.",
    )
    LADDERS_LEAVE_A_GAP = coded(
        "ladders_leave_a_gap",
        vi="Leo thang {escalation}: từ ngày {day} không có chính sách nào hiệu lực. Hãy sửa ngày cho liền nhau; chính "
        "sách cuối không ghi effective_to.",
        en="Escalation {escalation}: from {day} on no ladder is in force. Let the days follow each other; the last "
        "ladder has no effective_to.",
    )
    LADDER_DATES_REVERSED = coded(
        "ladder_dates_reversed",
        vi="Leo thang {escalation}: effective_to trước effective_from. Hãy sửa một trong hai.",
        en="Escalation {escalation}: effective_to is before effective_from. Correct one of them.",
    )
    # notices
    QUIET_HOURS_HALF = coded(
        "quiet_hours_half",
        vi="Giờ yên lặng chỉ ghi một đầu. Hãy ghi cả quiet_from và quiet_to, hoặc để cả hai là null.",
        en="The quiet hours have one end only. Give both quiet_from and quiet_to, or null for both.",
    )
    QUIET_HOURS_ALWAYS = coded(
        "quiet_hours_always",
        vi="Giờ yên lặng từ {time} đến {time} không có lúc nào gửi được. Hãy đổi một đầu, hoặc để cả hai là null.",
        en="Quiet hours from {time} to {time} leave no time to send anything. Change one end, or give null for both.",
    )
    URGENT_AFTER_OTHERS = coded(
        "urgent_after_others",
        vi="Việc gấp được gom {urgent} phút, lâu hơn việc thường ({others} phút). Hãy giảm urgent_minutes.",
        en="What is urgent is collected for {urgent} minutes, longer than the rest ({others}). Lower urgent_minutes.",
    )
    NOTICE_PARAMETER_UNKNOWN = coded(
        "notice_parameter_unknown",
        vi="Mẫu tin {notice}: không có tham số {{{parameter}}}. Các tham số dùng được: {known}.",
        en="The notice {notice} has no parameter {{{parameter}}}. It may use: {known}.",
    )
    NOTICE_TEXT_UNREADABLE = coded(
        "notice_text_unreadable",
        vi="Mẫu tin {notice}: dấu ngoặc nhọn không khớp. Hãy viết tham số như {{dossier}}.",
        en="The notice {notice} has a brace that is not closed. Write a parameter as {{dossier}}.",
    )
    NOTICE_WITHOUT_ZALO_TEMPLATE = coded(
        "notice_without_zalo_template",
        vi="Mẫu tin {notice}: có zalo_parameters nhưng thiếu zalo_template. Hãy ghi mã mẫu đã được duyệt.",
        en="The notice {notice} has zalo_parameters and no zalo_template. Give the template that Zalo has approved.",
    )
    NOTICE_ENTRY_TWICE = coded(
        "notice_entry_twice",
        vi="Tin cho người nộp: trong {field}, {value} ghi hai lần. Hãy bỏ một.",
        en="Notices to applicants: {value} stands twice in {field}. Remove one.",
    )
    NOTICE_MAILBOX_WRONG = coded(
        "notice_mailbox_wrong",
        vi="Tin cho cán bộ: {email} không phải địa chỉ thư điện tử gửi tới được. Hãy sửa staff_mail_domain hay "
        "staff_mailboxes.",
        en="Notices to staff: no e-mail can be sent to {email}. Correct staff_mail_domain or staff_mailboxes.",
    )
    # people
    POST_OF_NOBODY = coded(
        "post_of_nobody",
        vi="Vị trí {post}: vai trò {role} không phải vai trò của cán bộ. Hãy chọn vai trò khác.",
        en="Post {post}: the role {role} is not one that officers have. Choose another.",
    )
    DUPLICATE_POST = coded(
        "duplicate_post",
        vi="Vị trí {post} khai hai lần. Hãy bỏ một.",
        en="The post {post} appears twice. Remove one.",
    )
    UNKNOWN_POST = coded(
        "unknown_post",
        vi="Cán bộ {person}: không có vị trí {post}. Hãy sửa mã vị trí.",
        en="Person {person}: there is no post {post}. Correct its code.",
    )
    UNKNOWN_UNIT_OF_POST = coded(
        "unknown_unit_of_post",
        vi="Vị trí {post}: không có đơn vị {unit}. Hãy sửa mã đơn vị.",
        en="Post {post}: there is no unit {unit}. Correct its code.",
    )
    PERSON_IN_TWO_UNITS = coded(
        "person_in_two_units",
        vi="Cán bộ {person} ở hai đơn vị ({units}) cùng lúc từ ngày {day}. Hãy kết thúc một vị trí trước.",
        en="Person {person} is in two units ({units}) at once from {day}. End one post first.",
    )
    APPOINTED_TWICE = coded(
        "appointed_twice",
        vi="Cán bộ {person} giữ vị trí {post} hai lần cùng lúc từ ngày {day}. Hãy sửa ngày hoặc bỏ một mục.",
        en="Person {person} is appointed twice to the post {post} from {day}. Correct the dates or remove one.",
    )
    ENDS_BEFORE_IT_BEGAN = coded(
        "ends_before_it_began",
        vi="Cán bộ {person}: thời điểm kết thúc {ended} không sau thời điểm bắt đầu {began}. Hãy sửa một trong hai.",
        en="Person {person}: the end {ended} is not after the beginning {began}. Correct one of them.",
    )
    PERSON_BY_OWN_NUMBER = coded(
        "person_by_own_number",
        vi="“{field}” là số định danh hoặc điện thoại của một người. Hãy dùng mã nội bộ của cán bộ.",
        en="{field} is somebody's identity or telephone number. Use an internal code of the officer.",
    )
    PERSON_WITHOUT_POST = coded(
        "person_without_post",
        vi="Cán bộ {person} không giữ vị trí nào. Hãy sửa mã cán bộ hoặc khai vị trí.",
        en="Person {person} holds no post. Correct the code, or add an appointment.",
    )
    DELEGATION_TO_ONESELF = coded(
        "delegation_to_oneself",
        vi="Cán bộ {person} ủy quyền cho chính mình. Hãy sửa bên nhận.",
        en="Person {person} delegates to themselves. Correct the receiver.",
    )
    DELEGATION_RING = coded(
        "delegation_ring",
        vi="Ủy quyền của {person} tạo thành vòng: {ring}. Hãy bỏ một ủy quyền.",
        en="The delegation of {person} makes a ring: {ring}. Remove one delegation.",
    )
    # procedures
    SHARES_DO_NOT_ADD_UP = coded(
        "shares_do_not_add_up",
        vi="Tỷ lệ thời gian các bước cộng lại là {total}, phải là 100. Hãy sửa share của các bước.",
        en="The steps' shares add up to {total}, and must be 100. Correct the shares.",
    )
    SIGNATURE_NOT_LAST = coded(
        "signature_not_last",
        vi="Bước ký phải là bước cuối cùng. Hãy chuyển bước ký xuống cuối.",
        en="The step that signs must be the last. Move it to the end.",
    )
    DUPLICATE_STEP = coded(
        "duplicate_step",
        vi="Bước {twice} khai hai lần. Hãy bỏ hoặc đổi mã.",
        en="The step {twice} appears twice. Rename or remove one.",
    )
    DUPLICATE_DOCUMENT = coded(
        "duplicate_document",
        vi="Giấy tờ {twice} khai hai lần. Hãy bỏ hoặc đổi mã.",
        en="The document {twice} appears twice. Rename or remove one.",
    )
    DUPLICATE_FEE_CASE = coded(
        "duplicate_fee_case",
        vi="Trường hợp phí {twice} khai hai lần. Hãy đặt mã khác hoặc bỏ một.",
        en="The fee case {twice} appears twice. Give it another code, or remove one.",
    )
    FEE_CASE_ABOVE_FEE = coded(
        "fee_case_above_fee",
        vi="Trường hợp phí {case} là {fee} đồng, cao hơn phí công bố {published} đồng. Hãy sửa một trong hai.",
        en="The fee case {case} is {fee} dong, above the published fee of {published} dong. Correct one of them.",
    )
    DUPLICATE_CHANNEL_CASE = coded(
        "duplicate_channel_case",
        vi="Kênh và trường hợp {twice} khai hai lần. Hãy đánh số case từ 1.",
        en="The channel and case {twice} appears twice. Number the cases from 1.",
    )
    DUPLICATE_PROCEDURE = coded(
        "duplicate_procedure",
        vi="Thủ tục {procedure} phiên bản {version} khai hai lần. Hãy bỏ một hoặc tăng version.",
        en="Procedure {procedure} version {version} appears twice. Remove one or raise its version.",
    )
    VERSIONS_OVERLAP = coded(
        "versions_overlap",
        vi="Thủ tục {procedure}: phiên bản {version} và {other} cùng có hiệu lực. Hãy ghi effective_to.",
        en="Procedure {procedure}: versions {version} and {other} are both in effect on some days. Give effective_to.",
    )
    RETIRED_WITHOUT_END = coded(
        "retired_without_end",
        vi="Thủ tục {procedure} phiên bản {version} đã bãi bỏ nhưng không có effective_to. Hãy ghi ngày cuối.",
        en="Procedure {procedure} version {version} is retired and has no effective_to. Give its last day.",
    )
    UNKNOWN_PROCESS = coded(
        "unknown_process",
        vi="Không có quy trình nội bộ {value} trong processes.yaml. Hãy dùng một trong: {expected}.",
        en="There is no internal process {value} in processes.yaml. Use one of: {expected}.",
    )
    UNKNOWN_GREEN_POLICY = coded(
        "unknown_green_policy",
        vi="Không có chính sách Luồng Xanh {value} trong green.yaml. Hãy dùng một trong: {expected}.",
        en="There is no Green Stream policy {value} in green.yaml. Use one of: {expected}.",
    )
    UNKNOWN_STEP = coded(
        "unknown_step",
        vi="Thủ tục {procedure}: bước {step} loại khỏi Luồng Xanh không có trong quy trình. Hãy sửa mã bước.",
        en="Procedure {procedure}: the Green Stream leaves out the step {step}, which is not a step. Correct its code.",
    )
    STEP_OF_NOBODY = coded(
        "step_of_nobody",
        vi="Thủ tục {procedure}, phiên bản {version}: bước {step} cần vai trò {role}, mà ở các đơn vị giải quyết "
        "thủ tục này không vị trí nào có vai trò đó. Hãy sửa vai trò của bước, hoặc thêm vị trí vào people.yaml.",
        en="Procedure {procedure}, version {version}: the step {step} takes the role {role}, which no post has in the "
        "units that resolve this procedure. Correct the step's role, or add a post to people.yaml.",
    )
    EXTENSION_OF_NOBODY = coded(
        "extension_of_nobody",
        vi="Thủ tục {procedure}, phiên bản {version}: không cán bộ nào có vai trò {roles} để quyết định gia hạn. Hãy "
        "sửa decided_by.",
        en="Procedure {procedure}, version {version}: no officer has the role {roles} that decides on an extension. "
        "Correct decided_by.",
    )
    EXTENSION_POLICY_OF_NOBODY = coded(
        "extension_policy_of_nobody",
        vi="Mức chung về gia hạn: không cán bộ nào có vai trò {roles} để quyết định. Hãy sửa decided_by.",
        en="The policy on extensions for all procedures: no officer has the role {roles} that decides. Correct "
        "decided_by.",
    )
    AUTHORITY_NOT_NAMED = coded(
        "authority_not_named",
        vi="Thủ tục cấp tỉnh {procedure} chưa ghi cơ quan chuyên môn. Hãy ghi specialised_authority.",
        en="The provincial procedure {procedure} names no authority. Give its specialised_authority.",
    )
    UNKNOWN_AUTHORITY = coded(
        "unknown_authority",
        vi="Thủ tục {procedure}: cơ quan {unit} không có trong danh mục đơn vị. Hãy sửa mã.",
        en="Procedure {procedure}: the authority {unit} is not in the list of units. Correct its code.",
    )
    # interconnected procedures
    GROUP_OF_ONE = coded(
        "group_of_one",
        vi="Thủ tục liên thông {procedure} chỉ có một thủ tục thành phần ({child}). Hãy thêm thủ tục thành phần, hoặc "
        "bỏ children.",
        en="The interconnected procedure {procedure} has only one child ({child}). Add another, or leave out children.",
    )
    CHILD_TWICE = coded(
        "child_twice",
        vi="Thủ tục liên thông {procedure}: thành phần {twice} khai hai lần. Hãy bỏ một.",
        en="The interconnected procedure {procedure} names {twice} twice among its children. Remove one.",
    )
    CHILD_NEEDS_UNKNOWN = coded(
        "child_needs_unknown",
        vi="Thủ tục liên thông {procedure}: thành phần {child} chờ {needed}, không có trong nhóm. Hãy sửa mã.",
        en="The interconnected procedure {procedure}: the child {child} waits for {needed}, which is no child of the "
        "group. Correct the code.",
    )
    CHILDREN_IN_A_CIRCLE = coded(
        "children_in_a_circle",
        vi="Thủ tục liên thông {procedure}: các thành phần chờ nhau thành vòng: {circle}. Hãy bỏ một liên kết.",
        en="The interconnected procedure {procedure}: its children wait for each other in a circle: {circle}. Remove "
        "one of the links.",
    )
    CHILD_WAITS_FOR_EVER = coded(
        "child_waits_for_ever",
        vi="Thủ tục liên thông {procedure}: nếu {child} không có kết quả mà {rule} là {outcome} thì {waiting} sẽ chờ "
        "mãi. Hãy ghi {allowed}.",
        en="The interconnected procedure {procedure}: if {child} ends without a result and {rule} is {outcome}, "
        "{waiting} would wait for ever. Write {allowed}.",
    )
    CHILD_PROCEDURE_MISSING = coded(
        "child_procedure_missing",
        vi="Thủ tục liên thông {procedure}: không có thủ tục {child_procedure} của thành phần {child}. Hãy sửa mã hoặc "
        "thêm thủ tục.",
        en="The interconnected procedure {procedure}: there is no procedure {child_procedure}, which is its child "
        "{child}. Correct the code or add the procedure.",
    )
    CHILD_NOT_IN_EFFECT = coded(
        "child_not_in_effect",
        vi="Thủ tục liên thông {procedure}: thủ tục {child_procedure} của thành phần {child} không có hiệu lực từ "
        "{day}. Hãy sửa ngày hiệu lực của một trong hai.",
        en="The interconnected procedure {procedure}: the procedure {child_procedure} of its child {child} is not in "
        "effect on {day}. Correct the days of one of them.",
    )
    CHILD_HAS_CHILDREN = coded(
        "child_has_children",
        vi="Thủ tục liên thông {procedure}: thành phần {child} ({child_procedure}) cũng là thủ tục liên thông. Hãy "
        "khai các thành phần của nó trực tiếp ở đây.",
        en="The interconnected procedure {procedure}: its child {child} ({child_procedure}) is interconnected itself. "
        "Name its children here instead.",
    )
    CHILD_LIMIT_NOT_ADDABLE = coded(
        "child_limit_not_addable",
        vi="Thủ tục liên thông {procedure}: thời hạn của thành phần {child} ({child_procedure}) không cộng được: chưa "
        "công bố, hoặc tính theo ngày lịch hay tháng. Hãy ghi limit cho thành phần theo ngày làm việc hoặc giờ.",
        en="The interconnected procedure {procedure}: the limit of its child {child} ({child_procedure}) cannot be "
        "added up: none is published, or it is in calendar days or months. Give the child a limit in working "
        "days or hours.",
    )
    CHILD_DOCUMENT_MISSING = coded(
        "child_document_missing",
        vi="Thủ tục liên thông {procedure}: thành phần {child} ({child_procedure}) cần giấy tờ {documents}, không có "
        "trong documents của thủ tục liên thông. Hãy thêm vào: người dân chỉ nộp một lần cho tất cả.",
        en="The interconnected procedure {procedure}: its child {child} ({child_procedure}) has the papers "
        "{documents}, which the group does not list. Add them: the applicant brings everything once.",
    )
    # the rest
    DUPLICATE_RUNG = coded(
        "duplicate_rung",
        vi="Bậc leo thang {twice} khai hai lần. Hãy đổi mã.",
        en="The rung {twice} appears twice. Rename one.",
    )
    DUPLICATE_COUNCIL = coded(
        "duplicate_council",
        vi="Hội đồng {twice} khai hai lần. Hãy đổi mã.",
        en="The council {twice} appears twice. Rename one.",
    )
    RUNG_WITHOUT_CLOCK = coded(
        "rung_without_clock",
        vi="Bậc {rung} tính theo hạn ({trigger}) mà không ghi đồng hồ. Hãy ghi clock: hẹn trả hay theo quy định.",
        en="The rung {rung} counts by a due date ({trigger}) and names no clock. Write clock: promised or statutory.",
    )
    WAIT_WITH_CLOCK = coded(
        "wait_with_clock",
        vi="Bậc {rung} tính theo việc đang chờ ({trigger}) nên không có đồng hồ. Hãy bỏ đồng hồ (clock).",
        en="The rung {rung} counts a wait ({trigger}), which has no clock. Remove clock.",
    )
    DUPLICATE_CALENDAR = coded(
        "duplicate_calendar",
        vi="Lịch làm việc {calendar} có ở hai tệp. Hãy bỏ một.",
        en="The calendar {calendar} is in two files. Remove one.",
    )
    DUPLICATE_ESCALATION = coded(
        "duplicate_escalation",
        vi="Chính sách leo thang {escalation} khai hai lần. Hãy bỏ một.",
        en="The escalation policy {escalation} appears twice. Remove one.",
    )
    DOCUMENT_AUTHORITY_TWICE = coded(
        "document_authority_twice",
        vi="Cơ quan {authority} được khai hai lần ở documents.authorities. Hãy bỏ một.",
        en="The authority {authority} appears twice in documents.authorities. Remove one.",
    )
    DOCUMENT_AUTHORITY_UNKNOWN = coded(
        "document_authority_unknown",
        vi="documents.authorities nêu đơn vị {unit} không có trong tổ chức. Hãy sửa mã.",
        en="documents.authorities names the unit {unit}, which the organisation does not have. Correct the code.",
    )
    UNKNOWN_CALENDAR = coded(
        "unknown_calendar",
        vi="Không có lịch làm việc {calendar} trong thư mục calendars. Hãy sửa mã hoặc thêm tệp.",
        en="There is no calendar {calendar} in the folder calendars. Correct the code or add the file.",
    )
    UNKNOWN_ESCALATION = coded(
        "unknown_escalation",
        vi="Không có chính sách leo thang {escalation} trong escalation.yaml. Hãy sửa mã.",
        en="There is no escalation policy {escalation} in escalation.yaml. Correct the code.",
    )
