"""`luongxanh procedure`: the versions of procedures, and the version of each open dossier."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.text.sentences import many, written
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, print_json_lines, show
from gateway.i18n.wording import VERSIONS, state_name

if TYPE_CHECKING:
    from activities.ledger.pinned_versions import Pinned
    from domain.rules.province import Province
    from domain.rules.province_rules import PublishedProcedure

app = App(name="procedure")

GONE = "–"
"""Shown for a version that is no longer in the configuration; the ledger still has its rules."""


@app.command
def versions(
    code: Annotated[str | None, Parameter(help="Mã thủ tục; mặc định mọi thủ tục (default: all)")] = None,
    /,
    *,
    output: Output = PLAIN,
) -> None:
    """Các phiên bản: dự thảo, đang áp dụng, hết hiệu lực, với ngày hiệu lực (the versions of procedures).

    Ví dụ (examples):
      luongxanh procedure versions 1.001193
    """
    province = _province()
    found = province.versions(code) if code else province.procedures
    if output.json:
        print_json_lines(_facts(one) for one in found)
        return
    from rich.table import Table

    table = Table(box=None)
    headings = "Mã|Phiên bản|Trạng thái|Từ ngày|Đến ngày|Tên", "Code|Version|Status|From|To|Name"
    for heading in output.say(*headings).split("|"):
        table.add_column(heading, overflow="fold")
    for one in found:
        facts = _facts(one)
        status = output.of(VERSIONS[facts["status"]])
        days = (written(one.effective_from), written(one.effective_to) if one.effective_to else "–")
        shown = (facts["code"], facts["version"], status, *days, one.procedure.name)
        table.add_row(*map(str, shown))
    show(table)


@app.command
async def dossiers(
    code: Annotated[str, Parameter(help="Mã thủ tục (procedure)")],
    /,
    *,
    output: Output = PLAIN,
) -> None:
    """Hồ sơ đang mở nào theo phiên bản nào (which open dossier lives under which version).

    Hồ sơ giữ phiên bản lúc tiếp nhận, dù sau đó có phiên bản mới. --json: mỗi hồ sơ một dòng.
    (A dossier keeps the version it was accepted under. One dossier a line.)

    Ví dụ (examples):
      luongxanh procedure dossiers 1.001193 --json
    """
    from datetime import datetime

    from activities.ledger.pinned_versions import open_dossiers_of
    from domain.values import VIETNAM
    from gateway.views.names import Names

    province = _province()
    province.versions(code)
    found: list[Pinned] = []
    async with dependencies().open_ledger() as pool:
        while page := await open_dossiers_of(pool, code, after=found[-1].code if found else None):
            found += page
    lines = [_line(one, province) for one in found]
    if output.json:
        print_json_lines(lines)
        return
    names = Names.of_province(province, datetime.now(VIETNAM).date())
    for one, line in zip(found, lines, strict=True):
        status, state = output.of(VERSIONS[line["status"]]), output.of(state_name(one.state))
        show(f"{one.code}  {line['version']}  {status}  {state}  {names.unit(one.responsible)}")
    for version, count in sorted(Counter(str(line["version"]) for line in lines).items()):
        show(
            output.say(
                f"Phiên bản {version}: {count} hồ sơ đang mở", f"Version {version}: {many(count, 'open dossier')}"
            )
        )
    if not lines:
        show(output.say("Không có hồ sơ đang mở.", "No open dossier."))


def _province() -> Province:
    from activities.province import load_province

    return load_province(dependencies().province_folder())


def _facts(one: PublishedProcedure) -> dict[str, Any]:
    return {
        "code": one.procedure.code,
        "version": one.procedure.version,
        "status": one.status.value,
        "from": one.effective_from.isoformat(),
        "to": one.effective_to.isoformat() if one.effective_to else None,
        "hash": one.hash,
    }


def _line(one: Pinned, province: Province) -> dict[str, Any]:
    version = province.version_of(one.pinned)
    return {
        "dossier": one.code,
        "version": version.procedure.version if version else GONE,
        "status": version.status.value if version else "not_in_configuration",
        "hash": one.pinned,
        "state": one.state.value,
        "received_at": one.received_at.isoformat() if one.received_at else None,
        "responsible": one.responsible,
    }
