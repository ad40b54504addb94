"""Plays a ladder over a period of the ledger, dossier by dossier, and compares it; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from activities.ledger.dossiers_between import dossiers_between
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from domain.dossier.ladder_play import LadderPlay, fired_in
from domain.errors import DomainError
from domain.notices.ladder_counts import Comparing, LadderComparison
from domain.rules.audience import audience_of
from domain.rules.escalation import EscalationPolicy
from domain.rules.province import Province
from domain.rules.rulebook import Rulebook


async def simulate(
    pool: Pool,
    province: Province,
    policy: EscalationPolicy,
    against: EscalationPolicy | None,
    since: datetime,
    until: datetime,
    progress: Callable[[int], None],
) -> LadderComparison:
    """`policy` beside what was recorded, or beside another ladder. One dossier at a time is in memory.

    A dossier whose events or rules cannot be read is counted and left out. Raises DatabaseUnavailable.
    """
    rulebook = Rulebook().adding(*await RulesStore(pool).load_all())
    after = _play(policy, rulebook, province)
    before = None if against is None else _play(against, rulebook, province)
    comparing, reader, done = Comparing(since, until, province.notices.digest_minutes), LedgerReader(pool), 0
    async for code in dossiers_between(pool, since, until):
        try:
            events = [one.event for one in await reader.history(code)]
            was = fired_in(events) if before is None else before.over(code, events, until)
            comparing.add(code, was, after.over(code, events, until))
        except DomainError:
            comparing.unreadable += 1
        done += 1
        progress(done)
    return comparing.result()


def _play(policy: EscalationPolicy, rulebook: Rulebook, province: Province) -> LadderPlay:
    return LadderPlay(
        policy, rulebook, lambda wanted, at: audience_of(wanted, province.organisation, province.staff, at)
    )
