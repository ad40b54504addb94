"""`luongxanh ops`: what operators find, replay, repair and reconcile. A command is loaded when it is called."""

from __future__ import annotations

from cyclopts import App

app = App(name="ops")
app.command(
    "gateway.cli.ops.incident:app",
    name="incident",
    help="Sự cố cần người xử lý: xem, thử lại, giao, ghi nhận (incidents: list, show, retry, assign, resolve)",
    sort_key=20,
)
