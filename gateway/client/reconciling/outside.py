"""Compares the ledger with the outside world after a restore to an earlier moment: what others have and we do not.

Nothing is changed. Calls have keys that follow from the dossier and the number of the call, so what a lost act has done
is found by asking for the keys that come next. Codes that were given out and lost are found in the same way: those
after the last code on record, below the numbers that are given out since the restore.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from enum import StrEnum

from pydantic import Field

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
MISSES = 10
"""So many codes in a row that nobody knows end the search of a day. A code may be given and not be used, and the
children of an interconnected dossier have codes that the portal does not know."""
SHOWN = {
    "MaTTHC": "procedure",
    "TenTTHC": "procedure_name",
    "KenhThucHien": "channel",
    "NgayNopHoSo": "submitted_at",
    "NgayTiepNhan": "received_at",
    "NgayHenTra": "promised_at",
    "NoiNopHoSo": "receiving_unit",
}
"""What the portal shows of a lost dossier, and is no personal data."""
AGAIN = """
select dossier from number_in_use where kind = 'brought_over' and number = number_as_compared($1) limit 1
"""
BAND = 5_000
"""How much higher numbering goes on after each restore (`numbers_lost` of the migrations)."""

RESTORED_DAYS = """
with restored as (
    select (server.at at time zone interval '7 hours')::date as declared, (
        select (event.at at time zone interval '7 hours')::date from event
        where event.xid <= server.newest order by event.xid desc, event.position desc limit 1
    ) as last_event
    from ledger_server server where number > 1
)
select day::date as day, numbers_lost(day::date) as lost
from generate_series(
    (select min(least(declared, last_event)) from restored),
    (select max(greatest(declared, last_event)) from restored), interval '1 day'
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
    facts: dict[str, str] = Field(default_factory=dict)
    """Of a dossier at the portal what is in `SHOWN`; of an order `order`, `state`, `paid` (less refunds), `amount`."""
    lost: bool = False
    """True when the ledger has no dossier of this code. `ours` is then the dossier that it was entered again as."""


class OutsideComparison:
    """Asks the outside systems. It reads only."""

    def __init__(self, outside: Outside, pool: Pool, province: Province, rules: Rulebook) -> None:
        self._outside = outside
        self._pool = pool
        self._reader = LedgerReader(pool)
        self._province = province
        self._rules = rules
        self._silent: set[System] = set()
        """Systems that did not answer while lost codes were looked for. They are told once and not asked again."""

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
            key = _key(dossier.code, dossier.result.registration)
            async for one in self._entry(dossier.code, key, Registry(registry)):
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
                what=Unknown.ORDER,
                system=System.PAYMENTS,
                dossier=code,
                key=key,
                theirs=_told(order),
                facts=_facts(order),
            )
            attempt += 1

    async def _entry(self, code: Code, key: str, registry: Registry) -> AsyncIterator[OutsideDifference]:
        system = System(registry.value)
        try:
            entry = await self._outside.registries.find(registry, key)
        except OutsideError as failed:
            yield _not_answered(system, code, failed)
            return
        if entry is not None:
            theirs = f"{entry.SoKetQua or ''} ({entry.SoThamChieu})"
            yield OutsideDifference(what=Unknown.ENTRY, system=system, dossier=code, key=key, theirs=theirs)

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
        """What others have of the codes of an authority and a day after the last one on record, within one band."""
        stem = f"{authority}-{day:%y%m%d}"
        with unavailable_as_answer():
            last = await self._pool.fetchval(GIVEN, stem, floor + BAND)
        number, missed = max(last or 0, floor), 0
        while missed < MISSES and System.PORTAL not in self._silent:
            number += 1
            known = False
            async for one in self._lost_dossier(f"{stem}-{number:04d}"):
                known = known or one.what is not Unknown.NOT_ANSWERED
                yield one
            missed = 0 if known else missed + 1

    async def _lost_dossier(self, code: Code) -> AsyncIterator[OutsideDifference]:
        """The dossier at the portal, its orders and its entries; nothing when nobody knows the code.

        One that was entered again under another code is told only as long as money lies at an order of the old one.
        """
        found = [one async for one in self._once(System.PORTAL, self._at_portal(code))]
        found += [one async for one in self._once(System.PAYMENTS, self._orders(code, 1))]
        if any(one.what is not Unknown.NOT_ANSWERED for one in found):
            for registry in Registry:
                key = _key(code, EffectId(EffectKind.REGISTER, 1))
                found += [one async for one in self._once(System(registry.value), self._entry(code, key, registry))]
        with unavailable_as_answer():
            again = await self._pool.fetchval(AGAIN, code)
        for one in found:
            if again is None or one.what in (Unknown.ORDER, Unknown.NOT_ANSWERED):
                yield one.model_copy(update={"ours": again or "", "lost": True})

    async def _once(self, system: System, asked: AsyncIterator[OutsideDifference]) -> AsyncIterator[OutsideDifference]:
        """What a system answers, unless it was silent before."""
        if system in self._silent:
            return
        async for one in asked:
            if one.what is Unknown.NOT_ANSWERED:
                self._silent.add(system)
            yield one

    async def _at_portal(self, code: Code) -> AsyncIterator[OutsideDifference]:
        try:
            found = await self._outside.portal.look_up(LookUp(dossier=code))
        except OutsideError as failed:
            yield _not_answered(System.PORTAL, code, failed)
            return
        if found.exists:
            theirs = found.state.value if found.state is not None else ""
            facts = {name: str(found.fields[field]) for field, name in SHOWN.items() if found.fields.get(field)}
            yield OutsideDifference(
                what=Unknown.DOSSIER, system=System.PORTAL, dossier=code, theirs=theirs, facts=facts
            )

    def _authorities(self) -> tuple[str, ...]:
        """How the codes of each authority begin."""
        units = self._province.organisation.units
        return tuple(dict.fromkeys(unit.authority_id or unit.code for unit in units))


def _key(code: Code, effect: EffectId) -> str:
    return f"{code}.{effect.replace('/', '-')}"


def _told(order: FoundOrder) -> str:
    return f"{order.order_id} {order.state.value} {order.paid_amount - order.refunded_amount}/{order.amount}"


def _facts(order: FoundOrder) -> dict[str, str]:
    paid = order.paid_amount - order.refunded_amount
    return {"order": order.order_id, "state": order.state.value, "paid": str(paid), "amount": str(order.amount)}


def _not_answered(system: System, code: Code, failed: OutsideError) -> OutsideDifference:
    return OutsideDifference(
        what=Unknown.NOT_ANSWERED, system=system, dossier=code, theirs=failed.reason or failed.code
    )
