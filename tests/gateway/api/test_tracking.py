"""Tests of public tracking: the receipt opens its own dossier, shows little, and nothing can be guessed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from activities.ledger.opt_outs import OptOuts
from domain.channels.notice_channel import NoticeChannel
from domain.dossier.commands import Accept, AcknowledgeHandover, CompleteStep, Resolve
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import Channel
from domain.roles import RECEIPT, RECEIPT_HOLDER, Role
from gateway.access.rates import Quota
from gateway.api.keys import Keys
from gateway.api.parts import ApiPolicy
from gateway.api.sms_replies import reply_router
from gateway.client.engine_errors import Refused
from tests.support.api_under_test import FOREVER, ApiUnderTest, open_api, submission_body
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import CITIZEN, CLERK, DESK, HEAD, OFFICER
from tests.support.small_province import UNSIGNED

pytestmark = pytest.mark.stack

SMS_SECRET = SecretStr("a-secret-of-the-sms-gateway")
SHOWN = {
    "dossier", "procedure", "state", "state_words", "received_by", "handled_by", "submitted_at", "received_at",
    "promised_at", "printed_at", "ended_at", "asked_documents", "to_pay", "result_ready", "reasons", "parts",
}  # fmt: skip


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            yield opened


@pytest.fixture
async def api(harness: EngineHarness) -> AsyncIterator[ApiUnderTest]:
    async with open_api(harness, None, reply_router(harness.pool, SMS_SECRET)) as opened:
        yield opened


async def filed_at_desk(harness: EngineHarness) -> str:
    """A dossier that the desk filed for a citizen who did not sign in."""
    return (await harness.submit(UNSIGNED, actor=DESK, channel=Channel.COUNTER)).dossier


async def resolved(harness: EngineHarness, code: str) -> None:
    """The dossier is worked on until its result is there."""
    acts = ((DESK, Accept()), (HEAD, AcknowledgeHandover()), (OFFICER, CompleteStep(step="process")))
    for actor, command in (*acts, (CLERK, Resolve(result_number=f"{code[-4:]}/KQ"))):
        await harness.act(code, actor, command)


async def filed(api: ApiUnderTest) -> tuple[str, str]:
    receipt = (await api.post("/v1/dossiers", CITIZEN, submission_body())).json()
    return receipt["dossier"], receipt["tracking_secret"]


async def test_the_receipt_opens_its_dossier(api: ApiUnderTest) -> None:
    """The code and the secret of a receipt show the state and the dates, and no person."""
    code, secret = await filed(api)
    assert (await api.act(code, DESK, "accept")).status_code == 200
    shown = await api.ask("POST", "/v1/tracking", json={"dossier": code, "secret": secret.lower()})
    assert shown.status_code == 200, shown.text
    assert shown.json().keys() == SHOWN
    assert shown.json()["state"] == "accepted"
    assert DESK.person not in shown.text
    for typed in (
        code.lower(),
        code.replace("-", "\u2011"),
        f" {code.replace('-', ' – ')}\u00a0",
        code.replace("-", "\u2212"),
    ):
        again = await api.ask("POST", "/v1/tracking", json={"dossier": typed, "secret": secret.replace("-", "\u2013 ")})
        assert (again.status_code, again.json()) == (200, shown.json()), typed


async def test_the_receipt_rates_once_and_says_so(harness: EngineHarness) -> None:
    """The holder of a receipt rates as the applicant, carried by the receipt; a repeat is one act, another is refused.

    A dossier that a desk filed has no applicant who signed in: then the person is the holder of the receipt.
    """
    by_citizen, at_desk = (await harness.submit(procedure=UNSIGNED)).dossier, await filed_at_desk(harness)
    people = ((by_citizen, CITIZEN.person), (at_desk, RECEIPT_HOLDER))
    for code, person in people:
        with pytest.raises(Refused):
            await harness.engine.rate_by_receipt(code, uuid4(), 4)
        await resolved(harness, code)
        command = uuid4()
        for _ in range(2):
            await harness.engine.rate_by_receipt(code, command, 4, "Phục vụ tốt")
        rated = [one for one in await harness.engine.history(code) if one.kind == "dossier_rated"]
        assert [(one.actor.person, one.actor.role, one.actor.carried_by) for one in rated] == [
            (person, Role.APPLICANT, RECEIPT)
        ]
        with pytest.raises(Refused) as again:
            await harness.engine.rate_by_receipt(code, uuid4(), 5)
        assert again.value.code == DossierRefusal.ALREADY_RATED


async def test_a_wrong_code_and_a_wrong_secret_look_alike(api: ApiUnderTest) -> None:
    """An unknown code, a wrong secret, the secret of another dossier and no code at all get the same answer."""
    code, _ = await filed(api)
    _, other = await filed(api)
    tries = ((code, "AAAA-AAAA-AAAA-AAAA"), (code, other), ("H42.1-250101-0001", other), ("x", "y"), (code, "đ"))
    answers = [await api.ask("POST", "/v1/tracking", json={"dossier": one, "secret": said}) for one, said in tries]
    bodies = [{**one.json(), "trace_id": None} for one in answers]
    assert all(one.status_code == 404 for one in answers)
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["code"] == "tracking_unknown"


async def test_guessing_is_stopped(harness: EngineHarness) -> None:
    """After some wrong secrets for one dossier no more are tried for a while; its applicant is not kept out."""
    async with open_api(harness, ApiPolicy(guesses=Quota(requests=3, seconds=FOREVER))) as api:
        code, secret = await filed(api)
        for typed in (code, code.lower(), code.replace("-", "–")):
            refused = await api.ask("POST", "/v1/tracking", json={"dossier": typed, "secret": "AAAA"})
            assert refused.status_code == 404
        closed = await api.ask("POST", "/v1/tracking", json={"dossier": code, "secret": "AAAA"})
        assert (closed.status_code, closed.json()["code"]) == (429, "too_many_requests")
        assert int(closed.headers["retry-after"]) > 0
        assert (await api.ask("POST", "/v1/tracking", json={"dossier": code, "secret": secret})).status_code == 200


async def test_a_caller_is_told_what_is_left(harness: EngineHarness) -> None:
    """Every answer says what is left of the caller's quota; one request more is refused, and another caller goes on."""
    async with open_api(harness, ApiPolicy(caller=Quota(requests=4, seconds=FOREVER))) as api:
        code, _ = await filed(api)
        left = [(await api.ask("GET", f"/v1/dossiers/{code}", CITIZEN)).headers["ratelimit"] for _ in range(3)]
        assert [one.split(";")[1] for one in left] == ["r=2", "r=1", "r=0"]
        refused = await api.ask("GET", f"/v1/dossiers/{code}", CITIZEN)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert refused.headers["ratelimit"] == f'"caller";r=0;t={refused.headers["retry-after"]}'
        assert (await api.ask("GET", f"/v1/dossiers/{code}", DESK)).status_code == 200


async def test_tokens_that_are_not_believed_are_counted(harness: EngineHarness) -> None:
    """Who sends tokens that are not believed has to wait; a caller who has signed in goes on from the same address."""
    async with open_api(harness, ApiPolicy(public=Quota(requests=3, seconds=FOREVER))) as api:
        code, _ = await filed(api)
        path = f"/v1/dossiers/{code}"
        forged = {"Authorization": "Bearer forged"}
        statuses = [(await api.ask("GET", path, headers=forged)).status_code for _ in range(5)]
        assert statuses == [401, 401, 401, 429, 429]
        assert (await api.ask("GET", path, CITIZEN)).status_code == 200


def test_a_receipt_of_an_older_secret_is_believed() -> None:
    """After the secret is changed, the receipts that were printed before still open their dossiers."""
    older, newer = Keys(b"older"), Keys(b"newer", b"older")
    code = "H42.12-260105-0001"
    assert newer.is_receipt_secret(code, older.receipt_secret(code))
    assert newer.receipt_secret(code) != older.receipt_secret(code)
    assert not Keys(b"newer").is_receipt_secret(code, older.receipt_secret(code))
    assert not newer.is_receipt_secret(code, "")


async def test_the_link_of_an_e_mail_asks_first_and_then_opts_out(api: ApiUnderTest) -> None:
    """Looking at the link changes nothing, since programs look at every link. The POST of a mail program or of the
    button records it, once; a wrong link is refused in words."""
    opt_outs = OptOuts(api.harness.pool)
    token = await opt_outs.link_token(NoticeChannel.EMAIL, "an.nguyen@thu.example")
    path = f"{api.url}/v1/notices/opt-out?token={token}"
    form = {"content-type": "application/x-www-form-urlencoded"}
    asked = await api.http.get(path)
    assert (asked.status_code, '<form method="post">' in asked.text) == (200, True)
    assert (await api.http.head(path)).status_code == 200
    assert await opt_outs.look(NoticeChannel.EMAIL, "an.nguyen@thu.example") is None
    for _ in range(2):
        done = await api.http.post(path, content="List-Unsubscribe=One-Click", headers=form)
        assert (done.status_code, "Đã ghi nhận" in done.text) == (200, True)
    assert await opt_outs.look(NoticeChannel.EMAIL, "an.nguyen@thu.example") is not None
    wrong = await api.http.post(path[:-3] + "AAA", content="List-Unsubscribe=One-Click", headers=form)
    assert (wrong.status_code, "không đúng" in wrong.text) == (400, True)


async def answered(api: ApiUnderTest, signed_with: str = "", **changes: Any) -> Any:
    """The SMS gateway reports an answer to a text message."""
    told = {"event_id": "TL-1", "phone": "0912345670", "text": "STOP", "said_at": "2026-07-06T08:00:00+07:00"}
    body = json.dumps(told | changes).encode()
    secret = signed_with or SMS_SECRET.get_secret_value()
    signature = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
    headers = {"X-Sms-Signature": signature, "content-type": "application/json"}
    return await api.http.post(f"{api.url}/v1/notices/replies", content=body, headers=headers)


async def test_an_answer_that_says_stop_opts_the_number_out_once(api: ApiUnderTest) -> None:
    """Of text messages only. The same answer, reported again after the person wanted messages again, does nothing; a
    new one does. Another answer, and one from a number that gets no messages, change nothing."""
    opt_outs, number = OptOuts(api.harness.pool), "0912345670"
    for text, phone in (("Cảm ơn", number), ("HUY HO SO", number), ("STOP", "1900"), ("STOP", "+1 202 555 0100")):
        told = await answered(api, text=text, phone=phone)
        assert (told.status_code, told.json()) == (200, {"opted_out": False})
    assert await opt_outs.look(NoticeChannel.SMS, number) is None
    for _ in range(2):
        told = await answered(api, phone="+84 912 345 670")
        assert (told.status_code, told.json()) == (200, {"opted_out": True})
    found = await opt_outs.look(NoticeChannel.SMS, number)
    assert found is not None
    assert (found.how, found.who) == ("reply", "applicant")
    assert await opt_outs.look(NoticeChannel.ZALO, number) is None
    await opt_outs.take_back(NoticeChannel.SMS, number, "cb.1", "Muốn nhận lại")
    await answered(api)
    assert await opt_outs.look(NoticeChannel.SMS, number) is None
    await answered(api, event_id="TL-2", text="từ chối")
    assert await opt_outs.look(NoticeChannel.SMS, number) is not None
    of_another = "0912345671"
    told = await answered(api, event_id="TL-1", phone=of_another)  # a gateway that counts from 1 again each day
    assert (told.status_code, told.json()) == (200, {"opted_out": True})
    assert await opt_outs.look(NoticeChannel.SMS, of_another) is not None


async def test_an_answer_that_the_database_refuses_is_reported_again(api: ApiUnderTest) -> None:
    """A privilege is missing, or the table: 503, so the gateway keeps it, as while there is no database at all."""
    harness, number = api.harness, "0912345672"
    for refuse, mend in (
        ("revoke insert on notice_opt_out from luongxanh_app", "grant insert on notice_opt_out to luongxanh_app"),
        ("alter table notice_opt_out rename to elsewhere", "alter table elsewhere rename to notice_opt_out"),
    ):
        owner = await asyncpg.connect(harness.database.admin_url)
        try:
            await owner.execute(refuse)
            told = await answered(api, phone=number)
            await owner.execute(mend)
        finally:
            await owner.close()
        assert (told.status_code, told.json()["code"]) == (503, "database_refused")
        assert int(told.headers["retry-after"]) > 0
        assert number[1:] not in told.text
    assert (await answered(api, phone=number)).json() == {"opted_out": True}
    assert await OptOuts(harness.pool).look(NoticeChannel.SMS, number) is not None


async def test_a_secret_that_is_changed_loses_no_answer(harness: EngineHarness) -> None:
    """While both lines stand in the file, what either of them signed is believed; afterwards the old one is not."""
    old, new = "the-secret-of-last-year", "the-secret-of-this-year"
    for lines, believed in ((f"{new}\n{old}\n", (old, new)), (new, (new,))):
        async with open_api(harness, None, reply_router(harness.pool, SecretStr(lines))) as api:
            for secret in (old, new):
                told = await answered(api, secret, text="Cảm ơn")
                assert told.status_code == (200 if secret in believed else 401)
            assert (await answered(api, f"{new}\n{old}\n")).status_code == 401


@pytest.mark.parametrize(
    ("signed_with", "changes", "code"),
    [
        ("a-secret-of-somebody-else", {}, "reply_signature"),
        ("", {"phone": ["0912345679"]}, "reply_unreadable"),
        ("", {"said_at": "yesterday"}, "reply_unreadable"),
        ("", {"text": "x" * 5_000}, "reply_unreadable"),
        ("", {"event_id": ""}, "reply_unreadable"),
    ],
)
async def test_an_answer_that_is_forged_or_broken_opts_nobody_out(
    api: ApiUnderTest, signed_with: str, changes: dict[str, Any], code: str
) -> None:
    """It is refused by its code, which says nothing of the number."""
    refused = await answered(api, signed_with, **{"phone": "0912345679", **changes})
    assert (refused.status_code in (401, 403, 422), refused.json()["code"]) == (True, code)
    assert "912345679" not in refused.text
    assert await OptOuts(api.harness.pool).look(NoticeChannel.SMS, "0912345679") is None
