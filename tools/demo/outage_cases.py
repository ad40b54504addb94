"""Finds in the ledger the two failures that must make no dossier late: a registry that is down, a token that fails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from domain.dossier.effect_id import EffectKind, kind_of
from domain.dossier.events import (
    AnyEvent,
    DossierResolved,
    OutsideCallFailed,
    ResultRegistered,
    ResultSigned,
    SigningHandedOver,
)
from domain.dossier.state import Dossier, State
from gateway.views.names import Names
from tools.demo.ledger_snapshot import LedgerSnapshot
from tools.demo.report import RegistryCase, SigningCase
from tools.demo.timeliness import WITH_RESULT, made_late


@dataclass(frozen=True)
class _Hit:
    """A dossier that met an outside failure: when, and the seconds until it was repaired (None: not yet)."""

    dossier: Dossier
    at: datetime
    seconds: float | None
    signed_by: str | None = None


def registries(record: LedgerSnapshot) -> tuple[RegistryCase, ...]:
    """For each registry, the results that it could not register when they were issued."""
    hits: dict[str, list[_Hit]] = defaultdict(list)
    for dossier in record.dossiers:
        events = record.of(dossier)
        failed = next((event for event in events if _is_failed_registration(event)), None)
        if isinstance(failed, OutsideCallFailed):
            hits[failed.system].append(_Hit(dossier, failed.at, _seconds_to_registration(events)))
    return tuple(_registry_case(registry, found) for registry, found in sorted(hits.items()))


def tokens(record: LedgerSnapshot, names: Names) -> tuple[SigningCase, ...]:
    """For each unit, the results that the level above signed because the unit's own signature failed."""
    hits: dict[str, list[_Hit]] = defaultdict(list)
    for dossier in record.dossiers:
        events = record.of(dossier)
        handed = next((event for event in events if isinstance(event, SigningHandedOver)), None)
        if handed is not None:
            signed = next(
                (event for event in events if isinstance(event, ResultSigned) and event.at >= handed.at), None
            )
            seconds = (signed.at - handed.at).total_seconds() if signed else None
            by = names.unit(signed.unit) if signed else None
            hits[handed.from_unit].append(_Hit(dossier, handed.at, seconds, by))
    most_first = sorted(hits.items(), key=lambda item: -len(item[1]))
    return tuple(_signing_case(unit, names.unit(unit), found) for unit, found in most_first)


def _registry_case(registry: str, hits: list[_Hit]) -> RegistryCase:
    waits = [hit.seconds for hit in hits if hit.seconds is not None]
    return RegistryCase(
        registry=registry,
        dossiers=len(hits),
        returned=sum(hit.dossier.state is State.RETURNED for hit in hits),
        made_late=_made_late(hits),
        registered_since=len(waits),
        longest_wait_seconds=round(max(waits, default=0)),
    )


def _signing_case(unit: str, name: str, hits: list[_Hit]) -> SigningCase:
    waits = [hit.seconds for hit in hits if hit.seconds is not None]
    return SigningCase(
        unit=unit,
        name=name,
        signed_by=tuple(sorted({hit.signed_by for hit in hits if hit.signed_by})),
        dossiers=len(hits),
        resolved=sum(hit.dossier.state in WITH_RESULT for hit in hits),
        made_late=_made_late(hits),
        median_seconds=round(median(waits), 1) if waits else 0.0,
    )


def _made_late(hits: Iterable[_Hit]) -> int:
    return sum(made_late(hit.dossier, by=hit.at) for hit in hits)


def _is_failed_registration(event: AnyEvent) -> bool:
    return isinstance(event, OutsideCallFailed) and kind_of(event.effect) == EffectKind.REGISTER


def _seconds_to_registration(events: tuple[AnyEvent, ...]) -> float | None:
    resolved = next((event.at for event in events if isinstance(event, DossierResolved)), None)
    registered = next((event.at for event in events if isinstance(event, ResultRegistered)), None)
    return (registered - resolved).total_seconds() if resolved and registered else None
