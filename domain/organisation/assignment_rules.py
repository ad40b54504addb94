"""How a province gives work to officers: by the engine or by hand, and how the engine estimates work."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from domain.values import Code, Strict, no_more_than


class AssignmentPolicy(StrEnum):
    """Whether a dossier that comes to a unit is assigned automatically, or waits for the head of unit."""

    AUTOMATIC = "automatic"
    BY_HAND = "by_hand"


class AssignmentRules(Strict):
    """The province's rules of assignment. The figures are parameters: no law that was read settles them.

    In the file, one word may stand for the whole: `assignment: automatic`.
    """

    policy: AssignmentPolicy = AssignmentPolicy.AUTOMATIC
    by_hand_units: tuple[Code, ...] = ()
    """Units whose head assigns everything, also while the policy is automatic."""
    by_hand_procedures: tuple[Code, ...] = ()
    """Procedures whose dossiers heads assign, also while the policy is automatic."""
    reassign_absent_after_working_hours: Annotated[int, Field(ge=1), no_more_than(2_000)] | None = 8
    """Work of an officer who is away for longer, and for whom nobody stands in, is given to another. None: never; the
    head of unit sees it and decides."""
    effort_percent: Annotated[int, Field(ge=1, le=100)] = 5
    """How much of the time that a step has an officer works on it."""
    least_minutes: Annotated[int, Field(ge=1), no_more_than(480)] = 15
    """The least working time of a step."""
    waiting_percent: Annotated[int, Field(ge=0, le=100)] = 25
    """How much an item counts that waits for the applicant or for others, in percent of its working time."""
    field_lead_working_hours: Annotated[int, Field(ge=0), no_more_than(2_000)] = 1
    """So much more work may an officer have whose post names the field, and still come first."""
    returning_working_hours: Annotated[int, Field(ge=0), no_more_than(2_000)] = 16
    """So long after a return an officer counts as having at least as much work as the colleagues have on average."""

    @model_validator(mode="before")
    @classmethod
    def _one_word_stands_for_the_policy(cls, given: Any) -> Any:
        """Behind this validator a list of the file is a Python list, which a strict tuple does not take."""
        if isinstance(given, str):
            return {"policy": given}
        if not isinstance(given, dict):
            return given
        return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}

    def left_to_heads(self, unit: str, procedure: str) -> bool:
        """True when the head of the unit assigns the dossiers of this procedure, also under the automatic policy."""
        return unit in self.by_hand_units or procedure in self.by_hand_procedures
