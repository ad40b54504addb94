"""`luongxanh ops`: what operators find, replay, repair and reconcile. A command is loaded when it is called."""

from __future__ import annotations

from cyclopts import App

from gateway.cli.ops import export

app = App(name="ops")

app.command(export.export, name="export", sort_key=70)
