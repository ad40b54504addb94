"""`luongxanh ops`: what operators find, replay, repair and reconcile. A command is loaded when it is called."""

from __future__ import annotations

from cyclopts import App

from gateway.cli.ops import end_workflow, reconcile

app = App(name="ops")

app.command(reconcile.reconcile, name="reconcile", sort_key=60)
app.command(end_workflow.end_workflow, name="end-workflow", sort_key=61)
