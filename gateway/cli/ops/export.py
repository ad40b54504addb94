"""`luongxanh ops export`: the events of dossiers as an event log for process mining."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.errors import InvalidInput
from domain.text.sentences import many
from domain.values import midnight
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.dossier.lists import searched
from gateway.cli.operators import ordered
from gateway.cli.output import PLAIN, Output, console, print_json, tell
from gateway.cli.whole_files import STANDARD_OUTPUT, whole_file_or_output
from gateway.views.event_logs.formats import LogFormat
from gateway.views.event_logs.messages import EventLogRefusal

if TYPE_CHECKING:
    from activities.ledger.event_log import LogSize
    from activities.ledger.pool import Pool
    from activities.ledger.search.query import Window
    from activities.ledger.search.reader import Search
    from gateway.views.event_logs.officers import Officers
    from gateway.views.event_logs.writing import Batches
    from gateway.views.event_logs.written import Written

LEAST_KEY = 16
"""Bytes of a key for pseudonyms: shorter ones can be guessed."""
LARGEST_KEY = 65_536
"""Bytes. A longer file is no key: somebody named the wrong one, or a device that never ends."""


@Parameter(name="*")
@dataclass(frozen=True)
class WantedEvents:
    """Which dossiers, by the register's own filter, and which of their events."""

    state: Annotated[State | None, choice("Trạng thái (state)", State)] = None
    unit: Annotated[str | None, Parameter(help="Đơn vị chịu trách nhiệm (the unit that answers for it)")] = None
    procedure: Annotated[str | None, Parameter(help="Mã thủ tục (procedure)")] = None
    overdue: Annotated[WhichClock | None, choice("Đã quá hạn này (this date has passed)", WhichClock)] = None
    text: Annotated[str | None, Parameter(help="Như ở dossier list (as for dossier list)")] = None
    since: Annotated[date | None, Parameter(help="Sự kiện từ ngày này (events from this day on)")] = None
    before: Annotated[date | None, Parameter(help="Sự kiện trước ngày này (events before this day)")] = None

    def search(self) -> Search:
        """The search for the dossiers."""
        return searched(
            state=self.state, unit=self.unit, procedure=self.procedure, overdue=self.overdue, text=self.text
        )

    def span(self) -> Window:
        """The span of the events. Raises InvalidInput `invalid_request`."""
        from activities.ledger.search.query import Window
        from gateway.cli.inputs import validated

        return validated(
            Window, {"since": self.since and midnight(self.since), "before": self.before and midnight(self.before)}
        )


@Parameter(name="*")
@dataclass(frozen=True)
class NamedOfficers:
    """How officers are named in the file."""

    pseudonym_key: Annotated[
        Path | None,
        Parameter(
            help="Tệp khóa, để nhiều tệp có cùng bí danh cán bộ (a key, for the same pseudonyms in several files)"
        ),
    ] = None
    with_officers: Annotated[
        bool, Parameter(negative="", help="Ghi mã cán bộ; cần --by và --reason (write the officers' codes)")
    ] = False
    by: Annotated[str | None, Parameter(help="Mã nội bộ người vận hành (an operator)")] = None
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")] = ""

    def officers(self) -> Officers:
        """Names the officers.

        Raises InvalidInput `pseudonym_key_too_short`, CommandLineProblem `file_unreadable`, `file_too_large`.
        """
        from gateway.cli.inputs import read_bytes
        from gateway.views.event_logs.officers import Officers

        if self.pseudonym_key is None:
            return Officers(by_code=self.with_officers)
        key = read_bytes(str(self.pseudonym_key), LARGEST_KEY)
        if len(key) < LEAST_KEY:
            raise InvalidInput(EventLogRefusal.KEY_TOO_SHORT, path=self.pseudonym_key, least=LEAST_KEY)
        return Officers(key, by_code=self.with_officers)

    def ordered(self) -> tuple[str, str] | None:
        """The operator and the reason, if the file has the officers' codes.

        Raises InvalidInput `officers_need_an_order`, and the errors of `ordered`.
        """
        if not self.with_officers:
            return None
        if self.by is None or not self.reason.strip():
            raise InvalidInput(EventLogRefusal.OFFICERS_NEED_AN_ORDER)
        return ordered(self.by, self.reason), self.reason


async def export(
    form: Annotated[LogFormat, choice("Dạng tệp (the format)", LogFormat)],
    file: Annotated[
        str,
        Parameter(help="Tệp để ghi, - là đầu ra chuẩn (the file; -: standard output)", allow_leading_hyphen=True),
    ],
    /,
    *,
    wanted: WantedEvents = WantedEvents(),
    naming: NamedOfficers = NamedOfficers(),
    force: Annotated[bool, Parameter(negative="", help="Thay tệp đã có (replace an existing file)")] = False,
    output: Output = PLAIN,
) -> None:
    """Ghi các sự kiện của sổ cái ra một tệp để phân tích quy trình (write the ledger's events for process mining).

    Không có dữ liệu cá nhân; cán bộ mang bí danh. Chỉ hồ sơ tìm được, tại một thời điểm, và chỉ sự kiện trong khoảng
    --since đến trước --before. (Without personal data; officers stand under pseudonyms. The found dossiers as the
    ledger is at one moment, and only the events from --since up to --before.)

    Ví dụ (examples):
      luongxanh ops export xes quy-trinh.xes --procedure 1.004873
      luongxanh ops export csv - --since 2026-01-01 --before 2026-04-01 | head
      luongxanh ops export ocel2 doi-tuong.json --unit 13366
    """
    from activities.ledger.event_log import EventLog
    from gateway.views.event_logs.writing import write_log

    form.require()
    officers, search, span = naming.officers(), wanted.search(), wanted.span()
    _require_free(file, force=force)
    order = naming.ordered()
    async with dependencies().open_ledger() as pool:
        log = EventLog(pool)
        size = await log.size(search, span)
        if order is not None:
            await _record(pool, order, form, (search, span), size)
        async with aclosing(log.batches(search, span)) as batches:
            with whole_file_or_output(file) as target, _progress(size, output) as counted:
                written = await write_log(counted(batches), form.writer(target, officers))
    _tell_written(file, written, output)


def _require_free(file: str, *, force: bool) -> None:
    if file != STANDARD_OUTPUT and not force and Path(file).exists():
        raise InvalidInput(EventLogRefusal.FILE_EXISTS, path=file)


async def _record(
    pool: Pool, order: tuple[str, str], form: LogFormat, wanted: tuple[Search, Window], size: LogSize
) -> None:
    """Records who writes the officers' codes into a file, before it is written."""
    from activities.ledger.officers_exported import OfficersExported, record

    who, why = order
    search, span = wanted
    asked = {
        "filter": search.wanted.model_dump(mode="json", exclude_none=True),
        "span": span.model_dump(mode="json", exclude_none=True),
    }
    await record(pool, OfficersExported(who=who, why=why, format=form, wanted=asked, dossiers=size.dossiers))


@contextmanager
def _progress(size: LogSize, output: Output) -> Iterator[Callable[[Batches], Batches]]:
    """A progress bar on standard error that counts events, on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    screen = console(stderr=True)
    with Progress(*columns, console=screen, disable=output.json or not screen.is_terminal) as bar:
        task = bar.add_task(output.say("Ghi sự kiện", "Writing events"), total=size.events)

        async def counted(batches: Batches) -> Batches:
            async for batch in batches:
                yield batch
                bar.advance(task, sum(dossier.found.version for dossier in batch))

        yield counted


def _tell_written(file: str, written: Written, output: Output) -> None:
    if output.json and file != STANDARD_OUTPUT:
        print_json({"file": file, **written.model_dump()})
        return
    tell(
        output.say(
            f"Đã ghi {written.events:,} sự kiện của {written.dossiers:,} hồ sơ vào {file}.",
            f"{many(written.events, 'event')} of {many(written.dossiers, 'dossier')} in {file}.",
        )
    )
    if written.unread:
        tell(
            output.say(
                f"Phiên bản này không đọc được nội dung của {written.unread:,} sự kiện: chạy luongxanh ledger verify.",
                f"Unreadable in this release: {many(written.unread, 'event')}. Run luongxanh ledger verify.",
            )
        )
