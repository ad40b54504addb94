"""`luongxanh deadline`: due dates for programs, one on each line, and their explanation for people, day by day."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated

from cyclopts import App, Parameter

from domain.procedures.procedure import Channel
from gateway.cli.choices import Green, choice
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import existing_file, instant, looks_like_a_dossier, span
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, console, print_json, tell
from gateway.cli.problems import CommandLineProblem

app = App(name="deadline")

AT_ONCE = 1_000
"""How many answers are written at once."""


@app.default
def batch(
    *,
    batch: Annotated[
        str | None, Parameter(help="Tệp JSONL, mỗi dòng một hồ sơ, hoặc - (one a line)", allow_leading_hyphen=True)
    ] = None,
    catalogue: Annotated[
        str | None, Parameter(help="Danh mục quốc gia, JSONL; mặc định là của tỉnh (default: the province's)")
    ] = None,
    output: Output = PLAIN,
) -> None:
    """Tính và giải thích thời hạn (compute and explain due dates).

    Hàng loạt (in bulk): luongxanh deadline --batch IN.jsonl > OUT.jsonl
      vào: {"id": 1, "code": "1.004873", "channel": "counter", "received": "2026-02-13T09:00+07:00",
            "green": null|"own"|"cap16"|"factor50", "pauses": [["…", "…"]], "case": 1}
      ra:  {"id": 1, "statutory_due": "…", "promised_due": null} hoặc {"id": 1, "error": {"code", "message"}}
    Luôn là JSON. Giữ thứ tự; dòng sai không dừng các dòng khác. (Always JSON, in order; a bad line stops nothing.)
    """
    if batch is None:
        raise CommandLineProblem(CommandLineRefusal.MISSING_OPTION, options="--batch", command="luongxanh deadline")
    from activities.province import limits_of, load_province
    from domain.deadlines.limits import Counting
    from domain.values import VIETNAM
    from gateway.views.deadline_batch import run
    from gateway.views.deadline_calculation import no_procedure, own_procedures

    folder = dependencies().province_folder()
    province = load_province(folder)
    calendar = province.calendar_of(None, datetime.now(VIETNAM).date())
    limits = limits_of(province, folder, existing_file(catalogue) if catalogue else None)
    if limits.problems:
        tell(f"{len(limits.problems)} × {limits.problems[0].message.vi} / {limits.problems[0].message.en}")
    procedures = no_procedure if catalogue else own_procedures(province)

    def answers(lines: Iterable[bytes]) -> Iterator[str]:
        return run(lines, limits, calendar, Counting(), procedures=procedures, language=output.lang)

    if batch == "-":
        _write(answers(sys.stdin.buffer))
    else:
        with existing_file(batch).open("rb") as lines:
            _write(answers(lines))


@app.command
async def explain(
    subject: Annotated[str, Parameter(help="Mã hồ sơ, hoặc mã thủ tục (a dossier's code or a procedure's)")],
    /,
    *,
    channel: Annotated[Channel, choice("Hình thức nộp (channel)", Channel)] = Channel.COUNTER,
    case: Annotated[int | None, Parameter(help="Trường hợp, khi kênh có nhiều (which case)")] = None,
    received: Annotated[
        datetime | None, Parameter(help="Lúc tiếp nhận, như 2026-02-13T09:00+07:00; mặc định bây giờ (default: now)")
    ] = None,
    green: Annotated[Green, choice("Luồng Xanh của thủ tục, hoặc thử (its own, or try one)", Green)] = "own",
    pause: Annotated[
        list[str] | None, Parameter(negative="", help="Khoảng tạm dừng TỪ/ĐẾN; lặp lại được (FROM/TO)")
    ] = None,
    unit: Annotated[str | None, Parameter(help="Theo lịch của đơn vị này (this unit's calendar)")] = None,
    catalogue: Annotated[str | None, Parameter(help="Danh mục quốc gia, JSONL (a catalogue file)")] = None,
    output: Output = PLAIN,
) -> None:
    """Vì sao hẹn ngày đó: từng ngày, từng buổi, từng lần dừng (why it is that date, day by day).

    Ví dụ (examples):
      luongxanh deadline explain H42.101-250805-0001
      luongxanh deadline explain 1.004873 --channel online --received 2026-02-13T16:00+07:00
    """
    from domain.values import VIETNAM
    from gateway.cli.deadline_explain import Asked, explain_asked, explain_dossier
    from gateway.views.deadline_explanation import explanation_lines

    name_of: Callable[[str], str] = str
    if looks_like_a_dossier(subject):
        async with dependencies().open_ledger() as pool:
            explained, name_of = await explain_dossier(pool, subject, datetime.now(VIETNAM))
    else:
        pauses = tuple(span(one) for one in pause or ())
        at = instant(received) if received else None
        file = existing_file(catalogue) if catalogue else None
        asked = Asked(subject, channel, case, at, green, pauses, unit, file)
        explained = explain_asked(asked, dependencies().province_folder())
    if output.json:
        print_json(explained.model_dump(mode="json"))
    else:
        screen = console()
        width = screen.width if screen.is_terminal else None
        for line in explanation_lines(explained, output.lang, name_of):
            for part in wrapped(line, width):
                screen.print(part, soft_wrap=True)


def wrapped(line: str, width: int | None) -> list[str]:
    """Wraps a line at words for a terminal and indents the rest. `width` None, for a pipe, keeps the line."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return (textwrap.wrap(line, width, subsequent_indent=indent) if width else []) or [line]


def _write(answers: Iterator[str]) -> None:
    """Writes the answers in order, `AT_ONCE` at a time, and the rest when the input ends."""
    while batch := list(islice(answers, AT_ONCE)):
        sys.stdout.write("\n".join(batch) + "\n")
