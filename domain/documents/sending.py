"""Which documents an event of a dossier sends on the axis, and to whom."""

from __future__ import annotations

from collections.abc import Sequence

from domain.documents.authorities import DocumentAuthority, DocumentRules
from domain.dossier.events import (
    AnyEvent,
    DossierRefused,
    DossierResolved,
    DossierStopped,
    DossierWithdrawn,
    OpinionAsked,
)
from domain.dossier.state import Dossier, Opinion
from domain.values import Value


class AskedAt(Value):
    """A request for an opinion: the version of its event, and the event."""

    version: int
    event: OpinionAsked


def concerns(event: AnyEvent) -> bool:
    """Whether an event may send a document."""
    return isinstance(event, OpinionAsked | DossierResolved | DossierStopped | DossierWithdrawn | DossierRefused)


def ends(event: AnyEvent) -> bool:
    """Whether what was asked need not be answered any more."""
    return isinstance(event, DossierStopped | DossierWithdrawn | DossierRefused)


def opinions_asked(events: Sequence[tuple[int, AnyEvent]], dossier: Dossier) -> list[tuple[AskedAt, Opinion]]:
    """Each request of a dossier with how it stands now. A merger changes the unit of an open one, never the order."""
    asked = [AskedAt(version=version, event=event) for version, event in events if isinstance(event, OpinionAsked)]
    return list(zip(asked, dossier.processing.opinions, strict=False))


def receivers_of_result(dossier: Dossier, rules: DocumentRules) -> tuple[DocumentAuthority, ...]:
    """Who is sent a result: the authorities that need it by the configuration, those that were asked for an opinion,
    and the receiving unit if it works on the axis. One that resolved it itself gets none.
    """
    units = [opinion.unit for opinion in dossier.processing.opinions]
    units.append(dossier.routing.received_by)
    wanted = [*rules.wanting_result(dossier.intake.procedure), *(rules.of_unit(unit) for unit in units)]
    found = {one.organ: one for one in wanted if one is not None and one.unit != dossier.routing.competent}
    return tuple(found.values())
