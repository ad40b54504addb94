"""`luongxanh dossier act`: carries out a command on a dossier. Its help is made from the command models."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, get_args
from uuid import UUID, uuid4

from cyclopts import Parameter

from domain.dossier.commands import CorrectApplicant, Correction, HumanCommand, RequestSupplement
from domain.roles import Role
from domain.text.sentences import Choice
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.dossier.receipts import sent_as, show_receipt
from gateway.cli.inputs import dossier_code, parse_object, read_object, read_text
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, print_json, tell
from gateway.cli.problems import CommandLineProblem
from gateway.cli.shapes import field_line
from gateway.i18n.wording import ACTS, CHARGES, HANDBACK, POST_PURPOSES, SECOND_SUPPLEMENT

if TYPE_CHECKING:
    from gateway.client import ActRequest

HIDDEN = ("kind", "note", "pins", "applicant", "changed", "postal_address")
"""Fields that are not in `--data`: the name of the command, what has an option of its own, the rules of today."""
HELP_WIDTH = 78


@cache
def commands() -> Mapping[str, type[Any]]:
    """Every command for an open dossier, by its name. Submission has its own subcommand."""
    found = {str(model.model_fields["kind"].default): model for model in get_args(HumanCommand)}
    return {kind: model for kind, model in found.items() if kind != "submit"}


def help_text() -> str:
    """The help of `act`: every command with its fields, then examples."""
    return "\n".join(
        [
            "Thực hiện một việc trên hồ sơ (act on a dossier)",
            "",
            "Gửi lại cùng --command-id thì không làm hai lần. (Sent again with the same id, it acts once.)",
            "",
            "Các việc và nội dung của --data (commands, and the fields of --data; * là bắt buộc):",
            *_command_lines(),
            "",
            "Các giá trị trong --data (values in --data):",
            *_value_lines(),
            "",
            "correct_entry: correction là một trong (one of):",
            *_correction_lines(),
            "",
            "Ví dụ (examples):",
            "  luongxanh dossier act H42.101-250805-0001 accept \\",
            "    --as reception --unit 13366 --person cb.13366.reception.1",
            "  luongxanh dossier act H42.101-250805-0001 complete_step \\",
            "    --as specialist --unit 13366 --person cb.13366.specialist.1 \\",
            "    --data '{\"step\": \"tham-dinh\"}' --note 'Đủ điều kiện'",
            "  luongxanh dossier act H42.101-250805-0001 correct_entry --applicant chu-ho-so.json \\",
            "    --as reception --unit 13366 --person cb.13366.reception.1 \\",
            '    --data \'{"legal_basis": "Căn cước công dân"}\'',
            "  luongxanh dossier act H42.101-250805-0001 withdraw --as applicant --person cd-1",
        ]
    )


def _command_lines() -> Iterator[str]:
    for kind, model in commands().items():
        yield from _hanging("  ", f"{kind}: {ACTS[kind].vi} ({ACTS[kind].en})")
        fields = [field_line(name, field) for name, field in model.model_fields.items() if name not in HIDDEN]
        yield from _hanging("      ", ", ".join(fields) or "–")


def _value_lines() -> Iterator[str]:
    """The codes that a field may have, each with its words."""
    for name, words in (("charge", CHARGES), ("by", HANDBACK), ("purpose", POST_PURPOSES)):
        yield f"  {name}"
        yield from (f"      {code}: {text.vi} ({text.en})" for code, text in words.items())


def _correction_lines() -> Iterator[str]:
    union, *_ = get_args(Correction)
    for model in get_args(union):
        entry = model.model_fields["entry"].default
        value = field_line("", model.model_fields["value"]).lstrip("*: ")
        given = (
            "--applicant chu-ho-so.json" if model is CorrectApplicant else f'{{"entry": "{entry}", "value": {value}}}'
        )
        yield from _hanging("    ", given)


def _hanging(lead: str, text: str) -> list[str]:
    return textwrap.wrap(text, HELP_WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))


Code = Annotated[str, Parameter(help="Mã hồ sơ (dossier code)")]
Command = Annotated[str, Parameter(help="Việc cần làm, xem trên (the command, see above)")]
AsRole = Annotated[Role, choice("Vai trò (role)", Role, name="--as")]
Person = Annotated[str, Parameter(help="Mã nội bộ của người làm, không phải tên (internal id, never a name)")]
Unit = Annotated[str | None, Parameter(help="Mã đơn vị của người làm (their unit)")]
Data = Annotated[str | None, Parameter(help="Nội dung, JSON (the fields, as JSON)")]
Note = Annotated[
    str | None, Parameter(help="Ghi chú; được giữ riêng trong kho dữ liệu cá nhân (a note)", allow_leading_hyphen=True)
]
NoteFile = Annotated[
    str | None, Parameter(help="Ghi chú trong một tệp, hoặc - (a note in a file)", allow_leading_hyphen=True)
]
NewApplicant = Annotated[
    str | None,
    Parameter(
        help="Với correct_entry, retry_refused_call: tệp JSON chủ hồ sơ, hoặc - (the right particulars, a JSON file)",
        allow_leading_hyphen=True,
    ),
]
NewPostalAddress = Annotated[
    str | None,
    Parameter(
        help="Với request_post: tệp JSON name, phone, address, hoặc - (where the post comes, a JSON file)",
        allow_leading_hyphen=True,
    ),
]
CommandId = Annotated[UUID | None, Parameter(help="Mã lệnh; mặc định là mã mới (default: a new one)")]
ExpectedVersion = Annotated[
    int | None, Parameter(help="Chỉ làm nếu hồ sơ đang ở phiên bản này (only if it is at this version)")
]


async def act(
    code: Code,
    command: Command,
    /,
    *,
    role: AsRole,
    person: Person,
    unit: Unit = None,
    data: Data = None,
    note: Note = None,
    note_file: NoteFile = None,
    applicant: NewApplicant = None,
    postal_address: NewPostalAddress = None,
    command_id: CommandId = None,
    expected_version: ExpectedVersion = None,
    output: Output = PLAIN,
) -> None:
    """Carries out a command and prints the receipt: the state and the dates of the dossier after it."""
    from gateway.client.requests import read_act

    identifier = command_id or uuid4()
    request = read_act(
        {
            "command_id": str(identifier),
            "actor": {"person": person, "role": role.value, "unit": unit},
            "command": _command_data(_known_kind(command), data, corrects_applicant=bool(applicant)),
            "expected_version": expected_version,
            "note": read_text(note_file) if note_file else note,
            "applicant": read_object(applicant) if applicant else None,
            "postal_address": read_object(postal_address) if postal_address else None,
        }
    )
    if command_id is None and not output.json:
        tell(output.say(f"Mã lệnh: {identifier}", f"Command id: {identifier}"), style="dim")
    await _act(code, request, output)


async def _act(code: str, request: ActRequest, output: Output) -> None:
    """Sends the request and prints the receipt. Errors name the command id, so that the same can be sent again."""
    from gateway.client.admitting.operators import this_machine

    with sent_as(command_id=request.command_id):
        async with dependencies().open_engine() as engine:
            dossier = await engine.dossier(dossier_code(code))
            receipt = await engine.act(this_machine(), dossier.code, request)
    if output.json:
        print_json({**receipt.model_dump(mode="json"), "command_id": str(request.command_id)})
        return
    show_receipt(receipt, output)
    if isinstance(request.command, RequestSupplement) and dossier.snapshot.get("supplements"):
        tell(f"{output.say('Lưu ý', 'Note')}: {output.of(SECOND_SUPPLEMENT)}.", style="yellow")


def _command_data(kind: str, data: str | None, *, corrects_applicant: bool) -> dict[str, Any]:
    """The command with the fields of `--data`. A file with the applicant implies the correction of that entry."""
    correction = {"correction": {"entry": "applicant"}} if corrects_applicant and kind == "correct_entry" else {}
    return {**correction, **(parse_object(data, "--data") if data else {}), "kind": kind}


def _known_kind(command: str) -> str:
    """The name of the command; hyphens may replace underscores. Raises CommandLineProblem `unknown_command`."""
    name = command.replace("-", "_")
    if name in commands():
        return name
    close = difflib.get_close_matches(name, commands(), n=1)
    raise CommandLineProblem(
        CommandLineRefusal.UNKNOWN_COMMAND,
        name=command[:60],
        known=tuple(Choice(code=kind, meaning=ACTS[kind]) for kind in commands()),
        close_vi=f" Có phải “{close[0]}”?" if close else "",
        close_en=f" Did you mean {close[0]}?" if close else "",
    )
