"""Tests of the work-lists: whose work and why, what is new, several assignments at once, and what tells of a change."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta

import pytest

from domain.dossier.commands import Accept, AcknowledgeHandover, Assign, CompleteStep, Suspend
from domain.organisation.people import Absence, Delegation
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.dossiers.assigning import MOST
from tests.support.console_under_test import Browser, ConsoleUnderTest
from tests.support.dossier_steps import accepted
from tests.support.given import CITIZEN, CLERK, DESK, DESK_OF_HA_NAM, HEAD, HEAD_OF_DESK, OFFICER
from tests.support.html_forms import form_in, inputs_in
from tests.support.small_province import ACTING, HA_NAM, people
from tests.support.waiting import until

pytestmark = pytest.mark.stack

AN_3 = Actor(person="officer.3", role=Role.SPECIALIST, unit=HA_NAM)
AN = Actor(person="officer.7", role=Role.SPECIALIST, unit=HA_NAM)


async def assignable(console: ConsoleUnderTest) -> str:
    code = await accepted(console.harness)
    await console.harness.act(code, HEAD, AcknowledgeHandover())
    return code


async def page_of(browser: Browser, query: str = "") -> str:
    page = await browser.get(f"/console/work{query}")
    assert page.status_code == 200, page.text
    return page.text


async def test_work_is_listed_with_why_it_is_there(console: ConsoleUnderTest) -> None:
    """The assignee sees who assigned it; the unit's tab names the assignee; others do not see it."""
    code = await assignable(console)
    await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
    async with console.browser(OFFICER) as browser:
        mine = await page_of(browser)
        assert "Lãnh đạo bộ phận giao cho bạn" in mine
        assert f"/console/dossiers/{code}/acts/complete_step" in mine
        assert "Phường Hà Nam" in mine
        assert "Giao việc" not in await page_of(browser, "?of=unit"), "only heads assign"
    async with console.browser(HEAD) as browser:
        unit = await page_of(browser, "?of=unit")
        assert "Bạn giao cho Công chức chuyên môn 1 lúc" in unit
        assert f"/console/dossiers/{code}/acts/complete_step" not in unit, "the head does not do the officer's step"
        assert f"/console/dossiers/{code}/acts/assign" in unit
        assert code not in await page_of(browser)
    async with console.browser(DESK) as browser:
        assert code not in await page_of(browser, "?of=unit")
    async with console.browser(CITIZEN) as browser:
        assert (await browser.get("/console/work")).status_code == 403


async def test_both_clocks_stand_in_the_list_as_on_the_page_of_the_dossier(console: ConsoleUnderTest) -> None:
    """The working time that is used and left, or past the date, in words and as a bar; also while they stand still."""
    code = await assignable(console)
    for language, told in (("vi", r"^còn \d"), ("en", r"\d \w+ left$")):
        async with console.browser(HEAD, language=language) as browser:
            row = row_of(await page_of(browser, "?of=unit"), code)
            page = (await browser.get(f"/console/dossiers/{code}")).text
            left = re.findall(r'<span class="soft time">([^<]+)</span>', row)
            assert len(left) == 2
            for words in left:
                assert re.search(told, words)
                assert f'<span class="badge good">{words}</span>' in page
            bars = re.findall(r'<svg class="clockbar".*?</svg>', row, re.DOTALL)
            assert sorted(bars) == sorted(re.findall(r'<svg class="clockbar".*?</svg>', page, re.DOTALL))
    await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
    await console.harness.act(code, HEAD, Suspend(legal_basis="Điều 5"))
    async with console.browser(HEAD) as browser:
        row = row_of(await page_of(browser, "?of=unit"), code)
        assert len(re.findall(r'<span class="soft time">còn [^<]+ · đang tạm dừng</span>', row)) == 2


def row_of(page: str, code: str) -> str:
    """The row of a dossier."""
    [row] = [one for one in re.findall(r"<tr id=.*?</tr>", page, re.DOTALL) if f'/console/dossiers/{code}"' in one]
    return str(row)


async def test_a_head_chooses_among_who_can_take_a_step_of_the_list(console: ConsoleUnderTest) -> None:
    """Each present officer in the role of a listed step is offered, by the words, with the open items. Where no row can
    be assigned, nothing is offered."""
    code = await assignable(console)
    await console.harness.act(code, HEAD, Assign(person="officer.7"))
    async with console.browser(HEAD) as browser:
        page = await page_of(browser, "?of=unit&limit=500&person=officer.7")
    options = page.split('id="person"')[1].split("</select>")[0]
    roles = [one.split('"')[0] for one in options.split('optgroup label="')[1:]]
    assert roles == [Role.SPECIALIST.words.vi], "the signatory takes none of these steps"
    offered = set(re.findall('value="([^"]+)"', options))
    assert offered == {person for person, role, unit in ACTING if (role, unit) == (Role.SPECIALIST, HA_NAM)}
    assert 'value="officer.7" selected>' in options, "a choice survives the renewal of the list"
    assert "Công chức chuyên môn 11 (specialist): 1 việc" in options
    await console.harness.submit()
    async with console.browser(HEAD_OF_DESK) as browser:
        page = await page_of(browser, "?of=unit&limit=500")
        assert page.count("<tr id=") > 0
        assert not any(
            one in page for one in ('name="select"', 'id="person"', "data-ticks", 'class="card row assigning')
        )


async def test_a_stand_in_acts_on_behalf_of_who_is_away(console: ConsoleUnderTest) -> None:
    """The list and the form say for whom; the record names both; when the colleague is back, the work is gone."""
    code, before = await assignable(console), console.harness.staff
    await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
    yesterday = datetime.now(VIETNAM) - timedelta(days=1)
    console.harness.staff = people(*ACTING).model_copy(
        update={
            "absences": (Absence(person=OFFICER.person, began=yesterday, ground="Nghỉ phép"),),
            "delegations": (
                Delegation(
                    giver=OFFICER.person,
                    receiver=CLERK.person,
                    roles=(Role.SPECIALIST,),
                    began=yesterday,
                    source="TB 1",
                ),
            ),
        }
    )
    path = f"/console/dossiers/{code}/acts/complete_step"
    try:
        async with console.browser(CLERK) as browser:
            assert "Làm thay Công chức chuyên môn 1<" in await page_of(browser)
            form = (await browser.get(path)).text
            assert "Bạn làm thay" in form
            assert "công chức chuyên môn – Phường Hà Nam (làm thay Công chức chuyên môn 1)" in form
            done = await browser.post(path, form_in(form, "/acts/complete_step"))
            assert done.status_code == 303, done.text
    finally:
        console.harness.staff = before
    actors = [one.actor for one in await console.harness.engine.history(code) if one.event.kind == "step_completed"]
    assert [(one.person, one.stands_in_for) for one in actors] == [(CLERK.person, OFFICER.person)]
    async with console.browser(CLERK) as browser:
        assert code not in await page_of(browser)


async def test_what_came_later_is_marked_as_new_and_more_is_said(console: ConsoleUnderTest) -> None:
    """A part of the page marks in words what came after it was opened; a cut list says that there is more."""
    await assignable(console)
    earlier = (datetime.now(VIETNAM) - timedelta(minutes=5)).isoformat(timespec="seconds").replace("+", "%2B")
    async with console.browser(OFFICER) as browser:
        part = await browser.get(f"/console/work?seen={earlier}&limit=1", headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert part.text.lstrip().startswith('<div id="items"')
        assert ">Mới<" in part.text
        if "Trang sau" not in part.text:
            await assignable(console)
        first = await page_of(browser, "?limit=1")
        [after] = re.findall(r'rel="next" href="/console/work([^"]+)"', first)
        second = await page_of(browser, after.replace("&amp;", "&"))
        assert set(re.findall(r'<tr id="([^"]+)"', first)).isdisjoint(re.findall(r'<tr id="([^"]+)"', second))
        assert "Trang trước" in second
        assert (await browser.get("/console/work?cursor=abc")).status_code == 422
        assert ">Mới<" not in await page_of(browser)
        assert (await browser.get("/console/work?limit=1000000")).status_code == 422
        assert (await browser.get("/console/work?seen=hom-qua")).status_code == 422


async def test_several_dossiers_are_assigned_at_once_and_one_is_refused(console: ConsoleUnderTest) -> None:
    """Each dossier has its own result: one whose step is over is refused; a repeat assigns nothing."""
    first, second, third = [await assignable(console) for _ in range(3)]
    async with console.browser(HEAD) as browser:
        page = await page_of(browser, f"?of=unit&limit=500&select={first}")
        fields = form_in(page, "/work/assign")
        assert fields["select"] == [first], "a selection survives the renewal of the list"
        assert {f"version.{first}", f"version.{third}"} <= inputs_in(page, "/work/assign")
        await console.harness.act(third, OFFICER, CompleteStep(step="process"))
        fields |= {"select": [first, second, third], "person": ["officer.3"]}
        for said in (">đã giao<", ">đã giao trước đó<"):
            done = await browser.post("/console/work/assign", fields)
            assert done.status_code == 200, done.text
            assert (done.text.count(said), done.text.count(">bị từ chối<")) == (2, 1), done.text
            assert "assignee_not_in_role" in done.text, "its step is now that of another role"
            assert "Đã giao 2 hồ sơ. <strong>1 hồ sơ bị từ chối." in done.text
            assert "officer.3" not in done.text, "people are called by their posts"
        for code in (first, second):
            assert (await console.harness.kinds(code)).count("dossier_assigned") == 1
            assert (await console.harness.known(code)).processing.assignee == "officer.3"
        chosen: tuple[tuple[str, list[str], str], ...] = (
            ("select", [], "Hãy chọn từ 1 đến"),
            ("person", [""], "Hãy chọn người nhận"),
            ("person", ["?"], "Hãy"),
        )
        for name, value, said in chosen:
            again = await browser.post("/console/work/assign", fields | {name: value, "limit": ["500"]})
            assert again.status_code == 422
            assert said in again.text.split('id="refusal"')[1]
            kept = form_in(again.text, "/work/assign")
            assert kept["person"] == (["officer.3"] if name == "select" else [""])
            assert set(kept.get("select", [])) == (set() if name == "select" else {first, second})
        too_many = await browser.post("/console/work/assign", fields | {"select": [str(n) for n in range(MOST + 1)]})
        assert too_many.status_code == 422
        await console.harness.act(second, AN_3, CompleteStep(step="process"))
        [undo] = re.findall(r'action="(/console/work/assignments/[^"]+/undo)"', done.text)
        shown = await browser.get(undo.removesuffix("/undo"))
        assert (shown.text.count(">đã giao trước đó<"), shown.text.count(">chưa giao<")) == (2, 1)
        why = form_in(shown.text, "/undo")
        assert "Hãy ghi lý do" in (await browser.post(undo, why | {"reason": [" "]})).text
        back = await browser.post(undo, why | {"reason": ["Giao nhầm người"]})
        assert (back.text.count(">đã rút lại<"), back.text.count("assignment_moved_on")) == (1, 1), back.text
        assert "Hồ sơ lại chờ ở đơn vị." in back.text
        assert (await console.harness.known(first)).processing.assignee is None
        page = await page_of(browser, "?of=unit&limit=500")
        anew = form_in(page, "/work/assign") | {"select": [first], "by": ["suggestion"]}
        suggested = await browser.post("/console/work/assign", anew)
        assert "Đã giao theo gợi ý" in suggested.text
        assert suggested.text.count(">đã giao<") == 1
    async with console.browser(OFFICER) as browser:
        assert (await browser.post("/console/work/assign", fields)).status_code == 403


async def test_a_page_is_told_that_its_list_changed(console: ConsoleUnderTest) -> None:
    """An act in the units of the page is told within seconds, with an id and nothing else; elsewhere, it is not."""
    got: dict[str, list[str]] = {HEAD.person: [], DESK_OF_HA_NAM.person: []}

    async def follow(by: Actor, after: str | None = None) -> None:
        headers = {"Last-Event-ID": after} if after else {}
        async with (
            console.browser(by) as browser,
            browser.http.stream("GET", f"{console.url}/console/work/changes", headers=headers) as answer,
        ):
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for text in answer.aiter_lines():
                got[by.person].append(text)

    tasks = [asyncio.create_task(follow(HEAD))]
    try:
        await until(lambda: _said(got[HEAD.person], ": luongxanh"), "the stream has begun")
        code = (await console.harness.submit()).dossier
        await console.harness.act(code, DESK, Accept())
        await until(lambda: _said(got[HEAD.person], "event: changed"), "the page is told")
        lines = [one for one in got[HEAD.person] if one and not one.startswith((":", "retry"))]
        assert {one.split(":")[0] for one in lines} == {"event", "data", "id"}
        assert not any(code in one for one in lines)
        place = next(one for one in lines if one.startswith("id: ")).removeprefix("id: ")
        second = (await console.harness.submit()).dossier
        await console.harness.act(second, DESK, Accept())
        tasks.append(asyncio.create_task(follow(DESK_OF_HA_NAM, place)))
        await until(
            lambda: _said(got[DESK_OF_HA_NAM.person], "event: changed"), "a page that comes back is told at once"
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _said(lines: list[str], wanted: str) -> bool | None:
    return True if wanted in lines else None


async def test_a_step_is_taken_and_given_back_by_its_buttons(console: ConsoleUnderTest) -> None:
    """Whoever comes second is told who has it; the head may take it from the officer."""
    code = await assignable(console)
    path = f"/console/dossiers/{code}/acts/claim"
    async with console.browser(OFFICER) as browser, console.browser(AN) as other:
        assert path in await page_of(browser, "?of=unassigned&limit=500")
        forms = [(await one.get(path)).text for one in (browser, other)]
        assert (await browser.post(path, form_in(forms[0], "/acts/claim"))).status_code == 303
        late = await other.post(path, form_in(forms[1], "/acts/claim"))
        assert "Công chức chuyên môn" in late.text
        assert "đã có người nhận" in late.text or "đã thay đổi" in late.text, late.text
        row = row_of(await page_of(browser, "?limit=500"), code)
        assert f"/console/dossiers/{code}/acts/release" in row
        assert code not in await page_of(browser, "?of=unassigned&limit=500")
    async with console.browser(HEAD) as browser:
        form = (await browser.get(f"/console/dossiers/{code}/acts/release")).text
        fields = form_in(form, "/acts/release") | {"reason": "Chia lại việc"}
        assert (await browser.post(f"/console/dossiers/{code}/acts/release", fields)).status_code == 303
        assert code in await page_of(browser, "?of=unassigned&limit=500")


async def test_an_absence_is_entered_and_withdrawn_on_its_page(console: ConsoleUnderTest) -> None:
    """What is wrong is told at its field and what was typed stays; what counts can be withdrawn with a reason."""
    async with console.browser(HEAD) as browser:
        page = (await browser.get("/console/leave")).text
        fields = form_in(page, "/console/leave") | {"kind": "absence", "person": AN.person, "ground": "Nghỉ phép năm"}
        wrong = await browser.post("/console/leave", fields | {"began": "2026-12-01T08:00", "ended": "hom-qua"})
        assert wrong.status_code == 422
        assert "Nghỉ phép năm" in wrong.text
        begins = {"began": datetime.now(VIETNAM).strftime("%Y-%m-%dT%H:%M")}
        ends = (datetime.now(VIETNAM) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
        assert (await browser.post("/console/leave", fields | begins | {"ended": ends})).status_code == 303
        entered = (await browser.get("/console/leave")).text
        assert "đang có hiệu lực" in entered
        [number] = re.findall(r'action="/console/leave/(\d+)/withdraw"', entered)
        fields = form_in(entered, f"/leave/{number}/withdraw") | {"reason": "Hoãn nghỉ"}
        assert (await browser.post(f"/console/leave/{number}/withdraw", fields)).status_code == 303
        assert "Hoãn nghỉ" in (await browser.get("/console/leave")).text
