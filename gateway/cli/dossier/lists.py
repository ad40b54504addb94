"""`luongxanh dossier list` and `work`: the register, a page at a time, and the work-lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.roles import Role
from domain.text.printable import printable
from domain.text.sentences import many
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, console, print_json_lines, show, tell

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from activities.ledger.search.reader import FoundDossier, Search
    from domain.deadlines.bound_dates import BoundDate
    from domain.dossier.events import UnitMove
    from domain.dossier.view import DossierSummary
    from gateway.views.calendar_changes import CalendarChanges
    from gateway.views.names import Names
    from gateway.views.work_list import HeldWork

    Former = dict[str, tuple[UnitMove, ...]]
    Changes = dict[str, CalendarChanges]
    Block = tuple[tuple[str | Text, ...], ...]

PartOfNames = Annotated[
    str | None,
    Parameter(
        help="Một phần của mã hồ sơ, tên thủ tục hoặc tên đơn vị, có dấu hay không "
        "(part of the code, or of the name of the procedure or of a unit, with accents or without)"
    ),
]
WhoseWork = Annotated[
    str | None,
    Parameter(help="Việc của người này, của người họ thay, và chưa giao cho ai (theirs, stood in for, nobody's)"),
]
WIDE = 110
"""From this many columns a row of the register or of a work-list fits on one line."""


async def list_dossiers(
    *,
    state: Annotated[State | None, choice("Trạng thái (state)", State)] = None,
    unit: Annotated[str | None, Parameter(help="Đơn vị chịu trách nhiệm (the unit that answers for it)")] = None,
    procedure: Annotated[str | None, Parameter(help="Mã thủ tục (procedure)")] = None,
    overdue: Annotated[WhichClock | None, choice("Đã quá hạn này (this date has passed)", WhichClock)] = None,
    text: PartOfNames = None,
    limit: Annotated[int, Parameter(help="Số dòng một trang, 1 đến 1000 (rows a page)")] = 50,
    after: Annotated[str | None, Parameter(help="Mã cuối của trang trước (last code of the page before)")] = None,
    output: Output = PLAIN,
) -> None:
    """Sổ theo dõi hồ sơ, theo thứ tự mã (the register, in order of code).

    --json: mỗi hồ sơ một dòng (one dossier a line).

    Ví dụ (examples):
      luongxanh dossier list --state processing --unit 13366
      luongxanh dossier list --overdue promised --json
    """
    from activities.ledger.former_units import former_units
    from activities.ledger.search.order import Place, Reading
    from activities.ledger.search.reader import DossierSearch
    from domain.values import VIETNAM
    from gateway.views.calendar_changes import calendar_changes

    search = searched(state=state, unit=unit, procedure=procedure, overdue=overdue, text=text)
    reading = Reading(Place(code=after) if after else None)
    async with dependencies().open_ledger() as pool:
        rows = await DossierSearch(pool).rows(search, reading, limit=_page(limit))
        codes = [row.code for row in rows]
        former = await former_units(pool, codes)
        changes = await calendar_changes(pool, codes, datetime.now(VIETNAM))
    if output.json:
        print_json_lines({**_with_former(row, former), **_changed(row.code, changes)} for row in rows)
        return
    if rows:
        show(_register(rows, former, changes, names_of_today(), output, console().width))
    _tell_letters(changes, output)
    tell(output.say(f"{len(rows)} hồ sơ", many(len(rows), "dossier")))
    if len(rows) == limit:
        tell(output.say("Trang sau: ", "Next page: ") + f"--after {rows[-1].code}")


async def work(
    *,
    unit: Annotated[str | None, Parameter(help="Mã đơn vị; không cần nếu có --person (unit)")] = None,
    role: Annotated[Role | None, choice("Chỉ vai trò này (only this role)", Role)] = None,
    person: WhoseWork = None,
    limit: Annotated[int, Parameter(help="Số dòng nhiều nhất, 1 đến 1000 (most rows)")] = 200,
    output: Output = PLAIN,
) -> None:
    """Việc cần làm của một đơn vị hoặc một người, gấp nhất trước (what a unit or a person has to do).

    Việc của người vắng mặt hiện ở người thay; hết vắng mặt thì lại về người đó. (What is an absent person's shows with
    the stand-in, and is theirs again when they return.)

    --json: mỗi việc một dòng, acting là người làm lúc này (one item a line; acting: who does it now).

    Ví dụ (examples):
      luongxanh dossier work --unit 13366
      luongxanh dossier work --person cb.13366.specialist.1
    """
    from activities.ledger.leave_register import LeaveRegister
    from activities.province import load_province
    from domain.organisation.leave import with_leave
    from domain.values import VIETNAM
    from gateway.views.calendar_changes import calendar_changes
    from gateway.views.names import Names
    from gateway.views.work_list import WITH_WORK, WorkLists

    now, province = datetime.now(VIETNAM), load_province(dependencies().province_folder())
    names = Names.of_province(province, now.date())
    if unit:
        names.require_unit(unit)
    async with dependencies().open_ledger() as pool:
        lists = WorkLists(pool, with_leave(province.staff, await LeaveRegister(pool).entries()))
        if person:
            rows = await lists.of_person(person, now, unit=unit, role=role, limit=_page(limit))
        else:
            roles = (role,) if role else WITH_WORK
            rows = await lists.of_unit(_required_unit(unit), now, roles, limit=_page(limit))
        changes = await calendar_changes(pool, [row.item.dossier for row in rows], now)
    if output.json:
        print_json_lines({**row.model_dump(mode="json"), **_changed(row.item.dossier, changes)} for row in rows)
        return
    _show_work(rows, changes, names, output)
    holder = ", ".join(filter(None, (names.unit(unit) if unit else None, person)))
    tell(f"{holder}: " + output.say(f"{len(rows)} việc", f"{many(len(rows), 'thing')} to do"))


def _show_work(rows: list[HeldWork], changes: Changes, names: Names, output: Output) -> None:
    if rows:
        show(_work_list(rows, changes, names, output, console().width))
    _tell_letters(changes, output)


def searched(
    *, state: State | None, unit: str | None, procedure: str | None, overdue: WhichClock | None, text: str | None
) -> Search:
    """The search of these options, in the order of the codes. Raises InvalidInput `invalid_request`."""
    from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter
    from activities.ledger.search.reader import Search
    from domain.values import VIETNAM
    from gateway.cli.inputs import validated

    wanted: dict[str, Any] = {
        "states": state and [state],
        "units": unit and {"codes": [unit], "part": "responsible"},
        "procedures": procedure and [procedure],
        "late": overdue and {"clock": overdue, "ended": False},
        "text": text and _text(text),
    }
    return Search(wanted=validated(SearchFilter, wanted), scope=ALL_DOSSIERS, at=datetime.now(VIETNAM))


def _text(text: str) -> dict[str, Any]:
    """The text, with the codes of the procedures and units of the province whose names have it."""
    from gateway.views.searched_text import named

    return {"text": text, **named(text, names_of_today())}


def _page(limit: int) -> int:
    from gateway.cli.problems import CommandLineProblem

    if not 1 <= limit <= 1_000:
        raise CommandLineProblem(CommandLineRefusal.OUT_OF_RANGE, option="--limit", value=limit, low=1, high=1_000)
    return limit


def _required_unit(unit: str | None) -> str:
    """The unit. Raises CommandLineProblem `unit_or_person` when neither a unit nor a person was given."""
    from gateway.cli.problems import CommandLineProblem

    if unit is None:
        raise CommandLineProblem(CommandLineRefusal.UNIT_OR_PERSON)
    return unit


def names_of_today() -> Names:
    """The names of the province on this day."""
    from activities.province import load_province
    from domain.values import VIETNAM
    from gateway.views.names import Names

    return Names.of_province(load_province(dependencies().province_folder()), datetime.now(VIETNAM).date())


def _table(headings: str, yielding: tuple[int, ...]) -> Table:
    """A table in which only the columns with the numbers `yielding` become narrower when a line is too long."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings.split("|")):
        table.add_column(heading, no_wrap=number not in yielding)
    return table


def _short(text: str) -> Text:
    """A text on one line, cut with an ellipsis if the column is too narrow."""
    from rich.text import Text

    return Text(printable(text), no_wrap=True, overflow="ellipsis")


def _with_former(row: DossierSummary, former: Former) -> dict[str, Any]:
    moves = [move.model_dump(mode="json") for move in former.get(row.code, ())]
    return {**row.model_dump(mode="json"), **({"moved_units": moves} if moves else {})}


def _changed(code: str, changes: Changes) -> dict[str, Any]:
    """The binding dates and the letters, if the calendar of the dossier was changed; else nothing."""
    return changes[code].model_dump(mode="json") if code in changes else {}


def _tell_letters(changes: Changes, output: Output) -> None:
    """Explains the arrow in dates and names the letters."""
    found = {one.letter for changed in changes.values() if changed.bound for one in changed.letters}
    if found:
        letters = printable("; ".join(sorted(found)))
        tell(
            output.say(
                f"→ Lịch làm việc đã đổi theo {letters}: hạn đứng trước vẫn ràng buộc, sau → là theo lịch mới.",
                f"→ The calendar was changed by {letters}: the first date binds, the one after → is the new one.",
            )
        )


def _unit(row: DossierSummary, former: Former, names: Names, output: Output) -> str:
    """The name of the responsible unit, with its name before a merger."""
    code = row.responsible or row.competent or row.received_by
    before = ", ".join(move.old_name for move in former.get(row.code, ()) if move.new == code)
    return names.unit(code) + (output.say(f" (trước: {before})", f" (formerly {before})") if before else "")


def _register(
    rows: list[FoundDossier], former: Former, changes: Changes, names: Names, output: Output, width: int = WIDE
) -> Table:
    from gateway.i18n.wording import state_name

    if width < WIDE:
        return _blocks(_of_register(row, former, changes, names, output) for row in rows)

    headings = output.say(
        "Mã hồ sơ|Trạng thái|Hẹn trả|Quy định|Đơn vị|Thủ tục", "Code|State|Promised|Statutory|Unit|Procedure"
    )
    table = _table(headings, (1, 4, 5))
    for row in rows:
        table.add_row(
            row.code,
            _short(output.of(state_name(row.state))),
            _due_of(row, WhichClock.PROMISED, changes, output),
            _due_of(row, WhichClock.STATUTORY, changes, output),
            _short(_unit(row, former, names, output)),
            _short(f"{row.procedure} {names.procedure(row.procedure)}"),
        )
    return table


def _of_register(row: DossierSummary, former: Former, changes: Changes, names: Names, output: Output) -> Block:
    from gateway.i18n.wording import state_name

    state = output.of(state_name(row.state))
    promised = (output.say("hẹn trả ", "promised "), _due_of(row, WhichClock.PROMISED, changes, output))
    statutory = (output.say("; theo quy định ", "; statutory "), _due_of(row, WhichClock.STATUTORY, changes, output))
    procedure = f"{row.procedure} {names.procedure(row.procedure)}"
    return (row.code, state), (*promised, *statutory, f"; {_unit(row, former, names, output)}"), (procedure,)


def _of_work(row: HeldWork, changes: Changes, names: Names, output: Output) -> Block:
    from gateway.i18n.wording import ROLES, work_name

    due = _due_of_work(row, changes)
    holder = _holder(row, output) if row.item.person else output.say("chưa giao", "nobody's yet")
    who = (output.of(ROLES[row.item.role]), f"; {holder}; ", output.say("hạn ", "due "), due)
    procedure = f"{row.dossier.procedure} {names.procedure(row.dossier.procedure)}"
    return (row.item.dossier, output.of(work_name(row.item.act))), who, (procedure,)


def _blocks(blocks: Iterable[Block]) -> Table:
    """A list for a narrow terminal, without cut texts. Each row has a few lines, all but the first indented."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table.grid()
    for first, *others in blocks:
        table.add_row(Text.assemble((printable(str(first[0])), "bold"), "  ", printable(str(first[1]))))
        for line in others:
            parts = (part if isinstance(part, Text) else Text(printable(part)) for part in line)
            table.add_row(Padding(Text.assemble(*parts), (0, 0, 0, 4)))
    return table


def _work_list(rows: list[HeldWork], changes: Changes, names: Names, output: Output, width: int = WIDE) -> Table:
    from gateway.i18n.wording import ROLES, work_name

    if width < WIDE:
        return _blocks(_of_work(row, changes, names, output) for row in rows)

    headings = output.say("Hạn|Mã hồ sơ|Việc|Vai trò|Người|Thủ tục", "Due|Code|To do|Role|Person|Procedure")
    table = _table(headings, (2, 3, 4, 5))
    for row in rows:
        table.add_row(
            _due_of_work(row, changes),
            row.item.dossier,
            _short(output.of(work_name(row.item.act))),
            _short(output.of(ROLES[row.item.role])),
            _short(_holder(row, output)),
            _short(f"{row.dossier.procedure} {names.procedure(row.dossier.procedure)}"),
        )
    return table


def _holder(row: HeldWork, output: Output) -> str:
    """The assignee, or the stand-in with the assignee."""
    assigned = row.item.person
    if assigned is None or row.acting == assigned:
        return assigned or "–"
    if row.acting is None:
        return output.say(f"{assigned} (không làm được)", f"{assigned} (cannot)")
    return output.say(f"{row.acting} (thay {assigned})", f"{row.acting} (for {assigned})")


def _due_of_work(row: HeldWork, changes: Changes) -> Text:
    """The due date of the work. If an earlier date binds after a letter: that date, then the new one."""
    late = any(_late(row.dossier, which) for which in WhichClock)
    which = WhichClock.PROMISED if row.dossier.promised_due else WhichClock.STATUTORY
    bound = changes[row.item.dossier].of(which) if row.item.dossier in changes else None
    return _date(row.item.due, late=late) if bound is None else _both_dates(bound, late=late)


def _both_dates(bound: BoundDate, *, late: bool) -> Text:
    return _date(bound.due, late=late).append(" → ", "dim").append(_date(bound.in_force, late=False))


def _due_of(row: DossierSummary, which: WhichClock, changes: Changes, output: Output) -> Text:
    """The date of one clock, red when the dossier is overdue or has ended late.

    If an earlier date binds after a letter: that date, then the new one.
    """
    from rich.text import Text

    promised = which is WhichClock.PROMISED
    bound = changes[row.code].of(which) if row.code in changes else None
    if bound is None and (row.promised_beyond if promised else row.statutory_beyond):
        return Text(output.say("ngoài lịch", "beyond calendar"), "yellow")
    late = _late(row, which)
    if bound is not None:
        return _both_dates(bound, late=late)
    return _date(row.promised_due if promised else row.statutory_due, late=late)


def _late(row: DossierSummary, which: WhichClock) -> bool:
    from domain.values import VIETNAM

    return row.is_late(which, datetime.now(VIETNAM))


def _date(due: datetime | None, *, late: bool) -> Text:
    """A date, with the year only if it is not this year; red if late."""
    from rich.text import Text

    from domain.values import VIETNAM

    if due is None:
        return Text("–", "dim")
    local = due.astimezone(VIETNAM)
    text = f"{local:%H:%M %d/%m}" if local.year == datetime.now(VIETNAM).year else f"{local:%H:%M %d/%m/%Y}"
    return Text(text + (" !" if late else ""), "bold red" if late else "")
