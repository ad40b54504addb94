"""The events of a failed call to an outside system: it failed, and an operator had it asked again."""

from __future__ import annotations

from typing import Literal

from domain.dossier.commands import ApplicantField
from domain.dossier.events.base import BaseEvent
from domain.values import Code, Hash, Name


class OutsideCallFailed(BaseEvent):
    """A call failed. It is retried unless `final`; an incident is open until it succeeds."""

    kind: Literal["outside_call_failed"] = "outside_call_failed"
    effect: str
    system: str
    code: str
    final: bool


class RefusedCallRetried(BaseEvent):
    """An operator has a call asked again that was refused for good. The system has never seen the new id `again`."""

    kind: Literal["refused_call_retried"] = "refused_call_retried"
    effect: str
    again: str
    system: str
    code: str
    """The code of the refusal."""
    reason: Name
    applicant: Hash | None = None
    """The commitment to the corrected particulars, for an identity."""
    changed: tuple[ApplicantField, ...] = ()
    """The particulars that were corrected, without their values."""
    signer: Code | None = None
    """Whose signature is asked for now, for a signature."""
    unit: Code | None = None
    """The unit of the signer."""


OutsideEvent = OutsideCallFailed | RefusedCallRetried
