"""The activities that carry effects out, and what becomes of a call that failed.

There are two ways to make the same call. *Quick* is one try of less than a second, as a local activity: with a working
system it costs one history event, and the breaker makes it cheap when the system fails. *Patient* is an ordinary
activity on the system's own task queue. Temporal retries it until the system answers, however long the outage is.
"""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

import structlog
from pydantic import Field
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.adapters.effect_requests import EffectRequests
from activities.adapters.errors import KEY_REUSED, OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.systems import Outside
from activities.adapters.verdict import Verdict
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from activities.ledger.reading import LedgerReader
from activities.ledger.temporal_errors import as_application_error
from activities.ledger.vault import Vault
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
from domain.dossier.outcomes import OutcomeCommand, RecordFailure
from domain.dossier.refused_calls import REGISTERED_ELSEWHERE
from domain.outside_orders import OutsideAct
from domain.outside_systems import System
from domain.repairs.call_codes import NEEDS_PERSON, UNKNOWN_REPLY
from domain.values import Code, Value

log = structlog.get_logger(__name__)


class Call(Value):
    """One effect of one dossier."""

    dossier: Code
    effect: Effect


class Called(Value):
    """The outcome of a call, as the command that records it."""

    outcome: OutcomeCommand = Field(discriminator="kind")


def system_of(effect: Effect) -> str:
    """The outside system that an effect needs. It also names the task queue of the patient call.

    A rule of an earlier release may name an unknown registry. Its name is then returned as it is: the workflow calls
    this function, and an error here would fail every later task of the dossier.
    """
    match effect:
        case VerifyIdentity():
            return System.POPULATION
        case CreatePaymentOrder() | QueryPayment() | RefundPayment():
            return System.PAYMENTS
        case SignResult() | SealResult():
            return System.SIGNING
        case RegisterResult():
            return effect.registry
        case OrderPost() | TrackPost() | CancelPostOrder():
            return System.POST
        case _:
            assert_never(effect)


class OutsideCalls:
    """The two ways to make a call. `callback_url` is where the payment platform reports payments."""

    def __init__(
        self,
        quick: Outside,
        patient: Outside,
        vault: Vault,
        record: LedgerReader,
        tries: OutsideTries,
        callback_url: str,
    ) -> None:
        self._quick = quick
        self._patient = patient
        self._record = record
        self._tries = tries
        self._requests = EffectRequests(vault, record, callback_url)

    def patient_limit(self, system: System) -> int:
        """How many patient calls of a system may run at once in this process now."""
        connection = self._patient.connections.get(system)
        return connection.address.concurrent_calls if connection else 1

    @activity.defn(name="outside.quick")
    async def quick(self, call: Call) -> Called:
        """Makes one try. A failure is returned as an outcome: the dossier records it and makes the patient call.

        Nothing is sent until it is on record that this try begins, and it is left to the patient call if that cannot be
        written (decision 062).
        """
        try:
            if _has_an_effect(call.effect):
                await self._tries.begin(call.dossier, call.effect.id)
            return Called(outcome=await self._requests.carry_out(self._quick, call.dossier, call.effect))
        except OutsideError as error:
            _log(call, error)
            await self._note_pause(call, error)
            return Called(outcome=_failure(call, error, final=await self._is_final(call, error)))
        except (DatabaseRefuses, DatabaseUnavailable) as failed:  # an incident of the dossier; the patient call follows
            system = system_of(call.effect)
            return Called(outcome=RecordFailure(effect=call.effect.id, system=system, code=failed.code, final=False))

    @activity.defn(name="outside.patient")
    async def patient(self, call: Call) -> Called:
        """Raises ApplicationError for a failure that Temporal should retry.

        A final refusal is returned as an outcome. If the system asked the quick call to wait, the first try ends
        without a request, and Temporal waits: no place is taken meanwhile.
        """
        try:
            await self._require_no_pause(call)
            with as_application_error(call.dossier, patient=True):
                return Called(outcome=await self._requests.carry_out(self._patient, call.dossier, call.effect))
        except OutsideError as error:
            _log(call, error)
            kind = _code(error) if error.unknown or error.verdict is Verdict.NEEDS_PERSON else str(error.code)
            if not error.retryable:
                if not _has_an_effect(call.effect) or _code(error) == REGISTERED_ELSEWHERE:
                    return Called(outcome=_failure(call, error, final=True))
                error = error.sent_again()  # the quick call came before
            again = error.retry_after or self._own_pause(error)  # of the system, the breaker or the order; of the file
            next_try = timedelta(seconds=again) if again else None
            raise ApplicationError(
                error.message.en, error.message.model_dump(), type=kind, next_retry_delay=next_try
            ) from error

    async def _note_pause(self, call: Call, error: OutsideError) -> None:
        """Writes down how long the system asked to be left alone. Where that cannot be written, it is asked at once."""
        if error.asked_to_wait is None or not error.retryable:
            return
        try:
            await self._tries.asked_to_wait(call.dossier, call.effect.id, error.asked_to_wait)
        except (DatabaseUnavailable, DatabaseRefuses) as failed:
            log.warning("outside_pause_not_noted", dossier=call.dossier, effect=call.effect.id, code=failed.code)

    async def _require_no_pause(self, call: Call) -> None:
        """Raises OutsideError ASKED_TO_WAIT at the first try, while the pause lasts that the quick call was asked for.

        Later tries have waited already. An operator's order to call in spite of failures goes before the pause.
        """
        if not activity.in_activity() or activity.info().attempt > 1:
            return
        named = system_of(call.effect)
        connection = self._patient.connections.get(System(named)) if named in tuple(System) else None
        if connection is None or (connection.order is not None and connection.order.act is OutsideAct.CLOSE):
            return
        try:
            left = await self._tries.wait_left(call.dossier, call.effect.id)
        except (DatabaseUnavailable, DatabaseRefuses):
            return
        if left:
            raise connection.error(OutsideCode.ASKED_TO_WAIT, call.effect.kind, after=left)

    def _own_pause(self, error: OutsideError) -> float | None:
        """Seconds until the next try, where the settings of the system have pauses of their own."""
        connection = self._patient.connections.get(error.system)
        terms = connection.address.retry if connection else None
        return terms.pause(activity.info().attempt) if terms and activity.in_activity() else None

    async def _is_final(self, call: Call, error: OutsideError) -> bool:
        """True if a quick call was refused for good. Beside or after another try only a call without an effect can be:
        that try may have had its effect, and an operator would have it again under another id (decisions 037, 062)."""
        if error.retryable:
            return False
        if _code(error) == REGISTERED_ELSEWHERE:
            return True
        try:
            if error.reason == KEY_REUSED and await self._record.was_restored():
                return True  # what was done under the key is of an act that the restore lost, and is something else
            return not _has_an_effect(call.effect) or await self._tries.is_alone(call.dossier, call.effect.id)
        except (DatabaseUnavailable, DatabaseRefuses):
            return False  # not known: the patient call follows


def _log(call: Call, error: OutsideError) -> None:
    log.warning(
        "outside_failed", dossier=call.dossier, effect=call.effect.id, system=error.system, code=str(error.code)
    )


def _failure(call: Call, error: OutsideError, *, final: bool) -> RecordFailure:
    return RecordFailure(effect=call.effect.id, system=error.system, code=_code(error), final=final)


def _code(error: OutsideError) -> str:
    """The code by which the dossier knows the failure. Its beginning says if a person has to find something out."""
    code = error.reason or str(error.code)
    if error.verdict is Verdict.NEEDS_PERSON:
        return f"{NEEDS_PERSON}{code}"
    return f"{UNKNOWN_REPLY}{code}" if error.unknown else code


def _has_an_effect(effect: Effect) -> bool:
    """True for what must not be done twice. An identity, a payment and a postal item are only looked at."""
    return not isinstance(effect, VerifyIdentity | QueryPayment | TrackPost)
