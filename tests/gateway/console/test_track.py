"""Tests of the citizen's page: what the receipt opens, what it hides, what it costs to guess, and the rating."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.async_api import expect

from domain.dossier.commands import Accept, AcknowledgeHandover, CompleteStep, RequestSupplement, Resolve, ReturnResult
from domain.procedures.procedure import Procedure
from domain.roles import RECEIPT
from gateway.access.rates import Quota
from gateway.api.parts import ApiPolicy
from tests.support.api_under_test import FOREVER, KEYS
from tests.support.chromium import looking, open_chromium
from tests.support.console_under_test import Browser, ConsoleUnderTest, open_console_under_test
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, CLERK, DESK, HEAD, OFFICER
from tests.support.small_province import FREE, PAID, UNSIGNED

pytestmark = pytest.mark.stack

NAME = "Nguyễn Văn An"


@asynccontextmanager
async def opened(console: ConsoleUnderTest, code: str, language: str = "vi") -> AsyncIterator[Browser]:
    """A browser that has shown the secret of this dossier."""
    async with console.browser(language=language) as browser:
        answer = await browser.post("/console/track", {"dossier": code, "secret": KEYS.receipt_secret(code)})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/console/track/{code}"), answer.text
        yield browser


async def filed(harness: EngineHarness, procedure: Procedure = FREE) -> str:
    return (await harness.submit(procedure)).dossier


async def resolved(harness: EngineHarness) -> str:
    """A dossier whose result is there."""
    code = await filed(harness, UNSIGNED)
    acts = ((DESK, Accept()), (HEAD, AcknowledgeHandover()), (OFFICER, CompleteStep(step="process")))
    for actor, command in (*acts, (CLERK, Resolve(result_number=f"{code[-4:]}/TC"))):
        await harness.act(code, actor, command)
    return code


async def test_the_receipt_opens_its_dossier_and_no_other(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The secret opens its own dossier: the state in plain words, the date and why, no person, no other dossier."""
    code, other = await filed(harness), await filed(harness)
    await harness.act(code, DESK, Accept())
    async with opened(console, code) as browser:
        page = await browser.get(f"/console/track/{code}")
        assert page.status_code == 200, page.text
        assert "Hồ sơ đã được nhận và chuyển đến Phường Hà Nam." in page.text
        assert "Vì sao là ngày này?" in page.text
        assert "Đến đâu, hỏi ở đâu" in page.text
        assert "Pháp luật đặt thời hạn cho việc này: 5 ngày làm việc." in page.text
        for hidden in (NAME, DESK.person, "citizen.1", other, KEYS.receipt_secret(code), "037099001234"):
            assert hidden not in page.text
        elsewhere = await browser.get(f"/console/track/{other}")
        assert elsewhere.headers["location"] == f"/console/track?dossier={other}&closed=true"
        lent = {"cookie": f"lx_receipt={browser.http.cookies['lx_receipt']}"}
        browser.http.cookies.clear()
        assert (await browser.http.get(f"{console.url}/console/track/{other}", headers=lent)).status_code == 303
        assert (await browser.http.get(f"{console.url}/console/track/{code}", headers=lent)).status_code == 200
    async with opened(console, code, "en") as browser:
        assert (
            "The dossier was accepted and is with Phường Hà Nam." in (await browser.get(f"/console/track/{code}")).text
        )


async def test_the_secret_is_kept_nowhere(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The browser keeps a seal and not the secret, for the page of this dossier alone, until it is closed."""
    code = await filed(harness)
    async with console.browser() as browser:
        entrance = await browser.get(f"/console/track?dossier={code}")
        assert f'value="{code}"' in entrance.text
        by_hand = await browser.get(f"/console/track/{code.replace('-', '%E2%80%93')}")
        assert by_hand.headers["location"] == f"/console/track?dossier={code}&closed=true"
        assert entrance.headers["referrer-policy"] == "no-referrer"
        answer = await browser.post("/console/track", {"dossier": code, "secret": KEYS.receipt_secret(code)})
        as_typed = {"dossier": code.lower().replace("-", "–"), "secret": KEYS.receipt_secret(code)}
        assert (await browser.post("/console/track", as_typed)).headers["location"] == f"/console/track/{code}"
        cookie = answer.headers["set-cookie"]
        assert KEYS.receipt_secret(code) not in cookie
        assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", f"Path=/console/track/{code}"))
        assert (await browser.get(f"/console/track/{code}")).headers["cache-control"] == "no-store"
        closed = await browser.post(f"/console/track/{code}/close", {})
        assert closed.headers["location"] == "/console/track"
        assert (await browser.get(f"/console/track/{code}")).status_code == 303


async def test_a_forged_or_old_seal_opens_nothing(
    console: ConsoleUnderTest, harness: EngineHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A seal that was altered or has ended is none: the page says that it has closed, and shows nothing."""
    code = await filed(harness)
    async with opened(console, code) as browser:
        ends, _, seal = browser.http.cookies["lx_receipt"].strip('"').partition(".")
        for forged in (f"{int(ends) + 60}.{seal}", f"{ends}.AAAA", "x", "", f"{ends}.é", "9" * 30 + ".A"):
            async with console.browser() as stranger:
                stranger.http.cookies.clear()
                lent = [(b"cookie", f"lx_receipt={forged}".encode())]
                answer = await stranger.http.get(f"{console.url}/console/track/{code}", headers=lent)
                assert answer.status_code == 303, forged
    monkeypatch.setattr("gateway.console.track.receipt_cookie.LASTS", timedelta(seconds=-1))
    async with opened(console, code) as browser:
        part = await browser.get(f"/console/track/{code}/now", headers={"HX-Request": "true"})
        assert part.status_code == 401
        assert "Để an toàn, trang này đã đóng." in part.text
        assert "Phường" not in part.text


async def test_a_wrong_code_and_a_wrong_secret_look_alike_and_are_counted(harness: EngineHarness) -> None:
    """Wrong codes and wrong secrets get the same page; too many for a dossier are stopped, and its applicant is not."""
    async with open_console_under_test(
        harness, api_policy=ApiPolicy(guesses=Quota(requests=3, seconds=FOREVER))
    ) as console:
        code, other = await filed(harness), await filed(harness)
        async with console.browser() as browser:
            pages = []
            tries = ((code, "AAAA"), (code, KEYS.receipt_secret(other)), ("H42.1-250101-0001", "AAAA"), ("<x>", ""))
            for dossier, secret in tries:
                answer = await browser.post("/console/track", {"dossier": dossier, "secret": secret})
                assert answer.status_code == 404
                assert 'data-code="tracking_unknown"' in answer.text
                assert ">tracking_unknown<" not in answer.text, "a citizen reads no codes"
                assert "<x>" not in answer.text
                same = re.sub(r'(value=")[^"]*', r"\1", answer.text)
                pages.append(re.sub(r"back=[^\"]*", "", same))
            assert len(set(pages)) == 1
            assert (await browser.post("/console/track", {"dossier": code, "secret": "B"})).status_code == 404
            stopped = await browser.post("/console/track", {"dossier": code, "secret": "C"})
            assert stopped.status_code == 429
            assert "too_many_requests" in stopped.text
        async with opened(console, code) as browser:
            assert (await browser.get(f"/console/track/{code}")).status_code == 200


async def test_an_open_page_is_renewed(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The part that changes answers 304 while nothing has changed, and with the new state afterwards."""
    code = await filed(harness)
    async with opened(console, code) as browser:
        first = await browser.get(f"/console/track/{code}/now")
        assert "đang chờ được xem" in first.text
        assert "<html" not in first.text
        unchanged = {"If-None-Match": first.headers["etag"]}
        assert (await browser.get(f"/console/track/{code}/now", headers=unchanged)).status_code == 304
        await harness.act(code, DESK, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
        second = await browser.get(f"/console/track/{code}/now", headers=unchanged)
        assert second.status_code == 200
        assert "Hồ sơ đang chờ ông/bà bổ sung giấy tờ." in second.text
        assert "<li><bdi>Đơn</bdi></li>" in second.text


async def test_the_fee_has_its_link(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """What is to be paid is told with the link of the open order, which gets no Referer from us."""
    code = await filed(harness, PAID)
    await harness.act(code, DESK, Accept())
    paid = await harness.until(code, lambda one: one.payment.pay_url is not None)
    async with opened(console, code) as browser:
        page = (await browser.get(f"/console/track/{code}")).text
        assert f'href="{paid.payment.pay_url}" rel="noreferrer noopener"' in page
        assert "20.000 đồng" in page
        browser.http.cookies.set("lx_language", "en")
        page = (await browser.get(f"/console/track/{code}")).text
        assert ("20,000 dong" in page, "đồng" in page) == (True, False)


async def test_the_holder_of_the_receipt_rates(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The rating is recorded once, as the applicant's by the receipt; what was typed is not lost at a refusal."""
    code = await resolved(harness)
    async with opened(console, code) as browser:
        page = (await browser.get(f"/console/track/{code}")).text
        assert "Đã có kết quả. Mời ông/bà đến nhận." in page
        refused = await browser.post(f"/console/track/{code}/rate", {"note": "Chờ lâu <b>"})
        assert refused.status_code == 422
        assert '<a href="#stars">Chọn một mức</a>: Hãy chọn từ 1 đến 5 sao' in refused.text
        assert "Cần xem lại:" in refused.text
        assert ("/stars" in refused.text, "stars:" in refused.text) == (False, False)
        assert "Chờ lâu &lt;b&gt;</textarea>" in refused.text
        key = {"_key": uuid4().hex, "stars": "4", "note": "Tận tình"}
        for _ in range(2):
            answer = await browser.post(f"/console/track/{code}/rate", key)
            assert answer.headers["location"] == f"/console/track/{code}", answer.text
        after = (await browser.get(f"/console/track/{code}")).text
        assert "Đánh giá của ông/bà đã được ghi nhận." in after
        assert "Ông/bà đã cho 4 trên 5 sao." in after
        again = await browser.post(f"/console/track/{code}/rate", {"_key": "other", "stars": "1"})
        assert 'data-code="already_rated"' in again.text
        assert ">already_rated<" not in again.text
    (event,) = [one for one in await harness.engine.history(code) if one.kind == "dossier_rated"]
    assert (event.actor.person, event.actor.carried_by) == (CITIZEN.person, RECEIPT)
    async with console.browser(OFFICER) as officer:
        comment = f"/console/dossiers/{code}/events/{event.version}/note"
        assert f'href="{comment}"' in (await officer.get(f"/console/dossiers/{code}/events")).text
        assert "Tận tình" in (await officer.get(comment)).text, "who works on it reads the comment"
    async with console.browser() as stranger:
        answer = await stranger.post(f"/console/track/{code}/rate", {"stars": "1"})
        assert answer.status_code == 401
        assert f'href="/console/track?dossier={code}"' in answer.text


async def test_a_qr_code_opens_the_dossier_in_a_browser(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """On a phone: the secret leaves the address line and the history, the page has no fault and is renewed by itself;
    when the seal is gone it closes. Without scripts the secret is typed."""
    code = await resolved(harness)
    address = f"{console.url}/console/track?dossier={code}#s={KEYS.receipt_secret(code)}"
    async with open_chromium() as chromium:
        async with looking(chromium, console.url, {}, phone=True) as looked:
            asked: list[str] = []
            looked.page.on("request", lambda one: asked.extend((one.url, str(one.headers.get("referer")))))
            await looked.page.goto(address)
            await looked.page.wait_for_url(f"**/console/track/{code}")
            assert await looked.page.inner_text("h1") == "Đã có kết quả. Mời ông/bà đến nhận."
            assert (*looked.faults, *await looked.violations()) == ()
            assert await looked.too_wide() <= 0
            await looked.page.go_back()
            assert KEYS.receipt_secret(code) not in looked.page.url
            assert not [one for one in asked if KEYS.receipt_secret(code) in one]
            await looked.page.go_forward()
            await harness.act(code, DESK, ReturnResult())
            await looked.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            await expect(looked.page.locator("h1")).to_contain_text("đã được trả")
            await looked.page.context.clear_cookies()
            await looked.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            await looked.page.wait_for_selector("#notices [role=alert]")
            assert await looked.page.query_selector("[data-fresh] *") is None
        async with looking(chromium, console.url, {}, phone=True, scripts=False) as looked:
            await looked.page.goto(address)
            await looked.page.fill("#secret", KEYS.receipt_secret(code).lower())
            await looked.page.click("#receipt button")
            await looked.page.wait_for_url(f"**/console/track/{code}")
            assert "đã được trả" in await looked.page.inner_text("h1")
