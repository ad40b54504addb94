"""What `luongxanh ops failed` prints for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.repairs.causes import Cause
from domain.text.sentences import begun, many
from gateway.cli.hints import hints_after
from gateway.cli.output import Output, called, one_line, show, to_copy
from gateway.i18n.cause_wording import place_of
from gateway.i18n.remedies import what_to_do
from gateway.i18n.wording import at, cause_name

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gateway.client.repairs.failed_dossiers import DossiersOfCause, ExampleOfCause, PartOfCause
    from gateway.client.repairs.failure_traces import FailureTrace

MOST_PARTS = 5
"""How many codes and versions of a cause are printed; `--json` has all of them."""
BUILD = 12
"""How many letters of a build are printed."""


def show_causes(found: Sequence[DossiersOfCause], output: Output) -> None:
    """Prints each cause as a block, the command to copy last."""
    if not found:
        show(one_line(output.say("✓ Không có hồ sơ nào bị kẹt.", "✓ Nothing is stuck."), "bold green"))
    for one in found:
        show(*_block(one, output))


def _block(one: DossiersOfCause, output: Output) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.table import Table

    yield one_line(f"✗ {begun(output.of(one.cause.words))}: {_count(one, output)}", "bold red")
    facts = Table.grid("", "", padding=(0, 2, 0, 0))
    facts.columns[0].no_wrap = True
    for label, text in _facts(one, output):
        facts.add_row(label, one_line(text))
    yield Padding(facts, (0, 0, 0, 2), expand=False)
    example = one.oldest[0].dossier if one.oldest else None
    yield Padding(one_line(f"→ {output.of(what_to_do(one.cause))}"), (0, 0, 0, 2), expand=False)
    for command in hints_after(one.cause, example):
        yield to_copy(f"  {called()} {command}")
    yield ""


def _count(one: DossiersOfCause, output: Output) -> str:
    more = output.say("hơn ", "more than ") if one.or_more else ""
    counted = output.say(f"{more}{one.dossiers:,} hồ sơ", f"{more}{many(one.dossiers, 'dossier')}")
    if one.cause is Cause.NO_WORKER:
        counted = output.say(f"{one.dossiers:,} việc đang chờ", f"{many(one.dossiers, 'task')} waiting")
    since = output.say(f", từ {at(one.since)}", f", since {at(one.since)}") if one.since else ""
    return f"{counted}{since}"


def _facts(one: DossiersOfCause, output: Output) -> Iterator[tuple[str, str]]:
    yield output.say("Mã", "Code"), one.cause.value
    for part in one.parts[:MOST_PARTS]:
        yield output.say("Vì", "Because"), f"{_part(one, part, output)}: {part.dossiers:,}"
    if len(one.parts) > MOST_PARTS:
        yield "", _left(len(one.parts) - MOST_PARTS, output)
    for version in one.versions[:MOST_PARTS]:
        ran = version.version or output.say("chưa có phiên bản nào", "no worker yet")
        of = one.versions_of_oldest
        oldest = "" if of is None else output.say(f" (trong {of} hồ sơ cũ nhất)", f" (of the {of} oldest)")
        yield output.say("Chạy bởi", "Run by"), f"{_short(ran)}: {version.dossiers:,}{oldest}"
    for example in one.oldest:
        yield output.say("Hồ sơ", "Dossier"), _example(example, output)
    if one.trace is not None:
        yield from _trace(one.trace, output)


def _part(one: DossiersOfCause, part: PartOfCause, output: Output) -> str:
    where = output.of(place_of(one.cause, part.where))
    if one.cause is Cause.NO_WORKER:
        return f"{where} {_short(part.code)}".strip()
    words = output.of(cause_name(part.code)) if part.code else ""
    return ", ".join(filter(None, (where, words)))


def _example(one: ExampleOfCause, output: Output) -> str:
    since = output.say(f"từ {at(one.since)}", f"since {at(one.since)}") if one.since else ""
    return "  ".join(filter(None, (one.dossier, since)))


def _trace(trace: FailureTrace, output: Output) -> Iterator[tuple[str, str]]:
    when = f", {at(trace.at)}" if trace.at else ""
    kinds = " ← ".join(dict.fromkeys(trace.types))
    yield output.say("Lỗi", "Error"), f"{kinds} ({trace.dossier}{when})"
    if trace.event:
        yield output.say("Sự kiện", "Event"), trace.event
    if trace.worker:
        build = f", {_short(trace.build)}" if trace.build else ""
        yield output.say("Tiến trình", "Worker"), f"{trace.worker}{build}"
    for place, line in enumerate(trace.lines):
        yield output.say("Nơi lỗi", "Raised at") if place == 0 else "", line


def _short(version: str) -> str:
    """A build without the end of a long hash, as people compare it."""
    deployment, colon, build = version.rpartition(":")
    return f"{deployment}{colon}{build[:BUILD]}" if len(build) > 2 * BUILD else version


def _left(count: int, output: Output) -> str:
    return output.say(f"… và {count} mã nữa: xem --json", f"… and {count} more: see --json")
