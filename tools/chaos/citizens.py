"""Citizens who pay while the payment platform's date jumps: an order that has expired by it is tried again later."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2

from tools.demo.outside_world import OutsideWorld

TRIES = 60
PAUSE = 2.0
CONFLICT = 409


class PatientOutsideWorld(OutsideWorld):
    """The outside world of a run."""

    async def pay(self, order: str, **how: Any) -> None:
        """Pays an order, as soon as its date allows it."""
        for tries in range(TRIES):
            try:
                await super().pay(order, **how)
            except httpx2.HTTPStatusError as refused:
                if refused.response.status_code != CONFLICT or tries == TRIES - 1:
                    raise
                await asyncio.sleep(PAUSE)
            else:
                return
