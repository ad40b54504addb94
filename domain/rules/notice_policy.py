"""When members of staff get their digest: how long its lines are collected, and when nobody is disturbed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.channels.quiet_hours import within
from domain.deadlines.local_time import LocalTime
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Strict, no_more_than


class StaffMatter(StrEnum):
    """What a member of staff is told about a dossier, the most urgent first."""

    SIGNING_HANDED_OVER = "signing_handed_over"
    CLIMBED = "climbed"
    TAKEN_OVER = "taken_over"
    OVERDUE = "overdue"
    HANDED_BACK = "handed_back"
    WAITS = "waits"
    WARNED = "warned"


class NoticePolicy(Strict):
    """How long the lines of a digest are collected, and the quiet hours, in which nobody gets one.

    Nothing goes out in quiet hours, urgent or not: a limit is counted in working time, so no dossier becomes later at
    night. What is urgent is only collected for a shorter time.
    """

    digest_minutes: Annotated[int, Field(ge=1), no_more_than(1_440)] = 15
    urgent_minutes: Annotated[int, Field(ge=0), no_more_than(1_440)] = 1
    urgent: tuple[StaffMatter, ...] = (StaffMatter.SIGNING_HANDED_OVER,)
    """The next level signs at once, so it must know at once."""
    quiet_from: LocalTime | None = time(20)
    quiet_to: LocalTime | None = time(6, 30)
    """The first time after the quiet hours. Both null: there are none."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.quiet_from is None) is not (self.quiet_to is None):
            raise Inconsistent(ConfigurationFault.QUIET_HOURS_HALF)
        if self.quiet_from is not None and self.quiet_from == self.quiet_to:
            raise Inconsistent(ConfigurationFault.QUIET_HOURS_ALWAYS, time=f"{self.quiet_from:%H:%M}")
        if self.urgent_minutes > self.digest_minutes:
            raise Inconsistent(
                ConfigurationFault.URGENT_AFTER_OTHERS, urgent=self.urgent_minutes, others=self.digest_minutes
            )
        return self

    def is_quiet(self, at: datetime) -> bool:
        """True in quiet hours, which may go over midnight."""
        return within(self.quiet_from, self.quiet_to, at)

    def is_due(self, first: datetime, first_urgent: datetime | None, now: datetime) -> bool:
        """True when a digest goes out whose first line, and first urgent line, were written at these instants."""
        collected = first + timedelta(minutes=self.digest_minutes)
        if first_urgent is not None:
            collected = min(collected, first_urgent + timedelta(minutes=self.urgent_minutes))
        return now >= collected and not self.is_quiet(now)
