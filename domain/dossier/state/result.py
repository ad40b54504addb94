"""The result: how it is signed, and what was issued."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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

    @property
    def under_way(self) -> bool:
        """The official's key or the seal is at work on the result."""
        return self.status in (SigningStatus.REQUESTED, SigningStatus.SIGNED)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was issued, the registry that must know it, and how the applicant rated the service.

    A registry never holds the result up.
    """

    number: DocumentNumber | None = None
    document: Hash | None = None
    registry: Code | None = None
    reference: str | None = None
    """By which the registry knows it."""
    stars: int | None = None

    @property
    def to_be_registered(self) -> bool:
        """There is a registry that does not know it yet."""
        return self.registry is not None and self.reference is None
