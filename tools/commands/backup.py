"""`luongxanh backup` of a checkout: what every installation has, and copies of the local stack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.operator_orders import require_reason
from domain.values import VIETNAM
from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.counting import counting_dossiers
from gateway.cli.output import PLAIN, Output, called, print_json, show, tell, to_copy
from gateway.cli.problems import Exit
from workers.commands.backup import KeyFile, To, app

if TYPE_CHECKING:
    from activities.backups.manifest import Manifest
    from tools.backup.places import Places
    from tools.backup.restoring import Placed
    from tools.backup.reviving import Revived
    from tools.backup.verifying import VerifiedBackup
    from tools.local_stack.messages import Announce
    from workers.settings import Settings

Stack = Annotated[
    Path | None,
    Parameter(help="Thư mục của hệ thống; mặc định .stack, hoặc LUONGXANH_STACK (the stack's folder)"),
]
Which = Annotated[str | None, Parameter(help="Bản sao lưu; mặc định bản mới nhất (a backup; the newest)")]


@app.command(sort_key=1)
async def create(
    *,
    full: Annotated[bool, Parameter(negative="", help="Bản đầy đủ (a full one)")] = False,
    to: To = None,
    key_file: KeyFile = None,
    stack: Stack = None,
    output: Output = PLAIN,
) -> None:
    """Sao lưu hệ thống đang chạy: sổ cái, kho dữ liệu cá nhân, Temporal, tệp (back up the running stack).

    Chỉ phần đã đổi từ bản trước, nếu nối tiếp được. Bị ngắt giữa chừng thì không có bản nào cả. (Backs up the running
    stack, sealed: only what has changed since the last one where that can be. An interrupted one is none at all.)

    Ví dụ (example):
      luongxanh backup create --to /backup/luongxanh --key-file /root/luongxanh-backup.key
    """
    from tools.backup.creating import create as run

    made = await run(_places(stack, to, key_file), _announce(output), full=full)
    if output.json:
        print_json(made.model_dump(mode="json"))
    else:
        _show_created(made, output)


@app.command(sort_key=2)
async def verify(
    backup: Which = None, /, *, to: To = None, key_file: KeyFile = None, stack: Stack = None, output: Output = PLAIN
) -> int:
    """Phục hồi thử vào thư mục tạm, kiểm tra mọi chuỗi; mã thoát 1 nếu có chỗ sai (open a backup and check it).

    Không đụng đến hệ thống đang chạy; thư mục tạm ở TMPDIR, xong thì xóa. (Restores into a scratch folder, starts the
    database there, walks every chain and ends it. What runs is not touched.)

    Ví dụ (example):
      luongxanh backup verify
    """
    from tools.backup.verifying import verify as run

    with counting_dossiers(output.say("Kiểm tra sổ cái", "Verifying the ledger"), output) as progress:
        found = await run(_places(stack, to, key_file), _announce(output), backup, progress)
    if output.json:
        print_json({**found.model_dump(mode="json"), "sound": found.sound})
    else:
        _show_verified(found, output)
    return Exit.DONE if found.sound else Exit.FAILED


@app.command(sort_key=3)
async def restore(
    backup: Which = None,
    /,
    *,
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")],
    by: Annotated[str | None, Parameter(help="Mã nội bộ người vận hành (an operator; else this account)")] = None,
    over_existing: Annotated[
        bool, Parameter(negative="", help="Thay dữ liệu đang có; dữ liệu cũ được giữ bên cạnh (in place of data)")
    ] = False,
    to: To = None,
    key_file: KeyFile = None,
    stack: Stack = None,
    yes: Yes = False,
    output: Output = PLAIN,
) -> int:
    """Phục hồi hệ thống từ một bản sao lưu, nối tiếp sổ cái, đánh thức hồ sơ (bring the stack back).

    Từ chối khi hệ thống đang chạy. Sự kiện sau bản sao lưu thì sổ cái không còn biết, nhưng bên ngoài còn nhớ: sau đó
    hãy chạy ops outside. (Restores the stack, lets the ledger go on, wakes the dossiers, compares Temporal. Refused
    while it runs. Others remember what was done after the backup: run ops outside afterwards.)

    Ví dụ (example):
      luongxanh backup restore --over-existing --reason "Hỏng ổ đĩa, sự cố 12"
    """
    from tools.backup.restoring import place
    from tools.backup.reviving import revive

    require_reason(reason)
    places, announce = _places(stack, to, key_file), _announce(output)
    who = _who(by, places)
    if over_existing:
        _confirm_replacing(places, yes, output)
    placed = place(places, announce, backup, over_existing=over_existing)
    revived = await revive(places, who, reason, announce)
    if output.json:
        print_json({**placed.model_dump(mode="json"), **revived.model_dump(mode="json")})
    else:
        _show_restored(placed, revived, output)
    return Exit.DONE if revived.agree else Exit.FAILED


def _confirm_replacing(places: Places, yes: bool, output: Output) -> None:
    """Says what a restore replaces and how to undo it, and asks."""
    tell(
        output.say(
            f"Dữ liệu trong {places.stack} được thay bằng bản sao lưu. Dữ liệu cũ giữ bên cạnh (before-restore-…), "
            "đưa trở lại được bằng backup undo.",
            f"The backup takes the place of the data in {places.stack}. The old data is kept beside it "
            "(before-restore-…), and backup undo brings it back.",
        )
    )
    require_confirmed(yes, output)


@app.command(sort_key=4)
async def undo(
    kept: Annotated[Path, Parameter(help="Thư mục before-restore-… (the folder of the old data)")],
    /,
    *,
    stack: Stack = None,
    yes: Yes = False,
    output: Output = PLAIN,
) -> None:
    """Đưa trở lại dữ liệu mà một lần phục hồi đã dời sang bên cạnh.

    Hồ sơ nộp từ lúc phục hồi không có trong dữ liệu cũ: lệnh này nêu từng hồ sơ trước khi hỏi. (Brings back what a
    restore moved aside. What was filed since the restore is not in it: each dossier is named before you are asked.)

    Ví dụ (example):
      luongxanh backup undo .stack/before-restore-20261128T101500Z
    """
    from tools.backup.filed_since import since_restore
    from tools.backup.restoring import undo as run
    from tools.commands.undo_page import show_since

    folder, aside, announce = _settings(stack).stack_folder.absolute(), kept.absolute(), _announce(output)
    since = await since_restore(folder, aside, announce)
    if not output.json:
        show_since(since, output)
    require_confirmed(yes, output)
    run(folder, aside, announce)
    if output.json:
        print_json({"undone": str(kept), "since": since.model_dump(mode="json") if since else None})
    else:
        tell(output.say("Dữ liệu cũ đã trở lại. Khởi động: make up", "The old data is back. Start it: make up"))


def _settings(stack: Path | None) -> Settings:
    from workers.settings import Mode, load_settings

    return load_settings(stack_folder=stack, mode=Mode.EMBEDDED)


def _places(stack: Path | None, to: Path | None, key_file: Path | None) -> Places:
    from tools.backup.places import places

    settings = _settings(stack)
    folder, file = to or settings.backup_folder, key_file or settings.backup_key_file
    return places(settings.stack_folder, settings.province(), folder, file)


def _announce(output: Output) -> Announce:
    from tools.local_stack.messages import silently, to_standard_error

    return silently if output.json else to_standard_error


def _who(by: str | None, places: Places) -> str:
    from activities.province import load_province
    from gateway.client.admitting.operators import operator_known, this_account

    return operator_known(by, load_province(places.province).staff) if by else this_account()


def _show_created(made: Manifest, output: Output) -> None:
    from activities.backups.room import size

    seconds = (made.ended - made.began).total_seconds()
    base = output.say(f", nối tiếp {made.base.id}", f", built on {made.base.id}") if made.base else ""
    show(f"✓ {made.id}{base}: {size(made.bytes)}, {seconds:.1f} s")
    if made.ledger is not None:
        show(
            output.say(
                f"  {made.ledger.dossiers:,} hồ sơ, {made.ledger.events:,} sự kiện. Thử mở lại: ",
                f"  {made.ledger.dossiers:,} dossiers, {made.ledger.events:,} events. Try to open it: ",
            )
            + f"{called()} backup verify"
        )


def _show_verified(found: VerifiedBackup, output: Output) -> None:
    from gateway.cli.findings_page import show_problems

    ledger = found.ledger
    show(
        output.say(
            f"{found.id}: nối {len(found.chain)} bản, {found.files:,} tệp, {found.workflows or 0:,} quy trình, "
            f"{ledger.chains if ledger else 0:,} hồ sơ, {ledger.events if ledger else 0:,} sự kiện, "
            f"{found.seconds:,.1f} giây.",
            f"{found.id}: {len(found.chain)} in the chain, {found.files:,} files, {found.workflows or 0:,} workflows, "
            f"{ledger.chains if ledger else 0:,} dossiers, {ledger.events if ledger else 0:,} events, "
            f"{found.seconds:,.1f} seconds.",
        )
    )
    if ledger is not None and ledger.newest is not None:
        at = ledger.newest.astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y")
        show(output.say(f"Sự kiện cuối cùng lúc {at}.", f"The last event is of {at}."))
    if found.sound:
        show(output.say("✓ Bản sao lưu nguyên vẹn.", "✓ The backup is sound."))
        return
    assert ledger is not None, "without a ledger nothing is wrong with it"
    if ledger.lacking:
        show(output.say(f"✗ Thiếu {ledger.lacking:,} sự kiện so với bản kê.", f"✗ Lacks {ledger.lacking:,} events."))
    show_problems(ledger.problems, output)


def _show_restored(placed: Placed, revived: Revived, output: Output) -> None:
    show(output.say(f"✓ Đã phục hồi {placed.backup}.", f"✓ Restored {placed.backup}."))
    if placed.kept is not None:
        show(output.say(f"  Dữ liệu cũ: {placed.kept}; đưa trở lại:", f"  The old data: {placed.kept}; to undo:"))
        show(to_copy(f"{called()} backup undo {placed.kept}"))
    if placed.province is not None:
        show(
            output.say(
                f"  Tệp cấu hình của tỉnh trong bản sao lưu khác với bản đang dùng; xem {placed.province}.",
                f"  The province's files of the backup differ from those in use; see {placed.province}.",
            )
        )
    newest = revived.newest.astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y") if revived.newest else "–"
    show(
        output.say(
            f"  Sự kiện cuối cùng lúc {newest}. Đánh thức {revived.woken:,} trong {revived.dossiers:,} hồ sơ; Temporal "
            + ("khớp với sổ cái." if revived.agree else f"khác sổ cái ở {revived.differences:,} chỗ."),
            f"  The last event is of {newest}. Woke {revived.woken:,} of {revived.dossiers:,} dossiers; Temporal "
            + ("agrees with the ledger." if revived.agree else f"differs at {revived.differences:,} places."),
        ),
        output.say("Việc tiếp theo:", "What comes next:"),
        to_copy("make up"),
        to_copy(f"{called()} ops outside"),
    )
