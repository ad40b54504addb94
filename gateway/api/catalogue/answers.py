"""The answers about procedures: a line of the list, and one procedure with its versions."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from domain.deadlines.limits import Counting, GreenRule, Limit
from domain.procedures.procedure import (
    Channel,
    ChannelTerms,
    ExtensionPolicy,
    FeeCase,
    Level,
    OutsideChecks,
    PaymentPolicy,
    Procedure,
    RequiredDocument,
    ResultDocument,
    Step,
    StepKind,
    SupplementPolicy,
    TerritoryBasis,
)
from domain.roles import Role
from domain.rules.province_rules import PublishedProcedure, Status
from domain.values import Bilingual, Code, Hash, Value
from gateway.api.named_codes import NamedCode, unit_or_none
from gateway.i18n.wording import VERSIONS
from gateway.views.names import Names


class ProcedureLine(Value):
    """One procedure in the list, in the version that is shown."""

    code: Code
    name: str
    field: str
    field_code: Code
    level: Level
    version: int
    status: Status
    effective_from: date
    effective_to: date | None
    channels: tuple[Channel, ...]

    @classmethod
    def of(cls, published: PublishedProcedure) -> ProcedureLine:
        """The line of a version."""
        one = published.procedure
        channels = tuple(dict.fromkeys(terms.channel for terms in one.terms))
        return cls(
            code=one.code, name=one.name, field=one.field, field_code=one.field_code, level=one.level,
            version=one.version, status=published.status, effective_from=published.effective_from,
            effective_to=published.effective_to, channels=channels,
        )  # fmt: skip


class ProcedurePage(Value):
    """A page of procedures, in the order of their codes."""

    items: tuple[ProcedureLine, ...]
    next: str | None
    previous: str | None


class VersionLine(Value):
    """One version of a procedure, and when dossiers are accepted under it."""

    version: int
    status: Status
    status_words: Bilingual
    effective_from: date
    effective_to: date | None
    hash: Hash = Field(description="SHA-256 mà hồ sơ ghi nhận (the hash that dossiers pin).")

    @classmethod
    def of(cls, published: PublishedProcedure) -> VersionLine:
        """The line of a version."""
        return cls(
            version=published.procedure.version, status=published.status, status_words=VERSIONS[published.status],
            effective_from=published.effective_from, effective_to=published.effective_to, hash=published.hash,
        )  # fmt: skip


class TermsAnswer(Value):
    """The published limit and fee of one channel, or of one case of it."""

    channel: Channel
    channel_words: Bilingual
    case: int
    limit: Limit | None = Field(description="null: danh mục không công bố (none is published).")
    limit_words: Bilingual | None
    fee: int | None = Field(description="Đồng; null: danh mục không công bố (in dong; null: none is published).")
    fee_cases: tuple[FeeCase, ...]

    @classmethod
    def of(cls, terms: ChannelTerms) -> TermsAnswer:
        """The terms with their words."""
        return cls(
            channel=terms.channel, channel_words=terms.channel.words, case=terms.case, limit=terms.limit,
            limit_words=terms.limit.words if terms.limit else None, fee=terms.fee, fee_cases=terms.fee_cases,
        )  # fmt: skip


class StepAnswer(Value):
    """One step of the internal process. `share` is its percentage of the whole limit."""

    code: Code
    name: str
    kind: StepKind
    role: Role
    role_words: Bilingual
    share: int

    @classmethod
    def of(cls, step: Step) -> StepAnswer:
        """The step with its words."""
        return cls(**step.model_dump(), role_words=step.role.words)


class ProcedureContent(Value):
    """What a version of a procedure says."""

    version: int
    decision: str = Field(description="Quyết định công bố (the decision that publishes it).")
    territory: TerritoryBasis
    specialised_authority: NamedCode | None
    receive_anywhere: bool = Field(description="Nộp ở bất kỳ nơi nào trong tỉnh (received at any receiving unit).")
    terms: tuple[TermsAnswer, ...]
    own_limit: Limit | None = Field(description="Thời hạn do tỉnh tự đặt (the limit that the province sets itself).")
    counting: Counting
    green: GreenRule | None = Field(description="Luồng Xanh (the Green Stream rule).")
    supplement: SupplementPolicy
    extension: ExtensionPolicy
    payment: PaymentPolicy
    documents: tuple[RequiredDocument, ...]
    steps: tuple[StepAnswer, ...]
    result: ResultDocument
    outside: OutsideChecks

    @classmethod
    def of(cls, procedure: Procedure, names: Names) -> ProcedureContent:
        """The content of a version, with the names of a day."""
        kept = ("receive_anywhere", "own_limit", "counting", "green", "supplement", "extension", "payment", "documents")
        given: dict[str, Any] = {name: getattr(procedure, name) for name in kept}
        return cls(
            **given,
            version=procedure.version,
            decision=procedure.decision,
            territory=procedure.territory,
            specialised_authority=unit_or_none(procedure.specialised_authority, names),
            terms=tuple(TermsAnswer.of(one) for one in procedure.terms),
            steps=tuple(StepAnswer.of(one) for one in procedure.steps),
            result=procedure.result,
            outside=procedure.outside,
        )


class ProcedureAnswer(Value):
    """One procedure as of a day: every version, and the content of the one in effect on that day."""

    code: Code
    name: str
    field: str
    field_code: Code
    level: Level
    on: date
    versions: tuple[VersionLine, ...]
    in_effect: ProcedureContent | None = Field(description="null: ngày đó không có phiên bản nào (none on that day).")
