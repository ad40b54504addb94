"""Tests of the page of the register: the same dossiers as the API's search, and an address that holds the question."""

from __future__ import annotations

import base64
import html
import json
import random
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest

from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal
from gateway.api.parts import Api
from gateway.console.register import rows as register_rows
from tests.support.console_under_test import ConsoleUnderTest
from tests.support.drawn_register import draw, insert
from tests.support.given import DESK, HEAD, HEAD_OF_DESK, OFFICER, OPERATOR
from tests.support.small_province import HA_NAM, at

pytestmark = pytest.mark.stack

PAGE = "/console/register"


def address(path: str = PAGE, filter_: Any = None, **more: str) -> str:
    """The address of a filter, as another page links to it."""
    given = {} if filter_ is None else {"f": filter_ if isinstance(filter_, str) else json.dumps(filter_)}
    return f"{path}?{urlencode({**given, **more})}"


def shown(page: str) -> list[str]:
    """The codes of the rows, in order."""
    return re.findall(r'<a href="/console/dossiers/([^"]+)">', page)


def codes_of_faults(page: str) -> list[str]:
    return re.findall(r'<span class="code">([a-z_]+)</span>', page)


def links(page: str, path: str) -> list[str]:
    """The addresses of this path on the page, in order."""
    found = re.findall(r'(?:href|hx-get)="([^"]+)"', page)
    return [address for one in found if urlsplit(address := html.unescape(one)).path == path]


def filter_in(address: str) -> Any:
    return json.loads(parse_qs(urlsplit(address).query).get("f", ["{}"])[0])


def applicant() -> ApplicantPrincipal:
    return ApplicantPrincipal(applicant=f"cd.{uuid4().hex[:8]}")


async def filed(console: ConsoleUnderTest, by: ApplicantPrincipal, number: int = 1) -> list[str]:
    """Dossiers of this applicant, in the order of their codes."""
    actor = Actor(person=by.applicant, role=Role.APPLICANT)
    return sorted([(await console.harness.submit(actor=actor)).dossier for _ in range(number)])


async def test_everybody_finds_what_they_may_read(console: ConsoleUnderTest) -> None:
    """A link shared with others shows each of them only the dossiers in their own reach."""
    own, other = applicant(), applicant()
    [code] = await filed(console, own)
    link = address(filter_={"applicants": [own.applicant]})
    for by, sees in ((own, True), (DESK, True), (HEAD_OF_DESK, True), (HEAD, False), (other, False)):
        async with console.browser(by) as browser:
            page = await browser.get(link)
            assert (page.status_code, shown(page.text)) == (200, [code] if sees else []), by
            assert "Nguyễn" not in page.text, "no personal data in a list"
    async with console.browser(own) as browser:
        assert OFFICER.person not in (await browser.get(link)).text
        saved = "/console/register/saved"
        for refused in (await browser.get(saved), await browser.post(saved, {})):
            assert (refused.status_code, "operation_not_allowed" in refused.text) == (403, True), "it is for the staff"
        assert "saved_search" not in (await browser.get(f"{link}&saved=ss-000000000000")).text, "nothing is looked up"
    async with console.browser() as browser:
        to_sign_in = await browser.get(link)
        assert to_sign_in.status_code == 303
        assert parse_qs(urlsplit(to_sign_in.headers["location"]).query)["back"] == [link]


async def test_who_holds_no_post_is_told_so(console: ConsoleUnderTest) -> None:
    """A shared link opened by somebody without the right: 403 in words."""
    async with console.browser(PersonPrincipal(person=HEAD.person, unit="nowhere")) as browser:
        page = await browser.get(address(filter_={"crossing": True}))
        assert page.status_code == 403
        assert "operation_not_allowed" in page.text


async def test_the_form_leads_to_the_address_of_its_question(console: ConsoleUnderTest) -> None:
    """Without a script too; what the form has no control for goes with it."""
    base = {"incident_systems": ["payment"], "states": ["returned"]}
    form = {
        "apply": "1",
        "f": json.dumps(base),
        "sort": "-promised_due",
        "text": " khai sinh ",
        "column": ["state", "code"],
        "states": ["returned", "processing"],
        "below": "yes",
        "part": "any",
        "green": "no",
    }
    async with console.browser(HEAD) as browser:
        answer = await browser.get(f"{PAGE}?{urlencode(form, doseq=True)}")
        assert answer.status_code == 303
        target = answer.headers["location"]
        assert filter_in(target) == {
            "incident_systems": ["payment"],
            "states": ["returned", "processing"],
            "text": "khai sinh",
            "green": False,
        }
        assert parse_qs(urlsplit(target).query)["sort"] == ["-promised_due"]
        page = (await browser.get(target)).text
    for words in ("Đã trả kết quả, Đang xử lý", "không áp dụng", "khai sinh", "Sự cố của hệ thống"):
        assert words in page, words
    without = [filter_in(one) for one in links(page, PAGE) if "f=" in one]
    assert {"states": ["returned", "processing"], "text": "khai sinh", "green": False} in without, "each can be removed"
    assert 'aria-sort="descending"' not in page, "the order's column is not shown"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{not json", "register_filter_unreadable"),
        ('["a"]', "register_filter_unreadable"),
        ('{"crossing":true,"crossing":false}', "register_filter_unreadable"),
        ("[" * 5_000, "register_filter_unreadable"),
        ('{"text":"' + "x" * 6_000 + '"}', "register_filter_too_long"),
        ('{"crossing":true,"hacked":1}', "register_condition_wrong"),
        ('{"crossing":true,"states":["gone"]}', "register_condition_wrong"),
        ('{"crossing":true,"text":"x\\u0000"}', "register_condition_wrong"),
        ('{"crossing":true,"received":{"since":"2026-01-02T00:00:00+07:00","before":"2026-01-01T00:00:00+07:00"}}',
         "register_condition_wrong"),
    ],
)  # fmt: skip
async def test_a_filter_that_was_tampered_with(console: ConsoleUnderTest, given: str, code: str) -> None:
    """Nothing is searched, since the list would show more; what remains is offered, and what was given is shown."""
    async with console.browser(HEAD) as browser:
        for language in ("vi", "en"):
            browser.http.cookies.set("lx_language", language)
            answer = await browser.get(address(filter_=given))
            assert (answer.status_code, codes_of_faults(answer.text)) == (400, [code])
            assert shown(answer.text) == []
            if code == "register_condition_wrong":
                assert {"vi": "không đọc được nên đã bỏ ra", "en": "cannot be read and was left out"}[
                    language
                ] in answer.text
            assert html.escape(given[:20], quote=False) in answer.text.replace("&#34;", '"')
            if "crossing" in given and "unreadable" not in code:
                assert {"crossing": True} in [filter_in(one) for one in links(answer.text, PAGE)]
        for ending in ("csv", "xlsx", "pdf"):
            file = await browser.get(address(f"/console/register/export/{ending}", given))
            assert (file.status_code, codes_of_faults(file.text)) == (400, [code])


async def test_conditions_under_names_that_are_none(console: ConsoleUnderTest) -> None:
    """Neither the page nor a file nor a kept search is of more than was asked; the names are said."""
    async with console.browser(HEAD) as browser:
        for query in ("text=khai+sinh", "states=processing", 'filter={"open":true}', "apply=1&filter=x", "<b>=1"):
            answer = await browser.get(f"{PAGE}?{query}")
            assert (answer.status_code, codes_of_faults(answer.text)) == (400, ["register_names_unknown"]), query
            assert shown(answer.text) == []
        for path in ("export/csv", "export/pdf"):
            file = await browser.get(f"{PAGE}/{path}?states=processing")
            assert (file.status_code, codes_of_faults(file.text)) == (400, ["register_names_unknown"])
        kept = await browser.get(f"{PAGE}/save?apply=1&states=processing")
        assert (kept.status_code, "apply, states" in kept.text) == (422, True)


async def test_the_rest_of_the_address_tampered_with(console: ConsoleUnderTest) -> None:
    """A wrong order, column or cursor is said with its code; the filter acts all the same, from the first page."""
    own = applicant()
    codes = await filed(console, own)
    first = {"at": "9999-12-31T10:00:00Z", "counted": {"few": 1, "count": 1, "more": False}}
    forged = base64.urlsafe_b64encode(bytes(32) + json.dumps({"place": {"code": "H42"}, "first": first}).encode())
    cursor = forged.decode().rstrip("=")
    async with console.browser(own) as browser:
        tomorrow = await browser.get(address(filter_={"received": {"days": "tomorrow"}}, cursor=cursor))
        assert (tomorrow.status_code, codes_of_faults(tomorrow.text)) == (400, ["cursor_invalid"])
        for wrong, code in (
            ({"sort": "passwords"}, "register_sort_unknown"),
            ({"sort": "--code"}, "register_sort_unknown"),
            ({"columns": "code,secrets"}, "register_columns_unknown"),
            ({"cursor": "AAAA"}, "cursor_invalid"),
            ({"cursor": "ờ" * 2_000}, "cursor_invalid"),
        ):
            answer = await browser.get(address(filter_={"applicants": [own.applicant]}, **wrong))
            assert (answer.status_code, codes_of_faults(answer.text), shown(answer.text)) == (400, [code], codes), wrong


async def test_a_code_that_does_not_exist_any_more(console: ConsoleUnderTest) -> None:
    """It is kept and finds nothing, and the page says why."""
    async with console.browser(HEAD) as browser:
        for gone in ({"units": {"codes": ["99999"]}}, {"procedures": ["9.999"]}, {"officers": ["nobody"]},
                     {"fields": ["Không có"]}, {"rungs": ["gone"]}):  # fmt: skip
            answer = await browser.get(address(filter_=gone))
            assert (answer.status_code, codes_of_faults(answer.text)) == (200, ["register_code_unknown"]), gone
            assert shown(answer.text) == []


async def test_pages_stay_right_while_dossiers_change(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No dossier twice and none missing: by scrolling and by links, forward and back, while others are filed."""
    monkeypatch.setattr(register_rows, "ROWS", 2)
    own = applicant()
    codes = await filed(console, own, 5)
    link = address(filter_={"applicants": [own.applicant]}, sort="-updated_at")
    async with console.browser(own) as browser:
        first = (await browser.get(link)).text
        more = links(first, "/console/register/rows")
        [plain_link] = [one for one in links(first, PAGE) if "cursor" in one]
        [later] = await filed(console, own)
        found = shown(first)
        while more:
            part = (await browser.get(more[0])).text
            assert "<html" not in part
            found += shown(part)
            more = links(part, "/console/register/rows")
        assert sorted(found) == codes, "as it was when the first page was read"
        second = (await browser.get(plain_link)).text
        assert shown(second) == found[2:4]
        [before] = [one for one in links(second, PAGE) if "cursor" in one and shown_first(one, second)]
        assert shown((await browser.get(before)).text) == found[:2]
        [look] = links(first, "/console/register/newer")
        assert "đã thay đổi" in (await browser.get(look)).text
        again = (await browser.get(link)).text
        assert shown(again)[0] == later
        [look] = links(again, "/console/register/newer")
        assert (await browser.get(look)).text.strip() == ""


def shown_first(link: str, page: str) -> bool:
    """Whether the link stands before the table: that of the page before."""
    return html.escape(link) in page.split("<table")[0]


async def test_the_list_follows_what_is_typed(console: ConsoleUnderTest) -> None:
    """The live answer is the list alone, with the count for readers of the screen and the address to remember."""
    own = applicant()
    codes = await filed(console, own, 2)
    form = {"f": json.dumps({"applicants": [own.applicant]}), "sort": "code", "text": codes[1].lower(), "below": "yes",
            "part": "any"}  # fmt: skip
    async with console.browser(own) as browser:
        answer = await browser.get(f"/console/register/live?{urlencode(form)}", headers={"HX-Request": "true"})
        assert shown(answer.text) == [codes[1]]
        assert "<form" not in answer.text, "the field that has the focus stays"
        assert '<p id="count" class="unseen" role="status" hx-swap-oob="true">1 hồ sơ</p>' in answer.text
        assert filter_in(answer.headers["hx-replace-url"]) == {"applicants": [own.applicant], "text": codes[1].lower()}
        wrong = await browser.get(f"/console/register/live?{urlencode({**form, 'received_from': '31/12'})}")
        assert (wrong.status_code, codes_of_faults(wrong.text)) == (400, ["register_condition_wrong"])
        assert "hx-replace-url" not in wrong.headers


async def test_foreign_text_is_shown_as_text(console: ConsoleUnderTest) -> None:
    """Neither markup nor characters that turn the direction of writing act on the page."""
    evil = '<script>alert(1)</script>"><img src=x onerror=y>\u202egnp.exe'
    async with console.browser(HEAD) as browser:
        for link in (address(filter_={"text": evil}), address(filter_=evil), address(filter_={evil[:40]: 1}),
                     address(filter_={"fields": [evil]}), address(sort=evil, columns=evil, cursor=evil)):  # fmt: skip
            page = (await browser.get(link)).text
            assert "<script>alert" not in page
            assert "<img" not in page.replace('<img src="/console/static', "")
            assert "\u202e" not in re.sub(r'value="[^"]*"', "", page)


async def test_the_list_as_a_file(console: ConsoleUnderTest) -> None:
    """The columns of the screen in their order, and no officer's code for an applicant."""
    own = applicant()
    codes = await filed(console, own, 2)
    link = address(filter_={"applicants": [own.applicant]}, columns="state,code,assignee", sort="-code")
    async with console.browser(own) as browser:
        page = (await browser.get(link)).text
        for ending in ("csv", "xlsx", "pdf"):
            [link] = links(page, f"/console/register/export/{ending}")
            answer = await browser.get(link)
            assert answer.status_code == 200
            assert answer.headers["content-disposition"].endswith(f'.{ending}"')
            if ending == "csv":
                lines = answer.text.removeprefix("\ufeff").split()
                assert answer.text.splitlines()[0].removeprefix("\ufeff") == "Trạng thái,Mã hồ sơ"
                assert [one for one in codes if any(one in line for line in lines)] == codes
        assert (await browser.get("/console/register/export/exe")).status_code == 404


async def test_a_list_of_today_that_was_left_open_over_night(console: ConsoleUnderTest) -> None:
    """In the morning "today" is another day, and the page says so, also when no dossier has changed."""
    yesterday = (datetime.now(VIETNAM) - timedelta(days=1)).isoformat()
    async with console.browser(HEAD) as browser:
        for filter_, told in (({"received": {"days": "today"}}, True), ({}, False)):
            wanted = {"text": "zzzzzz", **filter_}
            part = await browser.get(address("/console/register/newer", wanted, since=yesterday))
            assert ("notice" in part.text) == told, part.text


async def test_the_pages_of_a_list_of_yesterday_name_its_days(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After midnight the next page has the rows of the day of the first one, and the condition names that day."""
    monkeypatch.setattr(register_rows, "ROWS", 1)
    own, day = applicant(), at("2026-03-03 08:00")
    rows = draw(2, random.Random(5))  # noqa: S311  no secret
    for row in rows:
        row["received_at"], row["responsible"] = day, HA_NAM
        row["snapshot"] |= {"submitted_by": own.applicant, "responsible": HA_NAM}
    await insert(console.harness.pool, rows)
    link = address(filter_={"applicants": [own.applicant], "received": {"days": "tomorrow"}}, sort="-received_at")
    async with console.browser(OPERATOR) as browser:
        with monkeypatch.context() as before_midnight:
            before_midnight.setattr(Api, "now", lambda _: day - timedelta(days=1))
            first = (await browser.get(link)).text
        [plain_link] = [one for one in links(first, PAGE) if "cursor" in one]
        second = (await browser.get(plain_link)).text
    assert {*shown(first), *shown(second)} == {row["code"] for row in rows}
    for page in (first, second):
        assert f"ngày mai (từ {day:%d/%m/%Y} đến hết {day:%d/%m/%Y})" in page


async def test_headings_sort_the_list(console: ConsoleUnderTest) -> None:
    """A heading leads to the list sorted by it, and the one that sorts says which way."""
    own = applicant()
    await filed(console, own)
    async with console.browser(own, language="en") as browser:
        page = (await browser.get(address(sort="promised_due"))).text
        assert page.count('aria-sort="ascending"') == 1
        assert f"{PAGE}?sort=-promised_due" in links(page, PAGE), "once more turns the order"
        assert '<html lang="en">' in page
        assert "Dossier code" in page


async def test_an_applicant_is_not_told_who_works_here(console: ConsoleUnderTest) -> None:
    """The register does not say to an applicant whether there is an officer with a code."""
    async with console.browser(applicant()) as browser:
        for officer in (OFFICER.person, "nobody.at.all"):
            page = await browser.get(address(filter_={"officers": [officer]}))
            assert page.status_code == 200
            assert "register_code_unknown" not in page.text, officer
