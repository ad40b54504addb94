"""The options of `luongxanh ops replay`: which histories, with what, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import Parameter

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from gateway.cli.choices import choice
from gateway.cli.output import Output, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from activities.ledger.search.reader import Search


@Parameter(name="*")
@dataclass(frozen=True)
class Wanted:
    """The filter of the register, and the size of the sample."""

    state: Annotated[State | None, choice("Trạng thái (state)", State)] = None
    unit: Annotated[str | None, Parameter(help="Đơn vị chịu trách nhiệm (the unit that answers for it)")] = None
    procedure: Annotated[str | None, Parameter(help="Mã thủ tục (procedure)")] = None
    overdue: Annotated[WhichClock | None, choice("Đã quá hạn này (this date has passed)", WhichClock)] = None
    text: Annotated[str | None, Parameter(help="Như ở dossier list (as in dossier list)")] = None
    ended: Annotated[bool, Parameter(negative="", help="Cả hồ sơ đã xong (those that ended too)")] = False
    limit: Annotated[
        int | None, Parameter(help="Nhiều nhất bấy nhiêu, mới nhất trước (at most so many, the newest first)")
    ] = None
    sample: Annotated[
        int | None, Parameter(help="Lấy mẫu bấy nhiêu, rải đều trạng thái, thủ tục, bản (a sample, spread over kinds)")
    ] = None
    at_random: Annotated[
        bool, Parameter(negative="", help="Mẫu ngẫu nhiên, không rải đều (a sample that is not spread)")
    ] = False
    seed: Annotated[int | None, Parameter(help="Số gieo, để lấy lại đúng mẫu ấy (to take the sample again)")] = None

    @property
    def filtered(self) -> bool:
        """True if the register is asked."""
        return any(one is not None for one in (self.state, self.unit, self.procedure, self.overdue, self.text))

    @property
    def elsewhere_given(self) -> list[str]:
        """The options that only a replay by this process has."""
        given = {"--ended": self.ended, "--limit": self.limit is not None, "--at-random": self.at_random}
        return [name for name, is_given in given.items() if is_given]

    @property
    def search(self) -> Search:
        """The search of the register. Raises InvalidInput `invalid_request`."""
        from gateway.cli.dossier.lists import searched

        return searched(
            state=self.state, unit=self.unit, procedure=self.procedure, overdue=self.overdue, text=self.text
        )


@Parameter(name="*")
@dataclass(frozen=True)
class How:
    """With what the histories are replayed, and where."""

    rules: Annotated[
        Path | None, Parameter(help="Tệp quy định của các lịch sử ấy (their rules; by default those of the ledger)")
    ] = None
    processes: Annotated[
        int | None, Parameter(help="Số tiến trình; mặc định: mỗi nhân một (how many processes; one for each core)")
    ] = None
    sandbox: Annotated[
        bool,
        Parameter(negative="", help="Trong khung cách ly như khi chạy thật, chậm hơn (as a worker does; slower)"),
    ] = False
    against: Annotated[
        str | None, Parameter(help="Bằng bản khác: commit, thẻ, thư mục, .whl (with another release of the program)")
    ] = None
    on_build: Annotated[
        str | None,
        Parameter(help="Trên tiến trình của bản ấy, rồi theo dõi (on the workers of this build, and follow it)"),
    ] = None
    by: Annotated[str | None, Parameter(help="Với --on-build: mã nội bộ người ra lệnh (with --on-build: who)")] = None
    cancel: Annotated[
        UUID | None, Parameter(help="Hủy lần phát lại theo lệnh có mã này (cancel the ordered replay of this id)")
    ] = None

    @property
    def elsewhere_given(self) -> list[str]:
        """The options that only a replay by this process has."""
        given = {"--rules": self.rules, "--processes": self.processes, "--against": self.against}
        return [name for name, value in given.items() if value is not None] + (["--sandbox"] if self.sandbox else [])


def is_file(given: str) -> bool:
    return "/" in given or given.endswith(".json") or Path(given).exists()


def require_one_way(files: Sequence[Path], codes: Sequence[str], wanted: Wanted) -> None:
    """Raises InvalidInput `mixed_choice`: an answer about another set than was meant would be worse."""
    from domain.errors import InvalidInput
    from workers.messages import ReplayRefusal

    given = [*map(str, files[:1]), *codes[:1]]
    filtered = wanted.filtered or wanted.sample is not None
    if len(given) + filtered > 1:
        raise InvalidInput(ReplayRefusal.MIXED_CHOICE, given=", ".join((*given, *(["--…"] if filtered else []))))


def require_positive(option: str, value: int) -> None:
    from workers.commands.processes import out_of_range

    if value < 1:
        raise out_of_range(option, 1, 1_000_000, value)


def seed_of(wanted: Wanted, output: Output) -> int:
    """The seed of the sample. It is printed, so that the same sample can be taken again."""
    import secrets

    seed = secrets.randbelow(1_000_000) if wanted.seed is None else wanted.seed
    tell(output.say(f"Mẫu theo số gieo {seed} (--seed {seed}).", f"A sample by the seed {seed} (--seed {seed})."))
    return seed
