"""The rules that one dossier pinned, read from where every published rule is kept."""

from __future__ import annotations

from collections.abc import Iterable

from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from domain.dossier.context import Rules
from domain.rules.rulebook import Pins, Rulebook
from domain.values import Hash


async def pinned_rules(pool: Pool, pins: Pins, binding_calendars: Iterable[Hash] = ()) -> Rules:
    """Whatever the configuration says today; with the earlier calendars whose dates still bind.

    Raises NotFound `unknown_rule`, DatabaseUnavailable.
    """
    wanted = {pins.procedure, pins.calendar, pins.organisation, pins.escalation, *binding_calendars}
    stored = await RulesStore(pool).load(wanted)
    return Rules.pinned(pins, Rulebook().adding(*stored))
