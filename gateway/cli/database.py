"""`luongxanh database`: let the ledger go on after its database was restored on another server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.operator_orders import require_reason
from domain.text.sentences import many
from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.dependencies import dependencies
from gateway.cli.operators import operator
from gateway.cli.output import PLAIN, Output, called, print_json, show, tell, to_copy
from gateway.cli.problems import CommandLineProblem, Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from activities.ledger.checkpoints.log import CheckpointLog
    from activities.ledger.servers import Continued

app = App(name="database")

By = Annotated[
    str | None, Parameter(help="Mã nội bộ người vận hành; mặc định tài khoản của máy (an operator; else this account)")
]
Reason = Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")]
DryRun = Annotated[bool, Parameter(negative="", help="Chỉ xem, không ghi gì (only look, write nothing)")]


@app.command(name="after-restore", sort_key=2)
async def after_restore(
    *, reason: Reason, by: By = None, yes: Yes = False, dry_run: DryRun = False, output: Output = PLAIN
) -> int:
    """Nối tiếp sổ cái sau khi phục hồi cơ sở dữ liệu sang máy chủ khác (go on after a restore on another server).

    Bản sao lưu logic (pg_dump) hay bản sao logic không mang theo số giao dịch của máy chủ cũ, mà sổ cái xếp thứ tự theo
    số đó. Lệnh này cho máy chủ mới cấp số cao hơn mọi số đã ghi, và ghi lại ai, vì sao, lúc nào. Không sửa dòng nào đã
    có; các dịch vụ theo dõi sổ cái đi tiếp đúng chỗ cũ; bản chốt sổ và bằng chứng đã cấp vẫn đúng. Không cần thì không
    làm gì. Hãy dừng worker và api trước. (The new server numbers transactions above everything recorded; nothing that
    is there changes, readers go on where they stood, checkpoints and proofs still hold. Where it is not needed, nothing
    is done. Stop workers and APIs first.)

    Ví dụ (example):
      luongxanh database after-restore --reason "Hỏng ổ đĩa, sự cố 12" --dry-run
    """
    from activities.ledger.pool import open_pool
    from activities.ledger.servers import after_restore as go_on
    from activities.province import load_province

    if not reason.strip():
        raise CommandLineProblem("reason_missing")
    require_reason(reason)
    who = operator(by, load_province(dependencies().province_folder()).staff)
    log = _log()
    owner = await open_pool(dependencies().owner_address(), 1, name="luongxanh-cli")
    try:
        found = await go_on(owner, who, reason, log, dry_run=True)
        if found.needed and not dry_run:
            _show_plan(found, output)
            require_confirmed(yes, output)
            found = await go_on(owner, who, reason, log)
    finally:
        await owner.close()
    done = found.needed and not dry_run
    if output.json:
        print_json({**found.model_dump(mode="json"), "done": done})
    else:
        _show_outcome(found, output, dry_run=dry_run)
    return Exit.DONE


def _log() -> CheckpointLog | None:
    """The log of checkpoints, where the settings name one."""
    places = dependencies().checkpoints()
    return places.log() if places.folder is not None else None


def _show_plan(found: Continued, output: Output) -> None:
    """On standard error: with `--json` nothing else stands on standard output."""
    if not output.json:
        tell(*_plan(found, output))


def _show_outcome(found: Continued, output: Output, *, dry_run: bool) -> None:
    if not found.needed:
        show(
            output.say(
                "Không cần làm gì: máy chủ này cấp số cao hơn mọi số đã ghi.",
                "Nothing to do: this server numbers transactions above everything recorded.",
            )
        )
    elif dry_run:
        show(*_plan(found, output), output.say("Chỉ xem thử: chưa ghi gì.", "A dry run: nothing was written."))
    else:
        show(
            output.say(
                "Đã nối tiếp sổ cái. Hãy kiểm tra, rồi khởi động api và worker:",
                "The ledger goes on. Verify it, then start APIs and workers:",
            ),
            to_copy(f"{called()} ledger verify"),
        )
    show(*_advice(found, output))


def _plan(found: Continued, output: Output) -> Iterator[str]:
    yield output.say(
        f"Máy chủ cũ {found.server_before}, máy chủ này {found.server}.",
        f"The server before: {found.server_before}; this server: {found.server}.",
    )
    yield output.say(
        f"{found.events:,} sự kiện đã ghi, số cao nhất {found.newest}; máy chủ này sẽ cấp số từ {found.shift} trở lên.",
        f"{many(found.events, 'event')} on record, the highest number is {found.newest}; this server will give out "
        f"numbers above {found.shift}.",
    )
    for one in found.cursors:
        yield output.say(
            f"Con trỏ {one.reader} không khớp với sự kiện đã phục hồi: ghi là đã giao {one.passed:,}, đặt lại thành "
            f"{one.to_passed:,}.",
            f"The cursor {one.reader} does not fit the events that were restored: it had passed {one.passed:,}, and is "
            f"put at {one.to_passed:,}.",
        )
    for column in found.sequences:
        yield output.say(
            f"Bộ đếm của {column} được đưa lên sau số cuối đã ghi.",
            f"The sequence of {column} is set behind the last number on record.",
        )


def _advice(found: Continued, output: Output) -> Iterator[str]:
    from activities.ledger.servers import LogThen

    if found.log is LogThen.SET_ASIDE:
        yield output.say(
            "Nhật ký chốt sổ có những sự kiện mà bản phục hồi không có: bản sao lưu cũ hơn nhật ký. Hãy chuyển các tệp "
            "của thư mục chốt sổ sang chỗ khác và giữ lại làm chứng, trước khi khởi động worker.",
            "The log of checkpoints has events that the restored ledger lacks: the backup is older than the log. Move "
            "the files of its folder aside and keep them as evidence, before a worker is started.",
        )
