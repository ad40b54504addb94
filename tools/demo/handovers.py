"""How a dossier comes to the unit that is to work on it: acknowledged, coordinated, or sent to the wrong one first."""

from __future__ import annotations

from domain.dossier.commands import AcknowledgeHandover, HandOver, RefuseHandover
from domain.dossier.state import Dossier
from domain.roles import Role
from tools.demo.playing import Playing, in_charge, other_than
from tools.demo.stories import Story

BASIS = "Quy chế phối hợp giải quyết thủ tục hành chính không phụ thuộc địa giới"
"""Named as the legal basis of a handover; the demo decides nothing by it."""


async def settle(playing: Playing) -> None:
    """The dossier reaches the unit that will work on it, and every second receiver says so expressly."""
    dossier = await playing.look()
    match playing.case.story:
        case Story.COORDINATED:
            await _coordinate(playing, dossier)
        case Story.MISDIRECTED:
            await _misdirect(playing, dossier)
        case _ if dossier.handovers.open is not None and playing.case.number % 2:
            await _acknowledge(playing, dossier.handovers.open.to_unit)
        case _:
            pass


async def _coordinate(playing: Playing, dossier: Dossier) -> None:
    """The coordinator asks around, finds whose matter it is, and hands it over."""
    coordinator = playing.officer(Role.COORDINATOR, dossier.routing.queue or in_charge(dossier))
    found = playing.case.place.received_by
    await playing.act(coordinator, HandOver(unit=found, legal_basis=BASIS))
    await _acknowledge(playing, found)


async def _misdirect(playing: Playing, dossier: Dossier) -> None:
    """Sent on to a unit that it does not concern: refused with a reason, and it stays where it was."""
    sender = in_charge(dossier)
    if dossier.handovers.open is not None:
        await _acknowledge(playing, sender)
    wrong = other_than(playing, sender, dossier.routing.received_by)
    await playing.act(playing.officer(Role.HEAD_OF_UNIT, sender), HandOver(unit=wrong, legal_basis=BASIS))
    refusal = RefuseHandover(legal_basis="Không thuộc địa bàn, không thuộc thẩm quyền")
    await playing.act(playing.officer(Role.RECEPTION, wrong), refusal)


async def _acknowledge(playing: Playing, unit: str) -> None:
    await playing.act(playing.officer(Role.RECEPTION, unit), AcknowledgeHandover())
