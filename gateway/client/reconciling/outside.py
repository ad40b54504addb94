"""Compares the ledger with the outside world after a restore to an earlier moment: what others have and we do not.

Nothing is changed. Calls have keys that follow from the dossier and the number of the call, so what a lost act has done
is found by asking for the keys that come next. Codes that were given out and lost are found in the same way: those
after the last code on record, below the numbers that are given out since the restore.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from enum import StrEnum

from activities.adapters.errors import OutsideError
from activities.adapters.payments import FoundOrder
from activities.adapters.portal import LookUp
from activities.adapters.systems import Outside
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.reading import LedgerReader, dossier_in
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.state import Dossier
from domain.outside_systems import Registry, System
from domain.rules.province import Province
from domain.rules.rulebook import Rulebook
from domain.values import Code, Value

AT_ONCE = 200
MISSES = 3
"""So many codes in a row that the portal does not know end the search of a day: a code may be given and not be used."""
BAND = 5_000
"""How much higher numbering goes on after each restore (`numbers_lost` of the migrations)."""

RESTORED_DAYS = """
select day::date as day, numbers_lost(day::date) as lost
from generate_series(
    (select min(coalesce((
        select (event.at at time zone interval '7 hours')::date from event
        where event.xid <= server.newest order by event.xid desc, event.position desc limit 1
    ), (server.at at time zone interval '7 hours')::date)) from ledger_server server where number > 1),
    (now() at time zone interval '7 hours')::date, interval '1 day'
) as day
where numbers_lost(day::date) > 0
"""
GIVEN = """
select max(substr(code, length($1) + 2)::int) from dossier_code
where starts_with(code, $1 || '-') and substr(code, length($1) + 2) ~ '^[0-9]{1,9}$'
  and substr(code, length($1) + 2)::int <= $2
"""


class Unknown(StrEnum):
    """What was found outside."""

    ORDER = "order_unknown"
    """The payment platform has an order for a dossier that the dossier does not know."""
    ENTRY = "entry_unknown"
    """A registry has an entry of a result that the dossier does not have."""
    STATE = "state_differs"
    """The portal shows the dossier in another state."""
    DOSSIER = "dossier_unknown"
    """The portal has a dossier that the ledger lacks: the applicant holds its code."""
    NOT_ANSWERED = "not_answered"
    """The system did not answer: nothing is known."""


class OutsideDifference(Value):
    """One thing that an outside system has. `theirs` and `ours` say how it stands there and here."""

    what: Unknown
    system: System
    dossier: Code
    key: str = ""
    theirs: str = ""
    ours: str = ""


class OutsideComparison:
    """Asks the outside systems. It reads only."""

    def __init__(self, outside: Outside, pool: Pool, province: Province, rules: Rulebook) -> None:
        self._outside = outside
        self._pool = pool
        self._reader = LedgerReader(pool)
        self._province = province
        self._rules = rules

    async def differences(self, progress: Callable[[int], None] = lambda _: None) -> AsyncIterator[OutsideDifference]:
        """Every open dossier, then the codes that may have been lost. `progress`: how many were looked at."""
        looked = 0
        for code in await self._reader.open_dossiers():
            row = await self._reader.dossier(code)
            if row is not None:
                async for one in self._of_dossier(dossier_in(row)):
                    yield one
            progress(looked := looked + 1)
        async for one in self._lost():
            yield one
            progress(looked := looked + 1)

    async def _of_dossier(self, dossier: Dossier) -> AsyncIterator[OutsideDifference]:
        async for one in self._orders(dossier.code, dossier.payment.attempt + 1):
            yield one
        registry = self._rules.procedure(dossier.pins.procedure).outside.registry
        if registry in tuple(Registry) and dossier.result.reference is None:
            async for one in self._entry(dossier, Registry(registry)):
                yield one
        if dossier.intake.parent is None:  # the portal knows the dossier that the applicant filed
            async for one in self._state(dossier):
                yield one

    async def _orders(self, code: Code, attempt: int) -> AsyncIterator[OutsideDifference]:
        """The orders of the next attempts, one after the other."""
        while True:
            key = _key(code, EffectId(EffectKind.PAYMENT_ORDER, attempt))
            try:
                order = await self._outside.payments.find(key)
            except OutsideError as failed:
                yield _not_answered(System.PAYMENTS, code, failed)
                return
            if order is None:
                return
            yield OutsideDifference(
                what=Unknown.ORDER, system=System.PAYMENTS, dossier=code, key=key, theirs=_told(order)
            )
            attempt += 1

    async def _entry(self, dossier: Dossier, registry: Registry) -> AsyncIterator[OutsideDifference]:
        key, system = _key(dossier.code, dossier.result.registration), System(registry.value)
        try:
            entry = await self._outside.registries.find(registry, key)
        except OutsideError as failed:
            yield _not_answered(system, dossier.code, failed)
            return
        if entry is not None:
            theirs = f"{entry.SoKetQua or ''} ({entry.SoThamChieu})"
            yield OutsideDifference(what=Unknown.ENTRY, system=system, dossier=dossier.code, key=key, theirs=theirs)

    async def _state(self, dossier: Dossier) -> AsyncIterator[OutsideDifference]:
        try:
            found = await self._outside.portal.look_up(LookUp(dossier=dossier.code))
        except OutsideError as failed:
            yield _not_answered(System.PORTAL, dossier.code, failed)
            return
        ours = str(dossier.state.portal_code) if dossier.state else ""
        theirs = found.state.value if found.state is not None else ""
        if found.exists and theirs != ours:
            yield OutsideDifference(
                what=Unknown.STATE, system=System.PORTAL, dossier=dossier.code, theirs=theirs, ours=ours
            )

    async def _lost(self) -> AsyncIterator[OutsideDifference]:
        with unavailable_as_answer():
            days = await self._pool.fetch(RESTORED_DAYS)
        for row in days:
            for authority in self._authorities():
                for floor in range(0, row["lost"], BAND):
                    async for one in self._after(authority, row["day"], floor):
                        yield one

    async def _after(self, authority: str, day: date, floor: int) -> AsyncIterator[OutsideDifference]:
        """The codes of an authority and a day that the portal has after the last one on record, within one band."""
        stem = f"{authority}-{day:%y%m%d}"
        with unavailable_as_answer():
            last = await self._pool.fetchval(GIVEN, stem, floor + BAND)
        number, missed = max(last or 0, floor), 0
        while missed < MISSES:
            number += 1
            code = f"{stem}-{number:04d}"
            try:
                found = await self._outside.portal.look_up(LookUp(dossier=code))
            except OutsideError as failed:
                yield _not_answered(System.PORTAL, code, failed)
                return
            missed = 0 if found.exists else missed + 1
            if found.exists:
                theirs = found.state.value if found.state is not None else ""
                yield OutsideDifference(what=Unknown.DOSSIER, system=System.PORTAL, dossier=code, theirs=theirs)
                async for one in self._orders(code, 1):
                    yield one

    def _authorities(self) -> tuple[str, ...]:
        """How the codes of each authority begin."""
        units = self._province.organisation.units
        return tuple(dict.fromkeys(unit.authority_id or unit.code for unit in units))


def _key(code: Code, effect: EffectId) -> str:
    return f"{code}.{effect.replace('/', '-')}"


def _told(order: FoundOrder) -> str:
    return f"{order.order_id} {order.state.value} {order.paid_amount - order.refunded_amount}/{order.amount}"


def _not_answered(system: System, code: Code, failed: OutsideError) -> OutsideDifference:
    return OutsideDifference(what=Unknown.NOT_ANSWERED, system=system, dossier=code, theirs=failed.reason)
