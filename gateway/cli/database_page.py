"""What `luongxanh database` prints for people: the status, and the steps after a restore."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.text.sentences import many
from gateway.cli.output import Output, called, one_line, show, tell, to_copy

if TYPE_CHECKING:
    from rich.table import Table

    from activities.ledger.database_status import DatabaseStatus
    from activities.ledger.feed import ReaderStatus
    from activities.ledger.renewal import Renewed
    from activities.ledger.servers import Continued

MOST_SHOWN = 10
"""How many missing privileges, or dossiers, are printed for people; `--json` has all of them."""


def show_status(found: DatabaseStatus, output: Output) -> None:
    last = found.ran[-1] if found.ran else "–"
    show(
        output.say(
            f"Cơ sở dữ liệu {found.database}, PostgreSQL {found.postgresql}",
            f"Database {found.database}, PostgreSQL {found.postgresql}",
        ),
        output.say(
            f"Tệp nâng cấp: {len(found.ran)} đã chạy (cuối cùng: {last}), {len(found.missing)} còn thiếu.",
            f"Migrations: {len(found.ran)} ran (the last: {last}), {len(found.missing)} are missing.",
        ),
    )
    if found.order is not None:
        show(
            output.say(
                f"Máy chủ thứ {found.order.number} của sổ cái ({found.order.server}); số cao nhất đã ghi: "
                f"{found.order.newest}.",
                f"The ledger's server number {found.order.number} ({found.order.server}); the highest number on record "
                f"is {found.order.newest}.",
            )
        )
    if found.readers:
        show(_readers(found.readers, output))
    for one in found.problems:
        show(one_line(f"✗ {one.code}", "bold red"), one_line(f"  {output.of(one.message)}"))
    if found.older_form:
        show(
            output.say(
                f"Bảng tra cứu của {found.older_form:,} hồ sơ do phiên bản cũ ghi: database migrate ghi lại.",
                f"An older release wrote the read models of {many(found.older_form, 'dossier')}: database migrate "
                "writes them again.",
            )
        )
    for lacking in found.grants_missing[:MOST_SHOWN]:
        show(one_line(f"  {lacking}"))
    if found.ready:
        show(one_line(output.say("✓ Sẵn sàng.", "✓ Ready."), "bold green"))


def _readers(readers: Sequence[ReaderStatus], output: Output) -> Table:
    from gateway.cli.relay_page import relay_named
    from gateway.cli.tables import headed
    from gateway.i18n.wording import at

    columns = output.say("Kênh|Chuyển gần nhất|Còn chờ|Chờ từ", "Relay|Last moved|Waiting|Since").split("|")
    table = headed(output.say("Theo dõi sổ cái", "Who follows the ledger"), *columns)
    for one in readers:
        moved, since = (at(instant) if instant else "–" for instant in (one.moved_at, one.waits_since))
        table.add_row(output.of(relay_named(one.reader)), moved, f"{one.waiting:,}", since)
    return table


def show_plan(found: Continued, output: Output) -> None:
    """Prints the plan on standard error, or nothing with `--json`."""
    if not output.json:
        tell(*_plan(found, output))


def show_outcome(found: Continued, output: Output, *, dry_run: bool) -> None:
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
    from gateway.cli.relay_page import relay_named

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
        reader = output.of(relay_named(one.reader))
        yield output.say(
            f"Con trỏ {reader} không khớp với sự kiện đã phục hồi: ghi là đã giao {one.passed:,}, đặt lại thành "
            f"{one.to_passed:,}.",
            f"The cursor {reader} does not fit the events that were restored: it had passed {one.passed:,}, and is "
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


def show_migrated(files: Sequence[str], renewed: Renewed | None, output: Output) -> None:
    """The files that ran, and what was written again. `renewed` None: a dry run."""
    for file in files:
        show(one_line(f"  {file}"))
    if renewed is None:
        show(
            output.say(
                f"Chỉ xem thử: {len(files)} tệp nâng cấp sẽ chạy.",
                f"A dry run: {many(len(files), 'migration')} would run.",
            )
        )
        return
    show(output.say(f"{len(files)} tệp nâng cấp vừa chạy.", f"{many(len(files), 'migration')} ran now."))
    if renewed.older:
        show(
            output.say(
                f"Đã ghi lại bảng tra cứu của {renewed.written:,}/{renewed.older:,} hồ sơ.",
                f"Wrote the read models of {renewed.written:,} of {many(renewed.older, 'dossier')} again.",
            )
        )
    for one in renewed.problems[:MOST_SHOWN]:
        show(one_line(f"✗ {one.dossier}: {output.of(one.what)}"))
