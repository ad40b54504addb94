"""The list of a rollout in PostgreSQL: its dossiers and each outcome. With it the work goes on after any stop."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import ValidationError

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.reading import dossier_stored
from activities.ledger.renewal import in_this_form
from activities.ledger.search.conditions import Condition, of_scope, written
from activities.ledger.search.query import SearchScope
from activities.ledger.tracing import sql_span
from domain.dossier.state import TERMINAL, Dossier, State
from domain.errors import Conflict, InvalidInput, NotFound
from domain.messages.repairs import RepairRefusal
from domain.messages.rollouts import RolloutRefusal
from domain.operator_orders import require_operator, require_reason
from domain.rollouts.plans import (
    CalendarPlan,
    Item,
    ItemOutcome,
    ItemState,
    MergerPlan,
    Plan,
    RepairRun,
    RolloutKind,
    RolloutProgress,
    RulePlan,
)
from domain.values import VIETNAM, Instant, Value

STOPPED = """
select id from rollout where finished_at is null
and (select act from rollout_act where rollout = rollout.id order by number desc limit 1) = 'stopped'
"""
_HEAD = "id, kind, file_hash, who, why, begun_at, finished_at, abandoned_at"

_UNDER_CALENDARS = (
    "(ended_at is null or statutory_beyond or promised_beyond) and snapshot -> 'pins' ->> 'calendar' = any($2::text[])"
)
_BEFORE_MERGER = (
    "(snapshot -> 'pins' ->> 'organisation' <> $2 or (snapshot ->> 'submitted_at')::timestamptz < $3::timestamptz)"
)


class RolloutHead(Value):
    """The part of a rollout that can always be read, also when an earlier release stored a plan that cannot.

    It is enough to stop or abandon the rollout. `who` is an identifier, or any text if the first release wrote it.
    `why` is the letter or resolution.
    """

    id: UUID
    kind: RolloutKind
    file_hash: str
    who: str
    why: str
    begun_at: Instant
    finished_at: Instant | None = None
    abandoned_at: Instant | None = None


class Rollout(RolloutHead):
    """One rollout as it was ordered, with its plan."""

    plan: Plan


class RolloutAct(Value):
    """A person's act on a rollout. `act` is `ordered`, `resumed`, `stopped` or `abandoned`."""

    act: str
    who: str
    why: str
    at: Instant


class RolloutRegister:
    """Reads and writes the list. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def enter(self, rollout: UUID, file_hash: str, plan: RulePlan, who: str, why: str) -> bool:
        """Enters a rollout. Returns False, and changes nothing, when it is there already.

        Raises the InvalidInput errors of `domain.operator_orders` before it writes anything; Conflict
        `rollout_unfinished` when another rollout of this kind is not finished.
        """
        require_operator(who)
        require_reason(why)
        with sql_span("rollout.enter", rollout=str(rollout)), unavailable_as_answer():
            status: str = await self._pool.execute(
                # without a target, so that the same order twice at once is one, whichever index meets it first
                "with entered as (insert into rollout (id, kind, file_hash, plan, who, why) "
                "values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id) "
                "insert into rollout_act (rollout, act, who, why) select id, 'ordered', $5, $6 from entered",
                rollout, plan.kind, file_hash, plan.model_dump(mode="json"), who, why,
            )  # fmt: skip
            if status != "INSERT 0 0":
                return True
            if not await self._pool.fetchval("select exists (select from rollout where id = $1)", rollout):
                raise await self._unfinished(plan.kind)
        return False

    async def note(self, rollout: UUID, act: str, who: str, why: str) -> None:
        """Records an act on a rollout. `why` is the stored reason of the rollout and is not checked again.

        Raises the InvalidInput errors of `require_operator`.
        """
        require_operator(who)
        with sql_span("rollout.note", rollout=str(rollout)), unavailable_as_answer():
            await self._pool.execute(
                "insert into rollout_act (rollout, act, who, why) values ($1, $2, $3, $4)", rollout, act, who, why
            )

    async def abandon(self, rollout: UUID, who: str, why: str) -> RolloutHead:
        """Ends a rollout with a reason. Dossiers that were not asked yet keep their old rule.

        A repair that had begun may have been done, so its dossier says `repair_cut_short`.

        Raises InvalidInput `rollout_without_reason` and those of `domain.operator_orders`; NotFound `unknown_rollout`;
        Conflict `rollout_finished`.
        """
        require_operator(who)
        if not why.strip():
            raise InvalidInput(RolloutRefusal.ROLLOUT_WITHOUT_REASON)
        require_reason(why)
        cut_short = RepairRefusal.REPAIR_CUT_SHORT
        with sql_span("rollout.abandon", rollout=str(rollout)), unavailable_as_answer():
            status: str = await self._pool.execute(
                "with ended as (update rollout set finished_at = clock_timestamp(), abandoned_at = clock_timestamp() "
                "where id = $1 and finished_at is null returning id), "
                "left_alone as (update rollout_item set state = 'abandoned', at = clock_timestamp(), "
                "code = case when begun_at is null then code else $4 end, "
                "detail = case when begun_at is null then detail else $5::jsonb end "
                "where rollout in (select id from ended) and state = 'pending') "
                "insert into rollout_act (rollout, act, who, why) select id, 'abandoned', $2, $3 from ended",
                rollout, who, why, cut_short.value, cut_short.sentence.model_dump(),
            )  # fmt: skip
        head = await self.head(rollout)
        if status == "INSERT 0 0":
            raise Conflict(RolloutRefusal.ROLLOUT_FINISHED, rollout=rollout, finished_at=head.finished_at)
        return head

    async def acts(self, rollout: UUID) -> list[RolloutAct]:
        """The acts on a rollout, in order."""
        with sql_span("rollout.acts", rollout=str(rollout)), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select act, who, why, at from rollout_act where rollout = $1 order by number", rollout
            )
        return [RolloutAct.model_validate(dict(row)) for row in rows]

    async def heads(self) -> list[RolloutHead]:
        """Every rollout, the newest first."""
        with sql_span("rollout.heads"), unavailable_as_answer():
            rows = await self._pool.fetch(f"select {_HEAD} from rollout order by begun_at desc")  # noqa: S608
        return [RolloutHead.model_validate(dict(row)) for row in rows]

    async def head(self, rollout: UUID) -> RolloutHead:
        """The part of a rollout that can always be read. Raises NotFound `unknown_rollout`."""
        with sql_span("rollout.head", rollout=str(rollout)), unavailable_as_answer():
            row = await self._pool.fetchrow(f"select {_HEAD} from rollout where id = $1", rollout)  # noqa: S608
        if row is None:
            raise NotFound(RolloutRefusal.UNKNOWN_ROLLOUT, rollout=rollout)
        return RolloutHead.model_validate(dict(row))

    async def is_stopped(self, rollout: UUID) -> bool:
        """True when a person stopped it and nobody let it go on."""
        with sql_span("rollout.is_stopped", rollout=str(rollout)), unavailable_as_answer():
            return bool(await self._pool.fetchval(f"select exists ({STOPPED} and id = $1)", rollout))

    async def stopped(self) -> set[UUID]:
        """The unfinished rollouts that a person stopped and nobody let go on."""
        with sql_span("rollout.stopped"), unavailable_as_answer():
            rows = await self._pool.fetch(STOPPED)
        return {row["id"] for row in rows}

    async def _unfinished(self, kind: RolloutKind) -> Conflict:
        row = await self._pool.fetchrow("select id, why from rollout where kind = $1 and finished_at is null", kind)
        found = dict(row) if row else {"id": "–", "why": "–"}
        return Conflict(RolloutRefusal.ROLLOUT_UNFINISHED, kind=kind, rollout=found["id"], why=found["why"])

    async def rollout(self, rollout: UUID) -> Rollout:
        """The rollout as it was ordered. Raises NotFound `unknown_rollout`, Conflict `rollout_unreadable`."""
        with sql_span("rollout.find", rollout=str(rollout)), unavailable_as_answer():
            row = await self._pool.fetchrow("select * from rollout where id = $1", rollout)
        if row is None:
            raise NotFound(RolloutRefusal.UNKNOWN_ROLLOUT, rollout=rollout)
        try:
            return Rollout.model_validate(dict(row))
        except ValidationError as problem:
            fields = ", ".join(".".join(map(str, one["loc"])) for one in problem.errors(include_input=False)[:5])
            raise Conflict(RolloutRefusal.ROLLOUT_UNREADABLE, rollout=rollout, problem=fields) from None

    async def reopen(self, rollout: Rollout, plan: RulePlan) -> bool:
        """Lets a finished rollout go on for dossiers that still have the old rule.

        These dossiers were opened later, refused the change, or were not asked because the rollout was abandoned.
        Returns False when there is none. Raises Conflict `rollout_unfinished` when another rollout of this kind is not
        finished.
        """
        condition, values = _condition(plan)
        last = len(values) + 2
        unlisted = (
            f"exists (select from dossier where state <> all($1::text[]) and {condition} and not exists (select from "  # noqa: S608
            f"rollout_item item where item.rollout = ${last} and item.dossier = dossier.code))"
        )
        left = f"exists (select from rollout_item where rollout = ${last} and state in ('refused', 'abandoned'))"
        with sql_span("rollout.reopen", rollout=str(rollout.id)), unavailable_as_answer():
            try:
                status: str = await self._pool.execute(
                    "update rollout set finished_at = null, abandoned_at = null "  # noqa: S608
                    f"where id = ${last} and ({unlisted} or {left})",
                    _not_open(plan), *values, rollout.id,
                )  # fmt: skip
            except asyncpg.UniqueViolationError:
                raise await self._unfinished(rollout.kind) from None
            await self._pool.execute(
                "update rollout_item set state = 'pending' where rollout = $1 and state in ('refused', 'abandoned')",
                rollout.id,
            )
        return status != "UPDATE 0"

    async def finish(self, rollout: UUID) -> None:
        """Finishes the rollout, unless a dossier of its list is still pending."""
        with sql_span("rollout.finish", rollout=str(rollout)), unavailable_as_answer():
            await self._pool.execute(
                "update rollout set finished_at = clock_timestamp() where id = $1 and finished_at is null "
                "and not exists (select from rollout_item where rollout = $1 and state = 'pending')",
                rollout,
            )

    async def affected(self, plan: RulePlan, after: str | None = None, limit: int = 500) -> list[Dossier]:
        """The open dossiers that a plan changes, a page at a time in order of code.

        Raises InvalidInput `register_unreadable`.
        """
        condition, values = _condition(plan)
        last = len(values) + 2
        with sql_span("rollout.affected"), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select code, version, form, snapshot from dossier where state <> all($1::text[]) and {condition} "  # noqa: S608
                f"and code_order(code) > code_order(${last}) order by code_order(code) limit ${last + 1}",
                _not_open(plan), *values, after or "", limit,
            )  # fmt: skip
        found = await in_this_form(self._pool, rows)
        return [dossier_stored(row["snapshot"], row["code"]) for row in found]

    async def enlist(self, rollout: Rollout) -> int:
        """Adds every open dossier that the plan changes to the list; returns how many were added.

        The list of a repair was entered with it, so nothing is added.
        """
        if isinstance(rollout.plan, RepairRun):
            return 0
        condition, values = _condition(rollout.plan)
        last = len(values) + 2
        with sql_span("rollout.enlist", rollout=str(rollout.id)), unavailable_as_answer():
            status: str = await self._pool.execute(
                f"insert into rollout_item (rollout, dossier) select ${last}, code from dossier "  # noqa: S608
                f"where state <> all($1::text[]) and {condition} on conflict do nothing",
                _not_open(rollout.plan), *values, rollout.id,
            )  # fmt: skip
        return int(status.rpartition(" ")[2])

    async def pending(self, rollout: UUID, limit: int) -> list[str]:
        """The next dossiers: those that were never tried come first."""
        with sql_span("rollout.pending", rollout=str(rollout)), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select dossier from rollout_item where rollout = $1 and state = 'pending' "
                "order by attempts, code_order(dossier) limit $2",
                rollout,
                limit,
            )
        return [row["dossier"] for row in rows]

    async def record(self, rollout: UUID, dossier: str, outcome: ItemOutcome) -> None:
        """Records the outcome of a dossier. An outcome that is recorded already stays.

        An outcome that arrives after the rollout was abandoned is recorded too.
        """
        with sql_span("rollout.record", dossier=dossier), unavailable_as_answer():
            await self._pool.execute(
                "update rollout_item set state = $3, code = $4, detail = $5, attempts = attempts + 1, "
                "at = clock_timestamp() where rollout = $1 and dossier = $2 "
                "and (state = 'pending' or (state = 'abandoned' and $3 <> 'pending'))",
                rollout, dossier, outcome.state, outcome.code, outcome.detail,
            )  # fmt: skip

    async def progress(self, rollout: UUID) -> RolloutProgress:
        """How many dossiers are in each state."""
        with sql_span("rollout.progress", rollout=str(rollout)), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select state, count(*) from rollout_item where rollout = $1 group by state", rollout
            )
        return RolloutProgress.model_validate({row["state"]: row["count"] for row in rows})

    async def items(self, rollout: UUID) -> list[Item]:
        """Every dossier of a rollout with its outcome, in order of code."""
        with sql_span("rollout.items", rollout=str(rollout)), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select dossier, state, code, coalesce(detail, '{}'::jsonb) as detail from rollout_item "
                "where rollout = $1 order by code_order(dossier)",
                rollout,
            )
        return [Item.model_validate(dict(row)) for row in rows]

    async def items_within(
        self,
        rollout: UUID,
        scope: SearchScope,
        *,
        state: ItemState | None = None,
        place: tuple[str, bool] | None = None,
        limit: int,
    ) -> list[Item]:
        """Up to `limit` dossiers of a rollout within the scope, in the order of their codes, the nearest first.

        `place`: after this code, or (True) before it.
        """
        code, back = place or ("", False)
        conditions = [Condition("item.rollout = {}", (rollout,)), *of_scope(scope)]
        if state is not None:
            conditions.append(Condition("item.state = {}", (state.value,)))
        if place is not None:
            conditions.append(Condition(f"item.dossier {'<' if back else '>'} {{}}", (code,)))
        where, arguments = written(conditions)
        with sql_span("rollout.items", rollout=str(rollout)), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select item.dossier, item.state, item.code, coalesce(item.detail, '{}'::jsonb) as detail "  # noqa: S608
                f"from rollout_item as item join dossier on dossier.code = item.dossier where {where} "
                f"order by item.dossier {'desc' if back else ''} limit {limit:d}",
                *arguments,
            )
        return [Item.model_validate(dict(row)) for row in rows]

    async def calendar_hashes(self, code: str) -> tuple[str, ...]:
        """The hashes of every calendar that was published under a code."""
        with sql_span("rollout.calendars"), unavailable_as_answer():
            rows = await self._pool.fetch("select hash from rule where kind = 'calendar' and code = $1", code)
        return tuple(sorted(row["hash"] for row in rows))


def _condition(plan: RulePlan) -> tuple[str, list[Any]]:
    """The SQL condition for the dossiers of a plan, and the values of its parameters from $2 on."""
    match plan:
        case CalendarPlan():
            return _UNDER_CALENDARS, [[old for target in plan.targets for old in target.instead_of]]
        case MergerPlan():
            return _BEFORE_MERGER, [plan.organisation, datetime.combine(plan.effective, time(), VIETNAM)]


def _not_open(plan: RulePlan) -> list[str]:
    """The states whose dossiers a plan leaves out.

    A calendar plan includes returned dossiers: some have a date beyond the old calendar and are not judged yet.
    """
    return sorted(TERMINAL - {State.RETURNED} if isinstance(plan, CalendarPlan) else TERMINAL)
