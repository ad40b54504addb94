"""The authorities that work on the document axis and not in this engine: a configuration of the province.

It is no rule by which a dossier is decided, so no dossier pins it, like the staff.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Code, Strict

OrganId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,49}$")]
"""The identifier of an authority on the axis (mã định danh, as in QCVN 102:2016), like H42.15 or 000.00.15.H42."""


class DocumentAuthority(Strict):
    """One authority of the axis."""

    unit: Code
    """The unit of the organisation whose opinion is asked by a document."""
    organ: OrganId
    """Its identifier on the axis."""
    results_of: tuple[Code, ...] = ()
    """The procedures whose results it needs, whether or not it was asked."""


class DocumentRules(Strict):
    """Who works on the axis. No unit and no identifier stands twice."""

    authorities: Annotated[tuple[DocumentAuthority, ...], Field(max_length=1_000)] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for names in ([one.unit for one in self.authorities], [one.organ for one in self.authorities]):
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise Inconsistent(ConfigurationFault.DOCUMENT_AUTHORITY_TWICE, authority=twice)
        return self

    def of_unit(self, unit: str) -> DocumentAuthority | None:
        """The authority that stands for a unit; None: the unit works in this engine."""
        return next((one for one in self.authorities if one.unit == unit), None)

    def wanting_result(self, procedure: str) -> tuple[DocumentAuthority, ...]:
        """The authorities that need every result of a procedure."""
        return tuple(one for one in self.authorities if procedure in one.results_of)
