"""`luongxanh ops` as the program has it: the gateway's commands for operators, and those that need this package."""

from __future__ import annotations

from gateway.cli.ops import app
from workers.commands.outside import outside
from workers.commands.replay import replay

app.command(replay)
app.command(outside, sort_key=3)

__all__ = ["app"]
