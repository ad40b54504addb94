"""The sentences about checkpoints: refusals, and findings of the comparison with the ledger."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class CheckpointRefusal(CodedSentence):
    """Why a checkpoint cannot be made or read."""

    CHECKPOINT_UNREADABLE = coded(
        "checkpoint_unreadable",
        vi="Không đọc được bản chốt sổ: {problem}. Hãy lấy lại tệp từ nơi lưu bản sao.",
        en="A checkpoint cannot be read: {problem}. Take the file from where its copy is kept.",
    )
    CHECKPOINT_FOLDER_MISSING = coded(
        "checkpoint_folder_missing",
        vi="Chưa biết ghi bản chốt sổ vào đâu. Hãy đặt LUONGXANH_CHECKPOINT_FOLDER là một thư mục nằm ngoài cơ sở dữ "
        "liệu (make up tự tạo một thư mục để chạy thử).",
        en="It is not known where checkpoints are kept. Set LUONGXANH_CHECKPOINT_FOLDER to a folder outside the "
        "database (make up makes one for trials).",
    )
    CHECKPOINT_KEY_MISSING = coded(
        "checkpoint_key_missing",
        vi="Không có khóa ký bản chốt sổ tại {path}. Hãy tạo bằng: (umask 077; openssl genpkey -algorithm ed25519 -out "
        "TỆP), rồi đặt LUONGXANH_CHECKPOINT_KEY.",
        en="There is no key at {path} to sign checkpoints with. Make one: (umask 077; openssl genpkey -algorithm "
        "ed25519 -out FILE), then set LUONGXANH_CHECKPOINT_KEY.",
    )
    CHECKPOINT_KEY_OPEN = coded(
        "checkpoint_key_open",
        vi="Tệp khóa {path} có quyền {mode}: người khác đọc được. Hãy chạy: chmod 600 {path}; nếu có thể đã lộ thì "
        "tạo khóa mới.",
        en="The key file {path} has mode {mode}: others may read it. Run chmod 600 {path}; if it may have leaked, make "
        "a new key.",
    )
    CHECKPOINT_KEY_UNREADABLE = coded(
        "checkpoint_key_unreadable",
        vi="Tệp khóa {path} không phải khóa Ed25519 dạng PEM. Hãy kiểm tra lại đường dẫn.",
        en="The key file {path} is not an Ed25519 key in PEM. Check the path.",
    )
    PUBLIC_KEY_UNREADABLE = coded(
        "public_key_unreadable",
        vi="“{given}” không phải khóa công khai của bản chốt sổ (dạng tên+số hiệu+base64). Hãy lấy tệp public-key "
        "trong thư mục bản chốt sổ.",
        en="{given} is not the public key of a log (of the form name+number+base64). Take the file public-key of the "
        "folder of checkpoints.",
    )
    CHECKPOINT_BUSY = coded(
        "checkpoint_busy",
        vi="Một tiến trình khác đang chốt sổ. Hãy thử lại sau ít giây.",
        en="Another process is making a checkpoint now. Try again in a few seconds.",
    )
    CHECKPOINT_HISTORY_DIFFERS = coded(
        "checkpoint_history_differs",
        vi="Chưa chốt sổ: sổ cái không còn sự kiện {dossier} phiên bản {version} như bản chốt gần nhất đã ghi. Hãy "
        "chạy `luongxanh ledger verify --checkpoints` để biết chỗ nào đã bị động đến.",
        en="No checkpoint was made: the ledger does not hold event {dossier} version {version} as the last checkpoint "
        "has it. Run `luongxanh ledger verify --checkpoints` to see what was touched.",
    )
    NO_CHECKPOINT = coded(
        "no_checkpoint",
        vi="Chưa có bản chốt sổ nào trong {folder}. Hãy chạy `luongxanh ledger checkpoint`.",
        en="There is no checkpoint in {folder} yet. Run `luongxanh ledger checkpoint`.",
    )
    NOT_YET_ANCHORED = coded(
        "not_yet_anchored",
        vi="Hồ sơ {dossier} chưa có sự kiện nào trong bản chốt sổ. Hãy chạy `luongxanh ledger checkpoint` rồi làm lại.",
        en="No event of dossier {dossier} is under a checkpoint yet. Run `luongxanh ledger checkpoint`, then repeat.",
    )
    CANNOT_BE_PROVED = coded(
        "cannot_be_proved",
        vi="Không lập được bằng chứng: hồ sơ {dossier} phiên bản {version} trong sổ cái khác với bản chốt sổ. Hãy chạy "
        "`luongxanh ledger verify --checkpoints`.",
        en="No proof can be made: dossier {dossier} version {version} in the ledger differs from the checkpoint. Run "
        "`luongxanh ledger verify --checkpoints`.",
    )


class ProofRefusal(CodedSentence):
    """Why the proof of a dossier is not given now."""

    PROOF_NOT_YET = coded(
        "proof_not_yet",
        vi="Chưa có bản chốt sổ nào gồm hồ sơ {dossier}. Bản chốt tiếp theo có trước {due}: hãy lấy lại sau đó.",
        en="No checkpoint covers dossier {dossier} yet. The next is made before {due}: try again after that.",
    )
    PROOFS_NOT_OFFERED = coded(
        "proofs_not_offered",
        vi="Máy chủ này không đọc được nhật ký chốt sổ. Hãy đặt LUONGXANH_CHECKPOINT_FOLDER cho tiến trình này, "
        "hoặc lập bằng chứng ở máy có nhật ký.",
        en="This server cannot read the log of checkpoints. Set LUONGXANH_CHECKPOINT_FOLDER for this process, or make "
        "the proof on a machine that has the log.",
    )


class CheckpointFinding(CodedSentence):
    """What the comparison of the ledger with its checkpoints can find."""

    ANCHORED_EVENT_MISSING = coded(
        "anchored_event_missing",
        vi="Sự kiện này đã được chốt sổ nhưng không còn trong sổ cái: đã bị xóa. Giữ nguyên hiện trạng, khôi phục một "
        "bản sao bên cạnh để so sánh.",
        en="This event is under a checkpoint but no longer in the ledger: it was removed. Keep the evidence, restore a "
        "copy beside it and compare.",
    )
    ANCHORED_EVENT_ALTERED = coded(
        "anchored_event_altered",
        vi="Sự kiện này khác với khi được chốt sổ: nội dung, hoặc một sự kiện trước nó của hồ sơ, đã bị sửa và niêm "
        "phong lại. Giữ nguyên hiện trạng, khôi phục một bản sao bên cạnh để so sánh.",
        en="This event is not as it was when the checkpoint was made: it, or an event of the dossier before it, was "
        "changed and sealed anew. Keep the evidence, restore a copy beside it and compare.",
    )
    ANCHORED_ORDER_DIFFERS = coded(
        "anchored_order_differs",
        vi="Sự kiện này không còn đứng ở chỗ của nó trong thứ tự chung: số giao dịch hoặc vị trí đã bị sửa.",
        en="This event no longer stands at its place in the common order: its transaction id or position was changed.",
    )
    EVENT_NOT_ANCHORED = coded(
        "event_not_anchored",
        vi="Sự kiện này đứng trước một bản chốt sổ mà không có trong đó: đã được chèn thêm về sau.",
        en="This event stands before a checkpoint that does not contain it: it was put in afterwards.",
    )
    REGISTERED_ROW_ALTERED = coded(
        "registered_row_altered",
        vi="Dòng này của một sổ chỉ được thêm (ai xóa, ai ra lệnh, quy tắc nào, mã nào) khác với khi được chốt sổ: đã "
        "bị sửa. Giữ nguyên hiện trạng, so với một bản sao.",
        en="This row of a register that is only added to (who erased, who ordered, which rule, which code) is not as "
        "it was when the checkpoint was made: it was altered. Keep the evidence, and compare with a copy.",
    )
    REGISTERED_ROW_MISSING = coded(
        "registered_row_missing",
        vi="Dòng này của một sổ chỉ được thêm đã được chốt sổ nhưng không còn: đã bị xóa, đổi tên hoặc dời sang giao "
        "dịch khác. Giữ nguyên hiện trạng, so với một bản sao.",
        en="This row of a register that is only added to is under a checkpoint but no longer there: it was removed, "
        "renamed, or moved to another transaction. Keep the evidence, and compare with a copy.",
    )
    REGISTERED_ROW_INVENTED = coded(
        "registered_row_invented",
        vi="Dòng này của một sổ chỉ được thêm đứng trước một bản chốt sổ mà không có trong đó: đã được chèn thêm về "
        "sau.",
        en="This row of a register that is only added to stands before a checkpoint that does not contain it: it was "
        "put in afterwards.",
    )
    CHECKPOINT_ROWS_ALTERED = coded(
        "checkpoint_rows_altered",
        vi="Danh sách dòng của các sổ cạnh bản chốt không cho ra giá trị đã ký: tệp bản chốt đã bị sửa. Hãy dùng bản "
        "sao ở nơi khác.",
        en="The rows of registers listed beside a checkpoint do not give what was signed: the file was altered. Use a "
        "copy kept elsewhere.",
    )
    CHECKPOINT_SIGNATURE_WRONG = coded(
        "checkpoint_signature_wrong",
        vi="Chữ ký của bản chốt sổ không đúng với khóa công khai. Hãy kiểm tra khóa, và so với bản sao ở nơi khác.",
        en="The signature of a checkpoint does not match the public key. Check the key, and compare with the copies "
        "kept elsewhere.",
    )
    CHECKPOINT_ROOT_DIFFERS = coded(
        "checkpoint_root_differs",
        vi="Danh sách sự kiện cạnh bản chốt sổ không cho ra gốc đã ký: tệp bản chốt đã bị sửa. Từ đây không so được "
        "nữa; hãy dùng bản sao ở nơi khác.",
        en="The events listed beside a checkpoint do not give the root that was signed: the file was altered. From "
        "here on nothing can be compared; use a copy kept elsewhere.",
    )
    CHECKPOINT_LIST_ALTERED = coded(
        "checkpoint_list_altered",
        vi="Danh sách sự kiện cạnh bản chốt sổ đã bị sửa; sổ cái thì đúng với gốc đã ký. Hãy thay tệp bằng bản sao.",
        en="The events listed beside a checkpoint were altered; the ledger itself agrees with the root that was "
        "signed. Replace the file by a copy.",
    )
    CHECKPOINT_GAP = coded(
        "checkpoint_gap",
        vi="Thiếu một hay nhiều bản chốt sổ ở đây: số sự kiện không nối tiếp. Hãy dùng bản sao ở nơi khác.",
        en="One or more checkpoints are missing here: the numbers of events do not follow. Use a copy kept elsewhere.",
    )
    CHECKPOINT_LOST = coded(
        "checkpoint_lost",
        vi="Cơ sở dữ liệu ghi rằng bản chốt sổ này đã được lập, nhưng trong tệp không có: tệp bị cắt hoặc bị thay. "
        "Hãy lấy lại tệp từ bản sao ở nơi khác, rồi so lại.",
        en="The database says that this checkpoint was made, and the log does not have it: the file was cut or "
        "replaced. Take the file from a copy kept elsewhere, then compare again.",
    )
    CHECKPOINT_INCONSISTENT = coded(
        "checkpoint_inconsistent",
        vi="Bản chốt sổ này không nối tiếp bản trước: hai bản nói hai lịch sử khác nhau.",
        en="This checkpoint does not continue the one before: the two tell different histories.",
    )
    CHECKPOINT_OVERDUE = coded(
        "checkpoint_overdue",
        vi="Có sự kiện chờ chốt sổ quá lâu. Hãy xem tiến trình xử lý có chạy không, rồi chạy "
        "`luongxanh ledger checkpoint`.",
        en="Events have waited too long for a checkpoint. See whether a worker runs, then run "
        "`luongxanh ledger checkpoint`.",
    )
