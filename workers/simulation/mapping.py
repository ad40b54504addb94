"""What the columns and activities of a foreign log mean here, as a small YAML file declares it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from activities.province.yaml_reader import YamlProblem, YamlText, read_yaml_text
from domain.errors import InvalidInput
from domain.field_errors import of_validation
from domain.machine_errors import machine_says
from domain.procedures.procedure import Channel
from domain.values import FROM_OUTSIDE, Bilingual, Code, Name, Strict
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.problems import CommandLineProblem
from workers.simulation.messages import SimulationRefusal

T = TypeVar("T")


class Does(StrEnum):
    """What an activity does to the dossier."""

    ACCEPT = "accept"
    NEXT_STEP = "next_step"
    """The present step of the internal process is done: processed, approved or signed."""
    WORK = "work"
    """Work that moves no dossier: only the officer's load counts it."""
    FINISH = "finish"
    """Everything that the dossier still needs is done, up to the return of its result."""
    REQUEST_SUPPLEMENT = "request_supplement"
    RECEIVE_SUPPLEMENT = "receive_supplement"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


Minutes = Annotated[int, Field(ge=0, le=10_000)]


class MappedActivity(Strict):
    """One activity of the log."""

    does: Does
    minutes: Minutes | None = None
    """The working minutes that it takes an officer; None: those of the mapping."""
    once: bool = True
    """True: when it is repeated in a case, only the first one moves the dossier; the others are work."""


class Columns(Strict):
    """The columns of the log. `opened` and `ended`: of the whole case, repeated in its rows; without `opened`, a case
    is opened with its first row; one whose `ended` is empty has no end."""

    case: Name
    activity: Name
    time: Name
    officer: Name
    channel: Name | None = None
    opened: Name | None = None
    ended: Name | None = None


class PlayedAs(Strict):
    """As which dossiers the cases are played."""

    procedure: Code
    unit: Code
    """The unit that receives and resolves them."""
    channel: Channel = Channel.ONLINE
    """For a case whose channel is not in `channels`."""


class Mapping(Strict):
    """The whole file."""

    columns: Columns
    played_as: PlayedAs
    channels: dict[str, Channel] = Field(default_factory=dict)
    moved_by_weeks: Annotated[int, Field(ge=-5_000, le=5_000)] = 0
    """All times are moved by whole weeks, into years of which there is a calendar. The hour of the day and the weekday
    stay as the log has them."""
    minutes: Minutes = 10
    activities: dict[str, MappedActivity]
    at_the_end: Does = Does.FINISH
    """What the end of a case does."""


def read_mapping(path: Path) -> Mapping:
    """The mapping. Raises InvalidInput `mapping_wrong`, which names the line, and `file_unreadable`."""
    return read_yaml(path, TypeAdapter(Mapping))


def read_yaml(path: Path, shape: TypeAdapter[T]) -> T:
    """A value from a YAML file. Raises the errors of `read_mapping`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        told = (
            machine_says(problem) if isinstance(problem, OSError) else Bilingual(vi="không phải UTF-8", en="no UTF-8")
        )
        raise CommandLineProblem(CommandLineRefusal.FILE_UNREADABLE, path=path, problem=told) from None
    try:
        read = read_yaml_text(text)
    except YamlProblem as problem:
        sentence = problem.code.sentence
        vi, en = sentence.vi.format_map(problem.facts), sentence.en.format_map(problem.facts)
        raise _wrong(path, problem.line, Bilingual(vi=vi, en=en)) from None
    if read.twice:
        key, line = read.twice[0]
        raise _wrong(path, line, Bilingual(vi=f"{key} ghi hai lần", en=f"{key} stands here twice"))
    try:
        return shape.validate_python(read.value, context=FROM_OUTSIDE)
    except ValidationError as problem:
        raise _first_of(problem, path, read) from None


def _first_of(problem: ValidationError, path: Path, read: YamlText) -> InvalidInput:
    first = of_validation(problem)[0]
    place: tuple[Any, ...] = problem.errors()[0]["loc"]
    lines = (read.lines.get(place[:length]) for length in range(len(place), -1, -1))
    line = next((line for line in lines if line is not None), 1)
    return _wrong(path, line, first)


def _wrong(path: Path, line: int, told: Bilingual) -> InvalidInput:
    return InvalidInput(
        SimulationRefusal.MAPPING_WRONG,
        path=path,
        line=line,
        problem_vi=told.vi.rstrip("."),
        problem_en=told.en.rstrip("."),
    )
