"""`luongxanh backup`: the key, the list and the pruning of backups; sealed streams; the archive of PostgreSQL's log.

These commands are for every installation. A checkout has `create`, `verify` and `restore` of its own stack as well.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.errors import DomainError, InvalidInput
from domain.messages.backups import BackupRefusal
from domain.values import VIETNAM, Bilingual
from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.output import PLAIN, Output, print_json, show, tell
from gateway.cli.problems import ErrorInWords, Exit

if TYPE_CHECKING:
    from activities.backups.keys import BackupKey
    from activities.backups.retention import Decision
    from activities.backups.store import BackupFolder, Stored

app = App(name="backup")

To = Annotated[
    Path | None,
    Parameter(name=["--to", "--folder"], help="Thư mục sao lưu; mặc định LUONGXANH_BACKUP_FOLDER (backups' folder)"),
]
KeyFile = Annotated[Path | None, Parameter(help="Tệp khóa; mặc định LUONGXANH_BACKUP_KEY_FILE (the key's file)")]
STOPS_RECOVERY = 200
"""The exit code of `wal-get` when the archive cannot be trusted. PostgreSQL takes 1 to 125 for the end of the log, and
would go live without the rest; above 125 its recovery stops."""


@app.command(sort_key=0)
def key(file: Annotated[Path, Parameter(help="Tệp mới (a new file)")], /, *, output: Output = PLAIN) -> None:
    """Tạo khóa sao lưu trong một tệp mới; giữ thêm một bản ở nơi khác (make the key that seals backups).

    Không có khóa thì không bản sao lưu nào mở được; ai có cả hai thì đọc được mọi dữ liệu cá nhân. (Without it no
    backup opens; whoever has both can read all personal data.)

    Ví dụ (example):
      luongxanh backup key /root/luongxanh-backup.key
    """
    from activities.backups.keys import make_key

    made = make_key(file)
    if output.json:
        print_json({"file": str(file), "key": made.id})
    else:
        tell(
            output.say(
                f"Đã tạo khóa số hiệu {made.id} tại {file}. Hãy chép một bản ra nơi khác ngay bây giờ.",
                f"Made key number {made.id} at {file}. Keep a copy at another place now.",
            )
        )


@app.command(name="list", sort_key=5)
def listed(*, to: To = None, output: Output = PLAIN) -> int:
    """Các bản sao lưu, cũ trước; mã thoát 1 nếu có bản không đọc được (the backups, the oldest first)."""
    found = folder_of(to).all()
    if output.json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        _show_list(found, output)
    return Exit.FAILED if any(one.manifest is None for one in found) else Exit.DONE


@app.command(sort_key=6)
def prune(
    *,
    keep_days: Annotated[int, Parameter(help="Giữ mọi bản trong số ngày này (keep those of so many days)")] = 30,
    keep_last: Annotated[int, Parameter(help="Luôn giữ số bản mới nhất này (always keep so many)")] = 7,
    to: To = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Chỉ xem (only look)")] = False,
    yes: Yes = False,
    output: Output = PLAIN,
) -> None:
    """Xóa các bản sao lưu cũ theo quy tắc; nói trước sẽ xóa bản nào (remove old backups by a rule, with a plan first).

    Bản mà một bản được giữ nối tiếp thì cũng được giữ; bản không đọc được thì để nguyên cho người xem. (What a kept one
    builds on is kept, and so is what cannot be read: a person decides.)

    Ví dụ (example):
      luongxanh backup prune --keep-days 30 --keep-last 7 --dry-run
    """
    from activities.backups.retention import plan

    if keep_days < 0 or keep_last < 1:
        raise InvalidInput(BackupRefusal.RETENTION_TOO_SHORT)
    folder = folder_of(to)
    with folder.removing():
        decided = plan(folder.all(), datetime.now(UTC), days=keep_days, last=keep_last)
        going = [one for one in decided if one.kept is None]
        if not output.json:
            _show_plan(decided, output)
        if going and not dry_run:
            require_confirmed(yes, output)
            for one in reversed(going):  # what builds on another one goes before it
                folder.remove(one.id)
    if output.json:
        print_json({"done": bool(going) and not dry_run, "plan": [one.model_dump(mode="json") for one in decided]})


@app.command(sort_key=7)
def seal(
    name: Annotated[str, Parameter(help="Tên trong kho (its name in the folder)")],
    /,
    *,
    to: To = None,
    key_file: KeyFile = None,
    output: Output = PLAIN,
) -> None:
    """Nén và khóa đầu vào chuẩn thành một tệp trong thư mục sao lưu (seal standard input into a file).

    Ví dụ (example):
      pg_basebackup -D - -F tar -X fetch … | luongxanh backup seal base-20261128.tar
    """
    from activities.backups.streams import seal as run

    sealed = run(sys.stdin.buffer, folder_of(to).folder, name, key_of(key_file))
    if output.json:
        print_json(sealed.model_dump(mode="json"))
    else:
        tell(f"{sealed.file}  {sealed.bytes:,} B  sha256 {sealed.sha256}")


@app.command(sort_key=8)
def unseal(
    name: Annotated[str, Parameter(help="Tên trong kho (its name in the folder)")],
    /,
    *,
    to: To = None,
    key_file: KeyFile = None,
) -> None:
    """Mở một tệp đã khóa ra đầu ra chuẩn (write what was sealed to standard output).

    Tệp bị cắt hay bị tráo thì lệnh dừng với lỗi: chỉ dùng đầu ra khi mã thoát là 0. (What was cut or swapped ends with
    an error: use the output only when the exit code is 0.)

    Ví dụ (example):
      luongxanh backup unseal base-20261128.tar | tar -x -C /var/lib/postgresql/18/main
    """
    from activities.backups.streams import unseal as run

    run(folder_of(to).folder, name, key_of(key_file), sys.stdout.buffer)


@app.command(name="wal-put", sort_key=9)
def wal_put(
    path: Annotated[Path, Parameter(help="%p của PostgreSQL (the file)")],
    name: Annotated[str, Parameter(help="%f của PostgreSQL (its name)")],
    /,
    *,
    to: To = None,
    key_file: KeyFile = None,
) -> None:
    """Cất một tệp nhật ký của PostgreSQL vào kho, đã khóa; dùng làm archive_command (archive a file of the log).

    Không bao giờ ghi đè; cất lại cùng nội dung thì coi là xong. (It never overwrites; the same content again is done.)

    Ví dụ (example):
      archive_command = 'luongxanh backup wal-put %p %f --to /backup/wal --key-file /etc/luongxanh/backup.key'
    """
    from activities.backups.wal_archive import WalArchive

    WalArchive(folder_of(to).folder, key_of(key_file)).put(path, name)


@app.command(name="wal-get", sort_key=10)
def wal_get(
    name: Annotated[str, Parameter(help="%f của PostgreSQL (its name)")],
    path: Annotated[Path, Parameter(help="%p của PostgreSQL (where to write it)")],
    /,
    *,
    to: To = None,
    key_file: KeyFile = None,
) -> int:
    """Lấy một tệp nhật ký từ kho; dùng làm restore_command (get a file of the log from the archive).

    Mã thoát 4 nếu kho không có tệp đó. Sai khóa hay tệp hỏng thì mã 200, để PostgreSQL dừng phục hồi thay vì mở cửa với
    dữ liệu thiếu. (Exit code 4 when the archive has no such file. With a wrong key or a damaged file it is 200, so that
    PostgreSQL stops its recovery instead of going live without the rest.)

    Ví dụ (example):
      restore_command = 'luongxanh backup wal-get %f %p --to /backup/wal --key-file /etc/luongxanh/backup.key'
    """
    from activities.backups.wal_archive import WalArchive

    try:
        WalArchive(folder_of(to).folder, key_of(key_file)).get(name, path)
    except (DomainError, OSError) as problem:
        if getattr(problem, "code", "") == BackupRefusal.WAL_NOT_ARCHIVED:
            raise
        _tell_why(problem)
        return STOPS_RECOVERY
    return Exit.DONE


@app.command(name="wal-ship", sort_key=11)
def wal_ship(
    spool: Annotated[Path, Parameter(help="Thư mục mà archive_command chép vào (where archive_command copies to)")],
    /,
    *,
    every: Annotated[float, Parameter(help="Nghỉ giữa hai lần, giây; 0: một lần (seconds between; 0: once)")] = 0,
    to: To = None,
    key_file: KeyFile = None,
    output: Output = PLAIN,
) -> None:
    """Khóa và cất mọi tệp nhật ký đã chép xong trong một thư mục, rồi xóa ở đó (archive what a folder has).

    Cho máy chủ mà tài khoản PostgreSQL không chạy được chương trình này. (For a server whose account cannot run this
    program: see docs/backup.md for its archive_command.)

    Ví dụ (example):
      luongxanh backup wal-ship /var/spool/luongxanh-wal --every 5 --to /backup/wal
    """
    from activities.backups.wal_archive import WalArchive

    archive = WalArchive(folder_of(to).folder, key_of(key_file))
    while True:
        shipped = archive.ship(spool)
        if every <= 0:
            break
        time.sleep(every)
    if output.json:
        print_json({"shipped": shipped})


def folder_of(to: Path | None) -> BackupFolder:
    """The folder of backups. Raises InvalidInput `backup_place_missing`."""
    from activities.backups.store import BackupFolder

    what = Bilingual(vi="thư mục chứa các bản sao lưu", en="where backups are kept")
    return BackupFolder(_required(to, "backup_folder", "--to", what))


def key_of(key_file: Path | None) -> BackupKey:
    """The key. Raises InvalidInput `backup_place_missing`, and the errors of `BackupKey.read`."""
    from activities.backups.keys import BackupKey

    what = Bilingual(vi="tệp khóa sao lưu", en="which file has the backup key")
    return BackupKey.read(_required(key_file, "backup_key_file", "--key-file", what))


def _required(given: Path | None, setting: str, option: str, what: Bilingual) -> Path:
    from workers.settings import load_settings, variable

    # With both options no setting is read: PostgreSQL calls these commands under its own account.
    found: Path | None = given or getattr(load_settings(), setting)
    if found is None:
        facts = {"what": what, "option": option, "variable": variable(setting)}
        raise InvalidInput(BackupRefusal.BACKUP_PLACE_MISSING, **facts)
    return found.absolute()


def _tell_why(problem: Exception) -> None:
    if isinstance(problem, ErrorInWords):
        tell(f"✗ {problem.code}", f"  {problem.message.vi}", f"  {problem.message.en}")
    else:
        tell(f"✗ {problem}")


def _show_list(found: tuple[Stored, ...], output: Output) -> None:
    from activities.backups.room import size
    from gateway.cli.tables import headed

    columns = output.say("Bản sao lưu|Lúc|Nối tiếp|Cỡ|Hồ sơ|Sự kiện", "Backup|At|Builds on|Size|Dossiers|Events").split(
        "|"
    )
    table = headed(output.say("Các bản sao lưu", "Backups"), *columns, whole=(0, 2, 3))
    for one in found:
        manifest = one.manifest
        if manifest is None:
            table.add_row(one.id, f"✗ {one.problem}", "", "", "", "")
            continue
        at = manifest.began.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
        counts = manifest.ledger
        held = (f"{counts.dossiers:,}", f"{counts.events:,}") if counts else ("–", "–")
        table.add_row(one.id, at, _short(manifest.base.id) if manifest.base else "–", size(manifest.bytes), *held)
    show(table)


def _short(backup: str) -> str:
    """`full-b618a8`: the end of the name, which the line of that backup has whole."""
    return backup.partition("-")[2] or backup


def _show_plan(decided: tuple[Decision, ...], output: Output) -> None:
    from activities.backups.retention import WhyKept
    from activities.backups.room import size

    words = {
        WhyKept.RECENT: output.say("còn mới", "recent"),
        WhyKept.AMONG_THE_LAST: output.say("trong số bản mới nhất", "among the last"),
        WhyKept.BUILT_ON: output.say("bản được giữ nối tiếp nó", "a kept one builds on it"),
        WhyKept.UNREADABLE: output.say("không đọc được, cần người xem", "not readable: a person must look"),
    }
    for one in decided:
        kept = output.say("XÓA", "REMOVE") if one.kept is None else f"{output.say('giữ', 'keep')}: {words[one.kept]}"
        show(f"{one.id}  {size(one.bytes)}  {kept}")
    going = [one.bytes for one in decided if one.kept is None]
    show(output.say(f"Xóa {len(going)} bản, {size(sum(going))}.", f"Removes {len(going)}, {size(sum(going))}."))
