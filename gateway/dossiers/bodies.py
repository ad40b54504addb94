"""The bodies of requests on dossiers: a submission, and one body for each command.

The body of a command has the fields of the command in the domain. What the gateway adds itself is not in it: the
commitment to a note or to new particulars, and the pinned rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import Field, create_model

from domain.dossier.commands import BroughtOver, HumanCommand, SubmittedDocument
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.roles import Role
from domain.values import Code, Day, Strict, Text
from gateway.access.permissions import COMMANDS
from gateway.client import Applicant
from gateway.client.requests import Personal, PostalAddress

NOT_IN_BODIES = ("kind", "note", "pins", "applicant", "changed", "instead_of", "postal_address")


class ActingAs(Strict):
    """In which capacity the caller acts, where it has more than one."""

    role: Role | None = Field(default=None, description="Vai trò (the role in which the caller acts).")
    unit: Code | None = Field(default=None, description="Đơn vị (the unit for which the caller acts).")
    as_of: Day | None = Field(
        default=None,
        description="Ngày đơn vị mang mã này, nếu mã đã dùng lại (the day on which the unit had this code).",
    )


class ByCaller(Personal):
    """The part that every body has."""

    acting_as: ActingAs | None = None
    note: Text | None = Field(
        default=None,
        repr=False,
        description="Ghi chú; cất trong kho dữ liệu cá nhân (a note, kept with personal data).",
    )


class SubmissionBody(ByCaller):
    """A dossier to be opened. Its key is the request's Idempotency-Key."""

    procedure: Code = Field(description="Mã thủ tục (code of the procedure).")
    channel: Channel = Field(description="Cách nộp (how it was filed).")
    case: Annotated[int, Field(ge=1)] = Field(
        default=1, description="Trường hợp trong kênh, nếu thủ tục có nhiều (which case of the channel)."
    )
    received_by: Code = Field(description="Nơi tiếp nhận, bất kỳ nơi nào trong tỉnh (any receiving unit).")
    assisted_by: Code | None = Field(default=None, description="Đơn vị hỗ trợ nộp (the unit that assisted).")
    matter: Matter
    applicant: Applicant = Field(repr=False, description="Chủ hồ sơ; cất trong kho dữ liệu cá nhân (the applicant).")
    documents: Annotated[tuple[SubmittedDocument, ...], Field(max_length=200)] = ()
    brought_over: BroughtOver | None = None
    postal_address: PostalAddress | None = Field(
        default=None, repr=False, description="Nơi bưu chính trả kết quả; bỏ trống: đến nhận (where the post delivers)."
    )


class PostBody(ByCaller):
    """The part of the command that has the post come."""

    postal_address: PostalAddress = Field(repr=False, description="Nơi bưu chính đến (where the post comes).")


class CorrectionBody(ByCaller):
    """The part of the commands that may correct the applicant."""

    applicant: Applicant | None = Field(
        default=None, repr=False, description="Thông tin mới của chủ hồ sơ (new particulars of the applicant)."
    )


BESIDE: Mapping[str, type[ByCaller]] = {
    "CorrectEntry": CorrectionBody, "RetryRefusedCall": CorrectionBody, "RequestPost": PostBody,
}  # fmt: skip
"""The commands beside which personal data come, each with the part of its body that has them."""


def _body_of(command: Any) -> type[ByCaller]:
    """The model of the body of a command."""
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in command.model_fields.items() if name not in NOT_IN_BODIES
    }
    base = BESIDE.get(command.__name__, ByCaller)
    return create_model(f"{command.__name__}Body", __base__=base, __doc__=command.__doc__, **fields)


def _kind(command: Any) -> str:
    return str(command.model_fields["kind"].default)


COMMAND_MODELS: Mapping[str, Any] = {_kind(one): one for one in get_args(HumanCommand) if _kind(one) in COMMANDS}
"""Each command that may come from outside on an open dossier, by its kind."""
COMMAND_BODIES: Mapping[str, type[ByCaller]] = {kind: _body_of(model) for kind, model in COMMAND_MODELS.items()}
"""The body of each command, by its kind."""


def command_in(kind: str, body: ByCaller) -> Any:
    """The command of a body."""
    model = COMMAND_MODELS[kind]
    return model(**{name: getattr(body, name) for name in model.model_fields if name not in NOT_IN_BODIES})
