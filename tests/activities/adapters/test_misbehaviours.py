"""The contract of every operation of every adapter in every misbehaviour of its system, over a socket.

`EXPECTED` says what a call meets in each misbehaviour: the verdict, the code, and whether it has had its effect by
then. `OTHERWISE` has the operations that read it in another way. A misbehaviour, an adapter or an operation that is in
neither fails this file. Afterwards the same call is sent again until it is done, and has had its effect once.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from typing import Any, NamedTuple, get_type_hints

import pytest

from activities.adapters.address import BreakerPolicy
from activities.adapters.contracts import contracts_of
from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.sms import Sms
from activities.adapters.systems import Outside, open_outside
from activities.adapters.verdict import Verdict
from activities.adapters.zalo import Zalo
from domain.outside_systems import System
from tests.activities.adapters.given import CITIZEN, Steering
from tests.activities.adapters.operations import Operation, operations
from tests.support.waiting import WITHIN
from tools.simulator.fault_injection import CALLBACK_MODES, EFFECT_MODES, REPORT_MODES, FaultMode


class Met(NamedTuple):
    """What one call meets. `done`: the system has carried it out. `unknown`: an alarm, because nobody knows it."""

    verdict: Verdict
    code: OutsideCode | None = None
    done: bool = False
    unknown: bool = False


def again(code: OutsideCode, *, done: bool = False, unknown: bool | None = None) -> Met:
    """A call that is sent again."""
    return Met(Verdict.RETRY, code, done, code is OutsideCode.BAD_REPLY if unknown is None else unknown)


DONE = Met(Verdict.DONE, done=True)
BELIEVED = Met(Verdict.DONE, done=False)
"""Success without an effect, where the system has nothing by which we could look. Only a reconciliation finds it."""
SILENT, BROKEN, BAD = OutsideCode.TIMEOUT, OutsideCode.UNAVAILABLE, OutsideCode.BAD_REPLY
NO, NEVER = OutsideCode.REFUSED, Met(Verdict.REFUSED, OutsideCode.REFUSED)
PERSON = Met(Verdict.NEEDS_PERSON, OutsideCode.REFUSED)

EXPECTED: dict[FaultMode, Met] = {
    FaultMode.OK: DONE,
    FaultMode.TIMEOUT: again(SILENT, done=True),
    FaultMode.UNANSWERED: again(SILENT),
    FaultMode.DRIP: again(SILENT, done=True),
    FaultMode.RESET: again(BROKEN),
    FaultMode.HALF_CLOSED: again(BROKEN),
    FaultMode.LATE_EFFECT: again(BROKEN),
    FaultMode.CUT_IN_HEAD: again(BROKEN, done=True),
    FaultMode.CUT: again(BROKEN, done=True),
    FaultMode.RESET_IN_BODY: again(BROKEN, done=True),
    FaultMode.ENDLESS: again(BAD, done=True),
    FaultMode.HUGE: again(BAD, done=True),
    FaultMode.COMPRESSED: again(BAD, done=True),
    FaultMode.TRUNCATED: again(BAD, done=True),
    FaultMode.WRONG_CHARSET: again(BAD, done=True),
    FaultMode.DEEP: again(BAD),
    FaultMode.GARBLED: again(BAD),
    FaultMode.ANOTHERS_REPLY: again(BAD),
    FaultMode.DOWN: again(BROKEN),
    FaultMode.SERVER_ERROR: again(BROKEN),
    FaultMode.EFFECT_THEN_ERROR: again(BROKEN, done=True),
    FaultMode.TOO_MANY: again(BROKEN),
    FaultMode.UNKNOWN_STATUS: again(BAD),
    FaultMode.UNKNOWN_CODE: again(NO, unknown=True),
    FaultMode.ERROR_IN_200: again(NO),
    FaultMode.REFUSED: NEVER,
    FaultMode.SLOW: DONE,
    FaultMode.DUPLICATE: DONE,
    FaultMode.NO_EFFECT: again(BAD),
    FaultMode.CLOCK_OFF: DONE,
    FaultMode.SESSION_EXPIRED: again(NO),
    FaultMode.UNAUTHORISED: again(BROKEN),
    FaultMode.TOKEN_FAILED: NEVER,
    FaultMode.EXPIRED_CERTIFICATE: Met(Verdict.NEEDS_PERSON, NO, done=True),
    FaultMode.NOT_UPDATED: again(NO),
    FaultMode.SOAP_FAULT: again(BROKEN),
    FaultMode.UNKNOWN_REPLY: again(BAD),
    FaultMode.OTHER_UNICODE: DONE,
    FaultMode.XML_BOMB: again(BAD),
    FaultMode.EXTERNAL_ENTITY: again(BAD),
    FaultMode.MANY_TAGS: again(BAD),
    FaultMode.ORDER_OF_ANOTHER: again(BAD),
    FaultMode.NO_ACCOUNT: NEVER,
}
OTHERWISE: dict[tuple[str, FaultMode], Met] = {
    ("interconnection.tell", FaultMode.REFUSED): PERSON,
    ("interconnection.application", FaultMode.REFUSED): PERSON,
    ("interconnection.tell", FaultMode.ERROR_IN_200): again(BROKEN),
    ("interconnection.application", FaultMode.ERROR_IN_200): again(BROKEN),
    # an error code denies whatever else is said, also one that nobody knows
    ("interconnection.tell", FaultMode.UNKNOWN_CODE): again(NO),
    ("interconnection.application", FaultMode.UNKNOWN_CODE): again(NO),
    # the words may be in any page, an application is JSON
    ("interconnection.application", FaultMode.OTHER_UNICODE): again(BAD),
    # it is there at the second time, and is sent again as an update
    ("portal.send", FaultMode.DUPLICATE): again(NO, done=True),
    # after a list the relay looks by itself (`has_state`), and no look is a refusal of what was sent
    ("portal.send", FaultMode.NO_EFFECT): BELIEVED,
    ("portal.send", FaultMode.ANOTHERS_REPLY): BELIEVED,
    ("portal.report", FaultMode.NO_EFFECT): BELIEVED,
    ("portal.report", FaultMode.ANOTHERS_REPLY): BELIEVED,
    ("portal.has_state", FaultMode.REFUSED): again(NO),
    ("documents.find", FaultMode.REFUSED): again(NO),
    # the answer is the effect: a signature that verifies
    ("signing.sign", FaultMode.NO_EFFECT): BELIEVED,
    ("signing.seal", FaultMode.NO_EFFECT): BELIEVED,
    ("interconnection.tell (2)", FaultMode.REFUSED): PERSON,
    ("interconnection.application (2)", FaultMode.REFUSED): PERSON,
    # version 2 of the contract is in JSON: words in a page are nothing
    ("interconnection.tell (2)", FaultMode.OTHER_UNICODE): again(BAD, done=True),
    ("interconnection.application (2)", FaultMode.OTHER_UNICODE): again(BAD),
    ("interconnection.tell (2)", FaultMode.UNKNOWN_REPLY): again(NO, unknown=True),
    ("interconnection.application (2)", FaultMode.UNKNOWN_REPLY): again(NO, unknown=True),
    # whoever is asked for what waits gets one list for all: there is no other answer
    ("documents.waiting", FaultMode.ANOTHERS_REPLY): again(NO),
    # the axis has no question for them
    ("documents.tell", FaultMode.NO_EFFECT): BELIEVED,
    ("documents.taken", FaultMode.NO_EFFECT): BELIEVED,
    ("documents.refuse", FaultMode.NO_EFFECT): BELIEVED,
    # nothing is signed by a certificate
    ("signing.certificate", FaultMode.EXPIRED_CERTIFICATE): DONE,
    # nothing can be looked up afterwards
    ("sms.send", FaultMode.NO_EFFECT): BELIEVED,
    ("zalo.send", FaultMode.NO_EFFECT): BELIEVED,
    # a template that is not approved; a token is asked for once more
    ("zalo.send", FaultMode.REFUSED): PERSON,
    ("zalo.send", FaultMode.SESSION_EXPIRED): again(BROKEN),
}
Spoken = dict[str, Outside]
"""The adapters by the version of the contract that they speak."""
SILENT_MODES = frozenset({FaultMode.TIMEOUT, FaultMode.UNANSWERED, FaultMode.DRIP})
DELAYS = {FaultMode.SLOW: 0.05, FaultMode.LATE_EFFECT: 3_600.0}
OF_MAIL = frozenset({FaultMode.GREYLISTED, FaultMode.WRONG_BANNER})
MODES = frozenset(FaultMode) - CALLBACK_MODES - REPORT_MODES - OF_MAIL
"""The misbehaviours of answers over HTTP. Those of callbacks and reports are in the tests of payments and of the post,
those of the mail server in the tests of the channels of notices."""
NUMBER, BEFORE = 1, 2
"""The call that is looked at, and another one that was made before it."""


@pytest.fixture
def all_operations(steering: Steering) -> tuple[Operation, ...]:
    """All operations, and the citizens whom they look up."""
    number = int(CITIZEN["identity_number"])
    steering.post("/citizens", [CITIZEN | {"identity_number": f"{number + one:012d}"} for one in (NUMBER, BEFORE)])
    return operations(steering)


@pytest.fixture
async def prepared(steering: Steering, all_operations: tuple[Operation, ...]) -> AsyncIterator[Spoken]:
    """The adapters, after each operation has been prepared and made once for something else."""
    never_open = BreakerPolicy(failures=1_000)
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", total_seconds=WITHIN, breaker=never_open)
    in_second = [one.model_copy(update={"contract": contracts_of(one.system)[-1]}) for one in addresses]
    async with open_outside(addresses) as first, open_outside(in_second) as second:
        before = {"1": first, "2": second}
        for one in all_operations:
            for number in (BEFORE, NUMBER):
                if one.prepare is not None:
                    await one.prepare(first, number)
            await one.call(before[one.contract], BEFORE)
    async with open_outside(addresses) as first, open_outside(in_second) as second:
        yield {"1": first, "2": second}


@pytest.mark.parametrize("mode", sorted(MODES))
async def test_every_operation_in_this_misbehaviour(
    steering: Steering, prepared: Spoken, all_operations: tuple[Operation, ...], mode: FaultMode
) -> None:
    """Each operation meets what is expected; sent again until it is done, it has had its effect once."""
    concerned = [one for one in all_operations if can_have(steering, one, mode)]
    assert concerned, "no operation can meet it"
    misbehave(steering, concerned, mode)
    with_patience(prepared, 1.0 if mode in SILENT_MODES else WITHIN)
    tries = await all_tried(prepared, concerned, at_once=mode is not FaultMode.ANOTHERS_REPLY)
    met = {one.name: outcome for one, outcome in zip(concerned, tries, strict=True)}
    done = {one.name: effects_of(steering, one) == 1 for one in concerned}
    expected = {one.name: OTHERWISE.get((one.name, mode), EXPECTED[mode]) for one in concerned}
    assert {name: one._replace(done=expected[name].done) for name, one in met.items()} == expected
    looks = {one.name for one in concerned if one.effect is None}
    assert {name: was for name, was in done.items() if name not in looks} == {
        name: one.done for name, one in expected.items() if name not in looks
    }
    misbehave(steering, concerned, FaultMode.OK)
    with_patience(prepared, WITHIN)
    again_to = [one for one in concerned if met[one.name].verdict is Verdict.RETRY]
    last = await asyncio.gather(*(until_done(prepared, one) for one in again_to))
    assert set(last) <= {Verdict.DONE}
    steering.post("/late")  # what was sent first comes last
    with_effect = [one for one in again_to if one.effect is not None]
    assert {one.name: effects_of(steering, one) for one in with_effect} == dict.fromkeys(
        (one.name for one in with_effect), 1
    )


def test_every_misbehaviour_and_every_operation_is_expected(all_operations: tuple[Operation, ...]) -> None:
    """A new misbehaviour, adapter or operation has to say here what is expected of it."""
    assert set(EXPECTED) == MODES
    apart = ("connections", "notices")
    hints = {name: kinds(hint) for name, hint in get_type_hints(Outside).items() if name not in apart}
    hints |= {"sms": [Sms], "zalo": [Zalo]}
    public = {
        (adapter, name)
        for adapter, classes in hints.items()
        for one in classes
        for name, method in inspect.getmembers(one, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert {(one.adapter, one.method) for one in all_operations} == public
    systems = {one.system for one in all_operations}
    versions = {(system, version) for system in systems for version in contracts_of(System(system))}
    assert {(one.system, one.contract) for one in all_operations} == versions
    assert {name for name, _ in OTHERWISE} <= {one.name for one in all_operations}


def kinds(hint: Any) -> list[type]:
    """The classes of a field, without None."""
    args = getattr(hint, "__args__", ())
    return [one for one in args if one is not type(None)] or [hint]


def can_have(steering: Steering, one: Operation, mode: FaultMode) -> bool:
    """Whether this misbehaviour can hit this operation."""
    if one.effect is None and mode in EFFECT_MODES:
        return False
    return mode in steering.simulator.systems[one.system].contract.modes | {FaultMode.OK}


def misbehave(steering: Steering, concerned: list[Operation], mode: FaultMode) -> None:
    """Each of their calls meets this misbehaviour from now on."""
    faults: dict[str, list[dict[str, Any]]] = {}
    for one in concerned:
        fault = {"mode": mode, "service": one.service, "delay": DELAYS.get(mode, 5.0)}
        only: dict[str, Any] = {} if one.key is None else {"key": one.key(NUMBER)}
        only |= {} if one.match is None else {"match": one.match(NUMBER)}
        faults.setdefault(one.system, []).append(fault | only | {"size": 5_000_000})
    assert "error_code" not in steering.post("/control", faults)


def with_patience(spoken: Spoken, seconds: float) -> None:
    """Calls wait so long for their answer."""
    for connection in (connection for outside in spoken.values() for connection in outside.connections.values()):
        connection.address = connection.address.model_copy(update={"total_seconds": seconds})


def effects_of(steering: Steering, one: Operation) -> int:
    """How often the operation has had its effect."""
    return 0 if one.effect is None else steering.effects(one.system).get(one.effect(NUMBER), 0)


async def tried(spoken: Spoken, one: Operation) -> Met:
    """What the call meets."""
    try:
        await one.call(spoken[one.contract], NUMBER)
    except OutsideError as error:
        return Met(error.verdict, error.code, False, error.unknown)
    return Met(Verdict.DONE)


async def all_tried(spoken: Spoken, concerned: list[Operation], *, at_once: bool) -> list[Met]:
    """What the calls meet. One after another, and looks first, where the order says whose answer is given."""
    if at_once:
        return list(await asyncio.gather(*(tried(spoken, one) for one in concerned)))
    in_order = sorted(concerned, key=lambda one: one.effect is not None)
    met = {one.name: await tried(spoken, one) for one in in_order}
    return [met[one.name] for one in concerned]


async def until_done(spoken: Spoken, one: Operation) -> Verdict:
    """The verdict of the last of at most three tries."""
    for _ in range(3):
        verdict = (await tried(spoken, one)).verdict
        if verdict is not Verdict.RETRY:
            break
    return verdict
