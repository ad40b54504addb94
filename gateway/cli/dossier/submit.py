"""`luongxanh dossier submit`: submits a dossier from a JSON file, or from options for the common case.

The applicant's particulars come from a file or standard input and never from the command line: other users of the
machine and the shell's history would see them there.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from cyclopts import Parameter

from domain.procedures.procedure import Channel
from domain.roles import Role
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.dossier.receipts import sent_as, show_receipt
from gateway.cli.inputs import read_object
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, print_json, tell
from gateway.cli.problems import CommandLineProblem

Given = dict[str, Any]


File = Annotated[
    str | None, Parameter(help="Tệp JSON của hồ sơ, hoặc - (a JSON file, or - for stdin)", allow_leading_hyphen=True)
]
ProcedureCode = Annotated[str | None, Parameter(help="Mã thủ tục, như 1.001193 (procedure)")]
FiledBy = Annotated[Channel | None, choice("Hình thức nộp (channel)", Channel)]
Case = Annotated[int | None, Parameter(help="Trường hợp, khi kênh có nhiều (which case of the channel)")]
ReceivedBy = Annotated[str | None, Parameter(help="Mã nơi tiếp nhận (receiving unit)")]
AssistedBy = Annotated[str | None, Parameter(help="Mã đơn vị hỗ trợ nộp (unit that assisted)")]
Territory = Annotated[str | None, Parameter(help="Mã xã, phường của việc (where the matter lies)")]
Address = Annotated[str | None, Parameter(help="Hoặc địa chỉ của việc, kể cả địa chỉ cũ (or its address)")]
Documents = Annotated[
    list[str] | None, Parameter(help="Mã thành phần đã nộp; lặp lại được (a document handed in)", negative="")
]
ApplicantFile = Annotated[
    str | None,
    Parameter(help="Tệp JSON về chủ hồ sơ, hoặc - (a JSON file on the applicant)", allow_leading_hyphen=True),
]
AsRole = Annotated[Role | None, choice("Vai trò người nộp (who submits)", Role, name="--as")]
Person = Annotated[str | None, Parameter(help="Mã nội bộ của người nộp (internal id)")]
Key = Annotated[str | None, Parameter(help="Khóa: cùng khóa, cùng hồ sơ (same key, same dossier)")]
Note = Annotated[str | None, Parameter(help="Ghi chú (a note)", allow_leading_hyphen=True)]


async def submit(
    file: File = None,
    /,
    *,
    procedure: ProcedureCode = None,
    channel: FiledBy = None,
    case: Case = None,
    received_by: ReceivedBy = None,
    assisted_by: AssistedBy = None,
    territory: Territory = None,
    address: Address = None,
    document: Documents = None,
    applicant: ApplicantFile = None,
    role: AsRole = None,
    person: Person = None,
    key: Key = None,
    note: Note = None,
    output: Output = PLAIN,
) -> None:
    """Nộp một hồ sơ, từ tệp JSON hoặc từ các tham số (submit a dossier).

    Tệp (file):
      {"key": "…", "actor": {"person": "cb.13366.reception.1", "role": "reception", "unit": "13366"},
       "procedure": "1.004873", "channel": "counter", "received_by": "13366",
       "matter": {"territory": "13366"}, "documents": [{"code": "to-khai"}, {"code": "cccd"}],
       "applicant": {"name": "…", "identity_number": "…", "birth_date": "1990-01-31"}}
    Tham số (options):
      luongxanh dossier submit --procedure 1.004873 --channel counter --received-by 13366
          --territory 13366 --document to-khai --document cccd
          --applicant chu-ho-so.json --person cb.13366.reception.1
    """
    matter = _known({"territory": territory, "address": address})
    options = _known(
        {
            "procedure": procedure, "channel": channel, "case": case, "received_by": received_by,
            "assisted_by": assisted_by, "matter": matter or None, "note": note,
            "documents": [{"code": code} for code in document or ()] or None,
        }
    )  # fmt: skip
    if file is not None:
        given = _from_file(file, {**options, **_known({"applicant": applicant, "as": role, "person": person})})
    else:
        given = _from_options(options, applicant, role or Role.RECEPTION, person)
    await _submit({"key": f"cli-{uuid4()}", **given, **_known({"key": key})}, output)


async def _submit(given: Given, output: Output) -> None:
    from gateway.client.admitting.operators import this_machine
    from gateway.client.requests import read_submission

    submission = read_submission(given)
    if not output.json:
        tell(output.say(f"Khóa: {submission.key}", f"Key: {submission.key}"), style="dim")
    with sent_as(key=submission.key):
        async with dependencies().open_engine() as engine:
            receipt = await engine.submit(this_machine(), submission)
    if output.json:
        print_json({**receipt.model_dump(mode="json"), "key": submission.key})
    else:
        show_receipt(receipt, output)


def _from_file(file: str, options: Given) -> Given:
    if options:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in options)
        raise CommandLineProblem(CommandLineRefusal.OPTIONS_BESIDE_FILE, options=named)
    return read_object(file)


def _from_options(options: Given, applicant: str | None, role: Role, person: str | None) -> Given:
    wanted = {
        "--procedure": options.get("procedure"), "--channel": options.get("channel"),
        "--received-by": options.get("received_by"), "--applicant": applicant, "--person": person,
    }  # fmt: skip
    missing = [name for name, value in wanted.items() if value is None]
    if missing:
        raise CommandLineProblem(
            CommandLineRefusal.MISSING_OPTION, options=", ".join(missing), command="luongxanh dossier submit"
        )
    unit = None if role is Role.APPLICANT else options["received_by"]
    actor = {"person": person, "role": role.value, "unit": unit}
    return {"matter": {}, **options, "actor": actor, "applicant": read_object(applicant or "-")}


def _known(given: Given) -> Given:
    return {name: value for name, value in given.items() if value is not None}
