"""Asks the ledger, Temporal and the outside systems after the day, and puts the report together."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio.client import Client

from activities.ledger.feed import Feed
from activities.ledger.pool import Pool
from domain.deadlines.limits import WhichClock
from domain.dossier.state import Dossier, State
from domain.outside_systems import System
from domain.roles import MACHINES
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.i18n.wording import state_name
from gateway.views.names import Names
from gateway.views.timeline import actor_name, sentence
from tools.demo import checks, histories, money, outage_cases, timeliness
from tools.demo.ledger_snapshot import LedgerSnapshot, read, verified
from tools.demo.outside_world import OutsideWorld
from tools.demo.plan import Plan
from tools.demo.report import (
    Check,
    ClockFigures,
    DayFigures,
    DossierStory,
    HistoryFigures,
    LedgerFigures,
    MoneyFigures,
    RelayFigures,
    Report,
    SizeFigures,
    StateFigures,
    StoryLine,
)
from tools.demo.working_day import Played

RELAYS = ("portal", "notices")
WORTH_TELLING = {"signing_handed_over": 9, "dossier_escalated": 6, "outside_call_failed": 3, "refunded": 2}
"""What a story gains by an event of such a kind."""
RELAYS_WITHIN = 60.0
"""Seconds that the relays have to catch up."""


@dataclass(frozen=True)
class _Seen:
    """What the ledger, Temporal and the outside systems say."""

    record: LedgerSnapshot
    books: dict[str, dict[str, Any]]
    relays: tuple[RelayFigures, ...]
    ledger: LedgerFigures
    history: HistoryFigures


async def reported(
    plan: Plan, played: Played, province: Province, pool: Pool, client: Client, outside: OutsideWorld
) -> Report:
    """The report of a day that has been played."""
    seen = await _looked_at(province, pool, client, outside)
    record, now = seen.record, datetime.now(VIETNAM)
    names = Names.of_province(province, now.date())
    clocks = tuple(timeliness.against(which, record, now) for which in WhichClock)
    figures = money.counted(record, seen.books[System.PAYMENTS])
    stars = [one.result.stars for one in record.dossiers if one.result.stars is not None]
    return Report(
        province=province.name,
        seed=plan.seed,
        day=_day(record, plan.drawn_at),
        size=_size(record),
        states=_states(record),
        clocks=clocks,
        rungs=timeliness.ladder(province.escalation, record),
        slowest=timeliness.slowest(record, names, now),
        happened=dict(sorted(record.kinds.items())),
        money=figures,
        history=seen.history,
        relays=seen.relays,
        registry_case=outage_cases.registries(record),
        signing_case=outage_cases.tokens(record, names),
        mean_stars=round(sum(stars) / len(stars), 2) if stars else None,
        refusals=dict(sorted(played.tally.refusals.items())),
        ledger=seen.ledger,
        checks=(*_sums(plan, played, record, clocks), *_agreements(seen, figures)),
        failures=tuple(played.failures),
        story=_story(record),
    )


async def _looked_at(province: Province, pool: Pool, client: Client, outside: OutsideWorld) -> _Seen:
    relays = await caught_up(pool)
    record = await read(pool, province.rulebook())
    sample, events, size = await histories.measured(client, [one.code for one in record.dossiers])
    return _Seen(
        record=record,
        books={system.value: await outside.inspect(system.value) for system in System},
        relays=relays,
        ledger=await verified(pool),
        history=HistoryFigures(
            ledger_events=histories.spread([len(rows) for rows in record.histories.values()]),
            sample=sample,
            temporal_events=events,
            temporal_bytes=size,
        ),
    )


async def caught_up(pool: Pool) -> tuple[RelayFigures, ...]:
    """How far the relays are, once they have caught up or their time is over."""
    feed = Feed(pool)
    deadline = asyncio.get_running_loop().time() + RELAYS_WITHIN
    while True:
        behind = {relay: await feed.lag(relay) for relay in RELAYS}
        if not any(behind.values()) or asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(0.25)
    rows = await pool.fetch("select reader, count(*) as refused from relay_problem where mended_at is null group by 1")
    refused = {row["reader"]: row["refused"] for row in rows}
    return tuple(RelayFigures(relay=one, behind=behind[one], refused=refused.get(one, 0)) for one in RELAYS)


def _sums(plan: Plan, played: Played, record: LedgerSnapshot, clocks: tuple[ClockFigures, ...]) -> tuple[Check, ...]:
    size = _size(record)
    return (
        checks.states_add_up(size.received, len(plan.cases), _states(record)),
        checks.accepted_add_up(size.accepted, clocks, record.kinds["dossier_accepted"]),
        checks.acted_once(played.tally.commands, record.commands[True]),
    )


def _agreements(seen: _Seen, figures: MoneyFigures) -> tuple[Check, ...]:
    return (
        *checks.money_adds_up(figures),
        checks.portal_agrees(seen.record, seen.books[System.PORTAL]),
        checks.registered_once(seen.record, seen.books),
        checks.once(seen.books),
        checks.relays_caught_up(seen.relays),
        checks.chains_verify(len(seen.record.dossiers), seen.ledger),
    )


def _size(record: LedgerSnapshot) -> SizeFigures:
    dossiers = record.dossiers
    accepted = [one for one in dossiers if one.intake.accepted_at is not None]
    return SizeFigures(
        received=len(dossiers),
        accepted=len(accepted),
        brought_over=sum(one.intake.brought_over_from is not None for one in dossiers),
        crossing=sum(one.routing.crossing for one in accepted),
        to_coordination=sum(one.routing.competent is None for one in accepted),
        units=len({unit for one in dossiers for unit in (one.routing.received_by, one.routing.competent) if unit}),
        procedures=len({one.intake.procedure for one in dossiers}),
        channels=Counter(str(one.intake.channel) for one in dossiers),
    )


def _states(record: LedgerSnapshot) -> tuple[StateFigures, ...]:
    """In the order of the portal's codes; states in which nothing stands are left out."""
    found = Counter(one.state for one in record.dossiers)
    return tuple(
        StateFigures(state=state, portal_code=state.portal_code, name=state_name(state), dossiers=found[state])
        for state in sorted(State, key=lambda one: one.portal_code)
        if found[state]
    )


def _day(record: LedgerSnapshot, drawn_at: datetime) -> DayFigures:
    """From the first event to the last command of a person; the outside systems go on a little by themselves."""
    began = record.events[0].at if record.events else drawn_at
    ended = max((one.at for one in record.events if one.actor.role not in MACHINES), default=began)
    seconds = max((ended - began).total_seconds(), 0.001)
    return DayFigures(
        began=began,
        ended=ended,
        seconds=round(seconds, 1),
        events=len(record.events),
        commands=record.commands.total(),
        commands_by_people=record.commands[True],
        dossiers_per_second=round(len(record.dossiers) / seconds, 2),
    )


def _story(record: LedgerSnapshot) -> DossierStory | None:
    """The dossier to which the most happened, and what matters most counts most."""
    if not record.dossiers:
        return None
    told = max(record.dossiers, key=lambda one: (_eventful(record, one), one.code))
    rules = record.rules(told)
    names = Names.of_rules(rules, record.histories[told.code][0].at.date())
    lines = tuple(
        StoryLine(at=one.at, who=actor_name(one.actor, names).vi, what=sentence(one.event, names).vi)
        for one in record.histories[told.code]
    )
    return DossierStory(dossier=told.code, procedure=f"{rules.procedure.code} {rules.procedure.name}", lines=lines)


def _eventful(record: LedgerSnapshot, dossier: Dossier) -> int:
    kinds = {one.kind for one in record.histories[dossier.code]}
    return len(kinds) + sum(WORTH_TELLING.get(kind, 0) for kind in kinds)
