"""Takes the pictures with the Chromium of this machine."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, FloatRect, Page, async_playwright

from tools.console_pictures.pages import Picture

WIDE = (1280, 800)
PHONE = (375, 740)
TALLEST = 1_800
"""Pixels of a picture from the top of its page."""
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--renderer-process-limit=1",
    "--disable-features=SpareRendererForSitePerProcess",
)
"""One process draws all pages, and none stands ready for a page that is never opened: a fifth of the CPU of a page."""
STARTS_WITHIN = 120_000
"""Milliseconds for the start of a browser: the first one of a busy machine reads its files from the disk."""
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


class NoChromiumError(Exception):
    """This machine has no Chromium."""


def chromium_program() -> str:
    """The program of this machine. Raises NoChromiumError."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise NoChromiumError
    return program


@asynccontextmanager
async def chromium(program: str) -> AsyncIterator[Browser]:
    """A running browser.

    Root may not use Chromium's own sandbox, and containers often run as root; only our own pages are opened.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=OPTIONS, timeout=STARTS_WITHIN)
        try:
            yield browser
        finally:
            await browser.close()


async def take(browser: Browser, url: str, pictures: Sequence[Picture], folder: Path, known: dict[str, str]) -> None:
    """Writes `folder`/NAME.png for each picture. `known`: what stands in the braces of paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        width, height = PHONE if picture.phone else WIDE
        context = await browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
        await context.add_cookies([{"name": "lx_language", "value": picture.language, "url": f"{url}/console/"}])
        page = await context.new_page()
        if picture.person is not None:
            await sign_in(page, url, picture.person.format(**known))
        await page.goto(url + picture.path.format(**known), wait_until="load")
        await page.wait_for_timeout(600)  # the parts that come after the page
        tall = await page.evaluate("document.documentElement.scrollHeight")
        seen: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(max(tall, height), TALLEST)}
        await page.screenshot(path=folder / f"{picture.name}.png", full_page=True, clip=seen)
        await context.close()


async def sign_in(page: Page, url: str, person: str) -> None:
    """Signs in at the development issuer, as a person does: finds the person on the page, and presses the button."""
    await page.goto(f"{url}/console/sign-in")
    unit = person.split(".")[1]
    await page.goto(f"{page.url}&unit={unit}")
    await page.locator(f'button[name="person"][value="{person}"]').first.click()
    await page.wait_for_url(f"{url}/console/**")
