"""`luongxanh documents`: what travels on the document axis, and what people do with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.outside_systems import System
from gateway.cli.dependencies import dependencies
from gateway.cli.documents_page import letter_lines, received_list, sent_list
from gateway.cli.inputs import dossier_code
from gateway.cli.operators import ordered
from gateway.cli.output import PLAIN, Output, print_json, print_json_lines, show, tell

if TYPE_CHECKING:
    from gateway.client.documents.reading import DocumentsOnAxis
    from workflows.messages import Receipt

app = App(name="documents")

By = Annotated[str, Parameter(help="Mã nội bộ người vận hành (an operator)")]
Reason = Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")]
Message = Annotated[str, Parameter(help="Mã tin nhận, như documents list ghi (the message, as listed)")]
Agrees = Annotated[
    bool, Parameter(negative="--disagrees", help="Cơ quan đồng ý, hoặc không (the authority agrees, or not)")
]


@app.command(name="list")
async def list_documents(code: str | None = None, /, *, output: Output = PLAIN) -> None:
    """Văn bản đã gửi với từng chặng, và văn bản đã nhận (what was sent, with its stages, and what came).

    Có mã hồ sơ thì chỉ của hồ sơ đó. --json: mỗi văn bản một dòng, direction là sent hoặc received (of one dossier
    where its code is given; one document a line).
    """
    from gateway.client.documents.reading import documents_on_axis

    wanted = None if code is None else dossier_code(code)
    async with dependencies().open_ledger() as pool:
        found = await documents_on_axis(pool, wanted)
    if output.json:
        print_json_lines(_as_json(found))
        return
    if found.sent:
        show(*sent_list(found.sent, output))
    if found.letters:
        show(*received_list(found.letters, output))
    if not found.sent and not found.received:
        show(output.say("Chưa có văn bản nào.", "There are no documents."))


def _as_json(found: DocumentsOnAxis) -> Iterator[dict[str, Any]]:
    for one in found.sent:
        stages = [stage.model_dump(mode="json") for stage in one.stages]
        yield {"direction": "sent", **one.document.model_dump(mode="json"), "stages": stages}
    for came in found.received:
        yield {"direction": "received", **came.model_dump(mode="json")}


@app.command
async def problems(*, output: Output = PLAIN) -> None:
    """Văn bản đã từ chối hoặc chờ người xem (what was refused, or waits for a person).

    --json: mỗi văn bản một dòng (one a line).
    """
    from activities.ledger.documents import ReceivedDocuments

    async with dependencies().open_ledger() as pool:
        rows = await ReceivedDocuments(pool).for_people()
    if output.json:
        print_json_lines(one.model_dump(mode="json") for one in rows)
    elif rows:
        show(*received_list(rows, output))
    else:
        show(output.say("Không có văn bản nào chờ người xem.", "No document waits for a person."))


@app.command(name="show")
async def show_document(
    message: Message,
    /,
    *,
    into: Annotated[
        Path | None, Parameter(help="Thư mục mới để lưu các tệp đính kèm (a new folder for its attachments)")
    ] = None,
    output: Output = PLAIN,
) -> None:
    """Nội dung một văn bản đã nhận và các tệp đính kèm của nó (a document that came, and its attachments).

    Văn bản đã bị từ chối thì không mở. (One that was refused is not opened.)

    Ví dụ (example):
      luongxanh documents show TB-1f2e… --into ./van-ban
    """
    from gateway.client.documents.reading import kept_document, save_attachments

    async with dependencies().open_ledger() as pool:
        row, read = await kept_document(pool, message)
    names = save_attachments(read, into) if read is not None and into is not None else ()
    if output.json:
        said = None if read is None else read.model_dump(mode="json", exclude={"attachments"})
        files = [] if read is None else [one.name for one in getattr(read, "attachments", ())]
        print_json({**row.model_dump(mode="json"), "said": said, "attachments": files, "saved": list(map(str, names))})
        return
    show(*received_list([row], output))
    tell(*letter_lines(read, names, output))


@app.command
async def decide(message: Message, /, *, agrees: Agrees, by: By, reason: Reason, output: Output = PLAIN) -> None:
    """Ghi ý kiến mà một văn bản trả lời nêu, sau khi người đã đọc (record the opinion that a letter states).

    Dùng khi văn bản không có tệp ý kiến máy đọc được. (For a letter without an opinion that a machine can read.)

    Ví dụ (example):
      luongxanh documents decide TB-1f2e… --disagrees --by cb.TTPVHCC.operator.1 --reason "Đã đọc công văn 12/CV"
    """
    from gateway.client.documents.acts import decide as decided

    who = ordered(by, reason)
    async with dependencies().open_engine() as engine:
        receipt = await decided(engine, message, agrees, who, reason)
    _recorded(receipt, output)


@app.command(name="on-paper")
async def on_paper(
    code: Annotated[str, Parameter(help="Mã hồ sơ (a dossier's code)")],
    unit: Annotated[str, Parameter(help="Đơn vị được hỏi (the unit that was asked)")],
    /,
    *,
    agrees: Agrees,
    by: By,
    reason: Reason,
    output: Output = PLAIN,
) -> None:
    """Ghi ý kiến đến bằng đường khác, như khi trục gián đoạn (record an opinion that came another way).

    Hồ sơ không phải chờ trục. Văn bản trả lời đến sau thì chờ người xem. (The dossier need not wait for the axis. A
    letter that comes later waits for a person.)

    Ví dụ (example):
      luongxanh documents on-paper H42.101-250805-0001 CAT --agrees --by cb.TTPVHCC.operator.1 --reason "CV giấy 12/CV"
    """
    from gateway.client.documents.acts import on_paper as recorded

    wanted, who = dossier_code(code), ordered(by, reason)
    async with dependencies().open_engine() as engine:
        receipt = await recorded(engine, wanted, unit, agrees, who, reason)
    _recorded(receipt, output)


@app.command
async def settle(message: Message, /, *, by: By, reason: Reason, output: Output = PLAIN) -> None:
    """Ghi nhận một văn bản chờ người xem là đã xử lý (note a document as dealt with, with who and why).

    Ví dụ (example):
      luongxanh documents settle TB-1f2e… --by cb.TTPVHCC.operator.1 --reason "Đã gọi cơ quan gửi, văn bản gửi nhầm"
    """
    from activities.ledger.documents import ReceivedDocuments

    who = ordered(by, reason)
    async with dependencies().open_ledger() as pool:
        done = await ReceivedDocuments(pool).settle(message, who, reason)
    if output.json:
        print_json(done.model_dump(mode="json"))
    else:
        show(output.say(f"Đã ghi nhận đã xử lý: {done.message}", f"Noted as dealt with: {done.message}"))


@app.command(name="send-again")
async def send_again(
    code: Annotated[str, Parameter(help="Mã hồ sơ (a dossier's code)")],
    version: Annotated[int, Parameter(help="Phiên bản, như relay problems ghi (the version, as listed)")],
    /,
    *,
    by: By,
    reason: Reason,
    output: Output = PLAIN,
) -> None:
    """Cho gửi lại một văn bản trục đã từ chối, hoặc xét lại văn bản trả lời nó (send again, or judge again).

    Tiến trình xử lý làm sau vài giây. (A running worker does it within seconds.)

    Ví dụ (example):
      luongxanh documents send-again H42.101-250805-0001 7 --by cb.TTPVHCC.operator.1 --reason "Đã sửa mã cơ quan"
    """
    from activities.relays.set_aside import SetAsideList

    wanted, who = dossier_code(code), ordered(by, reason)
    async with dependencies().open_ledger() as pool:
        done = await SetAsideList(pool).order_again(System.DOCUMENTS, wanted, version, who, reason)
    if output.json:
        print_json({**done.model_dump(mode="json"), "ordered": True})
    else:
        entry = f"{done.dossier}  {done.version}"
        show(output.say(f"Sẽ làm lại: {entry}", f"Will be done again: {entry}"))


def _recorded(receipt: Receipt, output: Output) -> None:
    if output.json:
        print_json(receipt.model_dump(mode="json"))
    else:
        show(
            output.say(f"Đã ghi ý kiến vào hồ sơ {receipt.dossier}.", f"The opinion is recorded in {receipt.dossier}.")
        )
