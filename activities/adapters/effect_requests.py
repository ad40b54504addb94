"""What each effect asks of its outside system, and the outcome that the reply is.

Every request has a key that is made from the dossier and the effect, so a request that is sent again is the same one.
"""

from __future__ import annotations

import hashlib
from typing import assert_never

import structlog
from pydantic import ValidationError

from activities.adapters.errors import KEY_REUSED, OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.payments import CreateOrder, PaymentOrder, QueryOrder, RefundOrder
from activities.adapters.population import Verify
from activities.adapters.post import PostalParty, PostOrder
from activities.adapters.registries import Register
from activities.adapters.signing import Seal, Sign
from activities.adapters.systems import Outside
from activities.ledger.reading import LedgerReader, Request
from activities.ledger.vault import Vault
from domain.dossier.effect_id import number_of
from domain.dossier.effects import (
    CancelPostOrder,
    CreatePaymentOrder,
    Effect,
    OrderPost,
    QueryPayment,
    RefundPayment,
    RegisterResult,
    SealResult,
    SignResult,
    TrackPost,
    VerifyIdentity,
)
from domain.dossier.outcomes import (
    OutcomeCommand,
    RecordFailure,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordPostCancelled,
    RecordPostOrder,
    RecordPostSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
)
from domain.dossier.post_stages import PostStage
from domain.errors import NotFound
from domain.outside_systems import Registry, System
from domain.roles import ENGINE

log = structlog.get_logger(__name__)


class EffectRequests:
    """Makes the requests. `callback_url` is where the payment platform reports payments."""

    def __init__(self, vault: Vault, record: LedgerReader, callback_url: str) -> None:
        self._vault = vault
        self._record = record
        self._callback_url = callback_url

    async def carry_out(self, outside: Outside, dossier: str, effect: Effect) -> OutcomeCommand:
        """Makes the call of an effect of a dossier. Raises OutsideError, DatabaseUnavailable, DatabaseRefuses."""
        key = _key(dossier, effect.id)
        match effect:
            case VerifyIdentity():
                return await self._identity(outside, effect, key, dossier)
            case CreatePaymentOrder():
                return await self._order(outside, effect, key, dossier)
            case QueryPayment():
                return await _query(outside, effect)
            case RefundPayment():
                return await self._refund(outside, effect, key, dossier)
            case SignResult() | SealResult():
                return await self._signature(outside, effect, key)
            case RegisterResult():
                return await _register(outside, effect, key, dossier)
            case OrderPost():
                return await self._post_order(outside, effect, key, dossier)
            case TrackPost() | CancelPostOrder():
                return await _post_asked(outside, effect, _key(dossier, effect.order))
            case _:
                assert_never(effect)

    async def _identity(self, outside: Outside, effect: VerifyIdentity, key: str, dossier: str) -> OutcomeCommand:
        try:
            person = await self._vault.reveal(effect.applicant)
        except NotFound as erased:
            return RecordFailure(effect=effect.id, system=System.POPULATION, code=erased.code, final=True)
        # The model validates the particulars; its errors never quote them.
        particulars = {name: person.get(name) for name in ("identity_number", "name", "birth_date")}
        try:
            asked = Verify.model_validate({"key": key, "officer": ENGINE.person, "unit": effect.unit, **particulars})
        except ValidationError:
            unreadable = "particulars_unreadable"
            log.error(unreadable, dossier=dossier, effect=effect.id)
            return RecordFailure(effect=effect.id, system=System.POPULATION, code=unreadable, final=True)
        verified = await outside.population.verify(asked)
        return RecordIdentity(effect=effect.id, matches=verified.match, applicant=effect.applicant)

    async def _order(self, outside: Outside, effect: CreatePaymentOrder, key: str, dossier: str) -> OutcomeCommand:
        asked = CreateOrder(
            key=key,
            dossier=dossier,
            amount=effect.amount,
            description=f"Phí, lệ phí hồ sơ {dossier}",
            expires_at=effect.expires_at,
            callback_url=f"{self._callback_url}/{dossier}",
        )
        order = await self._opened(outside, asked)
        others = _others(await self._record.requests_of_order(order.order_id), dossier, effect)
        if any(of != dossier for of, _ in others):
            # One payment would settle both fees, and the money could not be refunded to the right payer.
            return RecordFailure(effect=effect.id, system=System.PAYMENTS, code="order_of_another", final=True)
        if others:
            # An earlier order of this dossier, which may have expired: the answer is about something else.
            raise _about_something_else("create_order", "another_order")
        return RecordPaymentOrder(effect=effect.id, order=order.order_id, pay_url=order.pay_url)

    async def _opened(self, outside: Outside, asked: CreateOrder) -> PaymentOrder:
        """The order. Where the platform knows the key from a request that a restore of our database lost, it is that
        order if it asks for the same amount: the applicant may have paid it. One that nobody can pay is left behind."""
        try:
            return await outside.payments.create_order(asked)
        except OutsideError as refused:
            there = await outside.payments.find(asked.key) if refused.reason == KEY_REUSED else None
            if there is None or there.dossier != asked.dossier:
                raise
            if not there.open and await self._record.was_restored():
                return await outside.payments.create_order(asked.model_copy(update={"key": _other_key(asked)}))
            if there.amount != asked.amount:
                raise
            return PaymentOrder(
                order_id=there.order_id, pay_url=there.pay_url, amount=there.amount, expires_at=asked.expires_at
            )

    async def _refund(self, outside: Outside, effect: RefundPayment, key: str, dossier: str) -> OutcomeCommand:
        refund = RefundOrder(key=key, order_id=effect.order, amount=effect.amount, reason="overpaid")
        done = await outside.payments.refund(refund)
        if _others(await self._record.requests_of_refund(dossier, done.refund_id), dossier, effect):
            # An earlier refund of the same amount: this one may not have been made.
            raise _about_something_else("refund", "another_refund")
        return RecordRefund(effect=effect.id, reference=done.refund_id, order=effect.order)

    async def _signature(self, outside: Outside, effect: SignResult | SealResult, key: str) -> OutcomeCommand:
        """The signature or seal. Where another document was signed under the key by an act that a restore of our
        database lost, this one is signed under a key of its own."""
        try:
            return await _signed(outside, effect, key)
        except OutsideError as refused:
            if refused.reason != KEY_REUSED or not await self._record.was_restored():
                raise
            return await _signed(outside, effect, f"{key}.{_digits(effect.model_dump_json())}")

    async def _post_order(self, outside: Outside, effect: OrderPost, key: str, dossier: str) -> OutcomeCommand:
        if outside.post is None:
            return RecordFailure(effect=effect.id, system=System.POST, code="post_not_connected", final=True)
        try:
            kept = await self._vault.reveal(effect.postal_address)
        except NotFound as erased:
            return RecordFailure(effect=effect.id, system=System.POST, code=erased.code, final=True)
        try:
            person = PostalParty.model_validate(kept.get("postal_address"))
        except ValidationError:
            return RecordFailure(effect=effect.id, system=System.POST, code="particulars_unreadable", final=True)
        asked = PostOrder(key=key, dossier=dossier, purpose=effect.purpose, desk=effect.unit, person=person)
        ordered = await outside.post.order(asked)
        if _others(await self._record.requests_of_postal_item(ordered.item_code), dossier, effect):
            # Its reports would move two items, and one applicant's result could go to another.
            return RecordFailure(effect=effect.id, system=System.POST, code="item_of_another", final=True)
        cancelled = ordered.stage is PostStage.CANCELLED
        return RecordPostOrder(effect=effect.id, item=ordered.item_code, cancelled=cancelled)


def _others(recorded: set[Request], dossier: str, effect: Effect) -> set[Request]:
    """The requests besides that of the effect for which the ledger has what the outside system answered with."""
    return recorded - {(dossier, number_of(effect.id))}


def _about_something_else(operation: str, reason: str) -> OutsideError:
    """The answer is about an earlier request, so this one is sent again under its key."""
    return OutsideError(System.PAYMENTS, OutsideCode.BAD_REPLY, operation=operation, reason=reason)


def _other_key(asked: CreateOrder) -> str:
    return f"{asked.key}.{_digits(asked.model_dump_json())}"


def _digits(content: str) -> str:
    """The first digits of a digest of what is asked for, so that the same request always has the same key."""
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def _key(dossier: str, effect: str) -> str:
    """The key of a call at the outside system: `H42.12-250701-0001.sign-1`."""
    return f"{dossier}.{effect.replace('/', '-')}"


async def _post_asked(outside: Outside, effect: TrackPost | CancelPostOrder, key: str) -> OutcomeCommand:
    if outside.post is None:
        return RecordFailure(effect=effect.id, system=System.POST, code="post_not_connected", final=True)
    if isinstance(effect, CancelPostOrder):
        done = await outside.post.cancel(key)
        return RecordPostCancelled(effect=effect.id, cancelled=done.cancelled, item=done.item_code)
    seen = await outside.post.track(key, effect.item)
    return RecordPostSeen(
        effect=effect.id, item=effect.item, stage=seen.stage, stated_at=seen.stated_at, evidence=seen.evidence
    )


async def _query(outside: Outside, effect: QueryPayment) -> OutcomeCommand:
    status = await outside.payments.query(QueryOrder(order_id=effect.order))
    return RecordPaymentSeen(
        effect=effect.id,
        order=effect.order,
        paid=status.paid_amount,
        transactions=tuple(one.transaction_id for one in status.transactions),
        closed=status.state.value in ("expired", "refunded", "failed"),
    )


async def _signed(outside: Outside, effect: SignResult | SealResult, key: str) -> OutcomeCommand:
    if isinstance(effect, SignResult):
        asked = Sign(key=key, document_hash=effect.document, signer=effect.signer, unit=effect.unit)
        signature = await outside.signing.sign(asked)
        return RecordSignature(
            effect=effect.id,
            certificate=signature.certificate_id,
            signature=signature.signature,
            signed_at=signature.signed_at,
            document=effect.document,
            unit=effect.unit,
        )
    seal = await outside.signing.seal(Seal(key=key, document_hash=effect.document, unit=effect.unit))
    return RecordSeal(
        effect=effect.id,
        certificate=seal.certificate_id,
        signature=seal.signature,
        document=effect.document,
        unit=effect.unit,
    )


async def _register(outside: Outside, effect: RegisterResult, key: str, dossier: str) -> OutcomeCommand:
    if effect.registry not in tuple(Registry):
        return RecordFailure(effect=effect.id, system=effect.registry, code="unknown_registry", final=True)
    asked = Register(
        registry=Registry(effect.registry),
        key=key,
        dossier=dossier,
        procedure=effect.procedure,
        unit=effect.unit,
        result_number=effect.result_number,
        document_hash=effect.document,
        issued_at=effect.issued_at,
    )
    entered = await outside.registries.register(asked)
    return RecordRegistration(effect=effect.id, reference=entered.reference, document=effect.document)
