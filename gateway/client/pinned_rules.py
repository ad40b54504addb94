"""Reads the rules that a dossier pinned from the table of published rules."""

from __future__ import annotations

from collections.abc import Iterable

from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.rules.rulebook import Pins, Rulebook
from domain.values import Hash


async def pinned_rules(pool: Pool, pins: Pins, binding_calendars: Iterable[Hash] = ()) -> Rules:
    """The pinned rules, with the earlier calendars whose dates still bind.

    They do not depend on today's configuration. Raises NotFound `unknown_rule`, DatabaseUnavailable.
    """
    wanted = {pins.procedure, pins.calendar, pins.organisation, pins.escalation, *binding_calendars}
    stored = await RulesStore(pool).load(wanted)
    return Rules.pinned(pins, Rulebook().adding(*stored))


async def rules_of_dossier(pool: Pool, rulebook: Rulebook, dossier: Dossier) -> Rules:
    """The rules that a dossier pinned. The table is asked only for what the rulebook of today does not have.

    Raises NotFound `unknown_rule`, DatabaseUnavailable.
    """
    pins, binding = dossier.pins, dossier.deadlines.binding_calendars
    if rulebook.knows(pins) and not binding:
        return Rules.pinned(pins, rulebook)
    return await pinned_rules(pool, pins, binding)
