"""`luongxanh relay`: who follows the ledger and how far, and what could not be handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code
from gateway.cli.operators import operator
from gateway.cli.output import PLAIN, Output, called, print_json, print_json_lines, show, tell
from gateway.cli.problems import CommandLineProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from activities.ledger.feed import ReaderStatus
    from activities.relays.set_aside import SetAside
    from domain.values import Bilingual

app = App(name="relay")

Relay = Annotated[str, Parameter(help="Tên kênh: portal, notices, assigner (a relay's name)")]


@app.command
async def status(*, output: Output = PLAIN) -> None:
    """Mỗi kênh đã chuyển đến đâu, còn bao nhiêu sự kiện, từ lúc nào (how far each relay is, and what waits).

    --json: mỗi kênh một dòng (one relay a line).
    """
    from activities.ledger.feed import Feed
    from activities.relays.set_aside import SetAsideList

    async with dependencies().open_ledger() as pool:
        readers, aside = await Feed(pool).status(), await SetAsideList(pool).counts()
    if output.json:
        print_json_lines({**one.model_dump(mode="json"), "set_aside": aside.get(one.reader, 0)} for one in readers)
        return
    show(_readers(readers, aside, output))


@app.command
async def problems(relay: Relay | None = None, /, *, output: Output = PLAIN) -> None:
    """Sự kiện chưa chuyển được ra ngoài, cần người xử lý (events that could not be handed on).

    --json: mỗi mục một dòng (one entry a line).
    """
    from activities.relays.set_aside import SetAsideList

    async with dependencies().open_ledger() as pool:
        aside = await SetAsideList(pool).open(relay)
    if output.json:
        print_json_lines(one.model_dump(mode="json") for one in aside)
        return
    if aside:
        show(set_aside_table(aside, output))
        how = f"{called()} relay resolve {aside[0].relay} {aside[0].dossier} {aside[0].version} --by … --reason …"
        tell(output.say(f"Xử lý xong thì ghi nhận, như: {how}", f"When one is dealt with, say so, like: {how}"))
    else:
        show(output.say("Không có sự kiện nào bị để lại.", "Nothing is set aside."))


@app.command
async def resolve(
    relay: Relay,
    code: Annotated[str, Parameter(help="Mã hồ sơ (a dossier's code)")],
    version: Annotated[int, Parameter(help="Phiên bản, như relay problems ghi (the version, as listed)")],
    /,
    *,
    by: Annotated[str, Parameter(help="Mã nội bộ người vận hành (an operator)")],
    reason: Annotated[str, Parameter(help="Đã xử lý thế nào, được ghi lại (what was done; it is recorded)")],
    output: Output = PLAIN,
) -> None:
    """Ghi nhận một sự kiện chưa chuyển được là đã xử lý (take an entry off the list, with who and why).

    Không chuyển lại sự kiện đó: sự kiện sau của hồ sơ báo cho Cổng mọi thông tin mới nhất. (Nothing is handed on anew:
    the dossier's next event tells the portal everything as it stands then.)

    Ví dụ (example):
      luongxanh relay resolve portal H42.101-250805-0001 7 --by cb.TTPVHCC.operator.1 --reason "Đã đính chính địa chỉ"
    """
    from activities.province import load_province
    from activities.relays.set_aside import SetAsideList

    wanted = dossier_code(code)
    if not reason.strip():
        raise CommandLineProblem("reason_missing")
    who = operator(by, load_province(dependencies().province_folder()).staff)
    async with dependencies().open_ledger() as pool:
        done = await SetAsideList(pool).resolve(relay, wanted, version, who, reason)
    if output.json:
        print_json({**done.model_dump(mode="json"), "resolved": True})
    else:
        told = f"{done.relay}  {done.dossier}  {done.version}  {done.code}"
        show(output.say(f"Đã ghi nhận đã xử lý: {told}", f"Resolved: {told}"))


def set_aside_table(rows: Sequence[SetAside], output: Output) -> Table:
    """What could not be handed on, an entry a row."""
    from gateway.cli.tables import headed
    from gateway.i18n.wording import at

    title = output.say("Chưa chuyển được ra ngoài", "Not handed on")
    columns = (output.say("Kênh", "Relay"), output.say("Hồ sơ, phiên bản", "Dossier, version"))
    table = headed(title, *columns, output.say("Từ lúc", "Since"), output.say("Nguyên nhân", "Cause"))
    for row in rows:
        table.add_row(row.relay, f"{row.dossier}  {row.version}", at(row.at), row.code)
    return table


def _readers(readers: Sequence[ReaderStatus], aside: dict[str, int], output: Output) -> Table:
    from gateway.cli.tables import headed
    from gateway.i18n.wording import at

    columns = (output.say("Kênh", "Relay"), output.say("Chuyển gần nhất", "Last moved"))
    more = (output.say("Còn chờ", "Waiting"), output.say("Để lại", "Set aside"))
    table = headed(output.say("Theo dõi sổ cái", "Who follows the ledger"), *columns, *more)
    for one in readers:
        moved = at(one.moved_at) if one.moved_at else "–"
        table.add_row(output.of(relay_named(one.reader)), moved, f"{one.waiting:,}", f"{aside.get(one.reader, 0):,}")
    return table


def relay_named(reader: str) -> Bilingual:
    """A relay by what it does; its name, as commands take it, stands first."""
    from domain.values import Bilingual

    known = {
        "portal": ("Cổng Dịch vụ công quốc gia", "National Public Service Portal"),
        "notices": ("tin nhắn, thư điện tử", "notices to people"),
        "assigner": ("phân công tự động", "assignment to officers"),
    }
    if reader not in known:
        return Bilingual(vi=f"{reader} (không có trong bản này)", en=f"{reader} (not of this release)")
    vi, en = known[reader]
    return Bilingual(vi=f"{reader} ({vi})", en=f"{reader} ({en})")
