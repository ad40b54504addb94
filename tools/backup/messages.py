"""The sentences about the steps of a backup and of a restore."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class BackupStep(CodedSentence):
    """What a long command does now, or has found."""

    COPYING_FILES = coded("copying_files", vi="Đang sao các tệp …", en="Copying the files …")
    COPYING_TEMPORAL = coded("copying_temporal", vi="Đang sao Temporal …", en="Copying Temporal …")
    COPYING_LEDGER = coded(
        "copying_ledger", vi="Sao sổ cái và kho dữ liệu cá nhân …", en="Copying the ledger and the vault …"
    )
    FULL_INSTEAD = coded(
        "full_instead",
        vi="PostgreSQL không còn bản tóm tắt nhật ký từ bản sao lưu trước: làm bản đầy đủ.",
        en="PostgreSQL has no summaries of its log since the last backup any more: a full backup is made.",
    )
    CHECKING_PARTS = coded(
        "checking_parts", vi="Kiểm tra các tệp của {backup} …", en="Checking the files of {backup} …"
    )
    UNPACKING = coded("unpacking", vi="Mở {backup} vào {folder} …", en="Opening {backup} in {folder} …")
    STARTING = coded("starting", vi="Khởi động cơ sở dữ liệu từ bản sao …", en="Starting the database of the copy …")
    WALKING = coded("walking", vi="Kiểm tra mọi chuỗi của sổ cái …", en="Walking every chain of the ledger …")
    SWAPPING = coded("swapping", vi="Đưa dữ liệu vào chỗ …", en="Putting the data in place …")
    CONTINUING = coded("continuing", vi="Nối tiếp sổ cái …", en="Letting the ledger go on …")
    WAKING = coded("waking", vi="Đánh thức các hồ sơ …", en="Waking the dossiers …")
    LOOKING_BACK = coded(
        "looking_back",
        vi="Xem từ lúc phục hồi đã có gì mới …",
        en="Looking what was done since the restore …",
    )
    COMPARING = coded("comparing", vi="Đối chiếu Temporal với sổ cái …", en="Comparing Temporal with the ledger …")
