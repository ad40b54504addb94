"""Systems that operators hold: dossiers go on where they need none, requests are kept, and each is done once after."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from activities.adapters import http
from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.ledger.feed import Feed, FeedReader
from activities.ledger.notices import NoticeRegister
from activities.ledger.opt_outs import OptOuts
from activities.ledger.reading import LedgerReader
from activities.ledger.staff_notices import StaffNotices
from activities.ledger.vault import Vault
from activities.relays.digests import DigestSender
from activities.relays.notice_lanes import NoticeLane
from activities.relays.notice_posting import NoticePost
from activities.relays.notices import NoticesRelay
from activities.relays.portal import PortalRelay
from activities.relays.relay import Relay
from activities.relays.set_aside import SetAsideList
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.notice_channel import NoticeChannel
from domain.dossier.commands import Approve, CompleteStep, ReturnResult
from domain.dossier.state import State
from domain.notices.lines import StaffNotice
from domain.outside_orders import OutsideAct, OutsideOrder
from domain.outside_systems import System
from domain.rules.notice_policy import NoticePolicy, StaffMatter
from tests.support.dossier_steps import accepted, sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD, OFFICER, OFFICIAL
from tests.support.small_province import PAID
from tests.support.staff_mail import STAFF_MAIL
from workflows import rules_in_force

pytestmark = pytest.mark.stack

HELD = (System.PAYMENTS, System.CIVIL, System.PORTAL, System.SMS)


def order(harness: EngineHarness, act: OutsideAct | None) -> None:
    """Operators order this for the held systems, or end the order."""
    now = datetime.now(UTC)
    for number, system in enumerate(HELD, start=1):
        given = None
        if act is not None:
            given = OutsideOrder(number=number, system=system, act=act, until=now, who="v", why="w", at=now)
        harness.outside.connections[system].obey(given, 1e6)


@pytest.mark.parametrize("act", [OutsideAct.OPEN, OutsideAct.DRAIN])
async def test_held_systems_lose_nothing_and_make_no_dossier_wait_for_them(
    harness: EngineHarness, monkeypatch: pytest.MonkeyPatch, act: OutsideAct
) -> None:
    """A quick call becomes a patient one, the result is returned while the registry is held, relays and digests keep
    their place; when the order ends everything is done, once."""
    monkeypatch.setattr(http, "HELD_SECONDS", 0.2)
    order(harness, act)
    code = await accepted(harness, PAID)
    await harness.until_pending(code, "outside.patient", attempt=2)
    waits = await harness.known(code)
    assert [(one.system, one.code, one.final) for one in waits.incidents] == [("payments", "system_held", False)]
    harness.outside.connections[System.PAYMENTS].obey(None)
    now = await harness.until(code, lambda one: one.payment.order is not None)
    await harness.pay(now.payment.order or "")
    await harness.call_back(code, now.payment.order or "")
    await harness.until(code, lambda one: one.state is State.ACCEPTED)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    await harness.act(code, DESK, ReturnResult())
    returned = await harness.known(code)
    assert (returned.state, returned.result.reference) == (State.RETURNED, None), "the registry is still held"

    reader, rules = LedgerReader(harness.pool), rules_in_force.rulebook
    policy, register = ApplicantNotices(quiet_from=None, quiet_to=None), NoticeRegister(harness.pool)
    writing = NoticesRelay(register, StaffNotices(harness.pool), reader, rules, policy)
    await Relay(FeedReader.NOTICES, harness.pool, writing.hand).step()
    post = NoticePost(harness.outside.notices, OptOuts(harness.pool))
    relays = [
        PortalRelay(harness.outside.portal, harness.pool, Vault(harness.pool), rules),
        NoticeLane(NoticeChannel.SMS, harness.pool, post, policy, lambda _: False),
    ]
    for relay in relays:
        for _ in range(7):  # more often than a message is tried before it is set aside
            with pytest.raises(OutsideError) as refused:
                await relay.step()
            assert refused.value.code is OutsideCode.SYSTEM_HELD
    assert await SetAsideList(harness.pool).counts() == {}
    await StaffNotices(harness.pool).add(code, 1, [StaffNotice(recipient="cb.1", matter=StaffMatter.WARNED)])
    digests = DigestSender(
        harness.pool, harness.outside.notices, NoticePolicy(quiet_from=None, quiet_to=None), STAFF_MAIL
    )
    waiting = {one.reader: one.waiting for one in await Feed(harness.pool).status()}
    assert waiting["portal"] > 0
    assert [(one.channel, one.waiting > 0) for one in await register.counts()] == [(NoticeChannel.SMS, True)]
    for system in (System.CIVIL, System.PORTAL, System.SMS):
        assert (await harness.inspect(system))["received"] == {}, "nothing went out"

    order(harness, None)
    await harness.until(code, lambda one: one.result.reference is not None)
    for relay in relays:
        while await relay.step():
            pass
    await digests.step()
    assert {one.reader: one.waiting for one in await Feed(harness.pool).status()}["portal"] == 0
    assert await SetAsideList(harness.pool).counts() == {}
    kinds = Counter(await harness.kinds(code))
    assert [kinds[kind] for kind in ("payment_order_created", "result_signed", "result_registered")] == [1] * 3
    for named in ("payments", "signing", "civil", "sms"):
        assert {one["times"] for one in (await harness.inspect(named))["effects"]} == {1}, named
    await harness.in_step(code)


async def test_a_held_signing_service_moves_the_dossier_up(
    harness: EngineHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature that is held back is handed to the level above at once, as when the service fails; signed is once."""
    monkeypatch.setattr(http, "HELD_SECONDS", 0.2)
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    now = datetime.now(UTC)
    given = OutsideOrder(number=1, system=System.SIGNING, act=OutsideAct.OPEN, until=now, who="v", why="w", at=now)
    harness.outside.connections[System.SIGNING].obey(given, 1e6)
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: bool(one.incidents))
    assert "signing_handed_over" in await harness.kinds(code)
    assert (await harness.inspect("signing"))["received"] == {}
