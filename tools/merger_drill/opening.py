"""Opens the dossiers of the day before the merger, drawn at random from a seed and spread over every old unit."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.dossier.commands import Accept, AcknowledgeHandover, Assign, RequestSupplement, SubmittedDocument
from domain.organisation.routing import Matter
from domain.organisation.units import Unit
from domain.procedures.procedure import Channel, Procedure
from domain.roles import Actor, Role
from domain.values import Strict
from gateway.client import ActRequest, Applicant, Engine, EngineUnavailable, Submission, this_machine
from tools.merger_drill.pre_merger import PreMerger
from workflows.messages import Receipt

AT_ONCE = 24
TRIES = 5
ELSEWHERE = 0.25
"""The share of dossiers that another unit than the competent one receives."""
SAYS_WHERE = 0.5
"""The share of a divided unit's dossiers whose address names one of the new units."""


class Drawn(Strict):
    """One dossier to open: its submission, and how far it is processed on that day."""

    submission: Submission
    course: str
    """`accepted`, `assigned` or `supplement`."""
    first: Role
    """The role of the first step; the dossier is assigned to a person of this role."""


def draw(pre_merger: PreMerger, count: int, seed: int) -> list[Drawn]:
    """The dossiers of the day before the merger. The same seed gives the same dossiers.

    The old units are used in turn, the divided ones first, so that a small drill has them too.
    """
    chance = random.Random(seed)  # noqa: S311 - a seed that can be repeated, not a secret
    successors = {unit.code: [successor.code for successor in unit.successors] for unit in pre_merger.merger.closed}
    names = {unit.code: unit.name for unit in pre_merger.merger.opened}
    communes = tuple(sorted(pre_merger.communes(), key=lambda unit: len(successors[unit.code]) == 1))
    procedures = [published.procedure for published in pre_merger.province.procedures]
    drawn = []
    for number in range(count):
        territory = communes[number % len(communes)]
        procedure = chance.choice(procedures)
        divided = [names[code] for code in successors[territory.code]] if len(successors[territory.code]) > 1 else []
        says = chance.choice(divided) if divided and chance.random() < SAYS_WHERE else None
        desk = _desk(territory, communes, procedure, chance)
        drawn.append(_drawn(number, seed, territory, desk, procedure, says, chance))
    return drawn


def _desk(territory: Unit, communes: tuple[Unit, ...], procedure: Procedure, chance: random.Random) -> Unit:
    if not procedure.receive_anywhere or chance.random() >= ELSEWHERE:
        return territory
    return chance.choice([unit for unit in communes if unit.province == territory.province])


def _drawn(
    number: int, seed: int, territory: Unit, desk: Unit, procedure: Procedure, says: str | None, chance: random.Random
) -> Drawn:
    address = f"{territory.name}, {territory.province} (nay là {says})" if says else None
    channel = next(term.channel for term in procedure.terms)
    submission = Submission(
        key=f"rehearsal-{seed}-{number}",
        actor=_officer(desk.code, Role.RECEPTION),
        procedure=procedure.code,
        channel=channel if channel is not Channel.ONLINE else procedure.terms[-1].channel,
        received_by=desk.code,
        matter=Matter(territory=territory.code, address=address),
        applicant=Applicant(
            name=f"Người nộp {number}", identity_number=f"{seed % 1000:03d}{number:09d}", birth_date=date(1990, 1, 1)
        ),
        documents=tuple(SubmittedDocument(code=one.code, original=True) for one in procedure.documents),
    )
    course = chance.choices(("accepted", "assigned", "supplement"), weights=(5, 3, 2))[0]
    return Drawn(submission=submission, course=course, first=procedure.steps[0].role)


def _officer(unit: str, role: Role) -> Actor:
    return Actor(person=f"cb.{unit}.{role.value}.1", role=role, unit=unit)


async def open_all(engine: Engine, drawn: list[Drawn], report: Callable[[int], None]) -> list[str]:
    """Opens the dossiers, some at a time, and returns their codes. It is safe to repeat: keys and ids stay the same.

    Raises the first refusal. A request that a busy engine does not answer in time is sent again.
    """
    waiting = deque(drawn)
    opened: list[str] = []

    async def clerk() -> None:
        while waiting:
            opened.append(await _open(engine, waiting.popleft()))
            report(len(opened))

    clerks = [asyncio.create_task(clerk()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*clerks)
    finally:
        for task in clerks:
            task.cancel()
        await asyncio.gather(*clerks, return_exceptions=True)
    return opened


async def _open(engine: Engine, dossier: Drawn) -> str:
    submission = dossier.submission
    code = (await _patiently(lambda: engine.submit(this_machine(), submission))).dossier
    desk = submission.received_by

    async def act(actor: Actor, command: object) -> None:
        fields = {"command_id": _command_id(code, getattr(command, "kind", "")), "actor": actor, "command": command}
        request = ActRequest.model_validate(fields)
        await _patiently(lambda: engine.act(this_machine(), code, request))

    await act(_officer(desk, Role.RECEPTION), Accept(fee=0))
    if dossier.course == "accepted":
        return code
    competent = (await engine.dossier(code)).competent or desk
    if competent != desk:
        await act(_officer(competent, Role.RECEPTION), AcknowledgeHandover())
    head, specialist = _officer(competent, Role.HEAD_OF_UNIT), _officer(competent, Role.SPECIALIST)
    await act(head, Assign(person=_officer(competent, dossier.first).person))
    if dossier.course == "supplement":
        document = submission.documents[0].code
        await act(specialist, RequestSupplement(documents=(document,), legal_basis="Diễn tập"))
    return code


async def _patiently(send: Callable[[], Awaitable[Receipt]]) -> Receipt:
    """Sends again while the engine is busy. It is safe, because the same key or id takes effect once."""
    for _ in range(TRIES - 1):
        try:
            return await send()
        except EngineUnavailable:
            await asyncio.sleep(1)
    return await send()


def _command_id(code: str, kind: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"rehearsal/{code}/{kind}")
