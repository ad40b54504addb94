"""Tests of the pages of saved searches: kept, shared, changed, deleted and restored, and what is wrong with them."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from activities.ledger.saved_searches import SavedSearches, SearchToSave
from tests.support.console_under_test import Browser, ConsoleUnderTest
from tests.support.given import DESK, HEAD, HEAD_OF_DESK, OFFICER, OPERATOR
from tests.support.small_province import COMMITTEE, HA_NAM, PHU_LY

pytestmark = pytest.mark.stack

PATH = "/console/register/saved"


async def save(browser: Browser, name: str, filter_: Any = None, **more: str) -> httpx2.Response:
    """Sends the form that keeps a search."""
    text = json.dumps(filter_ or {"states": ["returned"]}, ensure_ascii=False)
    return await browser.post(PATH, {"name": name, "f": text, "sort": "-ended_at", "columns": "code,state", **more})


def named(page: str, section: str = "") -> list[str]:
    """The names of the searches on the page."""
    part = page.partition(section)[2] if section else page
    return re.findall(rf'<h3><a href="{PATH}/[^"]+"><bdi>(.*?)</bdi>', part)


async def id_of(browser: Browser, name: str) -> str:
    page = (await browser.get(PATH)).text
    return str(re.findall(rf'<a href="{PATH}/([^"]+)"><bdi>{re.escape(name)}</bdi>', page)[0])


async def test_a_search_is_kept_and_opened_as_it_was(console: ConsoleUnderTest) -> None:
    """A finished state, the order and the columns come back; the same form sent twice keeps one."""
    async with console.browser(HEAD) as browser:
        answers = [await save(browser, "Đã trả") for _ in range(2)]
        assert [one.status_code for one in answers] == [303, 303]
        assert answers[0].headers["location"] == answers[1].headers["location"]
        opened = await browser.get(f"{PATH}/{await id_of(browser, 'Đã trả')}")
        query = parse_qs(urlsplit(opened.headers["location"]).query)
        assert (json.loads(query["f"][0]), query["sort"], query["columns"]) == (
            {"states": ["returned"]}, ["-ended_at"], ["code,state"],
        )  # fmt: skip
        page = await browser.get(opened.headers["location"])
        assert page.status_code == 200
        assert "Đã trả kết quả" in page.text
        taken = await save(browser, "Đã trả", {"crossing": True})
        assert (taken.status_code, "saved_search_name_taken" in taken.text) == (409, True)
        assert 'value="Đã trả"' in taken.text, "what was typed is not lost"


async def test_a_search_is_put_in_the_place_of_the_one_it_comes_from(console: ConsoleUnderTest) -> None:
    """The list remembers from which search it came, through the form, the headings and the chips."""
    async with console.browser(OPERATOR) as browser:
        await save(browser, "Gốc", {"states": ["returned"]})
        opened = await browser.get(f"{PATH}/{await id_of(browser, 'Gốc')}")
        page = (await browser.get(opened.headers["location"])).text
        kept = parse_qs(urlsplit(opened.headers["location"]).query)["saved"][0]
        query = {"apply": "1", "f": '{"states":["returned"]}', "saved": kept, "states": "returned", "text": "12",
                 "column": ["code", "promised_due"]}  # fmt: skip
        narrower = (await browser.get(f"/console/register?{urlencode(query, doseq=True)}")).headers["location"]
        page = (await browser.get(narrower.replace("/register?", "/register/save?"))).text
        form = dict(
            re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.partition(f"{PATH}/{kept}")[2])
        )
        sent = {name: html.unescape(value) for name, value in form.items() if not name.startswith("_")}
        sent |= {"version": "1", "name": "Gốc", "share": "nobody"}
        assert (await browser.post(f"{PATH}/{kept}", sent)).status_code == 303
        [now] = [one for one in await SavedSearches(console.harness.pool).own("person/op.1") if one.id == kept]
        assert (now.filter, now.columns, now.version) == (
            {"states": ["returned"], "text": "12"}, ("code", "promised_due"), 2,
        )  # fmt: skip
        assert (await browser.get('/console/register/save?f={"x":1}')).status_code == 422
        assert (await browser.get("/console/register?saved=<script>")).status_code == 200


async def test_the_list_says_from_which_search_it_comes(console: ConsoleUnderTest) -> None:
    """Its name, whether the list asks for something else by now, the way back; and when it is gone."""
    async with console.browser(HEAD) as owner, console.browser(OFFICER) as colleague:
        await save(owner, "Tuần này", {"promised_due": {"days": "this_week"}}, share=f"unit/{HA_NAM}")
        one = f"{PATH}/{await id_of(owner, 'Tuần này')}"
        as_saved = (await owner.get(one)).headers["location"]
        page = (await owner.get(as_saved)).text
        assert "<h2><bdi>Tuần này</bdi></h2>" in page
        assert "tuần này (từ " in page
        assert "đã thay đổi so với bản đã lưu" not in page
        changed = as_saved.replace("&saved=", "&sort=-code&saved=").replace("sort=code&", "")
        for browser, may_save in ((owner, True), (colleague, False)):
            page = (await browser.get(changed)).text
            assert "đã thay đổi so với bản đã lưu" in page
            assert ("Lưu thay đổi" in page) == may_save
            assert f'<a href="{one}">Trở lại bản đã lưu</a>' in page
        form = page_form((await owner.get(changed)).text, one)
        saved_again = await owner.post(one, form)
        assert saved_again.status_code == 303
        assert "đã thay đổi so với" not in (await owner.get(saved_again.headers["location"])).text
        await owner.post(f"{one}/delete", {"version": "2"})
        gone = await owner.get(as_saved)
        assert (gone.status_code, "saved_search_unknown" in gone.text) == (200, True)
        assert ("saved=" in gone.text, 'name="saved"' in gone.text) == (False, False), "no link leads to it again"
        only = urlencode({"f": '{"text":"x"}'})
        sent = {"saved": as_saved.rpartition("saved=")[2], "f": "{}", "text": "x"}
        live = await owner.get(f"/console/register/live?{urlencode(sent)}", headers={"HX-Request": "true"})
        assert live.headers["hx-replace-url"] == f"/console/register?{only}"


async def test_a_long_filter_in_vietnamese_is_not_called_changed(console: ConsoleUnderTest) -> None:
    """It is compared as it is meant, not as it would be written in ASCII."""
    async with console.browser(HEAD) as browser:
        long = {"fields": [f"{number}{'ờ' * 400}" for number in range(3)]}
        opened = (await save(browser, "Dài", long)).headers["location"]
        page = await browser.get(opened)
        assert (page.status_code, "<h2><bdi>Dài</bdi></h2>" in page.text) == (200, True)
        assert "đã thay đổi so với" not in page.text


def page_form(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in fields if not name.startswith("_")}


async def test_whom_a_search_may_be_shared_with(console: ConsoleUnderTest) -> None:
    """One's own units and those below; the province only by those who watch over it."""
    async with console.browser(HEAD) as head, console.browser(OPERATOR) as operator:
        assert (await save(head, "Của phường", share=f"unit/{HA_NAM}")).status_code == 303
        assert (await save(operator, "Của tỉnh", share="province")).status_code == 303
        for share, code in ((f"unit/{PHU_LY}", "unit_not_reached"), (f"unit/{COMMITTEE}", "unit_not_reached"),
                            ("province", "province_not_reached"), ("unit", "invalid_request"),
                            ("everybody", "invalid_request")):  # fmt: skip
            refused = await save(head, "Không được", share=share)
            assert refused.status_code in (403, 422), share
            assert code in refused.text
            assert ('<a href="#share">Ai được mở</a>: ' in refused.text) == (code == "invalid_request")
            assert not re.search("shared_with|shared_unit", refused.text), "names of fields are for programs"
        long = await save(head, "x" * 101)
        assert ('<a href="#name">Tên bộ lọc</a>: ' in long.text, "name:" in long.text) == (True, False)
        own = await id_of(head, "Của phường")
        change = {"name": " ", "share": "nobody", "version": "1"}
        unnamed = await head.post(f"{PATH}/{own}", change)
        assert (unnamed.status_code, f'<a href="#name-{own}">Tên bộ lọc</a>: ' in unnamed.text) == (422, True)
        assert "<details open><summary>Đổi tên" in unnamed.text
    for by, sees in ((OFFICER, ["Của phường", "Của tỉnh"]), (DESK, ["Của tỉnh"]), (HEAD_OF_DESK, ["Của tỉnh"])):
        async with console.browser(by) as browser:
            page = (await browser.get(PATH)).text
            assert named(page, "Được chia sẻ với tôi") == sees, by
            assert "Xóa" not in page.partition("Được chia sẻ với tôi")[2], "only its owner changes it"


async def test_a_search_is_changed_deleted_and_restored_by_its_owner(console: ConsoleUnderTest) -> None:
    """In one of two tabs: the other, which shows the version before, is refused."""
    async with console.browser(DESK) as browser, console.browser(HEAD) as other:
        await save(browser, "Cũ", {"text": "x"})
        one = f"{PATH}/{await id_of(browser, 'Cũ')}"
        change = {"name": "Mới", "share": f"unit/{PHU_LY}", "version": "1"}
        assert (await browser.post(one, change)).status_code == 303
        stale = await browser.post(one, change)
        assert (stale.status_code, "saved_search_changed" in stale.text) == (412, True)
        for act in ("", "/delete", "/restore"):
            refused = await other.post(f"{one}{act}", {**change, "version": "2"})
            assert (refused.status_code, "saved_search_unknown" in refused.text) == (404, True)
        assert (await browser.post(f"{one}/delete", {"version": "2"})).status_code == 303
        assert (await browser.get(one)).status_code == 404
        page = (await browser.get(PATH)).text
        assert "Mới" not in named(page)
        assert f'action="{one}/restore"' in page
        assert (await browser.post(f"{one}/restore", {})).status_code == 303
        assert "Mới" in named((await browser.get(PATH)).text)


async def test_what_can_no_longer_be_used_is_said(console: ConsoleUnderTest) -> None:
    """A field of an older release, a unit that disappeared: shown, opened with the reason, and never dropped."""
    old = {"old_field": True, "units": {"codes": ["99999"]}, "states": ["returned"]}
    kept = await SavedSearches(console.harness.pool).create("person/officer.hanam", SearchToSave(name="Cổ", filter=old))
    async with console.browser(OFFICER) as browser:
        page = (await browser.get(PATH)).text
        assert "register_condition_wrong" in page
        assert "register_code_unknown" in page
        opened = await browser.get(f"{PATH}/{kept.id}")
        answer = await browser.get(opened.headers["location"])
        assert answer.status_code == 400
        assert "old_field" in answer.text
        renamed = await browser.post(f"{PATH}/{kept.id}", {"name": "Cổ 2", "share": "nobody", "version": "1"})
        assert renamed.status_code == 303
        [now] = [
            one for one in await SavedSearches(console.harness.pool).own("person/officer.hanam") if one.id == kept.id
        ]
        assert (now.name, now.filter) == ("Cổ 2", old)
        wrong = await save(browser, "Sai", {"old_field": 1})
        assert (wrong.status_code, "invalid_request" in wrong.text) == (422, True)


async def test_a_name_is_shown_as_text(console: ConsoleUnderTest) -> None:
    """Neither markup nor characters that turn the direction of writing act on the page."""
    evil = "<script>alert(1)</script>\u202egnp"
    async with console.browser(HEAD_OF_DESK) as browser:
        assert (await save(browser, evil, {"text": evil})).status_code == 303
        page = (await browser.get(PATH)).text
        assert "<script>alert" not in page
        assert html.escape(evil[:20]) in page
        assert "\u202e" not in re.sub(r'value="[^"]*"', "", page)
