"""How an absence or a delegation is shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from domain.organisation.leave import LeaveEntry
from gateway.cli.output import Output, one_line
from gateway.i18n.wording import at

if TYPE_CHECKING:
    from rich.console import RenderableType


def leave_lines(entry: LeaveEntry, now: datetime, output: Output) -> Iterator[RenderableType]:
    """What was entered, from when to when, why, and whether it counts; who withdrew it."""
    yield one_line(f"{entry.number}  {_what(entry, output)}", "bold")
    roles = ", ".join(output.of(role.words) for role in entry.roles)
    told = (f"{at(entry.began)} – {at(entry.ended)}", _standing(entry, now, output), roles)
    yield _indented(" · ".join(filter(None, told)))
    by = output.say(f"{entry.who} ghi lúc {at(entry.at)}", f"entered by {entry.who} at {at(entry.at)}")
    yield _indented(f"{entry.ground} · {by}")
    if entry.withdrawn_at is not None:
        gone = output.say(
            f"{entry.withdrawn_by} rút lúc {at(entry.withdrawn_at)}: {entry.withdrawn_why}",
            f"withdrawn by {entry.withdrawn_by} at {at(entry.withdrawn_at)}: {entry.withdrawn_why}",
        )
        yield _indented(gone)


def _indented(text: str) -> RenderableType:
    from rich.padding import Padding

    return Padding(one_line(text), (0, 0, 0, 3), expand=False)


def _what(entry: LeaveEntry, output: Output) -> str:
    if entry.receiver is None:
        return output.say(f"{entry.person} nghỉ", f"{entry.person} is away")
    return output.say(f"{entry.person} ủy quyền cho {entry.receiver}", f"{entry.person} delegates to {entry.receiver}")


def _standing(entry: LeaveEntry, now: datetime, output: Output) -> str:
    if entry.withdrawn_at is not None:
        return output.say("đã rút", "withdrawn")
    if entry.in_force(now):
        return output.say("đang có hiệu lực", "counts now")
    return output.say("sắp tới", "to come") if entry.began > now else output.say("đã hết hạn", "over")
