"""Assigns several dossiers to one officer: one request, one act for each dossier, one result for each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import DomainError
from gateway.api.problems import Problem
from gateway.console.visits import Visit
from gateway.dossiers.acting import act
from gateway.dossiers.bodies import COMMAND_BODIES
from workflows.messages import Receipt

ASSIGN = "assign"
AT_ONCE = 8
"""How many dossiers of one request are assigned at the same time."""
MOST = 200
"""The most dossiers of one request."""


@dataclass(frozen=True)
class Assigned:
    """What became of one dossier: the receipt, or why it was refused."""

    code: str
    receipt: Receipt | None = None
    problem: Problem | None = None


async def assign_all(
    visit: Visit, codes: Sequence[str], person: str, key: str, versions: dict[str, int]
) -> list[Assigned]:
    """The result for each dossier, in the order given. The key of each act comes from that of the form, so a repeat of
    the request is no second act. A refusal of one dossier does not stop the others."""
    places = asyncio.Semaphore(AT_ONCE)
    body = COMMAND_BODIES[ASSIGN].model_validate({"person": person})

    async def one(code: str) -> Assigned:
        async with places:
            try:
                receipt = await act(
                    visit.api.engine, visit.signed, ASSIGN, code, body, f"{key}:{code}", version=versions.get(code)
                )
            except DomainError as refused:
                return Assigned(code, problem=visit.refusal(refused))
            return Assigned(code, receipt)

    return list(await asyncio.gather(*map(one, codes)))
