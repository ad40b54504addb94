"""`luongxanh ops`: what operators find, replay, repair and reconcile. A command is loaded when it is called."""

from __future__ import annotations

from cyclopts import App

app = App(name="ops")
app.command(
    "gateway.cli.ops.failed:failed",
    name="failed",
    help="Hồ sơ nào đang kẹt, vì sao, làm gì tiếp (what is stuck, why, what to do)",
    sort_key=0,
)
app.command(
    "gateway.cli.ops.doctor:app",
    name="doctor",
    help="Kiểm tra cả bản cài đặt; mã thoát 1 nếu có chỗ hỏng (check the whole installation; exit code 1 on trouble)",
    sort_key=1,
)
app.command(
    "gateway.cli.ops.incident:app",
    name="incident",
    help="Sự cố cần người xử lý: xem, thử lại, giao, ghi nhận (incidents: list, show, retry, assign, resolve)",
    sort_key=20,
)
app.command("gateway.cli.ops.reconcile:reconcile", name="reconcile", sort_key=60)
app.command("gateway.cli.ops.reconcile:end_workflow", name="end-workflow", sort_key=61)
app.command("gateway.cli.ops.export:export", name="export", sort_key=70)
