"""Every operation of every adapter, as the misbehaviours meet it: how it is called, and the effect that it has once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.adapters.documents import Documents, Waiting
from activities.adapters.edxml import Document
from activities.adapters.payments import QueryOrder, RefundOrder
from activities.adapters.portal import LookUp
from activities.adapters.portal_records import PortalState, ProgressLine
from activities.adapters.post import PostedOrder, PostOrder
from activities.adapters.signing import Seal, Sign
from activities.adapters.systems import Outside
from domain.outside_systems import Registry
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
    zalo_message,
)
from tests.activities.adapters.letters import letter, stage_of
from tests.activities.adapters.test_lies import interconnection_of
from tests.support.one_dossier_told import Synchronise
from tests.support.one_dossier_told import synchronised as synchronised_one
from tools.simulator.documents import Reply
from tools.simulator.fault_injection import FaultMode
from tools.simulator.payment_page import Pay

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


def document(number: int) -> str:
    """The hash of a document."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def line(number: int, of: str = "2") -> ProgressLine:
    """One step of progress."""
    return ProgressLine(
        code=code(number, of), officer="Nguyễn Văn Bình", processed_at=RECEIVED, content="Tiếp nhận", state="2"
    )


async def synchronised(outside: Outside, number: int, of: str) -> object:
    """A dossier of the portal."""
    return await synchronised_one(outside, Synchronise(key=f"sync-{of}-{number}", record=record(code=code(number, of))))


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

    def certificate(self, number: int) -> str:
        """The certificate of the official of this number."""
        return str(self._steering.simulator.world.name("CTS", f"13366.official-{number}"))

    async def paid(self, outside: Outside, number: int) -> object:
        """An order that is paid."""
        order_id = await opened(outside, number, "paid")
        return self._steering.simulator.page.pay(order_id, Pay(callback=FaultMode.CALLBACK_LOST))


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
        *of_lists(),
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
            *("civil", "TraCuuKetQua", "registries", "find"),
            lambda outside, number: outside.registries.find(Registry.CIVIL, f"find-{number}"),
            key=lambda number: f"find-{number}",
            prepare=lambda outside, number: outside.registries.register(
                register(key=f"find-{number}", number=50_000 + number)
            ),
        ),
        Operation(
            *("payments", "find_order", "payments", "find"),
            lambda outside, number: outside.payments.find(f"found-{number}"),
            prepare=lambda outside, number: opened(outside, number, "found"),
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
            *("sms", "send", "sms", "send"),
            lambda outside, number: outside.notices.sms.send(notice(f"notice-{number}")),
            lambda number: f"sent notice-{number}",
        ),
        Operation(
            *("zalo", "send", "zalo", "send"),
            lambda outside, number: outside.notices.zalo.send(zalo_message(f"zalo-{number}")),
            lambda number: f"sent zalo-{number}",
        ),
        *of_post(),
        *of_documents(steering),
        *of_interconnection("1", 0, file),
        *of_interconnection("2", 2, file),
    )


def of_lists() -> tuple[Operation, ...]:
    """The portal's calls with lists, as its relay makes them."""

    async def send(outside: Outside, number: int) -> object:
        known = await outside.portal.look_up(LookUp(dossier=code(number, "6")))
        key = f"list-{number}"
        return await outside.portal.send([record(code=code(number, "6"))], updating=known.exists, key=key)

    return (
        Operation(
            *("portal", "DongBoHoSoMC", "portal", "send"),
            send,
            lambda number: f"created {code(number, '6')}",
            key=lambda number: code(number, "6"),
        ),
        Operation(
            *("portal", "CapNhatTienDoHoSoMC", "portal", "report"),
            lambda outside, number: outside.portal.report([line(number, "7")], key=f"lines-{number}"),
            lambda number: f"progress {code(number, '7')}",
            key=lambda number: code(number, "7"),
            prepare=lambda outside, number: synchronised(outside, number, "7"),
        ),
        Operation(
            *("portal", "TraCuuHoSo", "portal", "has_state"),
            lambda outside, number: outside.portal.has_state(code(number, "8"), PortalState.ACCEPTED),
            key=lambda number: code(number, "8"),
            prepare=lambda outside, number: synchronised(outside, number, "8"),
        ),
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


def of_documents(steering: Steering) -> tuple[Operation, ...]:
    """The calls of the document axis. Envelopes that wait for us are put there before; each call has its own."""
    put: dict[tuple[str, int], Waiting] = {}

    def axis(outside: Outside) -> Documents:
        assert outside.documents is not None
        return outside.documents

    def waits(of: str) -> Call:
        async def prepare(_: Outside, number: int) -> None:
            body = f"<{of}{number}/>".encode()
            [message] = steering.simulator.documents.order(Reply(to="", raw=base64.b64encode(body).decode()))
            put[of, number] = Waiting(message=message, sender="H99", digest=hashlib.sha256(body).hexdigest())

        return prepare

    def key(of: str) -> Callable[[int], str]:
        return lambda number: put[of, number].message

    def effect(of: str) -> Callable[[int], str]:
        return lambda number: f"{of} {put[of, number].message}"

    def sent(number: int, of: str) -> Document:
        return letter(f"H42.10-250707-{of}{number:03d}.v9")

    return (
        Operation(
            *("documents", "documents", "documents", "send"),
            lambda outside, number: axis(outside).send(sent(number, "0")),
            lambda number: f"sent {sent(number, '0').id}",
        ),
        Operation(
            *("documents", "statuses", "documents", "tell"),
            lambda outside, number: axis(outside).tell(stage_of(sent(number, "1").id)),
            lambda number: f"status {sent(number, '1').id}|H42.10|01",
        ),
        Operation(
            *("documents", "look", "documents", "find"),
            lambda outside, number: axis(outside).find(sent(number, "2").id),
            key=lambda number: sent(number, "2").id,
            prepare=lambda outside, number: axis(outside).send(sent(number, "2")),
        ),
        Operation(*("documents", "waiting", "documents", "waiting"), lambda outside, number: axis(outside).waiting()),
        Operation(
            *("documents", "fetch", "documents", "fetch"),
            lambda outside, number: axis(outside).fetch(put["fetch", number]),
            key=key("fetch"),
            prepare=waits("fetch"),
        ),
        *(
            Operation(
                *("documents", service, "documents", method),
                call,
                effect(service),
                key=key(service),
                prepare=waits(service),
            )
            for service, method, call in (
                ("taken", "taken", lambda outside, number: axis(outside).taken(put["taken", number].message)),
                (
                    "refused",
                    "refuse",
                    lambda outside, number: axis(outside).refuse(put["refused", number].message, "x"),
                ),
            )
        ),
    )


def told_of(kind: int, number: int) -> str:
    """The application whose status is told."""
    return f"LT-2026-{kind + 1}{number:05d}"


def ordered_of(number: int, of: str) -> PostOrder:
    """An item of the post."""
    return post_order(f"{code(number, of)}.post-order-1")


async def ordered(outside: Outside, number: int, of: str) -> PostedOrder:
    """Orders it."""
    return await post_of(outside).order(ordered_of(number, of))


def of_post() -> tuple[Operation, ...]:
    """The calls of the postal service."""

    items: dict[int, str] = {}

    async def tracked(outside: Outside, number: int) -> object:
        items[number] = (await ordered(outside, number, "4")).item_code
        return items[number]

    return (
        Operation(
            *("post", "order", "post", "order"),
            lambda outside, number: ordered(outside, number, "3"),
            lambda number: f"order {ordered_of(number, '3').key}",
        ),
        Operation(
            *("post", "track", "post", "track"),
            lambda outside, number: post_of(outside).track(ordered_of(number, "4").key, items[number]),
            key=lambda number: ordered_of(number, "4").key,
            prepare=tracked,
        ),
        Operation(
            *("post", "cancel", "post", "cancel"),
            lambda outside, number: post_of(outside).cancel(ordered_of(number, "5").key),
            lambda number: f"cancelled {ordered_of(number, '5').key}",
            prepare=lambda outside, number: ordered(outside, number, "5"),
        ),
    )
