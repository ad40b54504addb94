"""The result: its signature, and what was issued."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.state.later_fields import LATER, NOT_THE_FIRST
from domain.values import Code, DocumentNumber, Hash


class SigningStatus(StrEnum):
    NONE = "none"
    REQUESTED = "requested"
    SIGNED = "signed"
    SEALED = "sealed"
    HANDED_OVER = "handed_over"  # the token failed: the next level must sign


@dataclass(frozen=True, kw_only=True)
class Signing:
    """The result's signature: the official signs, the clerk numbers, the authority seals."""

    status: SigningStatus = SigningStatus.NONE
    document: Hash | None = None
    result_number: DocumentNumber | None = None
    signer: Code | None = None
    unit: Code | None = None
    attempt: int = 0
    asked_signer: Annotated[Code | None, LATER] = None
    """Whose signature failed last, before the signing was handed over."""
    asked_unit: Annotated[Code | None, LATER] = None
    """The unit of that official."""

    @property
    def under_way(self) -> bool:
        """True while the result is being signed or sealed."""
        return self.status in (SigningStatus.REQUESTED, SigningStatus.SIGNED)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was issued, the registry that must record it, and how the applicant rated the service.

    A registry never delays the result.
    """

    number: DocumentNumber | None = None
    document: Hash | None = None
    registry: Code | None = None
    reference: str | None = None
    """The registry's own identifier of the result."""
    registering: Annotated[int, NOT_THE_FIRST] = 1
    """The number of the registration: one more after each refusal that operators had asked again."""
    issued_by: Annotated[Code | None, LATER] = None
    """The unit that issued it, once another has followed it while the registration was open: the registry may know the
    call with that unit, and takes its key for the same content only."""
    stars: int | None = None

    @property
    def registration(self) -> EffectId:
        """The call that registers the result."""
        return EffectId(EffectKind.REGISTER, self.registering)

    @property
    def to_be_registered(self) -> bool:
        """True if a registry must record the result and has not done so."""
        return self.registry is not None and self.reference is None
