"""`luongxanh ledger`: verifies the ledger, signs checkpoints, proves a dossier, rebuilds the read models."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from domain.record.checkpoint import Checkpoint, checkpoint_in
from domain.text.sentences import many
from domain.values import VIETNAM
from gateway.cli import ledger_rebuild
from gateway.cli.counting import counting_dossiers
from gateway.cli.dependencies import dependencies
from gateway.cli.findings_page import show_problems
from gateway.cli.inputs import dossier_code
from gateway.cli.output import PLAIN, Output, console, print_json, tell
from gateway.cli.problems import Exit

if TYPE_CHECKING:
    from activities.ledger.checkpoints.proof import Proof
    from activities.ledger.integrity_report import Compared, Verified
    from activities.ledger.verification.walk import Anchored

app = App(name="ledger")
app.command(ledger_rebuild.rebuild, name="rebuild", sort_key=3)

Checkpoints = Annotated[
    bool, Parameter(negative="", help="So với các bản chốt sổ đã ký (compare with the signed checkpoints)")
]
Key = Annotated[
    Path | None, Parameter(help="Khóa công khai kiểm toán viên tự giữ (the auditor's own copy of the public key)")
]


@app.command(sort_key=0)
async def verify(
    code: Annotated[str | None, Parameter(help="Chỉ hồ sơ này (only this dossier)")] = None,
    /,
    *,
    checkpoints: Checkpoints = False,
    public_key: Key = None,
    output: Output = PLAIN,
) -> int:
    """Kiểm tra toàn bộ sổ cái; mã thoát 1 nếu có dòng sai (walk every chain; exit code 1 if a row is wrong).

    Dấu niêm phong, số phiên bản, bảng lệnh, kho dữ liệu cá nhân, bảng tra cứu, sổ số đang dùng, quyền trên các bảng.
    (Seals, versions, commands, the vault of personal data, the read models, numbers in use, the guards of the tables.)

    Ai nắm cơ sở dữ liệu có thể sửa rồi niêm phong lại tất cả; --checkpoints so thêm với các bản chốt sổ đã ký, lưu
    ngoài cơ sở dữ liệu. (Whoever owns the database can change it and seal it anew: --checkpoints compares with what was
    signed and is kept outside.)
    """
    from activities.ledger.verification.walk import verify as verify_ledger
    from gateway.views.projection import fold_under_published_rules

    wanted = dossier_code(code) if code else None
    anchored = _anchored(public_key) if checkpoints or public_key else None
    async with dependencies().open_ledger() as pool, dependencies().open_owner() as owner:
        fold = await fold_under_published_rules(pool)
        with counting_dossiers(output.say("Kiểm tra sổ cái", "Verifying the ledger"), output) as progress:
            found = await verify_ledger(pool, wanted, fold=fold, progress=progress, anchored=anchored, owner=owner)
    if wanted and found.chains == 0 and found.sound:
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=wanted)
    if output.json:
        print_json({**found.model_dump(mode="json"), "sound": found.sound})
    else:
        _show_verified(found, output)
    return Exit.DONE if found.sound else Exit.FAILED


@app.command(sort_key=1)
async def checkpoint(*, output: Output = PLAIN) -> int:
    """Chốt sổ ngay: ký gốc của toàn bộ sổ cái và ghi ra ngoài cơ sở dữ liệu (sign a checkpoint of the ledger now).

    Tiến trình xử lý tự làm việc này mỗi giờ và khi dừng. (A worker does so every hour and when it stops.)
    """
    places = dependencies().checkpoints()
    async with dependencies().open_ledger() as pool:
        made = await places.checkpointer(pool).make()
    last = places.log().last()
    newest = made[-1] if made else checkpoint_in(last.note) if last else None
    if output.json:
        listed = [one.model_dump(mode="json") for one in made]
        print_json({"made": listed, "newest": newest and newest.model_dump(mode="json"), "log": str(places.log().file)})
    else:
        _show_checkpoint(len(made), newest, places.log().file, output)
    return Exit.DONE


@app.command(sort_key=2)
async def prove(
    code: Annotated[str, Parameter(help="Mã hồ sơ (the dossier)")],
    /,
    *,
    out: Annotated[Path, Parameter(help="Tệp để ghi bằng chứng (the file to write)")],
    output: Output = PLAIN,
) -> int:
    """Lập bằng chứng rằng các sự kiện của hồ sơ có trong bản chốt sổ (prove that a dossier's events were anchored).

    Ai cũng kiểm tra được, không cần phần mềm này (anybody can check it without this program):
      python3 docs/verify_proof.py bang-chung.json public-key
    """
    from activities.ledger.checkpoints.proof import prove as make
    from activities.province.atomic_files import write_whole

    places, wanted = dependencies().checkpoints(), dossier_code(code)
    async with dependencies().open_ledger() as pool:
        proof = await make(pool, places.log(), wanted)
    write_whole(out, proof.model_dump_json(indent=1) + "\n")
    if output.json:
        print_json({"dossier": wanted, "events": len(proof.events), "waiting": proof.waiting, "file": str(out)})
    else:
        _show_proof(proof, out, places.log().folder, output)
    return Exit.DONE


def _show_verified(found: Verified, output: Output) -> None:
    checked = output.say(
        f"Đã kiểm tra {found.chains:,} hồ sơ, {found.events:,} sự kiện, {found.personal_checked:,} bản ghi dữ liệu cá "
        f"nhân (và {found.erased:,} đã xóa theo yêu cầu).",
        f"Checked {many(found.chains, 'dossier')}, {many(found.events, 'event')}, "
        f"{many(found.personal_checked, 'record')} of personal data (and {found.erased:,} erased on request).",
    )
    console().print(checked, soft_wrap=True)
    if found.compared is not None:
        _show_compared(found.compared, output)
    if found.sound:
        console().print(output.say("✓ Sổ cái nguyên vẹn.", "✓ The ledger is sound."), style="bold green")
        return
    heading = output.say(f"✗ {len(found.problems)} chỗ sai:", f"✗ {many(len(found.problems), 'problem')}:")
    console().print(heading, style="bold red")
    show_problems(found.problems, output)


def _anchored(public_key: Path | None) -> Anchored:
    from activities.ledger.verification.walk import Anchored

    places = dependencies().checkpoints()
    return Anchored(places.log(), places.public_key(public_key), datetime.now(VIETNAM))


def _show_compared(compared: Compared, output: Output) -> None:
    last = compared.last_at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y") if compared.last_at else "–"
    summary = output.say(
        f"Đã so với {compared.checkpoints:,} bản chốt sổ ({compared.anchored:,} sự kiện, bản cuối lúc {last}); "
        f"{compared.waiting:,} sự kiện chưa được chốt (chờ nhiều nhất một giờ).",
        f"Compared with {many(compared.checkpoints, 'checkpoint')} ({many(compared.anchored, 'event')}, the last at "
        f"{last}); under none yet, for an hour at most: {many(compared.waiting, 'event')}.",
    )
    console().print(summary, soft_wrap=True)


def _show_checkpoint(made: int, newest: Checkpoint | None, file: Path, output: Output) -> None:
    if newest is None:
        console().print(output.say("Sổ cái chưa có sự kiện nào để chốt.", "The ledger has no event to sign yet."))
        return
    at = newest.at.astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y")
    new = output.say("Đã chốt sổ" if made else "Không có gì mới; bản chốt gần nhất", "Signed" if made else "Newest")
    summary = output.say(
        f"{new}: {newest.size:,} sự kiện, lúc {at}, gốc {newest.root}.",
        f"{new}: {many(newest.size, 'event')}, at {at}, root {newest.root}.",
    )
    console().print(summary, soft_wrap=True)
    console().print(output.say(f"Ghi tại {file}", f"Written to {file}"), soft_wrap=True)


def _show_proof(proof: Proof, out: Path, folder: Path, output: Output) -> None:
    count, waiting = len(proof.events), proof.waiting
    summary = output.say(
        f"Đã ghi bằng chứng của {count} sự kiện vào {out}; {waiting} sự kiện mới hơn chưa được chốt.",
        f"The proof of {many(count, 'event')} is in {out}; under no checkpoint yet: {many(waiting, 'newer event')}.",
    )
    console().print(summary, soft_wrap=True)
    check = f"python3 docs/verify_proof.py {out} {folder / 'public-key'}"
    tell(output.say(f"Kiểm tra: {check}", f"Check it: {check}"))
