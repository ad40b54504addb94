"""The sentences about the ledger, its vault and its migrations."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class RecordRefusal(CodedSentence):
    """Why the ledger, its vault or its migrations refuse a request."""

    NOTHING_SET_ASIDE = coded(
        "nothing_set_aside",
        vi="Kênh {relay} không để lại sự kiện {version} của hồ sơ {dossier}, hoặc đã được ghi nhận xử lý."
        " Hãy xem lại danh sách.",
        en="Relay {relay} has not set event {version} of dossier {dossier} aside, or it is resolved already. Look "
        "at the list again.",
    )
    DIGEST_NOT_REFUSED = coded(
        "digest_not_refused",
        vi="Không có tin tổng hợp {digest} nào bị cổng gửi tin từ chối, hoặc tin đó đã được gửi lại. Hãy xem lại danh "
        "sách.",
        en="The notice gateway has not refused a digest {digest}, or it was sent again already. Look at the list "
        "again.",
    )
    NOT_OPTED_OUT = coded(
        "not_opted_out",
        vi="Không có từ chối nhận tin nào qua kênh {channel} của địa chỉ này.",
        en="Nobody with this contact has opted out of notices by {channel}.",
    )
    CONTACT_UNREADABLE = coded(
        "contact_unreadable",
        vi="Không phải số di động Việt Nam hay địa chỉ thư điện tử mà kênh {channel} gửi tới được. Hãy kiểm tra lại.",
        en="This is no Vietnamese mobile number or mailbox that {channel} can reach. Check it.",
    )
    CONTACT_NOT_KEPT = coded(
        "contact_not_kept",
        vi="Người nộp hồ sơ {dossier} không để lại số hay thư mà kênh {channel} gửi tới được, hoặc đã được xóa.",
        en="The applicant of dossier {dossier} has left no contact that {channel} can reach, or it was erased.",
    )
    OPT_OUT_LINK_WRONG = coded(
        "opt_out_link_wrong",
        vi="Liên kết từ chối nhận tin không đúng. Hãy bấm lại liên kết trong thư, hoặc đến bộ phận một cửa.",
        en="The link to opt out is not right. Click the link of the e-mail again, or ask at the one-stop desk.",
    )
    UNKNOWN_RELAY = coded(
        "unknown_relay",
        vi="Không có kênh “{relay}” trong phiên bản này. Các kênh: {known}. Chưa có gì thay đổi.",
        en="This release has no relay {relay}. The relays are: {known}. Nothing was changed.",
    )
    RELAY_AT_BEGINNING = coded(
        "relay_at_beginning",
        vi="Kênh {relay} đang ở đầu sổ cái, chưa chuyển sự kiện nào từ đó: không có gì để chuyển lại. Chưa có gì thay "
        "đổi.",
        en="The relay {relay} stands before the first event and has handed on nothing since: there is nothing to "
        "repeat. Nothing was changed.",
    )
    RELAY_BUSY = coded(
        "relay_busy",
        vi="Kênh {relay} đang chuyển sự kiện và không ngừng trong {seconds} giây. Chưa có gì thay đổi. Hãy chạy lại "
        "khi kênh đã chuyển hết, hoặc dừng tiến trình xử lý trước.",
        en="The relay {relay} is handing events on and did not pause in {seconds} seconds. Nothing was changed. Repeat "
        "when it has handed on what waits, or stop the workers first.",
    )
    SEARCH_ATTRIBUTE_OF_ANOTHER_TYPE = coded(
        "search_attribute_of_another_type",
        vi="Temporal đã có thuộc tính {name} với kiểu {type}, khác kiểu cần dùng. Chưa đăng ký gì. Hãy dùng không gian "
        "tên khác (LUONGXANH_NAMESPACE), hoặc xóa thuộc tính đó rồi chạy lại.",
        en="Temporal has an attribute {name} already, of the type {type}, which is not the one needed. Nothing was "
        "registered. Use another namespace, or remove that attribute and run again.",
    )
    LEDGER_CONFLICT = coded(
        "ledger_conflict",
        vi="Hồ sơ {dossier}: lệnh này dựa trên phiên bản {after_version}, nhưng sổ cái đã ghi đến phiên bản "
        "{last_version}. Chưa có gì được ghi. Hãy tải lại hồ sơ rồi thực hiện lại.",
        en="Dossier {dossier}: this command builds on version {after_version}, but the ledger holds version "
        "{last_version}. Nothing was written. Load the dossier again and repeat the command.",
    )
    COMMAND_ID_REUSED = coded(
        "command_id_reused",
        vi="Mã lệnh {command_id} đã dùng cho một lệnh khác của hồ sơ {used_for}, không dùng được cho lệnh này của "
        "hồ sơ {dossier}. Chưa có gì được ghi. Hãy gửi lại với một mã lệnh mới.",
        en="The command id {command_id} was already used for another command, of dossier {used_for}, and cannot serve "
        "this one of dossier {dossier}. Nothing was written. Send the command again under a new id.",
    )
    KEY_REUSED = coded(
        "key_reused",
        vi="Khóa gửi {key} đã dùng cho hồ sơ {dossier} với nội dung khác. Chưa có gì được ghi. "
        "Nếu đây là hồ sơ mới, hãy gửi với một khóa mới.",
        en="The key {key} was already used for dossier {dossier} with another content. Nothing was written. "
        "If this is a new dossier, send it under a new key.",
    )
    NOT_RECORDABLE = coded(
        "not_recordable",
        vi="Không ghi được vào sổ cái: {problem}. Hãy sửa nội dung này rồi gửi lại.",
        en="This cannot be recorded in the ledger: {problem}. Correct it, then send it again.",
    )
    EVENT_UNREADABLE = coded(
        "event_unreadable",
        vi="Không đọc được sự kiện loại {kind} (lược đồ {schema}): {problem}. Có thể bản cài đặt này cũ hơn bản đã ghi "
        "(hãy nâng cấp), hoặc dòng đã bị sửa (hãy chạy `luongxanh ledger verify`).",
        en="An event of kind {kind} (schema {schema}) cannot be read: {problem}. This release may be older than the "
        "one that wrote it (upgrade), or the row was altered (run `luongxanh ledger verify`).",
    )
    REGISTER_UNREADABLE = coded(
        "register_unreadable",
        vi="Không đọc được hồ sơ {dossier} trong bảng tra cứu ({problem}): dòng đã bị sửa, hoặc do phiên bản mới hơn "
        "ghi. Sổ cái vẫn còn: hãy chạy `luongxanh ledger rebuild`, rồi thực hiện lại.",
        en="Dossier {dossier} cannot be read in the register ({problem}): the row was altered, or a newer release "
        "wrote it. The record is untouched: run `luongxanh ledger rebuild`, then repeat.",
    )
    DATABASE_UNAVAILABLE = coded(
        "database_unavailable",
        vi="Không kết nối được cơ sở dữ liệu tại {address} ({problem}). Chưa có gì bị mất. "
        "Hãy kiểm tra PostgreSQL đang chạy và đĩa còn chỗ trống, rồi thử lại.",
        en="The database at {address} does not answer ({problem}). Nothing is lost. "
        "Check that PostgreSQL is running and that its disk has space, then try again.",
    )
    DATABASE_RESTORED = coded(
        "database_restored",
        vi="Cơ sở dữ liệu này được phục hồi từ bản sao lưu sang một máy chủ khác: số giao dịch của máy chủ mới nằm "
        "trước những dòng đã ghi, nên các dịch vụ theo dõi sổ cái sẽ bỏ sót dòng mới. Chưa ghi gì. Hãy chạy "
        "`luongxanh database after-restore`, rồi làm lại.",
        en="This database was restored from a backup on another server: the transaction numbers of the new server lie "
        "before what is recorded, so readers of the ledger would pass over new rows. Nothing was written. Run "
        "`luongxanh database after-restore`, then repeat.",
    )
    DATABASE_TOO_OLD = coded(
        "database_too_old",
        vi="Cơ sở dữ liệu thuộc một phiên bản cũ hơn phần mềm này. Chưa có gì thay đổi. Hãy chạy `luongxanh database "
        "migrate` trước.",
        en="The database is of an older release than this program. Nothing was changed. Run `luongxanh database "
        "migrate` first.",
    )
    SERVER_MISSING = coded(
        "server_missing",
        vi="Sổ máy chủ (ledger_server) trống: dòng đã bị xóa. Chưa có gì thay đổi. Hãy lấy lại từ bản sao, và chạy "
        "`luongxanh ledger verify`.",
        en="The register of servers (ledger_server) is empty: its rows were removed. Nothing was changed. Take them "
        "back from a copy, and run `luongxanh ledger verify`.",
    )
    DATABASE_IN_USE = coded(
        "database_in_use",
        vi="Còn tiến trình đang ghi vào sổ cái, không nhường trong {seconds} giây. Chưa có gì thay đổi. Hãy dừng tiến "
        "trình xử lý và cổng HTTP (`worker`, `api`), rồi chạy lại.",
        en="Somebody is writing to the ledger and did not let go in {seconds} seconds. Nothing was changed. Stop "
        "workers and APIs, then run this again.",
    )
    LEDGER_REFUSED = coded(
        "ledger_refused",
        vi="Hồ sơ {dossier}: cơ sở dữ liệu từ chối (SQLSTATE {sqlstate}, {problem}). Chưa có gì được ghi; gửi lại cũng "
        "sẽ bị từ chối. Hãy báo người vận hành: kiểm tra quyền, bảng và ràng buộc (`luongxanh ledger verify`), rồi gửi "
        "lại.",
        en="Dossier {dossier}: the database refuses (SQLSTATE {sqlstate}, {problem}). Nothing was written, and the "
        "same would be refused again. Tell the operator: check privileges, tables and constraints (`luongxanh ledger "
        "verify`), then send it again.",
    )
    DATABASE_REFUSED = coded(
        "database_refused",
        vi="Cơ sở dữ liệu từ chối (SQLSTATE {sqlstate}, {problem}). Chưa có gì được ghi. Hãy kiểm tra quyền, bảng và "
        "ràng buộc (`luongxanh ledger verify`), rồi thực hiện lại.",
        en="The database refuses (SQLSTATE {sqlstate}, {problem}). Nothing was written. Check privileges, tables and "
        "constraints (`luongxanh ledger verify`), then repeat.",
    )
    MIGRATION_FAILED = coded(
        "migration_failed",
        vi="Tệp nâng cấp {file} không chạy được (SQLSTATE {sqlstate}, {problem}). Không giữ lại gì của tệp này; các "
        "tệp trước đã xong. Hãy kiểm tra chỗ trống và quyền của vai trò chủ, rồi chạy lại.",
        en="The migration {file} failed (SQLSTATE {sqlstate}, {problem}). Nothing of it was kept; the files before it "
        "are done. Check the disk's space and the owner's privileges, then run it again.",
    )
    MIGRATION_DIFFERS = coded(
        "migration_differs",
        vi="Tệp nâng cấp {file} trong bản cài đặt này khác với tệp đã áp dụng vào cơ sở dữ liệu. Hãy khôi phục tệp cũ "
        "và viết thay đổi vào một tệp mới.",
        en="The migration {file} of this installation is not the one that ran in the database. Restore the file, and "
        "write the change in a new one.",
    )
    ROLE_MISSING = coded(
        "role_missing",
        vi="Máy chủ thiếu vai trò {roles}. Hãy tạo bằng `createuser`, rồi phục hồi lại bản sao lưu "
        "hoặc chạy `luongxanh database migrate`.",
        en="The server lacks the role {roles}. Make it with `createuser`, then restore the backup "
        "again, or run `luongxanh database migrate`.",
    )
    PRIVILEGE_MISSING = coded(
        "privilege_missing",
        vi="Thiếu {count} quyền mà bản này cần; quyền đầu tiên: {first}. Bản sao lưu đã được phục hồi khi chưa có vai "
        "trò, hoặc quyền bị thu hồi. Hãy phục hồi lại sau khi có đủ vai trò.",
        en="{count} privileges are missing that this release needs; the first: {first}. The backup was restored before "
        "its roles were there, or somebody revoked them. Restore it again when the roles are there.",
    )
    MIGRATION_EDITED = coded(
        "migration_edited",
        vi="Tệp nâng cấp cơ sở dữ liệu {file} đã bị sửa sau khi áp dụng lúc {applied_at}. Chưa có gì thay đổi. "
        "Hãy khôi phục tệp cũ và viết thay đổi vào một tệp mới.",
        en="The migration {file} was edited after it had been applied at {applied_at}. Nothing was changed. "
        "Restore the file and write the change in a new one.",
    )
    MIGRATION_UNKNOWN = coded(
        "migration_unknown",
        vi="Cơ sở dữ liệu đã áp dụng tệp nâng cấp {file} mà bản cài đặt này không có. Chưa có gì thay đổi. "
        "Bản này cũ hơn cơ sở dữ liệu: hãy cài bản mới hơn.",
        en="The database has the migration {file}, which this release does not know. Nothing was changed. "
        "This release is older than the database: install a newer one.",
    )
    MIGRATION_OUT_OF_ORDER = coded(
        "migration_out_of_order",
        vi="Tệp nâng cấp {file} đứng trước tệp đã áp dụng {last}. Chưa có gì thay đổi. Hãy đặt số lớn hơn cho tệp mới.",
        en="The migration {file} comes before {last}, which is already applied. Nothing was changed. "
        "Give the new file a higher number.",
    )
    PERSONAL_UNKNOWN = coded(
        "personal_unknown",
        vi="Kho dữ liệu cá nhân không có bản ghi {commitment}. Hãy kiểm tra lại mã cam kết.",
        en="The vault of personal data holds nothing under {commitment}. Check the commitment.",
    )
    PERSONAL_ERASED = coded(
        "personal_erased",
        vi="Dữ liệu cá nhân {commitment} đã được xóa lúc {erased_at} và không thể khôi phục.",
        en="The personal data under {commitment} was erased at {erased_at} and cannot be brought back.",
    )
    ERASURE_WITHOUT_REASON = coded(
        "erasure_without_reason",
        vi="Xóa dữ liệu cá nhân phải ghi rõ người yêu cầu và lý do. Chưa có gì bị xóa. Hãy bổ sung rồi thực hiện lại.",
        en="Erasing personal data needs a person and a reason. Nothing was erased. State both, then repeat.",
    )
