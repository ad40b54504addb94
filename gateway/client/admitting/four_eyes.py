"""Looks up what the four-eyes policies of the province forbid a person in a dossier."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from activities.ledger.reading import DossierRow, LedgerReader, dossier_in
from domain.dossier.four_eyes import done_before
from domain.organisation.people import FourEyes
from domain.organisation.staff import Staff
from gateway.client.pinned_rules import PinnedRules


@dataclass(frozen=True)
class Deeds:
    """Whose deeds are looked up. An applicant's identifier may be that of an officer by chance."""

    person: str
    as_applicant: bool


class FourEyesCheck:
    """The check of one province. `staff` returns the policies of now."""

    def __init__(self, reader: LedgerReader, pinned: PinnedRules, staff: Callable[[], Staff]) -> None:
        self._reader = reader
        self._pinned = pinned
        self._staff = staff

    def concerns(self, command: str) -> bool:
        """True when a policy may forbid this command."""
        return any(command in policy.then for policy in self._staff().four_eyes)

    async def forbidden(
        self, row: DossierRow, by: Deeds, commands: Collection[str]
    ) -> dict[str, tuple[str, FourEyes]] | None:
        """The commands among these that are forbidden in the dossier now: what was done before, and the policy.

        None when no policy is about these commands in this procedure.
        """
        policies = [
            policy
            for policy in self._staff().four_eyes
            if not {*policy.then}.isdisjoint(commands) and row.procedure in (policy.procedures or (row.procedure,))
        ]
        if not policies:
            return None
        deeds = await self._reader.deeds(row.code, by.person, as_applicant=by.as_applicant)
        rules = await self._pinned.of(dossier_in(row))
        steps = {step.code: step.kind for step in rules.procedure.steps}
        found = {command: done_before(command, policies, deeds, steps) for command in commands}
        return {command: why for command, why in found.items() if why is not None}
