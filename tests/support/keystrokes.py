"""The stop-watch of a form: counts the keys of an officer, and estimates the time by the keystroke-level model.

The model is that of Card, Moran and Newell (1980): a key takes 0.28 s for an average typist, and before each part of
the work a person prepares for 1.35 s. Vietnamese letters are typed with Telex: a mark of a letter, or of its tone, is
one key more, and so is Shift.
"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass

from playwright.async_api import Page

KEY = 0.28
"""Seconds of a key."""
THINK = 1.35
"""Seconds of preparing one part of the work."""


def telex_keys(text: str) -> int:
    """How many keys a text needs with Telex."""
    letters = unicodedata.normalize("NFD", text).replace("đ", "dd").replace("Đ", "DD")
    return len(letters) + sum(one.isupper() for one in letters)


@dataclass
class StopWatch:
    """The keyboard of an officer, with what was counted."""

    page: Page
    keys: int = 0
    thoughts: int = 0
    waited: float = 0.0
    """Seconds for which the officer waited for the machine."""

    async def types(self, text: str) -> None:
        """Thinks of a text, and types it."""
        self.thoughts += 1
        self.keys += telex_keys(text)
        await self.page.keyboard.type(text)

    async def presses(self, key: str, times: int = 1) -> None:
        """Presses a key, without thinking."""
        for _ in range(times):
            self.keys += 1
            await self.page.keyboard.press(key)

    def checks(self) -> None:
        """Looks at what the page says, and decides that it is right."""
        self.thoughts += 1

    async def opens(self, key: str, wanted: str) -> None:
        """Presses a key that leads to another page, and waits until the element `wanted` of it has the focus."""
        began = time.monotonic()
        await self.presses(key)
        await self.page.wait_for_selector(f"{wanted}:focus")
        self.waited += time.monotonic() - began

    @property
    def officer(self) -> float:
        """Seconds of the officer, by the model."""
        return self.keys * KEY + self.thoughts * THINK

    def __str__(self) -> str:
        return (
            f"{self.keys} keys, {self.thoughts} preparations: {self.officer:.0f} s by the model, "
            f"and {self.waited:.1f} s of waiting"
        )
