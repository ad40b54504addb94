"""Tests of an officer's day in a real browser, with the keyboard alone: an intake, and a list that renews itself."""

from __future__ import annotations

import os
import random
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, expect

from domain.dossier.commands import AcknowledgeHandover
from domain.dossier.state import State
from domain.roles import Actor
from gateway.console.cookies import SESSION as COOKIE
from tests.support.chromium import Looked, looking, open_chromium
from tests.support.console_under_test import ConsoleUnderTest
from tests.support.dossier_steps import accepted
from tests.support.drawn_register import draw, insert
from tests.support.given import DESK, HEAD
from tests.support.keystrokes import StopWatch
from tests.support.principals import principal_of
from tests.support.small_province import FREE, HA_NAM

pytestmark = [pytest.mark.stack, pytest.mark.slow]

A_MINUTE = 60
MOST_KEYS = 40
"""How often Tab is pressed at most to reach a field."""


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Chromium]:
    async with open_chromium() as opened:
        yield opened


async def cookies_of(console: ConsoleUnderTest, by: Actor) -> dict[str, str]:
    return {
        "lx_language": "vi",
        COOKIE: await console.console.sessions.open(principal_of(by).model_dump_json()),
    }


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id || document.activeElement.name || ''"))


async def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until the element with this id or name has the focus."""
    for _ in range(MOST_KEYS):
        if await focused(page) == wanted:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


async def picture(looked: Looked, name: str) -> None:
    """Keeps a picture where a developer asks for it."""
    folder = os.environ.get("LUONGXANH_PICTURES")
    if folder:
        await looked.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def test_an_intake_needs_no_mouse_and_less_than_a_minute(console: ConsoleUnderTest, chromium: Chromium) -> None:
    """From the letters of the procedure to the accepted dossier, then the next applicant: keys only, and by the
    keystroke-level model under a minute."""
    async with looking(chromium, console.url, await cookies_of(console, DESK)) as looked:
        page, watch = looked.page, StopWatch(looked.page)
        await page.goto(f"{console.url}/console/intake")
        await expect(page.locator("#procedure")).to_be_focused()
        await watch.types(f"thu tuc {FREE.code}")
        await watch.opens("Enter", "#f-applicant-name")
        for text in ("Trần Thị Bích", "037199001234", "31121990", "0912345678"):
            await watch.types(text)
            await watch.presses("Tab")
        await picture(looked, "intake")
        for _ in range(MOST_KEYS):
            if await focused(page) == "f-matter-territory":
                break
            await watch.presses("Tab")
        await watch.types("ha nam")
        await page.keyboard.press("Tab")
        await expect(page.locator("#preview")).to_contain_text("Phường Hà Nam")
        await page.keyboard.press("Shift+Tab")
        assert await focused(page) == "f-matter-territory", "the preview does not take the focus"
        watch.checks()
        await watch.opens("Enter", "#next")
        assert re.search(r"/console/intake/H42\.13285-\d{6}-\d+$", page.url)
        code = page.url.rpartition("/")[2]
        console.harness.made.append(code)
        await picture(looked, "filed")
        assert await looked.violations() == []
        async with page.context.expect_page() as receipt:
            await watch.presses("Alt+i")
        await (await receipt.value).close()
        watch.checks()
        await watch.opens("Enter", "#f-applicant-name")
        await expect(page.locator("#f-applicant-name")).to_have_value("")
        assert watch.officer < A_MINUTE, watch
        assert looked.faults == []
    dossier = await console.harness.known(code)
    assert (dossier.state, dossier.routing.competent) == (State.ACCEPTED, HA_NAM)


async def test_a_refusal_takes_the_focus_and_keeps_what_was_typed(
    console: ConsoleUnderTest, chromium: Chromium
) -> None:
    """After a wrong birth date the focus is at the summary; its link leads to the field."""
    async with looking(chromium, console.url, await cookies_of(console, DESK)) as looked:
        page = looked.page
        await page.goto(f"{console.url}/console/intake?procedure={FREE.code}")
        await page.locator("#f-applicant-name").fill("Trần Thị Bích")
        await page.locator("#f-applicant-birth-date").fill("31/02/1990")
        await page.keyboard.press("Enter")
        await expect(page.locator("#refusal")).to_be_focused()
        await picture(looked, "refused")
        assert await looked.violations() == []
        await page.get_by_role("link", name="Ngày sinh").press("Enter")
        await expect(page.locator("#f-applicant-birth-date")).to_be_focused()
        await expect(page.locator("#f-applicant-name")).to_have_value("Trần Thị Bích")


async def test_new_work_appears_and_the_place_stays(console: ConsoleUnderTest, chromium: Chromium) -> None:
    """While the head selects, another dossier appears, marked in words; focus and selection stay."""
    harness = console.harness
    first = await accepted(harness)
    await harness.act(first, HEAD, AcknowledgeHandover())
    async with looking(chromium, console.url, await cookies_of(console, HEAD)) as looked:
        page = looked.page
        async with page.expect_response("**/console/work/changes"):
            await page.goto(f"{console.url}/console/work?of=unit&limit=500")
        box = page.locator(f'input[name=select][value="{first}"]')
        await box.focus()
        await page.keyboard.press("Space")
        await expect(box).to_be_checked()
        second = await accepted(harness)
        await harness.act(second, HEAD, AcknowledgeHandover())
        row = page.locator(f'tr:has(input[value="{second}"])')
        await expect(row).to_contain_text("Mới")
        await expect(box).to_be_checked()
        await expect(box).to_be_focused()
        await picture(looked, "work")
        assert looked.faults == []


async def test_back_finds_the_place_in_the_register(console: ConsoleUnderTest, chromium: Chromium) -> None:
    """Further pages are read while one scrolls; the columns are chosen and moved by keys, and say what they move."""
    rows = draw(160, random.Random(7))  # noqa: S311  no secret
    for row in rows:
        row["responsible"] = row["snapshot"]["responsible"] = HA_NAM
    await insert(console.harness.pool, rows)
    async with looking(chromium, console.url, await cookies_of(console, HEAD)) as looked:
        page = looked.page
        await page.goto(f"{console.url}/console/register")
        links = page.locator("table.dossiers tbody th a")
        for shown in (100, 150):
            await page.locator("tr.more").scroll_into_view_if_needed()
            await expect(links).to_have_count(shown)
        code = await links.nth(130).inner_text()
        await links.nth(130).focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/console/dossiers/{code}")
        await page.go_back()
        await expect(page.get_by_role("link", name=code, exact=True)).to_be_in_viewport()
        await page.locator("#columns > summary").focus()
        await page.keyboard.press("Enter")
        move = page.get_by_role("button", name="Đưa cột “Thủ tục” lên trước")
        await move.focus()
        async with page.expect_response("**/console/register/live**"):
            await page.keyboard.press("Enter")
        await expect(page.locator("table.dossiers thead th").nth(1)).to_have_text("Thủ tục")
        await expect(move).to_be_focused()
        assert [one for one in looked.faults if "422" not in one] == [], "a drawn dossier has no history to open"
