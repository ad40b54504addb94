"""A procedure is data: its limits, fees, documents and internal process. A new procedure needs no code."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from domain.deadlines.limits import Counting, GreenRule, Limit
from domain.inconsistency import Inconsistent
from domain.messages.coded import CodedSentence
from domain.messages.configuration import ConfigurationFault
from domain.procedures.group import Child, require_consistent_group
from domain.roles import Role
from domain.values import Bilingual, Code, Name, Strict, no_more_than


class Channel(StrEnum):
    """How the dossier came in (portal field KenhThucHien: 1 counter, 2 online, 3 post)."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _CHANNELS[self]


_CHANNELS = {
    Channel.COUNTER: Bilingual(vi="tại quầy", en="at the counter"),
    Channel.ONLINE: Bilingual(vi="trực tuyến", en="online"),
    Channel.POST: Bilingual(vi="qua bưu chính", en="by post"),
}


class Level(StrEnum):
    """The level of government whose authority resolves the procedure."""

    COMMUNE = "commune"
    PROVINCE = "province"


class TerritoryBasis(StrEnum):
    """What ties the matter to a territory, and so to a competent authority."""

    RESIDENCE = "residence"  # nơi cư trú
    PARCEL = "parcel"  # thửa đất
    SEAT = "seat"  # trụ sở
    ANYWHERE = "anywhere"  # the receiving unit itself is competent: certified copies


class StepKind(StrEnum):
    """What completing a step means. An approval may send the dossier back; a signature creates the result."""

    PROCESS = "process"
    APPROVE = "approve"
    SIGN = "sign"

    @property
    def words(self) -> Bilingual:
        """The name in sentences."""
        return _STEP_KINDS[self]


_STEP_KINDS = {
    StepKind.PROCESS: Bilingual(vi="xử lý (complete_step)", en="processing (complete_step)"),
    StepKind.APPROVE: Bilingual(vi="duyệt (approve)", en="approval (approve)"),
    StepKind.SIGN: Bilingual(vi="ký (sign)", en="signature (sign)"),
}
"""The name includes the command that completes such a step."""


class Step(Strict):
    """One step of the internal process: who does it, and its share of the whole limit in percent."""

    code: Code
    name: Name
    kind: StepKind
    role: Role
    share: Annotated[int, Field(ge=0, le=100)]


class FeeCase(Strict):
    """A published fee for one kind of applicant (exempt, reduced), with its ground. The desk applies it unapproved."""

    code: Code
    legal_basis: Name
    fee: Annotated[int, Field(ge=0, le=10_000_000_000, strict=True)]


class ChannelTerms(Strict):
    """The published terms of one channel, or of one case of it when the catalogue repeats a channel."""

    channel: Channel
    case: Annotated[int, Field(ge=1), no_more_than(100)] = 1
    limit: Limit | None
    fee: Annotated[int, Field(ge=0, le=10_000_000_000, strict=True)] | None
    """Dong. None: the catalogue does not say; the officer proposes it, and a second person approves."""
    fee_cases: tuple[FeeCase, ...] = Field(default=(), exclude_if=lambda cases: cases == ())

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        _no_twice(ConfigurationFault.DUPLICATE_FEE_CASE, [case.code for case in self.fee_cases])
        above = next((case for case in self.fee_cases if self.fee is not None and case.fee > self.fee), None)
        if above is not None:
            raise Inconsistent(
                ConfigurationFault.FEE_CASE_ABOVE_FEE, case=above.code, fee=above.fee, published=self.fee
            )
        return self

    def fee_case(self, code: str) -> FeeCase | None:
        """The published case with this code."""
        return next((case for case in self.fee_cases if case.code == code), None)


class RequiredDocument(Strict):
    """One component of the dossier (thành phần hồ sơ)."""

    code: Code
    name: Name
    required: bool = True


class SupplementPolicy(Strict):
    """How often a supplement may be requested, and within how many working hours after intake."""

    at_most: Annotated[int, Field(ge=0), no_more_than(100)] = 2
    ask_within_working_hours: Annotated[int, Field(ge=1), no_more_than(2_000)] | None = None


class ExtensionPolicy(Strict):
    """How often the date may be extended, how long before it, by how much, by whom, and whether a letter is needed.

    These are parameters, because the law that was read settles none of them. The defaults are those of the first
    release.
    """

    at_most: Annotated[int, Field(ge=0), no_more_than(100)] = 1
    decided_working_hours_before: Annotated[int, Field(ge=0), no_more_than(2_000)] = 8
    """Working hours that must remain when it is decided; 8 is one working day."""
    longest_percent: Annotated[int, Field(ge=1, le=1_000)] = 100
    """The longest extension, in percent of the working time of the limit itself; 100: as long again."""
    decided_by: Annotated[tuple[Role, ...], Field(min_length=1)] = (Role.HEAD_OF_UNIT, Role.SIGNATORY)
    needs_note: bool = False
    """True: the extension needs the text of the apology letter (`note`)."""


class PaymentPolicy(Strict):
    """When the fee is requested, and after how many calendar hours the order expires."""

    expires_after_hours: Annotated[int, Field(ge=1), no_more_than(8_760)] = 72
    before_processing: bool = True
    poll_after_seconds: Annotated[int, Field(ge=1), no_more_than(604_800)] = 3_600
    """A callback can be lost. So the engine also asks about the order, first after this time (or sooner, see below)."""
    look_soon_after_seconds: Annotated[int, Field(ge=1), no_more_than(604_800)] = Field(
        default=60, exclude_if=lambda seconds: seconds == 60
    )
    """A callback may come before the order is recorded, and is then refused. So the engine asks for the first time
    after this time, if it is shorter. Left out of the rule's text while it is the default."""
    poll_factor: Annotated[int, Field(ge=2, le=100)] = Field(default=4, exclude_if=lambda factor: factor == 4)
    """Each further question waits this many times as long as the one before. The last question is at the expiry itself.

    Left out of the rule's text while it is the default: a rule that was published without it keeps its hash.
    """
    open_fee_at_most: Annotated[int, Field(ge=0, le=10_000_000_000, strict=True)] = Field(
        default=10_000_000, exclude_if=lambda dong: dong == 10_000_000
    )
    """The highest fee that may be proposed where the catalogue publishes none, in dong."""
    tax_at_most: Annotated[int, Field(ge=0, le=10_000_000_000, strict=True)] = Field(
        default=0, exclude_if=lambda dong: dong == 0
    )
    """The highest further obligation (a tax) that may be proposed in addition to the fee, in dong; 0: none."""


class ResultDocument(Strict):
    """The result the applicant receives (kết quả giải quyết)."""

    code: Code
    name: Name


class OutsideChecks(Strict):
    """The outside systems that this procedure needs. A system that is not named can never delay it."""

    population_lookup: bool = False
    registry: Code | None = None
    """The registry with which the result is synchronised after it is issued: civil, residence, land, business."""
    identity_must_match: bool = Field(default=False, exclude_if=lambda must: must is False)
    """True: nothing is signed or issued while the population database has other data about the applicant, until a
    person corrects the applicant or takes responsibility. False: the difference is on the work-list and stops nothing.
    A database that does not answer never stops anything."""


class Procedure(Strict):
    """One version of one procedure (thủ tục hành chính)."""

    code: Code
    version: Annotated[int, Field(ge=1), no_more_than(100_000)] = 1
    name: Name
    field: Name
    field_code: Code = "LV"
    """The portal's code of the field (MaLinhVuc)."""
    decision: Name
    level: Level
    territory: TerritoryBasis
    specialised_authority: Code | None = None
    receive_anywhere: bool = True
    terms: Annotated[tuple[ChannelTerms, ...], Field(min_length=1)]
    own_limit: Limit | None = None
    """The limit the province sets where the catalogue publishes none; a promise, not a statute."""
    counting: Counting = Counting()
    green: GreenRule | None = None
    supplement: SupplementPolicy = SupplementPolicy()
    payment: PaymentPolicy = PaymentPolicy()
    extension: ExtensionPolicy = Field(default=ExtensionPolicy(), exclude_if=lambda policy: policy == ExtensionPolicy())
    """Left out of the rule's text while it is the default: a rule that was published without it keeps its hash."""
    documents: tuple[RequiredDocument, ...] = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    result: ResultDocument
    outside: OutsideChecks = OutsideChecks()
    children: tuple[Child, ...] = Field(default=(), exclude_if=lambda children: children == ())
    """The procedures of an interconnected group (liên thông), whose work is the work of this one; else empty."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        require_consistent_steps(self.steps)
        _no_twice(ConfigurationFault.DUPLICATE_DOCUMENT, [document.code for document in self.documents])
        _no_twice(ConfigurationFault.DUPLICATE_CHANNEL_CASE, [f"{terms.channel}/{terms.case}" for terms in self.terms])
        return self

    @field_validator("children")
    @classmethod
    def _is_a_group(cls, children: tuple[Child, ...], info: ValidationInfo) -> tuple[Child, ...]:
        require_consistent_group(info.data.get("code", "–"), children)
        return children

    def terms_for(self, channel: Channel, case: int = 1) -> ChannelTerms | None:
        """The published terms for a channel and case, or None where the procedure is not offered that way."""
        return next((terms for terms in self.terms if terms.channel is channel and terms.case == case), None)


def require_consistent_steps(steps: tuple[Step, ...]) -> None:
    """Refuses shares that do not add up to 100, a step that appears twice, and a step after the signature."""
    total = sum(step.share for step in steps)
    if total != 100:
        raise Inconsistent(ConfigurationFault.SHARES_DO_NOT_ADD_UP, total=total)
    _no_twice(ConfigurationFault.DUPLICATE_STEP, [step.code for step in steps])
    if any(step.kind is StepKind.SIGN for step in steps[:-1]):
        raise Inconsistent(ConfigurationFault.SIGNATURE_NOT_LAST)


def _no_twice(code: CodedSentence, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Inconsistent(code, twice=", ".join(twice))
