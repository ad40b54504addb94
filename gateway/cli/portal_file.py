"""The file of a comparison with the portal: what differs, line by line, so that a long one can be gone on with.

The first line says which days are compared. After the differences of each page stands how far the comparison is, and
after the last one that it is done. A comparison that was cut off begins again behind its last whole page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pydantic import Field, TypeAdapter, ValidationError

from activities.relays.portal_differences import DiffersThere
from activities.relays.portal_reconciling import Filed
from domain.values import Code, Value
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.problems import CommandLineProblem

if TYPE_CHECKING:
    from activities.relays.portal_reconciling import PortalPage

LONGEST_LINE = 100_000


class Begun(Value):
    """The first line."""

    compared_with: str = Field(pattern="^portal$")
    filed: Filed


class Progress(Value):
    """How far it is. `until`: the last dossier that was compared; None at the beginning."""

    until: Code | None
    compared: int = 0
    waiting: int = 0
    differences: int = 0
    done: bool = False

    def after(self, page: PortalPage) -> Progress:
        """The same after one page more."""
        return Progress(
            until=page.until,
            compared=self.compared + page.compared,
            waiting=self.waiting + page.waiting,
            differences=self.differences + len(page.found),
        )


_LINE: TypeAdapter[Begun | Progress | DiffersThere] = TypeAdapter(Begun | Progress | DiffersThere)


def read(path: Path) -> Iterator[Begun | Progress | DiffersThere]:
    """The whole lines of a file. Raises CommandLineProblem `not_a_comparison` for another file."""
    with path.open("rb") as file:
        for number in range(1, 10**9):
            line = file.readline(LONGEST_LINE)
            if not line.endswith(b"\n"):
                if number == 1 or len(line) >= LONGEST_LINE:
                    raise CommandLineProblem(CommandLineRefusal.NOT_A_COMPARISON, path=str(path), line=number)
                return  # the end, or a line that was cut off
            try:
                one = _LINE.validate_json(line)
            except ValidationError:
                raise CommandLineProblem(CommandLineRefusal.NOT_A_COMPARISON, path=str(path), line=number) from None
            if isinstance(one, Begun) is not (number == 1):
                raise CommandLineProblem(CommandLineRefusal.NOT_A_COMPARISON, path=str(path), line=number)
            yield one


def begun_before(path: Path, filed: Filed) -> Progress | None:
    """How far the comparison in this file is, if it is one that was cut off; None: there is none, or it is done.

    What stands behind its last whole page is taken off the file. Raises CommandLineProblem `not_a_comparison`, and
    `comparison_of_other_days` when the one in the file compares other days.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    reached, end = Progress(until=None), 0
    place = 0
    with path.open("rb") as file:
        for one in read(path):
            place += len(file.readline())
            if isinstance(one, Begun) and one.filed != filed:
                raise CommandLineProblem(CommandLineRefusal.COMPARISON_OF_OTHER_DAYS, path=str(path))
            if isinstance(one, (Begun, Progress)):
                reached, end = one if isinstance(one, Progress) else reached, place
    if reached.done:
        return None
    with path.open("r+b") as file:
        file.truncate(end)
    return reached


def write(file: IO[str], *lines: Value) -> None:
    """Adds whole lines, and has them written before it goes on."""
    for line in lines:
        file.write(line.model_dump_json() + "\n")
    file.flush()
