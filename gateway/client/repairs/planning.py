"""Makes plans of repairs: finds the dossiers that are meant, and looks at each of them. It changes none."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import TypedDict, Unpack

from activities.ledger.pool import Pool
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter, SearchScope
from activities.ledger.search.reader import DossierSearch, Search
from activities.repairs.plan_lists import RepairPlanLists
from domain.errors import InvalidInput
from domain.messages.repairs import RepairRefusal
from domain.privacy.particulars import require_impersonal
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RepairOrder
from domain.repairs.plans import (
    MOST_DOSSIERS,
    AllStuck,
    ByCause,
    ByCodes,
    ByFilter,
    Everything,
    RepairPlan,
    Selection,
    plan_of,
    require_readable,
)
from domain.values import Instant, Value
from gateway.client.admitting.reasons import Reasons
from gateway.client.repairs.failed_dossiers import FailedDossiers
from gateway.client.repairs.mechanics import MechanicsByKind
from gateway.client.repairs.mend import MENDED
from gateway.client.repairs.plannings import Looked
from gateway.client.together import together

TOGETHER = 25
"""How many dossiers are looked at together: the register is read once for all of them."""
AT_ONCE = 4
"""How many times `TOGETHER` dossiers are looked at at the same time, for all plans of this process."""


class Which(TypedDict, total=False):
    """Which dossiers of a filter are meant.

    `everything`: all of them, also without a condition. `cause`: those that have it now. `stuck`: those that have one
    of `MENDED` now. `scope`: what the principal reaches.
    """

    everything: bool
    stuck: bool
    cause: Cause | None
    scope: SearchScope


class ToPlan(Value):
    """What a plan is asked for: the order, how the dossiers were chosen, their codes, who asks and why."""

    order: RepairOrder
    selected: Selection
    codes: tuple[str, ...]
    per_minute: int
    who: str
    why: str
    at: Instant


def nobody(_looked: int, _of: int) -> None:
    """Tells nobody."""


class RepairPlanner:
    """Makes plans of every kind, for one engine. `mechanics` look at the dossiers."""

    def __init__(self, pool: Pool, mechanics: MechanicsByKind, failed: FailedDossiers) -> None:
        self._pool = pool
        self._reasons = Reasons(pool)
        self._lists = RepairPlanLists(pool)
        self._failed = failed
        self.mechanics = mechanics
        self._places = asyncio.Semaphore(AT_ONCE)

    async def chosen(
        self, chosen: Sequence[str] | SearchFilter, now: datetime, **which: Unpack[Which]
    ) -> tuple[Selection, tuple[str, ...]]:
        """How the dossiers are chosen, for the plan, and their codes.

        A filter without a condition needs `everything`, `stuck` or a `cause`. A code beyond the scope is one that does
        not exist, and a filter finds nothing there. Raises InvalidInput `repair_codes_or_filter`,
        `repair_of_everything`, `repair_matches_nothing`, `repair_too_large`, `repair_of_queues`; NotFound
        `unknown_dossier`; EngineUnavailable, DatabaseUnavailable.
        """
        scope, cause, stuck = which.get("scope", ALL_DOSSIERS), which.get("cause"), which.get("stuck", False)
        selected = _selection(chosen, cause, stuck=stuck, everything=which.get("everything", False))
        require_impersonal(selected)
        if isinstance(chosen, SearchFilter):
            causes = MENDED if stuck else None if cause is None else frozenset({cause})
            codes = await self._found(chosen, scope, causes, now)
        else:
            codes = tuple(chosen)
            await self._lists.require_within(codes, scope)
        if not codes:
            raise InvalidInput(RepairRefusal.REPAIR_MATCHES_NOTHING)
        return selected, codes

    async def planned(self, wanted: ToPlan, looked: Looked = nobody) -> RepairPlan:
        """The plan, after a look at each dossier.

        Raises NotFound `unknown_dossier`; InvalidInput for a reason that names an applicant; EngineUnavailable,
        DatabaseUnavailable.
        """
        codes = list(dict.fromkeys(wanted.codes))
        await self._reasons.require_unnamed(wanted.why, codes)
        findings = await self._looked_at(codes, wanted.order, looked)
        return plan_of(
            wanted.order, wanted.selected, findings, per_minute=wanted.per_minute, made_by=wanted.who,
            made_at=wanted.at, why=wanted.why,
        )  # fmt: skip

    async def _found(
        self, wanted: SearchFilter, scope: SearchScope, causes: Collection[Cause] | None, now: datetime
    ) -> tuple[str, ...]:
        """The codes of the dossiers that satisfy the filter and have one of the causes.

        Raises InvalidInput `repair_too_large`; `register_unreadable` when a row of the register cannot be read: the
        plan would lack that dossier in silence.
        """
        having = None if causes is None else set(await self._failed.codes(causes, MOST_DOSSIERS + 1))
        if having is not None:
            require_readable(len(having))
            if wanted == SearchFilter() and scope == ALL_DOSSIERS:
                return tuple(having)
        codes: list[str] = []
        async with aclosing(DossierSearch(self._pool).all(Search(wanted=wanted, scope=scope, at=now))) as rows:
            async for row in rows:
                if having is None or row.code in having:
                    codes.append(row.code)
                    require_readable(len(codes))
        return tuple(codes)

    async def _looked_at(self, codes: Sequence[str], order: RepairOrder, looked: Looked) -> list[Finding]:
        done = 0

        async def look(some: Sequence[str]) -> list[Finding]:
            nonlocal done
            async with self._places:
                found = await self.mechanics.look_at_all(some, order)
            done += len(some)
            looked(done, len(codes))
            return found

        groups = (codes[begin : begin + TOGETHER] for begin in range(0, len(codes), TOGETHER))
        return [one for found in await together(look(some) for some in groups) for one in found]


def _selection(
    chosen: Sequence[str] | SearchFilter, cause: Cause | None, *, stuck: bool, everything: bool
) -> Selection:
    if not isinstance(chosen, SearchFilter):
        if everything or stuck or cause is not None:
            raise InvalidInput(RepairRefusal.REPAIR_CODES_OR_FILTER)
        if not chosen:
            raise InvalidInput(RepairRefusal.REPAIR_OF_EVERYTHING)
        require_readable(len(chosen))
        return ByCodes(codes=tuple(chosen))
    wanted = chosen.model_dump(mode="json", exclude_none=True)
    if stuck:
        if cause is not None:
            raise InvalidInput(RepairRefusal.REPAIR_STUCK_OR_CAUSE)
        return AllStuck(wanted=wanted)
    if cause is not None:
        return ByCause(cause=cause, wanted=wanted)
    if wanted:
        return ByFilter(wanted=wanted)
    if not everything:
        raise InvalidInput(RepairRefusal.REPAIR_OF_EVERYTHING)
    return Everything()
