"""`luongxanh database`: runs migrations, shows the status, lets the ledger go on after a restore."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.operator_orders import require_reason
from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.counting import counting_dossiers
from gateway.cli.database_page import show_migrated, show_outcome, show_plan, show_status
from gateway.cli.dependencies import dependencies
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, print_json
from gateway.cli.problems import CommandLineProblem, Exit
from gateway.client.admitting.operators import operator_known, this_account

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from activities.ledger.checkpoints.log import CheckpointLog
    from activities.ledger.pool import Pool
    from activities.ledger.renewal import Renewed
    from activities.ledger.servers import Continued

app = App(name="database")

By = Annotated[
    str | None, Parameter(help="Mã nội bộ người vận hành; mặc định tài khoản của máy (an operator; else this account)")
]
Reason = Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")]
Earlier = Annotated[
    bool, Parameter(negative="", help="Phục hồi về một thời điểm trước đó (restored to an earlier moment)")
]
DryRun = Annotated[bool, Parameter(negative="", help="Chỉ xem, không ghi gì (only look, write nothing)")]


@app.command(sort_key=0)
async def migrate(*, dry_run: DryRun = False, output: Output = PLAIN) -> int:
    """Nâng cấp cơ sở dữ liệu cho phiên bản này; chạy lại luôn an toàn (bring the database up to this release).

    Mỗi tệp chạy một lần, theo thứ tự, trong một giao dịch; nhiều nơi cùng chạy thì một nơi làm, nơi khác chờ. Không có
    đường lùi: phiên bản cũ không chạy được trên cơ sở dữ liệu đã nâng cấp, nên hãy sao lưu trước. (Each file once, in
    order, in a transaction; from several places at once is safe. There is no way back: back up before.)

    Sau đó ghi lại bảng tra cứu mà phiên bản cũ đã ghi, hồ sơ đang mở trước. Dừng giữa chừng không sao: khi đọc, hồ sơ
    vẫn đúng; chạy lại thì làm tiếp. (Then it writes the read models again that an older release wrote, of open dossiers
    first. It may be interrupted: readers get right values meanwhile, and another run goes on.)

    Ví dụ (example):
      luongxanh database migrate --dry-run
    """
    from activities.ledger.migrations import migrate as run
    from activities.ledger.migrations import pending

    address = dependencies().owner_address()
    files = await pending(address) if dry_run else await run(address)
    renewed = None if dry_run else await _renewed(address, output)
    if output.json:
        again = None if renewed is None else renewed.model_dump(mode="json")
        print_json({"dry_run": dry_run, "files": files, "renewed": again})
    else:
        show_migrated(files, renewed, output)
    return Exit.FAILED if renewed is not None and renewed.problems else Exit.DONE


async def _renewed(address: str, output: Output) -> Renewed:
    """Writes the read models of an older form again, with progress on a terminal."""
    from activities.ledger.pool import open_pool
    from activities.ledger.renewal import renew
    from gateway.views.projection import fold_under_published_rules

    owner = await open_pool(address, 1, name="luongxanh-cli")
    try:
        fold = await fold_under_published_rules(owner)
        with counting_dossiers(output.say("Ghi lại bảng tra cứu", "Writing read models again"), output) as progress:
            return await renew(owner, fold, progress=progress)
    finally:
        await owner.close()


@app.command(sort_key=1)
async def status(*, output: Output = PLAIN) -> int:
    """Cơ sở dữ liệu đã sẵn sàng cho phiên bản này chưa; mã thoát 1 nếu chưa (is it ready; exit code 1 if not).

    Tệp nâng cấp đã chạy, còn thiếu, lạ; vai trò và quyền; máy chủ và thứ tự sổ cái; từng dịch vụ theo dõi sổ cái đã
    đọc đến đâu, còn bao nhiêu sự kiện chờ, từ lúc nào. Không thay đổi gì. (Migrations that ran, are missing or unknown;
    roles and privileges; the server and the order of the ledger; each reader and what it has still to read.)
    """
    from activities.ledger.database_status import status_of_database

    async with _pool_for_status() as pool:
        found = await status_of_database(pool)
    if output.json:
        problems = [one.model_dump(mode="json") for one in found.problems]
        print_json({**found.model_dump(mode="json"), "problems": problems, "ready": found.ready})
    else:
        show_status(found, output)
    return Exit.DONE if found.ready else Exit.FAILED


@asynccontextmanager
async def _pool_for_status() -> AsyncIterator[Pool]:
    """A pool of the owner if the settings have its address, else of the application.

    Before the first migration the role of the application does not exist.
    """
    async with dependencies().open_owner() as owner:
        if owner is not None:
            yield owner
            return
    async with dependencies().open_ledger() as pool:
        yield pool


@app.command(name="after-restore", sort_key=2)
async def after_restore(
    *,
    reason: Reason,
    by: By = None,
    earlier: Earlier = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    output: Output = PLAIN,
) -> int:
    """Nối tiếp sổ cái sau khi phục hồi cơ sở dữ liệu sang máy chủ khác (go on after a restore on another server).

    Bản sao lưu logic (pg_dump) hay bản sao logic không mang theo số giao dịch của máy chủ cũ, mà sổ cái xếp thứ tự theo
    số đó. Lệnh này cho máy chủ mới cấp số cao hơn mọi số đã ghi, và ghi lại ai, vì sao, lúc nào. Không sửa dòng nào đã
    có; các dịch vụ theo dõi sổ cái đi tiếp đúng chỗ cũ; bản chốt sổ và bằng chứng đã cấp vẫn đúng. Không cần thì không
    làm gì. Hãy dừng worker và api trước. (The new server numbers transactions above everything recorded; nothing that
    is there changes, readers go on where they stood, checkpoints and proofs still hold. Where it is not needed, nothing
    is done. Stop workers and APIs first.)

    Sau khi phục hồi về một thời điểm trước đó (từ bản sao vật lý hay nhật ký), thêm --earlier, kể cả trên cùng máy chủ:
    các hệ thống ngoài còn nhớ những sự kiện đã mất. (After a restore to an earlier moment, from a physical copy or the
    archived log, add --earlier, also on the same server: outside systems remember the events that were lost.)

    Ví dụ (example):
      luongxanh database after-restore --reason "Hỏng ổ đĩa, sự cố 12" --dry-run
    """
    found = await _gone_on(_who(by, reason), reason, earlier=earlier, yes=yes, dry_run=dry_run, output=output)
    if output.json:
        print_json({**found.model_dump(mode="json"), "done": found.needed and not dry_run})
    else:
        show_outcome(found, output, dry_run=dry_run)
    return Exit.DONE


def _who(by: str | None, reason: str) -> str:
    """Who orders it. Raises `reason_missing`, and the errors of `require_reason` and `operator_known`.

    Only a named person is looked up, so without a name the province's files may be wrong.
    """
    from activities.province import load_province

    if not reason.strip():
        raise CommandLineProblem(CommandLineRefusal.REASON_MISSING)
    require_reason(reason)
    return operator_known(by, load_province(dependencies().province_folder()).staff) if by else this_account()


async def _gone_on(who: str, why: str, *, earlier: bool, yes: bool, dry_run: bool, output: Output) -> Continued:
    """Looks first; where it is needed, shows what will be done, asks, and does it."""
    from activities.ledger.pool import open_pool
    from activities.ledger.servers import after_restore as go_on

    log = _log()
    owner = await open_pool(dependencies().owner_address(), 1, name="luongxanh-cli")
    try:
        found = await go_on(owner, who, why, log, earlier=earlier, dry_run=True)
        if found.needed and not dry_run:
            show_plan(found, output)
            require_confirmed(yes, output)
            found = await go_on(owner, who, why, log, earlier=earlier)
    finally:
        await owner.close()
    return found


def _log() -> CheckpointLog | None:
    """The log of checkpoints; None when the settings name no folder."""
    places = dependencies().checkpoints()
    return places.log() if places.folder is not None else None
