"""Tests of the intake at the desk: from the letters of a procedure to the dossier, its dates and its particulars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest

from activities.ledger.vault import Vault
from domain.dossier.state import State
from tests.support.console_under_test import Browser, ConsoleUnderTest
from tests.support.given import CITIZEN, DESK, HEAD
from tests.support.html_forms import form_in
from tests.support.small_province import FREE, HA_NAM, OPEN_FEE, PHU_LY

pytestmark = pytest.mark.stack

PERSON = {
    "applicant.name": ["Trần Thị <b>Bích</b>"], "applicant.identity_number": ["037199001234"],
    "applicant.birth_date": ["31/12/1990"], "applicant.phone": ["0912345678"], "matter.territory": ["phuong ha nam"],
}  # fmt: skip


async def form_of(browser: Browser, procedure: str = FREE.code) -> dict[str, list[str]]:
    page = await browser.get(f"/console/intake?procedure={procedure}")
    assert page.status_code == 200, page.text
    return form_in(page.text, "/console/intake")


async def filed(
    console: ConsoleUnderTest, browser: Browser, fields: Mapping[str, Sequence[str] | str]
) -> tuple[str, str]:
    """The code of the dossier, and the page that its applicant's papers are given out from."""
    done = await browser.post("/console/intake", fields)
    assert done.status_code == 303, done.text
    place = done.headers["location"]
    code = place.rpartition("/")[2]
    console.harness.made.append(code)
    page = await browser.get(place)
    assert page.status_code == 200, page.text
    return code, page.text


async def test_a_procedure_is_found_by_its_letters(console: ConsoleUnderTest) -> None:
    """Letters without accents find the procedures; one that fits is opened; citizens have no desk."""
    async with console.browser(DESK) as browser:
        page = await browser.get("/console/intake?procedure=thu tuc")
        assert f"procedure={FREE.code}" in page.text
        one = await browser.get(f"/console/intake?procedure=THỦ TỤC {FREE.code}")
        assert (one.status_code, one.headers["location"]) == (303, f"/console/intake?procedure={FREE.code}")
        assert "Không có thủ tục nào" in (await browser.get("/console/intake?procedure=xyz")).text
    for by in (CITIZEN, HEAD):
        async with console.browser(by) as browser:
            assert (await browser.get("/console/intake")).status_code == 403


async def test_the_procedures_used_last_are_offered(console: ConsoleUnderTest) -> None:
    """The last one first; what somebody wrote into the cookie, and is no procedure, is left out."""
    async with console.browser(DESK) as browser:
        assert "Vừa dùng" not in (await browser.get("/console/intake")).text
        for code in (OPEN_FEE.code, FREE.code):
            await browser.get(f"/console/intake?procedure={code}")
        page = (await browser.get("/console/intake")).text.split("Vừa dùng")[1]
        assert re.findall(r'procedure=([^"]+)"', page) == [FREE.code, OPEN_FEE.code]
        browser.http.cookies.clear()
    async with console.browser(DESK) as browser:
        browser.http.cookies.set("lx_procedures", f"<b>~{FREE.code}~{FREE.code}~")
        page = (await browser.get("/console/intake")).text.split("Vừa dùng")[1]
        assert re.findall(r'procedure=([^"]+)"', page) == [FREE.code]


async def test_a_dossier_is_filed_and_accepted_in_one_go(console: ConsoleUnderTest) -> None:
    """What the desk does not have to type is filled in; the dossier is accepted, once, with both dates on the page."""
    async with console.browser(DESK) as browser:
        fields = await form_of(browser)
        assert (fields["channel"], fields["received_by"], fields["documents"]) == (["counter"], [PHU_LY], ["don"])
        assert "_accept" in fields
        code, page = await filed(console, browser, fields | PERSON)
        again = await browser.post("/console/intake", fields | PERSON)
        assert again.headers["location"] == f"/console/intake/{code}", "a repeat is the same dossier"
        assert console.console.api.keys.receipt_secret(code) in page
        assert len(re.findall(r"\d\d:\d\d \d\d/\d\d/\d{4}", page)) >= 2
        assert "Phường Hà Nam" in page
        assert f"/console/dossiers/{code}/receipt.pdf" in page
    dossier = await console.harness.known(code)
    assert (dossier.state, dossier.routing.competent) == (State.ACCEPTED, HA_NAM)
    kinds = await console.harness.kinds(code)
    assert (kinds.count("dossier_submitted"), kinds.count("dossier_accepted")) == (1, 1)
    kept = await Vault(console.harness.pool).first_of(code)
    assert kept is not None
    assert kept["name"] == "Trần Thị <b>Bích</b>"
    assert "Bích" not in str([event.model_dump_json() for event in await console.harness.engine.history(code)])


async def test_a_fault_is_shown_at_its_field_and_nothing_typed_is_lost(console: ConsoleUnderTest) -> None:
    """A wrong birth date and a forgotten name stand at their fields; the rest stays as it was typed, escaped."""
    async with console.browser(DESK) as browser:
        fields = await form_of(browser) | PERSON
        fields |= {"applicant.birth_date": ["30/02/1990"], "applicant.identity_number": ["12"], "_accept": []}
        page = await browser.post("/console/intake", fields)
        assert page.status_code == 422
        for field in ("birth-date", "identity-number"):
            assert f'href="#f-applicant-{field}"' in page.text
            assert f'id="f-applicant-{field}-wrong"' in page.text
        assert "<b>Bích" not in page.text
        kept = form_in(page.text, "/console/intake")
        assert kept["applicant.name"] == PERSON["applicant.name"]
        assert kept["applicant.birth_date"] == ["30/02/1990"]
        assert kept["matter.territory"] == ["phuong ha nam"]
        assert "_accept" not in kept
        unborn = {"applicant.birth_date": ["01/01/2199"], "applicant.identity_number": ["037199001234"]}
        future = await browser.post("/console/intake", kept | unborn)
        assert 'id="f-applicant-birth-date-wrong"' in future.text
        unborn |= {"applicant.birth_date": ["01/01/1990"], "applicant.name": ["Nguyễn Văn\u202e An"]}
        hidden = (await browser.post("/console/intake", kept | unborn)).text
        assert hidden.count("Có ký tự không nhìn thấy được (U+202E). Hãy xóa cả mục này rồi gõ lại.") == 2
        summary = hidden.split('id="refusal"')[1].split("</div>")[0]
        assert 'href="#f-applicant-name">Họ' in summary
        assert not any(words in summary for words in ("control_character", "applicant.name"))


async def test_what_is_not_accepted_stays_filed(console: ConsoleUnderTest) -> None:
    """Where a fee must be stated first, the dossier is filed, and its page says why it is not accepted yet."""
    async with console.browser(DESK) as browser:
        code, page = await filed(console, browser, await form_of(browser, OPEN_FEE.code) | PERSON)
        assert "Đã nộp, chưa tiếp nhận" in page
        assert f"/console/dossiers/{code}/acts/accept" in page
    assert (await console.harness.known(code)).state is State.SUBMITTED


async def test_the_preview_tells_the_unit_and_both_dates(console: ConsoleUnderTest) -> None:
    """What was typed so far gives the competent unit with the reasons, and both dates; without a place it says so."""
    async with console.browser(DESK) as browser:
        fields = await form_of(browser)
        asked = {name: fields[name] for name in ("procedure", "channel", "received_by")}
        part = await browser.post("/console/intake/preview", asked | {"matter.territory": ["13366 Phường Hà Nam"]})
        assert part.status_code == 200, part.text
        assert "<html" not in part.text
        assert "Phường Hà Nam" in part.text
        assert len(re.findall(r"\d\d:\d\d \d\d/\d\d/\d{4}", part.text)) == 2
        wrong = await browser.post("/console/intake/preview", asked | {"matter.territory": ["không có"]})
        assert "Hãy chọn xã, phường" in wrong.text
        looked = await browser.post("/console/intake", fields | PERSON | {"_preview": ["1"]})
        assert looked.status_code == 200
        assert form_in(looked.text, "/console/intake")["applicant.phone"] == ["0912345678"]
