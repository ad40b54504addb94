"""Reads the ledger, Temporal and the outside systems after the day, and makes the report."""

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
STORY_POINTS = {"signing_handed_over": 9, "dossier_escalated": 6, "outside_call_failed": 3, "refunded": 2}
"""Points of each kind of event. The report shows the dossier with the most points."""
RELAYS_WITHIN = 60.0
"""Seconds that the relays may take to pass on the last events."""


@dataclass(frozen=True)
class _Sources:
    """What was read from the ledger, Temporal and the outside systems."""

    record: LedgerSnapshot
    books: dict[str, dict[str, Any]]
    relays: tuple[RelayFigures, ...]
    ledger: LedgerFigures
    history: HistoryFigures


async def make_report(
    plan: Plan, played: Played, province: Province, pool: Pool, client: Client, outside: OutsideWorld
) -> Report:
    """The report of a day that was played."""
    sources = await _read_sources(province, pool, client, outside)
    record, now = sources.record, datetime.now(VIETNAM)
    names = Names.of_province(province, now.date())
    clocks = tuple(timeliness.against(which, record, now) for which in WhichClock)
    figures = money.count(record, sources.books[System.PAYMENTS])
    stars = [dossier.result.stars for dossier in record.dossiers if dossier.result.stars is not None]
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
        history=sources.history,
        relays=sources.relays,
        registry_case=outage_cases.registries(record),
        signing_case=outage_cases.tokens(record, names),
        mean_stars=round(sum(stars) / len(stars), 2) if stars else None,
        refusals=dict(sorted(played.tally.refusals.items())),
        ledger=sources.ledger,
        checks=(*_sums(plan, played, record, clocks), *_agreements(sources, figures)),
        failures=tuple(played.failures),
        story=_story(record),
    )


async def _read_sources(province: Province, pool: Pool, client: Client, outside: OutsideWorld) -> _Sources:
    relays = await caught_up(pool)
    record = await read(pool, province.rulebook())
    sample, events, size = await histories.measure(client, [dossier.code for dossier in record.dossiers])
    return _Sources(
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
    """The figures of the relays, once they have passed on all events or `RELAYS_WITHIN` is over."""
    feed = Feed(pool)
    deadline = asyncio.get_running_loop().time() + RELAYS_WITHIN
    while True:
        behind = {relay: await feed.lag(relay) for relay in RELAYS}
        if not any(behind.values()) or asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(0.25)
    rows = await pool.fetch("select reader, count(*) as refused from relay_problem where mended_at is null group by 1")
    refused = {row["reader"]: row["refused"] for row in rows}
    return tuple(RelayFigures(relay=relay, behind=behind[relay], refused=refused.get(relay, 0)) for relay in RELAYS)


def _sums(plan: Plan, played: Played, record: LedgerSnapshot, clocks: tuple[ClockFigures, ...]) -> tuple[Check, ...]:
    size = _size(record)
    return (
        checks.states_add_up(size.received, len(plan.cases), _states(record)),
        checks.accepted_add_up(size.accepted, clocks, record.kinds["dossier_accepted"]),
        checks.acted_once(played.tally.commands, record.commands[True]),
    )


def _agreements(sources: _Sources, figures: MoneyFigures) -> tuple[Check, ...]:
    return (
        *checks.money_adds_up(figures),
        checks.portal_agrees(sources.record, sources.books[System.PORTAL]),
        checks.registered_once(sources.record, sources.books),
        checks.once(sources.books),
        checks.relays_caught_up(sources.relays),
        checks.chains_verify(len(sources.record.dossiers), sources.ledger),
    )


def _size(record: LedgerSnapshot) -> SizeFigures:
    dossiers = record.dossiers
    accepted = [dossier for dossier in dossiers if dossier.intake.accepted_at is not None]
    routings = [dossier.routing for dossier in dossiers]
    return SizeFigures(
        received=len(dossiers),
        accepted=len(accepted),
        brought_over=sum(dossier.intake.brought_over_from is not None for dossier in dossiers),
        crossing=sum(dossier.routing.crossing for dossier in accepted),
        to_coordination=sum(dossier.routing.competent is None for dossier in accepted),
        units=len({unit for routing in routings for unit in (routing.received_by, routing.competent) if unit}),
        procedures=len({dossier.intake.procedure for dossier in dossiers}),
        channels=Counter(str(dossier.intake.channel) for dossier in dossiers),
    )


def _states(record: LedgerSnapshot) -> tuple[StateFigures, ...]:
    """The states that have dossiers, in the order of the portal's codes."""
    found = Counter(dossier.state for dossier in record.dossiers)
    return tuple(
        StateFigures(state=state, portal_code=state.portal_code, name=state_name(state), dossiers=found[state])
        for state in sorted(State, key=lambda state: state.portal_code)
        if found[state]
    )


def _day(record: LedgerSnapshot, drawn_at: datetime) -> DayFigures:
    """The figures from the first event to the last command of a person. Calls to outside systems end a little later."""
    began = record.events[0].at if record.events else drawn_at
    ended = max((event.at for event in record.events if event.actor.role not in MACHINES), default=began)
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
    """The story of the dossier with the most points, or None when there is no dossier."""
    if not record.dossiers:
        return None
    chosen = max(record.dossiers, key=lambda dossier: (_points(record, dossier), dossier.code))
    rules = record.rules(chosen)
    names = Names.of_rules(rules, record.histories[chosen.code][0].at.date())
    lines = tuple(
        StoryLine(at=event.at, who=actor_name(event.actor, names).vi, what=sentence(event.event, names).vi)
        for event in record.histories[chosen.code]
    )
    return DossierStory(dossier=chosen.code, procedure=f"{rules.procedure.code} {rules.procedure.name}", lines=lines)


def _points(record: LedgerSnapshot, dossier: Dossier) -> int:
    kinds = {event.kind for event in record.histories[dossier.code]}
    return len(kinds) + sum(STORY_POINTS.get(kind, 0) for kind in kinds)
