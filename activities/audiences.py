"""Looks up who gets a warning or an escalation now: in the staff and the organisation that the worker has in memory."""

from __future__ import annotations

from collections.abc import Callable

from temporalio import activity

from domain.organisation.organisation import Organisation
from domain.organisation.staff import Staff
from domain.rules.audience import Audience, AudienceWanted, audience_of
from domain.rules.province import Province
from domain.values import Instant, Value


class AudiencesWanted(Value):
    """What a dossier's workflow asks: the people of every rung and climb that is due at an instant."""

    at: Instant
    wanted: tuple[AudienceWanted, ...]


class AudiencesFound(Value):
    """The answer. None: this worker has no readable staff, so that only the units are recorded and told."""

    audiences: tuple[Audience, ...] | None


class Audiences:
    """Looks up audiences. `province`: the one in force, read again when its files change; None: it is not readable.

    `staff`: the people of now, with the absences and delegations that they entered; without it those of the files.
    """

    def __init__(
        self, province: Callable[[], Province] | None = None, staff: Callable[[], Staff] | None = None
    ) -> None:
        self._province = province
        self._staff = staff

    @activity.defn(name="escalation.audiences")
    async def find(self, asked: AudiencesWanted) -> AudiencesFound:
        """The people of each firing. A unit or a person that nobody knows gives no error: the next level is told."""
        if self._province is None:
            return AudiencesFound(audiences=None)
        province = self._province()
        return found_in(province.organisation, self._staff() if self._staff else province.staff, asked)


def found_in(organisation: Organisation, staff: Staff, asked: AudiencesWanted) -> AudiencesFound:
    """The answer by this organisation and these people."""
    return AudiencesFound(audiences=tuple(audience_of(one, organisation, staff, asked.at) for one in asked.wanted))
