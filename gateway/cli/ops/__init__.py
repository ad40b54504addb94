"""`luongxanh ops`: what operators find, replay, repair and reconcile. A command is loaded when it is called."""

from __future__ import annotations

from cyclopts import App

from gateway.cli.ops import run

app = App(name="ops")
app.command(
    "gateway.cli.ops.plan:app",
    name="plan",
    help="Lập kế hoạch sửa: xem trước, chưa sửa gì (plan a repair: nothing is done yet)",
    sort_key=20,
)
app.command(run.run, name="run", sort_key=21)
app.command(run.approve, name="approve", sort_key=22)
app.command(run.status, name="status", sort_key=23)
app.command(run.stop, name="stop", sort_key=24)
app.command(run.resume, name="resume", sort_key=25)
