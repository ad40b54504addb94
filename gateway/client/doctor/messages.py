"""The sentences of the checks of an installation: what was found, and what to do."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class DoctorFinding(CodedSentence):
    """What a check can find. Errors of the product have their own codes and may stand in their place."""

    NOT_IN_TIME = coded(
        "not_in_time",
        vi="Không xong trong {seconds} giây. Hãy xem máy chủ liên quan có bị quá tải hay treo không, rồi chạy lại.",
        en="Not done within {seconds} seconds. See whether the server behind it is overloaded or hangs; try again.",
    )
    CHECK_FAILED = coded(
        "check_failed",
        vi="Không kiểm tra được ({type}): lỗi của chương trình. Hãy báo nhóm phát triển.",
        en="Could not be checked ({type}): a mistake of the program. Tell its developers.",
    )
    NOT_CHECKED = coded(
        "not_checked",
        vi="Chưa kiểm tra: {server} không trả lời.",
        en="Not checked: {server} does not answer.",
    )
    SETTINGS_RIGHT = coded("settings_right", vi="Đủ và đúng cho {process}.", en="Complete and right for the {process}.")
    DATABASE_ANSWERS = coded(
        "database_answers",
        vi="Phiên bản {version}, cơ sở dữ liệu {database}, trả lời sau {seconds} giây.",
        en="Version {version}, database {database}, answers in {seconds} s.",
    )
    TEMPORAL_ANSWERS = coded(
        "temporal_answers",
        vi="Phiên bản {version}, không gian tên {namespace}, trả lời sau {seconds} giây.",
        en="Version {version}, namespace {namespace}, answers in {seconds} s.",
    )
    SCHEMA_CURRENT = coded(
        "schema_current",
        vi="Đúng bản này: {count} tệp nâng cấp đã chạy, cuối cùng {last}.",
        en="Of this release: {count} migrations ran, the last is {last}.",
    )
    ATTRIBUTES_REGISTERED = coded(
        "attributes_registered", vi="Temporal có đủ {count} thuộc tính.", en="Temporal has all {count} of them."
    )
    ATTRIBUTES_MISSING = coded(
        "attributes_missing",
        vi="Temporal thiếu {names}. Hãy chạy: luongxanh search-attributes register.",
        en="Temporal lacks {names}. Run: luongxanh search-attributes register.",
    )
    RULES_PUBLISHED = coded(
        "rules_published", vi="Cả {count} quy định đã công bố.", en="All {count} rules are published."
    )
    RULES_UNPUBLISHED = coded(
        "rules_unpublished",
        vi="{count} quy định trong tệp chưa công bố, nên hồ sơ dùng đến bị từ chối. Hãy chạy: luongxanh rules publish.",
        en="{count} rules of the files are not published, and dossiers that need them are refused. Run: luongxanh "
        "rules publish.",
    )
    CALENDARS_REACH = coded("calendars_reach", vi="Lịch sớm hết nhất đến {day}.", en="The first to end reaches {day}.")
    CALENDAR_ENDS_SOON = coded(
        "calendar_ends_soon",
        vi="Lịch {calendar} hết ngày {day}, còn {left} ngày. Hãy lập lịch năm sau: luongxanh calendar build.",
        en="Calendar {calendar} ends on {day}, in {left} days. Make that of the next year: luongxanh calendar build.",
    )
    STAFF_KNOWN = coded(
        "staff_known",
        vi="{posts} vị trí, {holders} người đang giữ, {services} dịch vụ.",
        en="{posts} posts, held today by {holders} people, and {services} services.",
    )
    NO_OPERATOR = coded(
        "no_operator",
        vi="Không ai giữ vai trò người vận hành hôm nay. Hãy bổ nhiệm trong people.yaml.",
        en="Nobody holds the role of an operator today. Appoint somebody in people.yaml.",
    )
    WORKERS_SERVE = coded(
        "workers_serve",
        vi="{count} tiến trình, phiên bản {releases}, phục vụ đủ {queues} hàng đợi.",
        en="Processes: {count}, release {releases}; all {queues} queues are served.",
    )
    QUEUE_UNSERVED = coded(
        "queue_unserved",
        vi="Không tiến trình nào phục vụ {queues}; {waiting} việc đang chờ. Hãy khởi động: luongxanh worker.",
        en="No worker serves {queues}; tasks that wait: {waiting}. Start one: luongxanh worker.",
    )
    VERSION_UNSERVED = coded(
        "version_unserved",
        vi="{waiting} hồ sơ đang chờ phiên bản {version} mà không tiến trình nào chạy. Hãy khởi động lại phiên bản đó.",
        en="Dossiers that wait for version {version}, which no worker runs: {waiting}. Start that version again.",
    )
    RELEASES_DIFFER = coded(
        "releases_differ",
        vi="Các tiến trình chạy nhiều bản khác nhau: {releases}. Nếu không đang nâng cấp, hãy khởi động lại bản cũ.",
        en="Workers run different releases: {releases}. Unless an upgrade is under way, restart the old ones.",
    )
    CLOCKS_AGREE = coded(
        "clocks_agree",
        vi="Máy này lệch {server} {seconds} giây.",
        en="This machine and {server} differ by {seconds} s.",
    )
    CLOCK_DIFFERS = coded(
        "clock_differs",
        vi="Máy này lệch {server} {seconds} giây: thời hạn sẽ tính sai. Hãy bật đồng bộ giờ (NTP) trên cả hai máy.",
        en="This machine and {server} differ by {seconds} s: due dates will be wrong. Turn on NTP on both.",
    )
    DATABASE_SIZE = coded("database_size", vi="Cơ sở dữ liệu {size}.", en="The database takes {size}.")
    DISK_HAS_ROOM = coded(
        "disk_has_room", vi="{folder}: còn trống {free} ({share} %).", en="{folder}: {free} free ({share} %)."
    )
    DISK_NEARLY_FULL = coded(
        "disk_nearly_full",
        vi="{folder}: chỉ còn {free} ({share} %). Hãy dọn hoặc mở rộng đĩa.",
        en="{folder}: only {free} free ({share} %). Clear the disk or enlarge it.",
    )
    FOLDER_UNREADABLE = coded(
        "folder_unreadable",
        vi="Không xem được {folder}: {problem}. Hãy kiểm tra đường dẫn và quyền.",
        en="{folder} cannot be looked at: {problem}. Check the path and its permissions.",
    )
    RELAYS_CURRENT = coded(
        "relays_current", vi="Cả {count} kênh theo kịp sổ cái.", en="All {count} are up with the ledger."
    )
    RELAY_LAGS = coded(
        "relay_lags",
        vi="Kênh {relay}: {waiting} sự kiện chờ, cũ nhất từ {since}. Hãy xem nơi nhận có trả lời không.",
        en="The relay {relay}: {waiting} events wait, the oldest since {since}. See whether its receiver answers.",
    )
    EVENTS_SET_ASIDE = coded(
        "events_set_aside",
        vi="Kênh {relay}: {count} sự kiện không chuyển được. Hãy xem từng tin.",
        en="The relay {relay}: {count} events could not be handed on. Look at each.",
    )
    WEBHOOKS_CURRENT = coded("webhooks_current", vi="Không nơi nhận nào bị bỏ lại.", en="No receiver is left behind.")
    WEBHOOKS_BEHIND = coded(
        "webhooks_behind",
        vi="{count} hồ sơ chưa báo được cho nơi nhận; sẽ tự gửi lại.",
        en="Dossiers of which a receiver is not told yet: {count}. They are sent again.",
    )
    DIGESTS_CURRENT = coded(
        "digests_current",
        vi="Không tin nào bị chậm; {waiting} dòng đang gom.",
        en="None is late; lines that are being collected: {waiting}.",
    )
    DIGESTS_LATE = coded(
        "digests_late",
        vi="{waiting} dòng và {unsent} tin cho cán bộ chưa gửi được, từ {since}. Hãy xem nơi nhắn tin và tiến trình.",
        en="Lines: {waiting}, digests: {unsent}, not sent since {since}. Look at the notice gateway and the workers.",
    )
    DIGESTS_REFUSED = coded(
        "digests_refused",
        vi="Hệ thống nhắn tin từ chối {count} tin cho cán bộ, gần nhất vì {reason}. Hãy kiểm tra mã người nhận ở đó.",
        en="The notice gateway refused digests: {count}, the latest because of {reason}. Check the recipients there.",
    )
    NOTICES_CURRENT = coded("notices_current", vi="Không tin nào chờ quá lâu.", en="None waits for too long.")
    NOTICES_LATE = coded(
        "notices_late",
        vi="{channel}: {count} tin cho người nộp lẽ ra đã gửi, từ {since}. Hãy xem nơi gửi có trả lời không và tiến "
        "trình có chạy không.",
        en="By {channel}: {count} notices are due, since {since}. See whether it answers, and whether workers run.",
    )
    NOTICES_IN_DOUBT = coded(
        "notices_in_doubt",
        vi="{channel}: {count} tin không rõ đã nhận chưa từ hơn một giờ; tự gửi lại cùng mã. Hãy hỏi bên quản lý kênh.",
        en="By {channel}: of {count} notices it has not been known for an hour whether they were taken. They are sent "
        "again under their keys. Ask those who run it.",
    )
    DOCUMENTS_CURRENT = coded(
        "documents_current",
        vi="Không văn bản nào chờ người hay chờ trả lời.",
        en="None waits for a person or a receipt.",
    )
    LETTERS_UNMATCHED = coded(
        "letters_unmatched",
        vi="{count} văn bản đến không khớp hồ sơ nào, cũ nhất từ {since}. Hãy đọc và xử lý từng văn bản.",
        en="Letters that fit no dossier: {count}, the oldest since {since}. Read each and deal with it.",
    )
    LETTERS_UNJUDGED = coded(
        "letters_unjudged",
        vi="{count} văn bản đã nhận mà chưa được xem, từ {since}. Hãy xem tiến trình xử lý có chạy không.",
        en="Letters that came and were not looked at: {count}, since {since}. See whether a worker runs.",
    )
    DOCUMENTS_SILENT = coded(
        "documents_silent",
        vi="{count} văn bản trên trục mà nơi nhận chưa báo nhận, cũ nhất từ {since}. Hãy gọi nơi nhận.",
        en="Documents on the axis that a receiver has not acknowledged: {count}, the oldest of {since}. Call them.",
    )
    WEBHOOKS_GIVEN_UP = coded(
        "webhooks_given_up",
        vi="{count} hồ sơ đã thôi báo cho nơi nhận. Hãy xem từng hồ sơ.",
        en="Dossiers of which a receiver will not be told: {count}. Look at each.",
    )
    CERTIFICATES_LAST = coded(
        "certificates_last",
        vi="{count} chứng thư, hết hạn sớm nhất {day}.",
        en="{count} of them; the first ends {day}.",
    )
    NO_CERTIFICATES = coded(
        "no_certificates", vi="Cài đặt không nêu chứng thư nào.", en="The settings name no certificate."
    )
    NO_SIGNATURES = coded("no_signatures", vi="Chưa có chữ ký số nào gần đây.", en="No signature was made lately.")
    CERTIFICATE_ENDS_SOON = coded(
        "certificate_ends_soon",
        vi="{name} hết hạn {day}, còn {left} ngày. Hãy gia hạn và thay trước ngày đó.",
        en="{name} ends on {day}, in {left} days. Renew and replace it before.",
    )
    CERTIFICATE_ENDED = coded(
        "certificate_ended",
        vi="{name} đã hết hạn {day}. Hãy thay ngay.",
        en="{name} ended on {day}. Replace it now.",
    )
    CERTIFICATE_UNREADABLE = coded(
        "certificate_unreadable",
        vi="{name} không phải chứng thư PEM đọc được. Hãy kiểm tra tệp.",
        en="{name} is no PEM certificate that can be read. Check the file.",
    )
    CERTIFICATES_NOT_ASKED = coded(
        "certificates_not_asked",
        vi="Chưa hỏi được dịch vụ ký số ({code}). Hãy xem hệ thống ký số có trả lời không.",
        en="The signing service was not asked ({code}). See whether it answers.",
    )
    SIGNING_AUTHORITIES_MISSING = coded(
        "signing_authorities_missing",
        vi="Chưa khai cơ quan cấp chứng thư ký số, nên chứng thư của ai cấp cũng được tin. Hãy khai các cơ quan ấy ở "
        "mục ký số của tệp địa chỉ hệ thống ngoài.",
        en="No authority of signing certificates is named, so those of anybody are believed. Name them in the entry of "
        "the signing service, in the file of outside systems.",
    )
    ISSUER_ANSWERS = coded(
        "issuer_answers", vi="{issuer} trả lời, {count} khóa.", en="{issuer} answers and has {count} keys."
    )
    ISSUER_FAILS = coded(
        "issuer_fails",
        vi="{issuer} không cho khóa dùng được ({reason}): không ai đăng nhập mới được. Hãy kiểm tra hệ thống đó.",
        en="{issuer} gives no usable keys ({reason}): nobody can sign in anew. Check the identity provider.",
    )
    ISSUER_NOT_SET = coded(
        "issuer_not_set",
        vi="Cài đặt của máy này không nêu hệ thống đăng nhập (chỉ api cần).",
        en="The settings of this machine name no identity provider (only the api needs one).",
    )
    CHECKPOINT_MADE = coded(
        "checkpoint_made",
        vi="Bản chốt gần nhất {at}, {size} sự kiện; nơi lưu: {sinks}.",
        en="The last one is of {at}, over {size} events; kept in: {sinks}.",
    )
    CHECKPOINT_OLD = coded(
        "checkpoint_old",
        vi="Bản chốt gần nhất đã {minutes} phút ({at}), dù lẽ ra mỗi {every} phút một bản. Hãy xem nhật ký của tiến "
        "trình xử lý, hoặc chạy: luongxanh ledger checkpoint.",
        en="The last one is {minutes} minutes old ({at}), although one is due every {every} minutes. See the worker's "
        "log, or run: luongxanh ledger checkpoint.",
    )
    CHECKPOINT_NEVER = coded(
        "checkpoint_never",
        vi="Chưa có bản chốt nào trong {folder}. Tiến trình xử lý tự chốt khi chạy; hoặc chạy: luongxanh ledger "
        "checkpoint.",
        en="There is none yet in {folder}. A worker makes them while it runs; or run: luongxanh ledger checkpoint.",
    )
    COPY_BEHIND = coded(
        "copy_behind",
        vi="Bản sao tại {copy} thiếu {bytes} byte so với nhật ký chốt sổ. Hãy xem nơi đó có ghi được không.",
        en="The copy at {copy} lacks {bytes} bytes of the log. See whether that place can be written.",
    )
    CHECKPOINT_WITHOUT_COPY = coded(
        "checkpoint_without_copy",
        vi="Nhật ký chốt sổ chưa có bản sao ở máy khác. Hãy đặt LUONGXANH_CHECKPOINT_COPIES.",
        en="The log has no copy on another machine. Set LUONGXANH_CHECKPOINT_COPIES.",
    )
    NOTHING_STUCK = coded("nothing_stuck", vi="Không hồ sơ nào bị kẹt.", en="No dossier is stuck.")
    DOSSIERS_STUCK = coded(
        "dossiers_stuck",
        vi="Kẹt {count} hồ sơ ({cause}). Hãy xem theo nguyên nhân.",
        en="Stuck: {count} ({cause}). Look at them by cause.",
    )
    BREAKERS_CLOSED = coded(
        "breakers_closed", vi="Không hệ thống nào bị tạm ngừng gọi.", en="Calls to no system are held back."
    )
    BREAKERS_OPEN = coded(
        "breakers_open",
        vi="Đang tạm ngừng gọi {system} ({processes} tiến trình): hệ thống đó lỗi liên tiếp. Hãy báo bên quản lý; việc "
        "gọi tự mở lại.",
        en="Calls to the {system} are held back (processes: {processes}): it failed again and again. Tell those who "
        "run it; calls go on by themselves.",
    )
