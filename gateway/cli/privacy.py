"""`luongxanh privacy`: erases the personal data of a dossier for ever, and removes data that no dossier names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code
from gateway.cli.operators import ordered
from gateway.cli.output import PLAIN, Output, print_json, show, tell

if TYPE_CHECKING:
    from activities.ledger.reading import DossierRow

app = App(name="privacy")


@app.command
async def erase(
    code: Annotated[str, Parameter(help="Mã hồ sơ (a dossier's code)")],
    /,
    *,
    by: Annotated[str, Parameter(help="Mã nội bộ người vận hành (an operator)")],
    reason: Annotated[str, Parameter(help="Căn cứ, lý do, được ghi lại (why; it is recorded)")],
    yes: Yes = False,
    output: Output = PLAIN,
) -> None:
    """Xóa vĩnh viễn mọi dữ liệu cá nhân của một hồ sơ (erase everything personal of a dossier, for good).

    Không khôi phục được. Sự kiện và chuỗi băm vẫn còn và vẫn kiểm tra được; từ đó về sau nơi có dữ liệu ghi “(đã xoá)”.
    Ai, vì sao, lúc nào được ghi lại. (It cannot be undone. Events stay and verify; who, why and when are recorded.)

    Ví dụ (example):
      luongxanh privacy erase H42.101-250805-0001 --by cb.TTPVHCC.operator.1 --reason "Quyết định số 12/QĐ-UBND"
    """
    from activities.ledger.reading import LedgerReader
    from activities.ledger.vault import Vault

    wanted = dossier_code(code)
    who = ordered(by, reason)
    async with dependencies().open_ledger() as pool:
        vault = Vault(pool)
        row = await LedgerReader(pool).dossier(wanted)
        kept = await vault.kept_of(wanted)
        if row is None and not kept:
            raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=wanted)
        if kept:
            _tell_what_is_erased(wanted, row, kept, output)
            require_confirmed(yes, output)
        erased = await vault.erase_dossier(wanted, who, reason) if kept else 0
    if output.json:
        print_json({"dossier": wanted, "erased": erased})
    elif erased:
        show(
            output.say(
                f"Hồ sơ {wanted}: đã xóa {erased} mục dữ liệu cá nhân. Bản sao lưu vẫn còn giữ cho đến khi bị hủy.",
                f"Dossier {wanted}: {erased} erased. Backups keep them until they are dropped.",
            )
        )
    else:
        show(output.say(f"Hồ sơ {wanted}: không còn gì để xóa.", f"Dossier {wanted}: nothing is left to erase."))


def _tell_what_is_erased(code: str, row: DossierRow | None, kept: int, output: Output) -> None:
    if output.json:
        return
    state = "" if row is None else f" ({output.of(row.state.words)})"
    tell(
        output.say(
            f"Hồ sơ {code}{state}: sẽ xóa vĩnh viễn {kept} mục dữ liệu cá nhân.",
            f"Dossier {code}{state}: personal data to be erased for good: {kept}.",
        )
    )


@app.command
async def sweep(*, output: Output = PLAIN) -> None:
    """Dọn dữ liệu của những lần nộp không thành, quá một ngày (sweep what no dossier ever claimed, after a day).

    Mỗi tiến trình xử lý tự dọn mỗi giờ; lệnh này làm ngay. (Every worker does it once an hour; this does it now.)
    """
    from activities.ledger.vault import Vault

    async with dependencies().open_ledger() as pool:
        removed = await Vault(pool).sweep()
    if output.json:
        print_json({"removed": removed})
    else:
        show(output.say(f"Đã dọn {removed} mục không thuộc hồ sơ nào.", f"Removed: {removed}, of no dossier."))
