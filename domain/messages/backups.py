"""The sentences about backups: why one is not made, does not open, or is not restored."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class BackupRefusal(CodedSentence):
    """Why a backup cannot be made, read or restored."""

    BACKUP_KEY_MISSING = coded(
        "backup_key_missing",
        vi="Không có khóa sao lưu tại {path}. Hãy tạo một lần, và giữ một bản ở nơi khác.",
        en="There is no backup key at {path}. Make one once, and keep a copy elsewhere.",
    )
    BACKUP_KEY_OPEN = coded(
        "backup_key_open",
        vi="Tệp khóa {path} có quyền {mode}: người khác đọc được. Hãy chạy: chmod 600 {path}",
        en="The key file {path} has mode {mode}: others may read it. Run: chmod 600 {path}",
    )
    BACKUP_KEY_UNREADABLE = coded(
        "backup_key_unreadable",
        vi="Tệp {path} không phải khóa sao lưu. Hãy kiểm tra lại đường dẫn.",
        en="The file {path} is no backup key. Check the path.",
    )
    BACKUP_KEY_FORBIDDEN = coded(
        "backup_key_forbidden",
        vi="Không đọc được tệp khóa {path}: {problem}. Tệp phải thuộc tài khoản chạy lệnh này, với quyền 0600.",
        en="The key file {path} cannot be read: {problem}. It must belong to the account that runs this command, with "
        "mode 0600.",
    )
    BACKUP_KEY_EXISTS = coded(
        "backup_key_exists",
        vi="Đã có tệp {path}. Không ghi đè khóa: các bản sao lưu cũ chỉ mở được bằng khóa cũ.",
        en="The file {path} exists. A key is never overwritten: older backups open with the old key only.",
    )
    BACKUP_KEY_WRONG = coded(
        "backup_key_wrong",
        vi="Khóa này (số hiệu {given}) không mở được {path}: tệp được khóa bằng khóa số hiệu {wanted}.",
        en="This key (number {given}) does not open {path}: it was sealed with key number {wanted}.",
    )
    BACKUP_PART_ALTERED = coded(
        "backup_part_altered",
        vi="Tệp {path} đã bị cắt, bị sửa hoặc bị tráo. Không dùng được; hãy lấy lại từ nơi lưu bản sao khác.",
        en="The file {path} was cut, altered or swapped. It cannot be used; take it from another copy.",
    )
    BACKUP_PART_MISSING = coded(
        "backup_part_missing",
        vi="Bản sao lưu {backup} thiếu tệp {part}. Hãy lấy lại từ nơi lưu bản sao khác.",
        en="Backup {backup} lacks the file {part}. Take it from another copy.",
    )
    BACKUP_MANIFEST_ALTERED = coded(
        "backup_manifest_altered",
        vi="Bản kê của bản sao lưu {backup} không đọc được hoặc đã bị sửa. Hãy lấy lại từ nơi lưu bản sao khác.",
        en="The manifest of backup {backup} cannot be read, or was altered. Take it from another copy.",
    )
    BACKUP_OF_LATER_RELEASE = coded(
        "backup_of_later_release",
        vi="Bản sao lưu {backup} do phiên bản {release} làm, mới hơn phiên bản này ({ours}). Hãy cài phiên bản đó rồi "
        "chạy lại; chưa thay đổi gì.",
        en="Backup {backup} was made by release {release}, which is later than this one ({ours}). Install that release "
        "and try again; nothing was changed.",
    )
    BACKUP_OF_ANOTHER_PROVINCE = coded(
        "backup_of_another_province",
        vi="Bản sao lưu {backup} là của tỉnh {province}, còn cấu hình đang dùng là của tỉnh {ours}. Hãy xem lại "
        "thư mục sao lưu; chưa thay đổi gì.",
        en="Backup {backup} is of the province {province}, and the configuration in use is of {ours}. Check the folder "
        "of backups; nothing was changed.",
    )
    BACKUP_BASE_DIFFERS = coded(
        "backup_base_differs",
        vi="Bản sao lưu {backup} nối tiếp bản {base}, nhưng bản {base} đang có không phải bản đó.",
        en="Backup {backup} builds on {base}, but the {base} that is here is another one.",
    )
    BACKUP_BASE_MISSING = coded(
        "backup_base_missing",
        vi="Bản sao lưu {backup} nối tiếp bản {base}, mà bản {base} không còn. Hãy dùng một bản sao lưu đầy đủ.",
        en="Backup {backup} builds on {base}, which is not there. Use a full backup.",
    )
    BACKUP_UNKNOWN = coded(
        "backup_unknown",
        vi="Không có bản sao lưu {backup} trong {folder}.",
        en="There is no backup {backup} in {folder}.",
    )
    BACKUP_ENTRY_REFUSED = coded(
        "backup_entry_refused",
        vi="Bản sao lưu có mục “{entry}” trỏ ra ngoài thư mục hoặc không phải tệp thường. Không khôi phục gì.",
        en="The backup has the entry {entry}, which leads out of its folder or is no plain file. Nothing was restored.",
    )
    BACKUP_UNDER_WAY = coded(
        "backup_under_way",
        vi="Một lệnh sao lưu khác đang dùng {folder}. Hãy thử lại khi lệnh đó xong.",
        en="Another backup command uses {folder} now. Try again when it has ended.",
    )
    BACKUP_BEING_READ = coded(
        "backup_being_read",
        vi="Một lệnh khác đang đọc các bản sao lưu trong {folder}. Chưa xóa gì; hãy thử lại khi lệnh đó xong.",
        en="Another command reads the backups in {folder} now. Nothing was removed; try again when it has ended.",
    )
    BACKUP_NO_ROOM = coded(
        "backup_no_room",
        vi="{folder} còn trống {free}, cần khoảng {needed}. Hãy dọn chỗ hoặc chọn ổ đĩa khác.",
        en="{folder} has {free} free, and about {needed} is needed. Make room, or take another disk.",
    )
    BACKUP_DISK_FULL = coded(
        "backup_disk_full",
        vi="Ổ đĩa của {folder} đầy giữa chừng. Dữ liệu cũ còn nguyên. Hãy dọn chỗ rồi chạy lại đúng lệnh này.",
        en="The disk of {folder} filled in the middle. The old data is whole. Make room and run the command again.",
    )
    BACKUP_PLACE_MISSING = coded(
        "backup_place_missing",
        vi="Chưa biết {what}. Hãy dùng {option} hoặc đặt biến {variable}.",
        en="It is not known {what}. Use {option}, or set {variable}.",
    )
    BACKUP_OF_ITSELF = coded(
        "backup_of_itself",
        vi="{path} nằm trong thư mục được sao lưu {folder}: mất máy là mất cả hai. Hãy chọn nơi khác.",
        en="{path} is inside {folder}, which is backed up: both would be lost together. Choose another place.",
    )
    BACKUP_PROGRAM_FAILED = coded(
        "backup_program_failed",
        vi="{program} thất bại (mã {exit_code}):\n{last_lines}",
        en="{program} failed (exit code {exit_code}):\n{last_lines}",
    )
    BACKUP_COPY_UNSOUND = coded(
        "backup_copy_unsound",
        vi="Bản sao {what} không nguyên vẹn: {problem}.",
        en="The copy of {what} is not sound: {problem}.",
    )
    RESTORE_OVER_RUNNING = coded(
        "restore_over_running",
        vi="Hệ thống trong {folder} đang chạy ({running}). Hãy dừng trước, rồi khôi phục.",
        en="The system in {folder} runs ({running}). Stop it first, then restore.",
    )
    RESTORE_OVER_DATA = coded(
        "restore_over_data",
        vi="{folder} đang có dữ liệu. Muốn thay bằng bản sao lưu thì phải nói rõ: dữ liệu cũ được dời sang bên cạnh, "
        "không bị xóa.",
        en="{folder} has data. To put the backup in its place, say so: the old data is moved aside and not erased.",
    )
    NOTHING_KEPT = coded(
        "nothing_kept",
        vi="{folder} không có dữ liệu cũ để đưa trở lại.",
        en="{folder} has no old data that could be brought back.",
    )
    WAL_NAME_UNKNOWN = coded(
        "wal_name_unknown",
        vi="“{name}” không phải tên tệp nhật ký của PostgreSQL.",
        en="{name} is no name of a file of PostgreSQL's log.",
    )
    WAL_DIFFERS = coded(
        "wal_differs",
        vi="Kho đã có {name} với nội dung khác. Không ghi đè: hãy xem có phải hai máy chủ cùng ghi vào một kho.",
        en="The archive has {name} already, with another content. It is not overwritten: see whether two servers use "
        "one archive.",
    )
    WAL_TORN = coded(
        "wal_torn",
        vi="{path} không phải tệp nhật ký {name} nguyên vẹn (bị cắt, hoặc là tệp khác). Không cất và không xóa; nếu "
        "tệp đang được chép thì lần chạy sau sẽ cất.",
        en="{path} is not the whole file {name} of the log: it was cut, or is another one. It is neither archived nor "
        "removed; if it is being copied, the next run archives it.",
    )
    WAL_GAP = coded(
        "wal_gap",
        vi="Kho thiếu {name} nhưng có {later} sau đó. Dừng ở đây sẽ mất mọi việc về sau: hãy tìm {name} ở bản sao khác "
        "của kho hay trong nhật ký của máy chủ cũ. Nếu không còn ở đâu và chấp nhận mất, hãy dời các tệp sau nó sang "
        "chỗ khác rồi phục hồi lại.",
        en="The archive lacks {name} and has {later} after it. To end here would lose everything later: look for "
        "{name} in another copy of the archive, or in pg_wal of the old server. If it is nowhere and the loss is "
        "accepted, move the files after it elsewhere and recover again.",
    )
    WAL_NOT_ARCHIVED = coded(
        "wal_not_archived",
        vi="Kho không có {name}.",
        en="The archive has no {name}.",
    )
    RETENTION_TOO_SHORT = coded(
        "retention_too_short",
        vi="Phải giữ ít nhất một bản sao lưu, và số ngày không được âm.",
        en="At least one backup must be kept, and the number of days must not be negative.",
    )
    STREAM_NAME_UNKNOWN = coded(
        "stream_name_unknown",
        vi="“{name}” không dùng làm tên được: tên chỉ có chữ không dấu, chữ số, dấu chấm và gạch.",
        en="{name} cannot be a name: it has unaccented letters, digits, full stops and dashes only.",
    )
    STREAM_EMPTY = coded(
        "stream_empty",
        vi="Đầu vào trống: lệnh đứng trước đã thất bại. Không ghi gì vào {name}; hãy xem lỗi của lệnh đó.",
        en="The input is empty: the command before has failed. Nothing was written to {name}; see its error.",
    )
    STREAM_EXISTS = coded(
        "stream_exists",
        vi="{folder} đã có {name}. Không ghi đè bản sao lưu.",
        en="{folder} has {name} already. A backup is never overwritten.",
    )
    STREAM_UNKNOWN = coded(
        "stream_unknown",
        vi="Không có {name} trong {folder}.",
        en="There is no {name} in {folder}.",
    )
