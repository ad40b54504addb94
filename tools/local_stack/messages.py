"""The messages of the stack, about waits and about errors. Vietnamese first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

from domain.messages.coded import CodedSentence, coded
from domain.text.printable import printable_lines
from domain.values import Bilingual

Announce = Callable[[Bilingual], None]
"""A function that receives the sentence about each wait when the wait begins."""


class StackRefusal(CodedSentence):
    """Why the stack does not start, does not stop, or cannot use its folder."""

    COMPONENT_MISSING = coded(
        "component_missing",
        vi="Không tìm thấy chương trình của {component}. Hãy cài lại môi trường: chạy `make install` rồi thử lại.",
        en="The program of {component} was not found. Install the environment again: run `make install`, then retry.",
    )
    COMPONENT_ENDED = coded(
        "component_ended",
        vi="{component} dừng ngay khi khởi động (mã thoát {exit_code}). Nhật ký: {log}\n{last_lines}\n"
        "Hãy sửa nguyên nhân nêu trong nhật ký rồi chạy lại `make up`.",
        en="{component} ended while it was starting (exit code {exit_code}). Its log: {log}\n{last_lines}\n"
        "Correct the cause that the log names, then run `make up` again.",
    )
    COMPONENT_NOT_READY = coded(
        "component_not_ready",
        vi="{component} chưa sẵn sàng sau {seconds} giây. Nhật ký: {log}\n{last_lines}\n"
        "Nếu máy đang quá tải, hãy chạy lại `make up`; nếu không, xem nguyên nhân trong nhật ký.",
        en="{component} was not ready after {seconds} seconds. Its log: {log}\n{last_lines}\n"
        "If the machine is overloaded, run `make up` again; otherwise the log tells the cause.",
    )
    COMPONENT_WILL_NOT_STOP = coded(
        "component_will_not_stop",
        vi="{component} (tiến trình {pid}) không dừng dù đã bị buộc dừng. "
        "Hãy kiểm tra tiến trình {pid} rồi chạy lại `make down`.",
        en="{component} (process {pid}) did not end, even when killed. "
        "Look at process {pid}, then run `make down` again.",
    )
    RESTORE_INTERRUPTED = coded(
        "restore_interrupted",
        vi="Một lần khôi phục vào {folder} đã bị ngắt giữa chừng. Hãy chạy lại lệnh khôi phục trước khi khởi động, "
        "hoặc hoàn tác để đưa dữ liệu cũ trở lại.",
        en="A restore into {folder} was interrupted. Run it again before anything is started, or bring the old data "
        "back by undoing it.",
    )
    POSTGRES_CANNOT_BE_MADE = coded(
        "postgres_cannot_be_made",
        vi="Không tạo được cơ sở dữ liệu tại {folder}:\n{last_lines}\n"
        "Hãy kiểm tra quyền ghi và chỗ trống của thư mục này.",
        en="The database could not be made in {folder}:\n{last_lines}\n"
        "Check that this folder can be written and has space.",
    )
    SEARCH_ATTRIBUTES_REFUSED = coded(
        "search_attributes_refused",
        vi="Temporal không nhận các thuộc tính tìm kiếm {names}:\n{last_lines}\n"
        "Dữ liệu thử có thể của một bản cũ: hãy chạy `make reset` (xóa dữ liệu thử), rồi `make up`.",
        en="Temporal refused the search attributes {names}:\n{last_lines}\n"
        "The trial data may be of an older release: run `make reset` (it erases the trial data), then `make up`.",
    )
    NO_ORDINARY_ACCOUNT = coded(
        "no_ordinary_account",
        vi="PostgreSQL không chạy dưới quyền root, và máy này không có tài khoản `nobody` để chạy thay. "
        "Hãy chạy lệnh này dưới một người dùng thường.",
        en="PostgreSQL does not run as root, and this machine has no account `nobody` to run it as. "
        "Run this command as an ordinary user.",
    )
    NO_REACHABLE_FOLDER = coded(
        "no_reachable_folder",
        vi="PostgreSQL chạy dưới tài khoản {account}, tài khoản này không vào được {folder} và cũng không có "
        "nơi nào khác dùng được ({tried}). Hãy đặt mã nguồn ở một thư mục mà mọi người dùng đều vào được, "
        "hoặc chạy dưới người dùng thường.",
        en="PostgreSQL runs as the account {account}, which cannot enter {folder}, and no other place works ({tried}). "
        "Move the checkout to a folder that every user may enter, or run as an ordinary user.",
    )
    STATE_UNREADABLE = coded(
        "state_unreadable",
        vi="Không đọc được tệp trạng thái {file}: {problem}\nChưa thay đổi gì. Hãy xóa tệp đó rồi chạy lại: "
        "những gì đang chạy vẫn được tìm thấy.",
        en="The state file {file} cannot be read: {problem}\nNothing was changed. Delete the file, then run again: "
        "what still runs is found all the same.",
    )
    UNKNOWN_COMPONENT = coded(
        "unknown_component",
        vi="Không có thành phần {component}. Các thành phần: {known}.",
        en="There is no component {component}. The components are: {known}.",
    )
    STACK_BUSY = coded(
        "stack_busy",
        vi="Một lệnh khác ({holder}) đang giữ {folder} quá {seconds} giây. Hãy chờ lệnh đó xong rồi thử lại.",
        en="Another command ({holder}) has held {folder} for more than {seconds} seconds. "
        "Wait until it has finished, then retry.",
    )
    FOLDER_NOT_PRIVATE = coded(
        "folder_not_private",
        vi="Không khóa được {path} đối với người khác ({problem}); trong đó có dữ liệu của người dân. "
        "Hãy dùng một thư mục trên đĩa cho phép đặt quyền (LUONGXANH_STACK), rồi chạy lại.",
        en="{path} could not be closed to others ({problem}), and it holds people's data. "
        "Use a folder on a disk where permissions can be set (LUONGXANH_STACK), then run again.",
    )
    FOLDER_IN_USE = coded(
        "folder_in_use",
        vi="{folder} đã có thứ khác ({found} …), không phải thư mục của hệ thống này; chưa thay đổi gì. "
        "Hãy nêu một thư mục trống, hoặc thư mục mà `make up` đã tạo.",
        en="{folder} holds other things ({found} …) and is not a stack's folder; nothing was changed. "
        "Name an empty folder, or one that `make up` has made.",
    )


class StackWait(CodedSentence):
    """What a command of the stack waits for."""

    STARTING = coded(
        "starting",
        vi="Đang khởi động {component} …",
        en="Starting {component} …",
    )
    WAITING = coded(
        "waiting",
        vi="Đang chờ {component} sẵn sàng …",
        en="Waiting until {component} is ready …",
    )
    STOPPING = coded(
        "stopping",
        vi="Đang dừng {component} …",
        en="Stopping {component} …",
    )
    KILLING = coded(
        "killing",
        vi="{component} không tự dừng sau {seconds} giây: buộc dừng.",
        en="{component} did not end by itself in {seconds} seconds: killing it.",
    )
    PORT_TAKEN = coded(
        "port_taken",
        vi="Cổng của {component} vừa bị chương trình khác chiếm: thử cổng khác.",
        en="Another program has just taken the port of {component}: trying another one.",
    )
    FORGOTTEN = coded(
        "forgotten",
        vi="{component} (tiến trình {pid}) đang chạy nhưng tệp trạng thái không còn ghi: dừng nó trước.",
        en="{component} (process {pid}) runs, but the state file no longer says so: ending it first.",
    )
    STATE_NOT_WRITTEN = coded(
        "state_not_written",
        vi="{component} đã dừng, nhưng đĩa chứa {folder} đã đầy nên không ghi lại được điều đó. Dữ liệu còn nguyên; "
        "hãy giải phóng chỗ trống trước khi chạy `make up`.",
        en="{component} has stopped, but the disk of {folder} is full, so that could not be written down. The data is "
        "untouched; free some space before `make up`.",
    )
    MADE_PRIVATE = coded(
        "made_private",
        vi="{folder}: {count} tệp và thư mục người khác đọc được, đã khóa lại.",
        en="{folder}: {count} files and folders could be read by others; they are closed now.",
    )
    WAITING_FOR_LOCK = coded(
        "waiting_for_lock",
        vi="Một lệnh khác ({holder}) đang khởi động hoặc dừng hệ thống này: đang chờ …",
        en="Another command ({holder}) is starting or stopping this stack: waiting …",
    )


def sentence(text: Bilingual, facts: dict[str, str]) -> Bilingual:
    """The sentence in both languages, with its facts filled in."""
    return Bilingual(vi=text.vi.format_map(facts), en=text.en.format_map(facts))


def wait(announce: Announce, what: CodedSentence, **facts: object) -> None:
    """Announces a wait."""
    announce(sentence(what.sentence, {name: str(value) for name, value in facts.items()}))


def to_standard_error(text: Bilingual) -> None:
    """The usual `Announce`: one line for each wait, on standard error, so that it does not mix with `--json`."""
    with suppress(OSError):  # the reader is gone; the work goes on
        sys.stderr.write(f"{printable_lines(text.vi)}  ({printable_lines(text.en)})\n")
        sys.stderr.flush()


def silently(text: Bilingual) -> None:
    """An `Announce` that prints nothing, for tests and `--json`."""
