"""Every operation of every adapter, as the misbehaviours meet it: how it is called, and the effect that it has once."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.adapters.payments import QueryOrder, RefundOrder
from activities.adapters.portal import LookUp, PortalProgress, Synchronise
from activities.adapters.portal_records import ProgressLine
from activities.adapters.signing import Seal, Sign
from activities.adapters.systems import Outside
from domain.values import VIETNAM
from tests.activities.adapters.given import (
    CITIZEN,
    RECEIVED,
    Steering,
    filed,
    notice,
    order,
    post_of,
    post_order,
    record,
    register,
    told,
    verify,
)
from tests.activities.adapters.test_lies import interconnection_of

TOMORROW = datetime.now(VIETNAM).replace(microsecond=0) + timedelta(days=1)
"""One instant for every try: the platform refuses a key with another request."""
Call = Callable[[Outside, int], Awaitable[object]]
"""The call with this number. Calls with another number have another key, and are about something else."""


@dataclass(frozen=True)
class Operation:
    """One operation. `effect`: what the simulator counts for the call with this number; None for a look."""

    system: str
    service: str
    """The operation as the simulator names it."""
    adapter: str
    """The adapter in `Outside`, and its method."""
    method: str
    call: Call
    effect: Callable[[int], str] | None = None
    contract: str = "1"
    """The version of the contract in which it is called."""
    key: Callable[[int], str] | None = None
    """The simulator's key of a look, because other operations look in the same way."""
    match: Callable[[int], dict[str, str]] | None = None
    """The fields by which a fault hits only this operation."""
    prepare: Call | None = None
    """What there must be before, done with a system in order."""

    @property
    def name(self) -> str:
        """The name in the table of expectations."""
        return f"{self.adapter}.{self.method}" + ("" if self.contract == "1" else f" ({self.contract})")


def code(number: int, of: str) -> str:
    """The code of a dossier that only this operation uses."""
    return f"H42.12-250701-{of}{number:03d}"


def posted(number: int, of: str) -> str:
    """The key of an order at the post."""
    return f"{code(number, '5')}.{of}"


def document(number: int) -> str:
    """The hash of a document."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def line(number: int) -> ProgressLine:
    """One step of progress."""
    return ProgressLine(
        code=code(number, "2"), officer="Nguyễn Văn Bình", processed_at=RECEIVED, content="Tiếp nhận", state="2"
    )


async def synchronised(outside: Outside, number: int, of: str) -> object:
    """A dossier of the portal."""
    return await outside.portal.synchronise(
        Synchronise(key=f"sync-{of}-{number}", record=record(code=code(number, of)))
    )


async def opened(outside: Outside, number: int, of: str = "ask") -> str:
    """The number of an order at the platform. Each operation has its own amount: that shows whose an answer is."""
    asked = order(f"{of}-{number}", amount=10_000 * len(of) + number).model_copy(update={"expires_at": TOMORROW})
    made = await outside.payments.create_order(asked)
    return made.order_id


class Orders:
    """The orders and certificates that the preparations have made, by the simulator's own way of naming them."""

    def __init__(self, steering: Steering) -> None:
        self._steering = steering

    def order(self, key: str) -> str:
        """The number of the order of this key."""
        return str(self._steering.simulator.world.name("DH", key))

    def item(self, key: str) -> str:
        """The number of the postal item of this key."""
        row = self._steering.simulator.items.items.get(key)
        assert row is not None
        return row.item_code

    def certificate(self, number: int) -> str:
        """The certificate of the official of this number."""
        return str(self._steering.simulator.world.name("CTS", f"13366.official-{number}"))

    async def paid(self, outside: Outside, number: int) -> object:
        """An order that is paid."""
        order_id = await opened(outside, number, "paid")
        return self._steering.simulator.page.pay_without_callback(order_id)


def operations(steering: Steering) -> tuple[Operation, ...]:
    """All of them. `test_misbehaviours` fails when an adapter has one that is not here."""
    made = Orders(steering)

    def refund(number: int) -> RefundOrder:
        order_id = made.order(f"paid-{number}")
        return RefundOrder(key=f"refund-{number}", order_id=order_id, amount=1_000 + number, reason="overpaid")

    def sign(number: int, of: str = "sign") -> Sign:
        return Sign(key=f"{of}-{number}", document_hash=document(number), signer=f"official-{number}", unit="13366")

    async def file(_: Outside, number: int) -> object:
        return steering.simulator.interconnection.file([filed(f"LT-2026-{kind}{number:05d}") for kind in range(4)])

    return (
        Operation(
            *("portal", "TraCuuHoSo", "portal", "look_up"),
            lambda outside, number: outside.portal.look_up(LookUp(dossier=code(number, "0"))),
            key=lambda number: code(number, "0"),
            prepare=lambda outside, number: synchronised(outside, number, "0"),
        ),
        Operation(
            *("portal", "DongBoHoSoMC", "portal", "synchronise"),
            lambda outside, number: synchronised(outside, number, "1"),
            lambda number: f"created {code(number, '1')}",
        ),
        Operation(
            *("portal", "CapNhatTienDoHoSoMC", "portal", "progress"),
            lambda outside, number: outside.portal.progress(PortalProgress(key=f"p-{number}", line=line(number))),
            lambda number: f"progress {code(number, '2')}",
            prepare=lambda outside, number: synchronised(outside, number, "2"),
        ),
        Operation(
            *("population", "TraCuuThongTinCongDan", "population", "verify"),
            lambda outside, number: outside.population.verify(
                verify(key=f"verify-{number}", identity_number=f"{int(CITIZEN['identity_number']) + number:012d}")
            ),
        ),
        Operation(
            *("civil", "DangKyKetQua", "registries", "register"),
            lambda outside, number: outside.registries.register(register(key=f"register-{number}", number=number)),
            lambda number: f"registered register-{number}",
        ),
        Operation(
            *("payments", "create_order", "payments", "create_order"),
            lambda outside, number: opened(outside, number, "order"),
            lambda number: f"order order-{number}",
        ),
        Operation(
            *("payments", "query", "payments", "query"),
            lambda outside, number: outside.payments.query(QueryOrder(order_id=made.order(f"ask-{number}"))),
            key=lambda number: made.order(f"ask-{number}"),
            prepare=opened,
        ),
        Operation(
            *("payments", "refund", "payments", "refund"),
            lambda outside, number: outside.payments.refund(refund(number)),
            lambda number: f"refund refund-{number}",
            prepare=made.paid,
        ),
        Operation(
            *("signing", "sign", "signing", "sign"),
            lambda outside, number: outside.signing.sign(sign(number)),
            lambda number: f"sign sign-{number}",
        ),
        Operation(
            *("signing", "seal", "signing", "seal"),
            lambda outside, number: outside.signing.seal(
                Seal(key=f"seal-{number}", document_hash=document(number), unit="13366")
            ),
            lambda number: f"seal seal-{number}",
        ),
        Operation(
            *("signing", "certificate", "signing", "certificate"),
            lambda outside, number: outside.signing.certificate(made.certificate(number)),
            key=made.certificate,
            prepare=lambda outside, number: outside.signing.sign(sign(number, "before")),
        ),
        Operation(
            *("notices", "send", "notices", "send"),
            lambda outside, number: outside.notices.send(notice(f"notice-{number}")),
            lambda number: f"sent notice-{number}",
        ),
        Operation(
            *("post", "order", "post", "order"),
            lambda outside, number: post_of(outside).order(post_order(posted(number, "order"))),
            lambda number: f"order {posted(number, 'order')}",
        ),
        Operation(
            *("post", "track", "post", "track"),
            lambda outside, number: post_of(outside).track(posted(number, "track"), made.item(posted(number, "track"))),
            key=lambda number: posted(number, "track"),
            prepare=lambda outside, number: post_of(outside).order(post_order(posted(number, "track"))),
        ),
        Operation(
            *("post", "cancel", "post", "cancel"),
            lambda outside, number: post_of(outside).cancel(posted(number, "cancel")),
            lambda number: f"cancelled {posted(number, 'cancel')}",
            prepare=lambda outside, number: post_of(outside).order(post_order(posted(number, "cancel"))),
        ),
        *of_interconnection("1", 0, file),
        *of_interconnection("2", 2, file),
    )


def of_interconnection(contract: str, kind: int, file: Call) -> tuple[Operation, Operation]:
    """The two calls of the interconnection software, in one version of its contract, with applications of their own."""
    return (
        Operation(
            *("interconnection", "hosolienthong", "interconnection", "application"),
            lambda outside, number: interconnection_of(outside).application(f"LT-2026-{kind}{number:05d}"),
            contract=contract,
            key=lambda number: f"LT-2026-{kind}{number:05d}",
            prepare=file,
        ),
        Operation(
            *("interconnection", "trangthai", "interconnection", "tell"),
            lambda outside, number: interconnection_of(outside).tell(told(application=told_of(kind, number))),
            lambda number: f"told {told_of(kind, number)}//1",
            contract=contract,
            match=lambda number: {"MaHoSoLienThong": told_of(kind, number)},
            prepare=file,
        ),
    )


def told_of(kind: int, number: int) -> str:
    """The application whose status is told."""
    return f"LT-2026-{kind + 1}{number:05d}"
