"""Prints the findings of a verification or a rebuild of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.cli.output import Output, console, tell

if TYPE_CHECKING:
    from activities.ledger.integrity_report import Finding

MOST_SHOWN = 50
"""How many problems are printed for people; `--json` has all of them."""


def show_problems(problems: tuple[Finding, ...], output: Output) -> None:
    """Each finding with its place, what was expected and what to type; after many only how many are left."""
    from gateway.cli.hints import hints_of

    for one in problems[:MOST_SHOWN]:
        version = f", {output.say('phiên bản', 'version')} {one.version}" if one.version else ""
        console().print(f"  • {one.dossier or '–'}{version}: {one.code}. {output.of(one.what)}", soft_wrap=True)
        where = [part for part in (one.table, one.column) if part]
        if where or one.checkpoints:
            between = output.say("giữa hai bản chốt", "between the checkpoints")
            place = " ".join([".".join(where), f"{between} {one.checkpoints}" if one.checkpoints else ""]).strip()
            console().print(f"      {place}", soft_wrap=True)
        if one.expected or one.found:
            expected, found = output.say("phải là", "expected"), output.say("thấy", "found")
            console().print(f"      {expected}: {one.expected or '–'}   {found}: {one.found or '–'}", soft_wrap=True)
        for hint in hints_of(one.code, {}):
            console().print(f"      → {hint}", soft_wrap=True)
    left = len(problems) - MOST_SHOWN
    if left > 0:
        tell(output.say(f"… và {left} chỗ nữa: xem --json", f"… and {left} more: see --json"))
