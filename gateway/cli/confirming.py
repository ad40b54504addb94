"""Asks for a confirmation before a large change: from a person at a terminal, or by `--yes` from a script."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import Output, tell
from gateway.cli.problems import CommandLineProblem

Yes = Annotated[bool, Parameter(negative="", help="Làm ngay, không hỏi lại (do it, and do not ask)")]


def require_confirmed(yes: bool, output: Output) -> None:
    """Raises CommandLineProblem `not_confirmed` without `--yes`, unless a person at the terminal confirms."""
    if yes:
        return
    if sys.stdin.isatty() and sys.stderr.isatty() and not output.json:
        tell(output.say("Làm thật? Gõ “co” để đồng ý:", "Go on? Type yes:"))
        if sys.stdin.readline().strip().lower() in ("co", "có", "yes"):
            return
    raise CommandLineProblem(CommandLineRefusal.NOT_CONFIRMED)
