"""`luongxanh ledger`: verify every chain, rebuild the read models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.errors import NotFound
from gateway.cli.inputs import dossier_code
from gateway.cli.output import PLAIN, Output, console, print_json, tell
from gateway.cli.problems import Exit
from gateway.cli.surroundings import surroundings

if TYPE_CHECKING:
    from activities.ledger.findings import Problem, Rebuilt, Verified

app = App(name="ledger")

MOST_TOLD = 50
"""Problems printed for people; `--json` has them all."""


@app.command(sort_key=0)
async def verify(
    code: Annotated[str | None, Parameter(help="Chỉ hồ sơ này (only this dossier)")] = None,
    /,
    *,
    output: Output = PLAIN,
) -> int:
    """Kiểm tra toàn bộ sổ cái; mã thoát 1 nếu có dòng sai (walk every chain; exit code 1 if a row is wrong).

    Dấu niêm phong, số phiên bản, bảng lệnh, kho dữ liệu cá nhân, bảng tra cứu, quyền trên các bảng.
    (Seals, versions, commands, the vault of personal data, the read models, the guards of the tables.)
    """
    from activities.ledger.verification import verify as walk
    from gateway.folding import fold_under_published_rules

    wanted = dossier_code(code) if code else None
    async with surroundings().open_ledger() as pool:
        fold = await fold_under_published_rules(pool)
        with _progress(output.say("Kiểm tra sổ cái", "Verifying the ledger"), output) as progress:
            found = await walk(pool, wanted, fold=fold, progress=progress)
    if wanted and found.chains == 0 and found.sound:
        raise NotFound("unknown_dossier", dossier=wanted)
    if output.json:
        print_json({**found.model_dump(mode="json"), "sound": found.sound})
    else:
        _show_verified(found, output)
    return Exit.DONE if found.sound else Exit.FAILED


@app.command(sort_key=1)
async def rebuild(*, output: Output = PLAIN) -> int:
    """Dựng lại mọi bảng tra cứu từ sổ cái, trong khi hệ thống vẫn chạy (rebuild the read models from the record).

    Dừng giữa chừng hay chạy lại đều an toàn. (Safe to interrupt and to repeat.)
    """
    from activities.ledger.rebuild import rebuild as write_anew
    from gateway.folding import fold_under_published_rules

    async with surroundings().open_ledger() as pool:
        fold = await fold_under_published_rules(pool)
        with _progress(output.say("Dựng lại bảng tra cứu", "Rebuilding the read models"), output) as progress:
            done = await write_anew(pool, fold, progress=progress)
    if output.json:
        print_json(done.model_dump(mode="json"))
    else:
        _show_rebuilt(done, output)
    return Exit.FAILED if done.problems else Exit.DONE


@contextmanager
def _progress(what: str, output: Output) -> Iterator[Callable[[int], None]]:
    """A bar on standard error that counts dossiers, where somebody is looking."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}"))
    unit = TextColumn(output.say("hồ sơ", "dossiers"))
    screen = console(stderr=True)
    with Progress(
        *columns, unit, TimeElapsedColumn(), console=screen, disable=output.json or not screen.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)

        def progress(done: int) -> None:
            bar.update(task, completed=done)

        yield progress


def _show_verified(found: Verified, output: Output) -> None:
    checked = output.say(
        f"Đã kiểm tra {found.chains:,} hồ sơ, {found.events:,} sự kiện, {found.personal_checked:,} bản ghi dữ liệu cá "
        f"nhân (và {found.erased:,} đã xóa theo yêu cầu).",
        f"Checked {found.chains:,} dossiers, {found.events:,} events, {found.personal_checked:,} records of personal "
        f"data (and {found.erased:,} erased on request).",
    )
    console().print(checked, soft_wrap=True)
    if found.sound:
        console().print(output.say("✓ Sổ cái nguyên vẹn.", "✓ The ledger is sound."), style="bold green")
        return
    heading = output.say(f"✗ {len(found.problems)} chỗ sai:", f"✗ {len(found.problems)} problems:")
    console().print(heading, style="bold red")
    _show_problems(found.problems, output)


def _show_rebuilt(done: Rebuilt, output: Output) -> None:
    told = output.say(
        f"Đã dựng lại {done.written:,} trên {done.dossiers:,} hồ sơ; {done.overtaken:,} đã có bản mới hơn, "
        f"{done.removed:,} không có sự kiện nào nên bị bỏ.",
        f"Rebuilt {done.written:,} of {done.dossiers:,} dossiers; {done.overtaken:,} were newer already, "
        f"{done.removed:,} had no event and were removed.",
    )
    console().print(told, soft_wrap=True)
    _show_problems(done.problems, output)


def _show_problems(problems: tuple[Problem, ...], output: Output) -> None:
    for one in problems[:MOST_TOLD]:
        version = f", {output.say('phiên bản', 'version')} {one.version}" if one.version else ""
        console().print(f"  • {one.dossier or '–'}{version}: {one.code}. {output.of(one.what)}", soft_wrap=True)
        if one.expected or one.found:
            expected, found = output.say("phải là", "expected"), output.say("thấy", "found")
            console().print(f"      {expected}: {one.expected or '–'}   {found}: {one.found or '–'}", soft_wrap=True)
    left = len(problems) - MOST_TOLD
    if left > 0:
        tell(output.say(f"… và {left} chỗ nữa: xem --json", f"… and {left} more: see --json"))
