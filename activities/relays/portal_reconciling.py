"""Compares the dossiers of the ledger with the portal, and has what differs sent again by the relay.

The portal cannot list its dossiers, so one that it has and the ledger has not is not found. Each dossier is looked up
once, at the pace of the portal's address. Nothing is kept in memory but one page, so the whole ledger can be compared.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from activities.adapters.errors import OutsideError
from activities.adapters.portal import Found, Portal
from activities.ledger.feed import FeedReader
from activities.ledger.incident_rows import IncidentRows
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.reading import LedgerReader
from activities.ledger.tracing import sql_span
from activities.ledger.vault import Vault
from activities.relays.portal_differences import Comparison, DifferenceThere, DiffersThere
from activities.relays.portal_facts import Made, PortalFacts
from activities.relays.portal_lists import code_of, looks
from activities.relays.relay import refusal_of
from activities.relays.set_aside import SetAside, SetAsideList
from domain.dossier.evolve import evolve
from domain.dossier.state import Dossier, NotSubmitted
from domain.incidents import IncidentAction, IncidentId, IncidentSource
from domain.operator_orders import require_operator, require_reason
from domain.rules.rulebook import Rulebook
from domain.values import Code, Value

RELAY = FeedReader.PORTAL
PAGE = 100
CODES = """
select code from dossier
where ($2::text is null or (code_order(code), code) > (code_order($2), $2))
  and ($3::text is null or split_part(code, '-', 2) >= $3) and ($4::text is null or split_part(code, '-', 2) <= $4)
order by code_order(code), code limit $1
"""
NOT_TOLD = """
select dossier, min(version) as version from event
where dossier = any ($1) and (xid, "position") > (
    coalesce((select xid from cursor where reader = $2), '0'),
    coalesce((select "position" from cursor where reader = $2), 0)
)
group by dossier
"""
"""The first event of each dossier that the relay has not sent yet."""


class Filed(Value):
    """The days on which the dossiers were filed, both included: the date in their codes. None does not restrict."""

    first: date | None = None
    last: date | None = None


class _Looked(Value):
    compared: int
    waiting: int
    """Dossiers whose newest events the relay has still to send: that is no difference yet."""
    found: tuple[DiffersThere, ...]


class PortalPage(_Looked):
    """What one page of the comparison found."""

    until: Code
    """The last dossier of the page, after which the next one begins."""


class PortalReconciler:
    """Compares, page by page. `rules` returns the rules that this process knows now."""

    def __init__(self, portal: Portal, pool: Pool, rules: Callable[[], Rulebook]) -> None:
        self._portal = portal
        self._pool = pool
        self._reader = LedgerReader(pool)
        self._vault = Vault(pool)
        self._facts = PortalFacts(self._reader, self._vault, rules)
        self._aside = SetAsideList(pool)
        self._comparison = Comparison(secrets.token_bytes(32))

    async def compare(self, filed: Filed, after: Code | None = None) -> AsyncGenerator[PortalPage]:
        """The pages, in the order of the codes. Raises OutsideError while the portal does not answer: what was found
        until then stands, and `after` goes on from there."""
        first, last = (f"{day:%y%m%d}" if day else None for day in (filed.first, filed.last))
        while codes := await self._codes(after, first, last):
            yield await self._page(codes)
            after = codes[-1]

    async def _codes(self, after: Code | None, first: str | None, last: str | None) -> list[str]:
        with sql_span("portal.reconcile"), unavailable_as_answer():
            return [row["code"] for row in await self._pool.fetch(CODES, PAGE, after, first, last)]

    async def _page(self, codes: Sequence[str]) -> PortalPage:
        """What differs is looked at twice: the relay may have told the portal of it between the two readings."""
        first = await self._looked_at(codes)
        again = await self._looked_at([one.dossier for one in first.found])
        return PortalPage(
            until=codes[-1], compared=first.compared, waiting=first.waiting + again.waiting, found=again.found
        )

    async def _looked_at(self, codes: Sequence[str]) -> _Looked:
        if not codes:
            return _Looked(compared=0, waiting=0, found=())
        records = await self._facts.records(codes)
        aside = {one.dossier: one for one in await self._aside.of_dossiers(RELAY, codes)}
        with sql_span("portal.reconcile"), unavailable_as_answer():
            untold = {row["dossier"] for row in await self._pool.fetch(NOT_TOLD, list(codes), RELAY)}
        seen = await looks(self._portal, [code for code in records if code not in aside])
        found = [
            one
            for code, made in records.items()
            if (one := await self._difference(code, made, aside.get(code), seen.get(code)))
        ]
        waiting = [one for one in found if one.dossier in untold and one.difference.sent_again]
        told = tuple(one for one in found if one not in waiting)
        return _Looked(compared=len(records), waiting=len(waiting), found=told)

    async def _difference(
        self, code: str, made: Made | Exception, aside: SetAside | None, seen: Found | OutsideError | None
    ) -> DiffersThere | None:
        if isinstance(made, Exception):
            return _unreadable(code, made)
        _, version, record = made
        if aside is not None:
            return DiffersThere(dossier=code, version=version, difference=DifferenceThere.SET_ASIDE, code=aside.code)
        if seen is None or isinstance(seen, OutsideError):
            why = code_of(seen) if seen else ""
            return DiffersThere(dossier=code, version=version, difference=DifferenceThere.NOT_SHOWN, code=why)
        if not seen.exists:
            return DiffersThere(dossier=code, version=version, difference=DifferenceThere.MISSING)
        fields = self._comparison.fields(record.on_the_wire(), seen.fields)
        if not fields:
            return None
        kind = self._comparison.judged(fields, seen.fields, await self._earlier(code, version))
        return DiffersThere(dossier=code, version=version, difference=kind, fields=fields)

    async def _earlier(self, code: str, version: int) -> list[Mapping[str, Any]]:
        """The records that the relay made, or could have made, of the earlier versions of a dossier."""
        known: list[Dossier] = []
        for event in await self._reader.history(code, limit=version - 1):
            known.append(evolve(known[-1] if known else NotSubmitted(code), event.event))
        persons = await self._vault.reveal_all(list({state.applicant.commitment for state in known}))
        return [self._facts.record(state, persons.get(state.applicant.commitment, {})).on_the_wire() for state in known]


def _unreadable(code: str, mistake: Exception) -> DiffersThere:
    if (why := refusal_of(mistake)) is None:
        raise mistake
    return DiffersThere(dossier=code, version=0, difference=DifferenceThere.UNREADABLE, code=why)


class PortalRepairs:
    """Orders the relay to send dossiers again: the one way to the portal."""

    def __init__(self, pool: Pool) -> None:
        self._aside = SetAsideList(pool)
        self._acts = IncidentRows(pool)
        self._reader = LedgerReader(pool)

    async def order(self, one: DiffersThere, who: str, why: str) -> bool:
        """Puts the dossier on the relay's list, ordered to be sent again, and records who ordered it and why.

        A dossier that is missing there is sent with all its steps; another one with its newest state. Nothing is done
        twice by a repetition. False: the difference is not one that sending again mends, or an open entry of the list
        was in the way, about which a person decides. Raises the InvalidInput errors of `operator_orders`.
        """
        require_operator(who)
        require_reason(why)
        if not (one.difference.sent_again or one.difference.overwritten):
            return False
        open_entries = await self._aside.of_dossiers(RELAY, [one.dossier])
        if any(entry.code not in set(DifferenceThere) for entry in open_entries):
            return False
        version = 1 if one.difference is DifferenceThere.MISSING else await self._reader.last_version(one.dossier)
        incident = IncidentId(source=IncidentSource.RELAY, owner=RELAY, dossier=one.dossier, part=str(version))
        await self._aside.put(RELAY, one.dossier, version, one.difference)
        await self._acts.record(str(incident), IncidentAction.RETRY, who, why)
        await self._aside.order_again(RELAY, one.dossier, version, who, why)
        return True
