"""`luongxanh ops`: what operators find, replay, repair and reconcile. A command is loaded when it is called."""

from __future__ import annotations

from cyclopts import App

app = App(name="ops")

app.command(
    "gateway.cli.ops.release:app",
    name="release",
    help="Phiên bản tiến trình xử lý: giao việc từng bước, quay lại (builds of the worker: in steps, and back)",
    sort_key=60,
)
