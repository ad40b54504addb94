"""The names for codes: people read them instead of `13366`, `1.001193` or `tham-dinh`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from domain.dossier.context import Rules
from domain.errors import NotFound
from domain.messages.organisation import OrganisationRefusal
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Procedure
from domain.rules.escalation import Rung
from domain.rules.province import Province


@dataclass(frozen=True)
class Names:
    """Looks up the names of a day. A code without a name is returned as it is, so that a sentence never fails."""

    on: date
    organisation: Organisation | None = None
    procedures: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    rungs: Mapping[str, Rung] = field(default_factory=dict)
    """The rungs of the ladders in force. Rungs of earlier ladders are missing."""

    @classmethod
    def of_rules(cls, rules: Rules, on: date) -> Names:
        """The names for one dossier, from the rules that it pinned."""
        named = cls.of_procedure(rules.procedure, rules.organisation, on)
        return replace(named, rungs={rung.code: rung for rung in rules.escalation.rungs})

    @classmethod
    def of_procedure(cls, procedure: Procedure, organisation: Organisation, on: date) -> Names:
        """The names for one procedure."""
        return cls(
            on=on,
            organisation=organisation,
            procedures={procedure.code: procedure.name},
            steps={step.code: step.name for step in procedure.steps},
            documents={document.code: document.name for document in procedure.documents},
        )

    @classmethod
    def of_province(cls, province: Province, on: date) -> Names:
        """The names of a province, without those of steps and documents, which belong to one procedure."""
        procedures = {one.procedure.code: one.procedure.name for one in province.procedures}
        rungs = {rung.code: rung for ladder in province.escalations for rung in ladder.rungs}
        return cls(on=on, organisation=province.organisation, procedures=procedures, rungs=rungs)

    def unit(self, code: str | None) -> str:
        """The name of the unit with this code on the day, else of the last unit that had the code."""
        if code is None:
            return "–"
        found = self.organisation.name_of(code, self.on) if self.organisation else None
        return code if found is None else found

    def require_unit(self, code: str) -> None:
        """Raises NotFound `unknown_unit` for a code that no unit ever had."""
        if self.organisation is not None and not self.organisation.periods(code):
            raise NotFound(OrganisationRefusal.UNKNOWN_UNIT, unit=code)

    def units(self, codes: tuple[str, ...]) -> str:
        """The names of several units, with commas."""
        return ", ".join(self.unit(code) for code in codes) or "–"

    def procedure(self, code: str | None) -> str:
        """The name of a procedure."""
        return self.procedures.get(code or "", code or "–")

    def step(self, code: str | None) -> str:
        """The name of a step of the internal process."""
        return self.steps.get(code or "", code or "–")

    def papers(self, codes: tuple[str, ...]) -> str:
        """The names of documents, with commas."""
        return ", ".join(self.documents.get(code, code) for code in codes) or "–"


def organ_name(province: Province, names: Names, organ: str) -> str:
    """An authority of the document axis by the name of its unit and its identifier there. One that the province's files
    do not have is shown by the identifier alone."""
    known = province.documents.authorities
    unit = next((authority.unit for authority in known if authority.organ == organ), None)
    return organ if unit is None else f"{names.unit(unit)} ({organ})"
