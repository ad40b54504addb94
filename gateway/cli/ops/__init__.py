"""`luongxanh ops`: what operators find, replay, repair and reconcile. A command is loaded when it is called."""

from __future__ import annotations

from cyclopts import App

app = App(name="ops")

app.command("gateway.cli.ops.reconcile:reconcile", name="reconcile", sort_key=60)
app.command("gateway.cli.ops.reconcile:end_workflow", name="end-workflow", sort_key=61)
app.command("gateway.cli.ops.export:export", name="export", sort_key=70)
