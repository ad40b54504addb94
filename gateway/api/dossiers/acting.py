"""Submits a dossier, and gives it commands: one operation for each command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from activities.ledger.kept_answers import Answer
from gateway.api.bodies import JSON, StrictRoute, strict
from gateway.api.documented import operation
from gateway.api.dossiers.accepted import ACCEPTED, accepted_answer
from gateway.api.dossiers.reading import DossierCode
from gateway.api.repeats import Acting, ActingRequest, prefers_async
from gateway.api.versions import entity_tag, expected_version
from gateway.client import ActUnderWay
from gateway.dossiers.acting import act, submit
from gateway.dossiers.bodies import COMMAND_BODIES, ByCaller, SubmissionBody
from gateway.dossiers.command_ids import command_id_of, submission_id_of
from gateway.dossiers.receipts import ReceiptAnswer
from gateway.i18n.wording import act_name
from workflows.messages import Receipt

router = APIRouter(route_class=StrictRoute, tags=["Hồ sơ (dossiers)"])
commands = APIRouter(route_class=StrictRoute, tags=["Lệnh trên hồ sơ (commands)"])

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="Phiên bản người gọi đã xem; đã khác thì trả 412 (the version that the caller has seen).",
        examples=['"7"'],
    ),
]


Prefer = Annotated[
    str | None,
    Header(
        alias="Prefer",
        description="respond-async: trả lời 202 ngay khi luồng xử lý đã nhận việc, chưa chờ ghi sổ (answer 202 as soon "
        "as the act is accepted, before it is recorded).",
        examples=["respond-async"],
    ),
]


@router.post(
    "/dossiers",
    response_model=ReceiptAnswer,
    **operation(
        "submit_dossier",
        "Nộp hồ sơ",
        "submit a dossier",
        acts=True,
        body=True,
        status=201,
        answers=ACCEPTED,
    ),
)
async def submit_dossier(
    body: strict(SubmissionBody),  # type: ignore[valid-type]
    acting: Acting,
    _prefer: Prefer = None,
) -> Response:
    """Opens a dossier. Answers 201 with its code, address and the secret for the receipt."""

    async def carry_out(key: str) -> Answer:
        try:
            waits = not prefers_async(acting.request)
            receipt = await submit(acting.parts.engine, acting.signed, body, key, until_recorded=waits)
        except ActUnderWay as under_way:
            return accepted_answer(under_way, submission_id_of(acting.signed.caller, key))
        answer = ReceiptAnswer.of(receipt, acting.parts.keys.receipt_secret(receipt.dossier))
        return _answer(201, receipt, answer, {"Location": f"/v1/dossiers/{receipt.dossier}"})

    return await acting.once(carry_out, submission_id_of, recorded=True)


def _answer(status: int, receipt: Receipt, answer: ReceiptAnswer, headers: dict[str, str] | None = None) -> Answer:
    more = {"Content-Type": JSON, "ETag": entity_tag(receipt.version), **(headers or {})}
    return Answer(status=status, headers=more, body=answer.model_dump_json(exclude_none=True))


async def _act(kind: str, code: str, body: ByCaller, acting: ActingRequest, if_match: str | None, key: str) -> Answer:
    """Gives the command to the dossier and answers with its receipt."""
    parts, signed = acting.parts, acting.signed
    version = expected_version(if_match, demanded=kind in parts.policy.if_match_for)
    waits = not prefers_async(acting.request)
    try:
        receipt = await act(parts.engine, signed, kind, code, body, key, version=version, until_recorded=waits)
    except ActUnderWay as under_way:
        return accepted_answer(under_way, command_id_of(signed.caller, key))
    return _answer(200, receipt, ReceiptAnswer.of(receipt))


def _operation(kind: str, model: type[ByCaller]) -> Callable[..., Any]:
    """The operation of one command. Its signature is what FastAPI documents and reads."""

    async def give_command(
        code: DossierCode,
        body: strict(model),  # type: ignore[valid-type]
        acting: Acting,
        if_match: IfMatch = None,
        _prefer: Prefer = None,
    ) -> Response:
        async def carry_out(key: str) -> Answer:
            return await _act(kind, code, body, acting, if_match, key)

        return await acting.once(carry_out, recorded=True)

    give_command.__annotations__["body"] = strict(model)
    return give_command


for _kind, _model in COMMAND_BODIES.items():
    _words = act_name(_kind)
    _described = operation(
        _kind,
        _words.vi.capitalize(),
        _words.en,
        acts=True,
        body=True,
        example="receipt",
        answers=ACCEPTED,
    )
    commands.post(f"/dossiers/{{code}}/commands/{_kind}", response_model=ReceiptAnswer, **_described)(
        _operation(_kind, _model)
    )
