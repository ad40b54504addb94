"""Asks the ledger, Temporal and the outside systems after the day, and puts the report together."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any

from temporalio.client import Client

from activities.ledger.feed import Feed
from activities.ledger.pool import Pool
from activities.outside.address import System
from domain.deadlines.limits import WhichClock
from domain.dossier.events import DossierAccepted
from domain.dossier.state import Dossier, State
from domain.roles import Role
from domain.rules import Province
from domain.values import VIETNAM
from gateway.names import Names
from gateway.telling import actor_name, sentence
from gateway.wording import state_name
from workers.demo import checks, histories, mission, money, timeliness
from workers.demo.day import Played
from workers.demo.plan import Plan
from workers.demo.record import Record, read, verified
from workers.demo.report import (
    Check,
    DayFigures,
    HistoryFigures,
    LedgerFigures,
    MoneyFigures,
    RelayFigures,
    Report,
    StateFigures,
    Story,
    StoryLine,
)
from workers.demo.town import Town

RELAYS = ("portal", "notices")
WORTH_TELLING = {"signing_handed_over": 9, "dossier_escalated": 6, "outside_call_failed": 3, "refunded": 2}
"""What a story gains by an event of such a kind."""
RELAYS_WITHIN = 60.0
"""Seconds that the relays have to catch up."""


async def reported(plan: Plan, played: Played, province: Province, pool: Pool, client: Client, town: Town) -> Report:
    """The report of a day that has been played."""
    relays = await caught_up(pool)
    record = await read(pool, province.rulebook())
    books = {system.value: await town.inspect(system.value) for system in System}
    ledger = await verified(pool)
    sample, events, size = await histories.measured(client, [one.code for one in record.dossiers])
    history = HistoryFigures(
        ledger_events=histories.spread([len(rows) for rows in record.histories.values()]),
        sample=sample,
        temporal_events=events,
        temporal_bytes=size,
    )
    return _together(plan, played, province, record, books, relays, ledger, history)


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


def _together(
    plan: Plan,
    played: Played,
    province: Province,
    record: Record,
    books: dict[str, dict[str, Any]],
    relays: tuple[RelayFigures, ...],
    ledger: LedgerFigures,
    history: HistoryFigures,
) -> Report:
    now = datetime.now(VIETNAM)
    names = Names.of_province(province, now.date())
    dossiers = record.dossiers
    states, clocks = _states(record), tuple(timeliness.against(which, record, now) for which in WhichClock)
    accepted = [one for one in dossiers if one.accepted_at is not None]
    figures = money.counted(record, books[System.PAYMENTS])
    stars = [one.stars for one in dossiers if one.stars is not None]
    return Report(
        province=province.name,
        seed=plan.seed,
        day=_day(record),
        received=len(dossiers),
        brought_over=sum(one.brought_over_from is not None for one in dossiers),
        units=len({unit for one in dossiers for unit in (one.received_by, one.competent) if unit}),
        procedures=len({one.procedure for one in dossiers}),
        channels=Counter(str(one.channel) for one in dossiers),
        states=states,
        clocks=clocks,
        rungs=timeliness.ladder(province.escalation, record),
        accepted=len(accepted),
        crossing=sum(one.crossing for one in accepted),
        to_coordination=sum(one.competent is None for one in accepted),
        slowest=timeliness.slowest(record, names, now),
        happened=dict(sorted(record.kinds.items())),
        money=figures,
        history=history,
        relays=relays,
        registry_case=mission.registries(record),
        signing_case=mission.tokens(record, names),
        mean_stars=round(sum(stars) / len(stars), 2) if stars else None,
        refusals=dict(sorted(played.tally.refusals.items())),
        ledger=ledger,
        checks=(
            checks.states_add_up(len(dossiers), len(plan.cases), states),
            checks.accepted_add_up(len(accepted), clocks, _acceptances(record)),
            checks.acted_once(played.tally.commands, record.commands[True]),
            *_agreements(record, books, relays, ledger, figures),
        ),
        failures=tuple(played.failures),
        story=_story(record, province),
    )


def _agreements(
    record: Record,
    books: dict[str, dict[str, Any]],
    relays: tuple[RelayFigures, ...],
    ledger: LedgerFigures,
    figures: MoneyFigures,
) -> tuple[Check, ...]:
    return (
        *checks.money_adds_up(figures),
        checks.portal_agrees(record, books[System.PORTAL]),
        checks.registered_once(record, books),
        checks.once(books),
        checks.relays_caught_up(relays),
        checks.chains_verify(len(record.dossiers), ledger),
    )


def _states(record: Record) -> tuple[StateFigures, ...]:
    """In the order of the portal's codes; states in which nothing stands are left out."""
    found = Counter(one.state for one in record.dossiers)
    return tuple(
        StateFigures(state=state, portal_code=state.portal_code, name=state_name(state), dossiers=found[state])
        for state in sorted(State, key=lambda one: one.portal_code)
        if found[state]
    )


def _day(record: Record) -> DayFigures:
    """From the first event to the last command of a person; the outside systems go on a little by themselves."""
    began = record.events[0].at
    ended = max(one.at for one in record.events if one.actor.role is not Role.SYSTEM)
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


def _acceptances(record: Record) -> int:
    return sum(isinstance(one.event, DossierAccepted) for one in record.events)


def _story(record: Record, province: Province) -> Story | None:
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
    return Story(dossier=told.code, procedure=f"{rules.procedure.code} {rules.procedure.name}", lines=lines)


def _eventful(record: Record, dossier: Dossier) -> int:
    kinds = {one.kind for one in record.histories[dossier.code]}
    return len(kinds) + sum(WORTH_TELLING.get(kind, 0) for kind in kinds)
