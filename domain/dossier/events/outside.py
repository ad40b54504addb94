"""The events of a failed call to an outside system: it failed, operators stated what it did, and had it asked again."""

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
    nothing_done: Name | None = None
    """The evidence of the second operator who states that the system did nothing, for a call that was not refused for
    good. It is asked under the new id when nothing is under way any more under the old one."""
    stated_by: Code | None = None
    """The first operator who stated it."""


class NothingDoneStated(BaseEvent):
    """An operator states, with evidence, that the system did nothing for a call. A second one has to state it too."""

    kind: Literal["nothing_done_stated"] = "nothing_done_stated"
    effect: str
    system: str
    code: str
    """The code of the failure."""
    reason: Name
    nothing_done: Name
    """The evidence."""
    person: Code


class StatementDisproved(BaseEvent):
    """The system has answered a call for which two operators had stated that it did nothing.

    `counted`: the call under the new id was not made yet, so this answer is its answer and nothing is done twice.
    """

    kind: Literal["statement_disproved"] = "statement_disproved"
    effect: str
    again: str
    counted: bool


OutsideEvent = OutsideCallFailed | RefusedCallRetried | NothingDoneStated | StatementDisproved
