"""`luongxanh search-attributes`: registers the search attributes in Temporal's namespace, before the first dossier."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, print_json, show

app = App(name="search-attributes")


@app.command
async def register(
    *,
    dry_run: Annotated[bool, Parameter(negative="", help="Chỉ xem, không ghi gì (only look, write nothing)")] = False,
    output: Output = PLAIN,
) -> None:
    """Đăng ký với Temporal các thuộc tính tìm kiếm còn thiếu (register the search attributes that Temporal lacks).

    Chạy một lần trước khi mở hồ sơ đầu tiên; chạy lại luôn an toàn. (Once, before the first dossier; safe to repeat.)
    """
    from gateway.client.search_attributes import register as register_missing

    async with dependencies().open_temporal() as client:
        done = await register_missing(client, dry_run=dry_run)
    if output.json:
        print_json(done.model_dump(mode="json"))
        return
    names = ", ".join(done.missing)
    if not done.missing:
        show(output.say("Temporal đã có đủ thuộc tính.", "Temporal has all of them."))
    elif dry_run:
        show(output.say(f"Chỉ xem thử, còn thiếu: {names}.", f"A dry run; missing: {names}."))
    else:
        show(output.say(f"Đã đăng ký: {names}.", f"Registered: {names}."))
