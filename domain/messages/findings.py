"""The sentences about what `ledger verify` finds."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class RecordFinding(CodedSentence):
    """What `ledger verify` can find. A finding names the row beside the sentence."""

    ROW_ALTERED = coded(
        "row_altered",
        vi="Dòng này, dấu vân của lệnh (command.fingerprint) hoặc dấu niêm phong của dòng ngay trước đã bị thay đổi "
        "hay bị xóa: nội dung không khớp với dấu niêm phong. Giữ nguyên hiện trạng, so với một bản sao khôi phục bên "
        "cạnh.",
        en="This row, what its command said (command.fingerprint), or the seal of the row before it was altered or is "
        "gone: it does not match its seal. Keep the evidence, and compare with a copy restored beside it.",
    )
    VERSION_GAP = coded(
        "version_gap",
        vi="Số phiên bản không liên tục: có dòng bị mất hoặc bị chèn thêm.",
        en="The versions do not follow each other: a row is missing or was put in.",
    )
    EVENT_UNREADABLE = coded(
        "event_unreadable",
        vi="Dấu niêm phong đúng nhưng bản cài đặt này không đọc được sự kiện: phiên bản mới hơn đã ghi (hãy nâng cấp "
        "rồi kiểm tra lại), hoặc dòng đã bị sửa rồi niêm phong lại.",
        en="The seal holds, but this release cannot read the event: a newer one wrote it (upgrade, then verify again), "
        "or the row was altered and sealed anew.",
    )
    COMMAND_DISAGREES = coded(
        "command_disagrees",
        vi="Bảng lệnh không khớp với các dòng của lệnh: có dòng hoặc có lệnh bị mất, hoặc bị sửa.",
        en="The table of commands does not agree with the command's rows: a row or a command is missing or altered.",
    )
    PERSONAL_ALTERED = coded(
        "personal_altered",
        vi="Dữ liệu cá nhân trong kho không khớp với cam kết ghi trong sổ cái: đã bị sửa.",
        en="The personal data in the vault does not match the commitment in the ledger: it was altered.",
    )
    PERSONAL_MISSING = coded(
        "personal_missing",
        vi="Kho không có dữ liệu cá nhân mà sự kiện này nói đến, và không có biên bản xóa.",
        en="The vault does not hold the personal data that this event speaks of, and no erasure is on record.",
    )
    VIEW_BEHIND = coded(
        "view_behind",
        vi="Bảng tra cứu không ở phiên bản cuối của sổ cái. Hãy chạy `luongxanh ledger rebuild`.",
        en="The read model is not at the last version of the ledger. Run `luongxanh ledger rebuild`.",
    )
    VIEW_DIFFERS = coded(
        "view_differs",
        vi="Bảng tra cứu khác với hồ sơ dựng lại từ sổ cái, ở các mục nêu tên. Hãy chạy `luongxanh ledger rebuild`.",
        en="The read model differs from the dossier rebuilt from the ledger, in the entries named. "
        "Run `luongxanh ledger rebuild`.",
    )
    VIEW_WITHOUT_EVENTS = coded(
        "view_without_events",
        vi="Bảng tra cứu có hồ sơ mà sổ cái không có sự kiện nào. Hãy chạy `luongxanh ledger rebuild`.",
        en="The read model has a dossier of which the ledger holds no event. Run `luongxanh ledger rebuild`.",
    )
    CANNOT_BE_FOLDED = coded(
        "cannot_be_folded",
        vi="Dấu niêm phong đúng nhưng không dựng lại được hồ sơ từ các sự kiện. Hãy báo cho nhóm phát triển.",
        en="The seals hold, but the dossier cannot be rebuilt from its events. Report it to the developers.",
    )
    WORK_MISSING = coded(
        "work_missing",
        vi="Danh sách việc thiếu việc này. Hãy chạy `luongxanh ledger rebuild`.",
        en="The work-list lacks this item. Run `luongxanh ledger rebuild`.",
    )
    WORK_UNFOUNDED = coded(
        "work_unfounded",
        vi="Danh sách việc có việc mà không sự kiện nào sinh ra. Hãy chạy `luongxanh ledger rebuild`.",
        en="The work-list has an item that follows from no event. Run `luongxanh ledger rebuild`.",
    )
    WORK_DIFFERS = coded(
        "work_differs",
        vi="Một việc trong danh sách khác với hồ sơ dựng lại từ sổ cái, ở cột nêu tên. Hãy chạy `luongxanh ledger "
        "rebuild`.",
        en="An item of the work-list differs from the dossier rebuilt from the ledger, in the column named. "
        "Run `luongxanh ledger rebuild`.",
    )
    PERSONAL_BLANKED = coded(
        "personal_blanked",
        vi="Dữ liệu cá nhân đã bị xóa trắng mà không có biên bản xóa. Hãy tìm người đã làm; nếu có bản sao cơ sở dữ "
        "liệu thì lấy lại từ đó.",
        en="Personal data was blanked and no erasure is on record. Find out who did it; take it back from a copy of "
        "the database, if there is one.",
    )
    ERASURE_DISAGREES = coded(
        "erasure_disagrees",
        vi="Biên bản nói dữ liệu này đã xóa, nhưng kho vẫn còn giữ. Hãy kiểm tra biên bản và xóa lại nếu đúng.",
        en="The record says that this data was erased, but the vault still holds it. Check the record, and erase it "
        "again if it is right.",
    )
    PERSONAL_OF_ANOTHER = coded(
        "personal_of_another",
        vi="Dữ liệu cá nhân này được ghi là của một hồ sơ khác: khi xóa theo hồ sơ sẽ xóa nhầm. Hãy sửa lại cột "
        "dossier.",
        en="This personal data is noted as another dossier's: erasing by dossier would erase the wrong one. Put the "
        "column dossier right.",
    )
    PERSONAL_UNCLAIMED = coded(
        "personal_unclaimed",
        vi="Kho giữ dữ liệu cá nhân mà không sự kiện nào nói đến, quá thời hạn chờ. Tiến trình xử lý dọn mỗi giờ: "
        "hãy xem nó có chạy không.",
        en="The vault holds personal data that no event speaks of, for longer than a command can be under way. A "
        "worker sweeps every hour: see whether one runs.",
    )
    REFERENCE_MISSING = coded(
        "reference_missing",
        vi="Thiếu liên kết từ sự kiện này đến kho: dữ liệu cá nhân sẽ bị dọn mất. Hãy bổ sung dòng trong "
        "vault.reference trước lần dọn tới.",
        en="The link from this event to the vault is missing: the personal data would be swept away. Put the row "
        "back into vault.reference before the next sweep.",
    )
    REFERENCE_UNFOUNDED = coded(
        "reference_unfounded",
        vi="Có liên kết đến kho dữ liệu cá nhân mà không sự kiện nào nói đến. Hãy tìm ai đã thêm.",
        en="There is a link to the vault that no event speaks of. Find out who put it there.",
    )
    FEED_ORDER_BROKEN = coded(
        "feed_order_broken",
        vi="Sự kiện này không đứng sau sự kiện trước của hồ sơ trong thứ tự chung: số giao dịch hoặc vị trí đã bị sửa.",
        en="This event does not stand after the dossier's event before it in the common order: its transaction id or "
        "position was changed.",
    )
    POSITION_DOUBLED = coded(
        "position_doubled",
        vi="Hai sự kiện có cùng một vị trí trong thứ tự chung: vị trí đã bị sửa.",
        en="Two events have the same position in the common order: a position was changed.",
    )
    CURSOR_AHEAD = coded(
        "cursor_ahead",
        vi="Con trỏ của kênh này đứng sau sự kiện cuối cùng: sự kiện mới sẽ bị bỏ qua. Nếu cơ sở dữ liệu vừa được phục "
        "hồi, hãy chạy `luongxanh database after-restore`; nếu không, hãy cho kênh chuyển lại từ đầu.",
        en="The cursor of this relay stands behind the last event: new events would be passed over. If the database "
        "was just restored, run `luongxanh database after-restore`; else let the relay begin again.",
    )
    CURSOR_MOVED = coded(
        "cursor_moved",
        vi="Con trỏ của kênh này bị dời: số sự kiện đến chỗ đó không phải số đã chuyển. Hãy tìm ai đã dời, rồi cho "
        "kênh chuyển lại từ đầu.",
        en="The cursor of this relay was moved: the events up to it are not as many as were handed on. Find out who "
        "moved it, then let the relay begin again.",
    )
    CURSOR_MISSING = coded(
        "cursor_missing",
        vi="Kênh này đã từng theo dõi sổ cái nhưng không còn con trỏ: dòng đã bị xóa hoặc đổi tên. Kênh sẽ chuyển lại "
        "mọi sự kiện từ đầu. Hãy tìm nguyên nhân, rồi cho kênh chuyển lại từ đầu để ghi nhận việc đó.",
        en="This relay has followed the record, and its cursor is gone: the row was removed or renamed. The relay will "
        "hand every event on again. Find out why, then let it begin again, which puts that on record.",
    )
    CURSOR_UNKNOWN = coded(
        "cursor_unknown",
        vi="Có con trỏ mang tên không kênh nào của phiên bản này dùng, hoặc chưa từng theo dõi sổ cái: dòng đã bị thêm "
        "hoặc đổi tên. Không kênh nào đọc theo dòng này và không lệnh nào xóa nó; hãy giữ làm chứng và tìm ai đã làm. "
        "Nếu một kênh khác bị thiếu con trỏ, hãy cho kênh đó chuyển lại từ đầu.",
        en="There is a cursor under a name that no relay of this release has, or that never followed the record: the "
        "row was added or renamed. No relay reads by it and no command removes it; keep it as evidence, and find out "
        "who did it. If the cursor of another relay is missing, let that one begin again.",
    )
    MIGRATION_ALTERED = coded(
        "migration_altered",
        vi="Dòng ghi tệp nâng cấp cơ sở dữ liệu này khác với tệp của phiên bản, hoặc giờ áp dụng không theo thứ tự: "
        "dòng đã bị sửa, hay đã chạy một tệp khác. Hãy so cấu trúc bảng và hàm, và khôi phục dòng đó từ bản sao.",
        en="The row of this migration differs from the release's file, or its time does not follow the order: the row "
        "was altered, or another text was run. Compare tables and functions, and take the row back from a copy.",
    )
    MIGRATION_MISSING = coded(
        "migration_missing",
        vi="Cơ sở dữ liệu không ghi là đã áp dụng tệp nâng cấp này, dù những gì tệp tạo ra đã có: dòng đã bị xóa hoặc "
        "đổi tên; lần nâng cấp tới sẽ chạy lại tệp và hỏng. Hãy khôi phục dòng đó từ bản sao.",
        en="The database does not say that this migration has run, though what it makes is there: its row was removed "
        "or renamed, and the next upgrade would run it again and fail. Take the row back from a copy.",
    )
    MIGRATION_INVENTED = coded(
        "migration_invented",
        vi="Cơ sở dữ liệu ghi là đã áp dụng một tệp nâng cấp mà không phiên bản nào có: dòng đã bị thêm hoặc đổi tên. "
        "Hãy tìm ai đã làm.",
        en="The database says that a migration has run which no release has: the row was added or renamed. Find out "
        "who did it.",
    )
    DATABASE_OLDER = coded(
        "database_older",
        vi="Cơ sở dữ liệu thuộc một phiên bản cũ hơn phần mềm này, nên chưa kiểm tra gì cả. Hãy nâng cấp "
        "(docs/operating.md) rồi kiểm tra lại, hoặc kiểm tra bằng phiên bản cũ.",
        en="The database is of an older release than this program, so nothing was verified. Bring it up to date (as "
        "docs/operating.md says) and verify again, or verify with the older release.",
    )
    DATABASE_NEWER = coded(
        "database_newer",
        vi="Cơ sở dữ liệu thuộc một phiên bản mới hơn phần mềm này (đây không phải hư hỏng): bảo vệ và cấu trúc bảng "
        "chưa được so. Hãy kiểm tra bằng phiên bản mới. Nếu chưa từng cài bản nào mới hơn, dòng này đã bị thêm vào.",
        en="The database is of a newer release than this program (that is no damage): guards and the shape of tables "
        "were not compared. Verify with the newer release. If none was ever installed, the row was made up.",
    )
    CODE_MISSING = coded(
        "code_missing",
        vi="Mã hồ sơ này không có trong sổ cấp mã: dòng cấp mã đã bị xóa hoặc sửa.",
        en="The code of this dossier is not in the register of codes: its row was removed or altered.",
    )
    CODE_DIFFERS = coded(
        "code_differs",
        vi="Sổ cấp mã ghi mã này cho một lần gửi khác với lần đã mở hồ sơ: dòng cấp mã đã bị sửa.",
        en="The register of codes gives this code to something else than what opened the dossier: its row was altered.",
    )
    SEQUENCE_BEHIND = coded(
        "sequence_behind",
        vi="Bộ đếm mã hồ sơ thấp hơn mã đã cấp: mã mới sẽ trùng mã cũ. Hãy đặt lại bộ đếm.",
        en="The counter of dossier codes is below a code that was given: the next codes would be given twice. Set it "
        "up again.",
    )
    SEQUENCE_AHEAD = coded(
        "sequence_ahead",
        vi="Bộ đếm mã hồ sơ cao hơn mã cuối đã cấp: bộ đếm bị dời lên, hoặc dòng cấp mã bị xóa. Hãy so với sổ cấp mã "
        "của bản sao, rồi đặt bộ đếm về mã cuối đã cấp.",
        en="The counter of dossier codes is above the last code that was given: it was set forward, or rows of given "
        "codes were removed. Compare with the register of a copy, then set the counter to the last code given.",
    )
    NUMBER_MISSING = coded(
        "number_missing",
        vi="Sổ số đang dùng thiếu số này: hồ sơ khác có thể lấy lại. Hãy chạy `luongxanh ledger rebuild`.",
        en="The register of numbers in use lacks this number: another dossier could take it again. Run `luongxanh "
        "ledger rebuild`.",
    )
    NUMBER_OF_ANOTHER = coded(
        "number_of_another",
        vi="Sổ số đang dùng ghi số này cho một hồ sơ không có số đó: dòng đã bị sửa. Hãy chạy `luongxanh ledger "
        "rebuild`.",
        en="The register of numbers in use gives this number to a dossier that does not have it: its row was altered. "
        "Run `luongxanh ledger rebuild`.",
    )
    NUMBER_DIFFERS = coded(
        "number_differs",
        vi="Sổ số đang dùng ghi sai số này đã cấp hẳn hay chưa. Hãy chạy `luongxanh ledger rebuild`.",
        en="The register of numbers in use is wrong about whether this number was given for good. Run `luongxanh "
        "ledger rebuild`.",
    )
    NUMBER_UNFOUNDED = coded(
        "number_unfounded",
        vi="Sổ số đang dùng có số mà không sự kiện nào của hồ sơ này cấp: số đúng sẽ bị từ chối. Hãy chạy `luongxanh "
        "ledger rebuild`.",
        en="The register of numbers in use has a number that no event of this dossier gave: the right dossier would be "
        "refused it. Run `luongxanh ledger rebuild`.",
    )
    NUMBER_DOUBLED = coded(
        "number_doubled",
        vi="Hai hồ sơ có cùng một số, cấp khi phần mềm chưa kiểm tra trùng số. Sổ cái không sửa được, hồ sơ có trước "
        "giữ số. Hãy đối chiếu hai văn bản: văn bản cấp sau phải được thay bằng văn bản mang số mới.",
        en="Two dossiers have one number, given when the program did not yet look for it. The record cannot be "
        "changed, and the earlier keeps the number. Compare the two papers: the later one has to be replaced by one "
        "with a number of its own.",
    )
    ENTRY_UNFOUNDED = coded(
        "entry_unfounded",
        vi="Danh sách này có một dòng của hồ sơ, sự kiện hay dịch vụ không hề có: dòng đã bị sửa hoặc thêm. Hãy tìm "
        "ai đã làm, rồi xóa dòng đó.",
        en="This list has an entry of a dossier, an event or a reader that there is not: it was altered or added. "
        "Find out who did it, then remove the entry.",
    )
    ROLLOUT_ITEM_DIFFERS = coded(
        "rollout_item_differs",
        vi="Đợt áp dụng ghi rằng hồ sơ này đã được hỏi, nhưng sổ cái không có lệnh nào của đợt: dòng đã bị sửa. Hãy "
        "sửa dòng thành pending, rồi cho đợt chạy tiếp.",
        en="The rollout says that this dossier was asked, and the record has no command of it: the entry was altered. "
        "Set it to pending, then let the rollout go on.",
    )
    ROLLOUT_DIFFERS = coded(
        "rollout_differs",
        vi="Dòng của đợt áp dụng này khác với lệnh đã ghi lại cạnh nó, hoặc với tệp của nó: đã bị sửa. Hãy so với "
        "rollout_act, và khôi phục dòng đó từ bản sao.",
        en="The row of this rollout differs from the order written down beside it, or from its file: it was altered. "
        "Compare with rollout_act, and take the row back from a copy.",
    )
    RULE_ALTERED = coded(
        "rule_altered",
        vi="Nội dung của quy tắc này không khớp với mã băm: hồ sơ đã ghim quy tắc sẽ bị quyết định theo nội dung khác. "
        "Hãy khôi phục dòng đó từ bản sao lưu hoặc từ cấu hình đã công bố.",
        en="The text of this rule is not the one that its hash stands for: dossiers that pinned it would be decided "
        "otherwise. Restore the row from a backup or from the published configuration.",
    )
    GUARD_MISSING = coded(
        "guard_missing",
        vi="Cơ sở dữ liệu không còn được bảo vệ như phiên bản này quy định: ai đó có thể sửa, xóa hoặc thêm dòng sai. "
        "Hãy khôi phục ngay và tìm nguyên nhân.",
        en="The database is no longer guarded as this release made it: rows can be changed, removed or wrongly added. "
        "Restore the guard, and find out why.",
    )
    GUARD_GIVES_WAY = coded(
        "guard_gives_way",
        vi="Đã thử sửa hoặc xóa một dòng (rồi hoàn tác): cơ sở dữ liệu không từ chối. Hãy khôi phục bảo vệ ngay và tìm "
        "nguyên nhân.",
        en="It was tried to change or remove a row (and undone): the database did not refuse. Restore the guard at "
        "once, and find out why.",
    )
    TRANSACTION_FROM_FUTURE = coded(
        "transaction_from_future",
        vi="Có dòng mang số giao dịch mà máy chủ này chưa cấp: cơ sở dữ liệu được phục hồi sang máy chủ khác mà chưa "
        "chạy lệnh nối tiếp, hoặc số đã bị sửa. Hãy chạy `luongxanh database after-restore`; nếu không có lần phục hồi "
        "nào thì tìm ai đã sửa.",
        en="There are rows with transaction numbers that this server has not given out yet: the database was restored "
        "on another server and nobody said so, or the numbers were changed. Run `luongxanh database after-restore`; if "
        "nothing was restored, find out who changed them.",
    )
    SERVER_UNRECORDED = coded(
        "server_unrecorded",
        vi="Dòng này mang số giao dịch mà không máy chủ nào trong sổ máy chủ (ledger_server) đã cấp: số đã bị sửa, "
        "hoặc sổ cái được đánh số lại mà không ghi. Hãy tìm ai đã làm và so với bản sao.",
        en="This row has a transaction number that none of the servers on record (ledger_server) gave out: it was "
        "changed, or the ledger was renumbered and nobody recorded it. Find out who did it, and compare with a copy.",
    )
    SERVER_ALTERED = coded(
        "server_altered",
        vi="Sổ máy chủ (ledger_server) không liền mạch: một dòng bị xóa, bị sửa hoặc được thêm vào. Hãy lấy lại từ bản "
        "sao: thứ tự của mọi sự kiện mới dựa vào dòng cuối.",
        en="The register of servers (ledger_server) does not hold together: a row was removed, altered or added. Take "
        "it back from a copy: the order of every new event rests on its last row.",
    )
