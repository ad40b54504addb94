"""A real Chromium of this machine, driven by Playwright. Tests that need it are skipped, with a warning, without it."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tools.console_pictures.taking import NoChromiumError, chromium, chromium_program

AXE = (Path(__file__).parent / "vendored" / "axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}
DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
"""Ends when the page has been drawn: what comes into view is told before the second frame."""
PATIENCE = 90_000
"""Milliseconds of a wait: the first page of a cold Chromium takes long on a machine that runs other tests.

Of the waits of a page, `wait_for_function` fails at its second look: our pages forbid scripts made of text.
"""
expect.set_options(timeout=PATIENCE)
"""`expect` does not ask the context, and waits five seconds otherwise."""


@asynccontextmanager
async def open_chromium() -> AsyncIterator[Browser]:
    """The browser, for several tests. Skips the test where there is none."""
    try:
        program = chromium_program()
    except NoChromiumError:
        warnings.warn("No Chromium on this machine: the pages are NOT looked at (apt install chromium).", stacklevel=2)
        pytest.skip("no Chromium on this machine (apt install chromium)")
    async with chromium(program) as browser:
        yield browser


@dataclass
class Looked:
    """A page of a browser, with what went wrong in it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    """Errors and warnings of its console, errors of its scripts, requests that failed."""

    async def begin_anew(self, url: str, cookies: dict[str, str]) -> None:
        """Leaves the page and all cookies, and takes these for the console at `url`."""
        await self.page.goto("about:blank")
        await self.page.context.clear_cookies()
        await self.page.context.add_cookies(
            [{"name": name, "value": value, "url": f"{url}/console/"} for name, value in cookies.items()]
        )
        self.faults.clear()

    async def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA: the rule, and the elements."""
        await self.page.evaluate(AXE)
        found: dict[str, Any] = await self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", WCAG
        )
        return [
            f"{one['id']}: {one['help']} – " + "; ".join(node["html"][:160] for node in one["nodes"][:4])
            for one in found["violations"]
        ]

    async def settled(self) -> None:
        """Waits for the parts that a page asks for when it is drawn, as the next rows of a list."""
        await self.page.evaluate(DRAWN)
        await expect(self.page.locator(".htmx-request")).to_have_count(0)

    async def too_wide(self) -> int:
        """By how many pixels the page is wider than the screen."""
        width: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


@asynccontextmanager
async def looking(
    browser: Browser, url: str, cookies: dict[str, str], *, phone: bool = False, scripts: bool = True
) -> AsyncIterator[Looked]:
    """A browser of somebody's own, with these cookies for the console at `url`."""
    async with browser_of_its_own(browser, phone=phone, scripts=scripts) as looked:
        await looked.begin_anew(url, cookies)
        yield looked


@asynccontextmanager
async def browser_of_its_own(browser: Browser, *, phone: bool = False, scripts: bool = True) -> AsyncIterator[Looked]:
    """A browser without a cookie, which may look for several persons in turn (`begin_anew`)."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": (PHONE if phone else DESKTOP)["width"], "height": (PHONE if phone else DESKTOP)["height"]},
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", java_script_enabled=scripts, bypass_csp=False,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    looked = Looked(page)

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            looked.faults.append(f"{message.type}: {message.text}")

    page.on("console", said)
    page.on("pageerror", lambda error: looked.faults.append(f"script: {error}"))
    try:
        yield looked
    finally:
        await context.close()
