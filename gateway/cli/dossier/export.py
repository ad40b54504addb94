"""`luongxanh dossier export`: every dossier of a search in a table for people, as CSV or XLSX."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.text.sentences import many
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.dossier.lists import names_of_today, searched
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, print_json, tell
from gateway.cli.whole_files import whole_file

if TYPE_CHECKING:
    from activities.ledger.search.reader import FoundDossier
    from gateway.views.exports.columns import Wording

    Write = Callable[[AsyncIterator[FoundDossier], IO[bytes], Wording], Awaitable[int]]


async def export(
    file: Annotated[str, Parameter(help="Tệp .csv hoặc .xlsx (the file)")],
    *,
    state: Annotated[State | None, choice("Trạng thái (state)", State)] = None,
    unit: Annotated[str | None, Parameter(help="Đơn vị chịu trách nhiệm (the unit that answers for it)")] = None,
    procedure: Annotated[str | None, Parameter(help="Mã thủ tục (procedure)")] = None,
    overdue: Annotated[WhichClock | None, choice("Đã quá hạn này (this date has passed)", WhichClock)] = None,
    text: Annotated[str | None, Parameter(help="Như ở dossier list (as for dossier list)")] = None,
    output: Output = PLAIN,
) -> None:
    """Ghi mọi hồ sơ tìm được ra một bảng cho người đọc (write every found dossier into a table for people).

    Tên đơn vị, thủ tục, trạng thái bằng chữ; giờ Việt Nam; theo thứ tự mã hồ sơ. --lang: ngôn ngữ của bảng. (Units,
    procedures and states by their names; Vietnam's time; in order of code. --lang: the language of the table.)

    Ví dụ (examples):
      luongxanh dossier export qua-han.xlsx --overdue promised
      luongxanh dossier export --unit 13366 ho-so.csv
    """
    from activities.ledger.search.reader import DossierSearch
    from gateway.views.exports.columns import Wording

    path = Path(file)
    write = _writer(path)
    search = searched(state=state, unit=unit, procedure=procedure, overdue=overdue, text=text)
    wording = Wording(names=names_of_today(), language=output.lang, at=search.at)
    async with dependencies().open_ledger() as pool, aclosing(DossierSearch(pool).all(search)) as rows:
        with whole_file(path) as table:
            written = await write(rows, table, wording)
    if output.json:
        print_json({"file": str(path), "dossiers": written})
        return
    tell(output.say(f"Đã ghi {written} hồ sơ vào {path}.", f"{many(written, 'dossier')} in {path}."))


def _writer(path: Path) -> Write:
    """What writes a file with this ending. Raises CommandLineProblem `no_table_format`."""
    from gateway.cli.problems import CommandLineProblem
    from gateway.views.exports.csv_file import write_csv
    from gateway.views.exports.xlsx_file import write_xlsx

    match path.suffix.lower():
        case ".csv":
            return write_csv
        case ".xlsx":
            return write_xlsx
        case _:
            raise CommandLineProblem(CommandLineRefusal.NO_TABLE_FORMAT, path=path)
