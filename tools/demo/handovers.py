"""How a dossier comes to the unit that is to work on it: acknowledged, coordinated, or sent to the wrong one first."""

from __future__ import annotations

from domain.dossier.commands import AcknowledgeHandover, HandOver, RefuseHandover
from domain.dossier.state import Dossier
from domain.roles import Role
from tools.demo.case_player import CasePlayer, in_charge, other_than
from tools.demo.stories import Story

BASIS = "Quy chế phối hợp giải quyết thủ tục hành chính không phụ thuộc địa giới"
"""Named as the legal basis of a handover; the demo decides nothing by it."""


async def settle(player: CasePlayer) -> None:
    """The dossier reaches the unit that will work on it, and every second receiver says so expressly."""
    dossier = await player.look()
    match player.case.story:
        case Story.COORDINATED:
            await _coordinate(player, dossier)
        case Story.MISDIRECTED:
            await _misdirect(player, dossier)
        case _ if dossier.handovers.open is not None and player.case.number % 2:
            await _acknowledge(player, dossier.handovers.open.to_unit)
        case _:
            pass


async def _coordinate(player: CasePlayer, dossier: Dossier) -> None:
    """The coordinator asks around, finds whose matter it is, and hands it over."""
    coordinator = player.officer(Role.COORDINATOR, dossier.routing.queue or in_charge(dossier))
    found = player.case.place.received_by
    await player.act(coordinator, HandOver(unit=found, legal_basis=BASIS))
    await _acknowledge(player, found)


async def _misdirect(player: CasePlayer, dossier: Dossier) -> None:
    """Sent on to a unit that it does not concern: refused with a reason, and it stays where it was."""
    sender = in_charge(dossier)
    if dossier.handovers.open is not None:
        await _acknowledge(player, sender)
    wrong = other_than(player, sender, dossier.routing.received_by)
    await player.act(player.officer(Role.HEAD_OF_UNIT, sender), HandOver(unit=wrong, legal_basis=BASIS))
    refusal = RefuseHandover(legal_basis="Không thuộc địa bàn, không thuộc thẩm quyền")
    await player.act(player.officer(Role.RECEPTION, wrong), refusal)


async def _acknowledge(player: CasePlayer, unit: str) -> None:
    await player.act(player.officer(Role.RECEPTION, unit), AcknowledgeHandover())
