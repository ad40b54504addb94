"""Plays how a dossier reaches the unit that processes it: acknowledged, coordinated, or sent to a wrong unit first."""

from __future__ import annotations

from domain.dossier.commands import AcknowledgeHandover, HandOver, RefuseHandover
from domain.dossier.state import Dossier
from domain.roles import Role
from tools.demo.case_player import CasePlayer, in_charge, other_than
from tools.demo.stories import Story

BASIS = "Quy chế phối hợp giải quyết thủ tục hành chính không phụ thuộc địa giới"
"""The legal basis of each handover. The demo does not apply its rules."""


async def settle(player: CasePlayer) -> None:
    """Brings the dossier to the unit that processes it. Every second receiver acknowledges the handover."""
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
    """The coordinator finds the competent unit and hands the dossier over."""
    coordinator = player.officer(Role.COORDINATOR, dossier.routing.queue or in_charge(dossier))
    competent = player.case.place.received_by
    await player.act(coordinator, HandOver(unit=competent, legal_basis=BASIS))
    await _acknowledge(player, competent)


async def _misdirect(player: CasePlayer, dossier: Dossier) -> None:
    """The dossier is sent to a unit that is not competent. That unit refuses with a reason; the sender keeps it."""
    sender = in_charge(dossier)
    if dossier.handovers.open is not None:
        await _acknowledge(player, sender)
    wrong = other_than(player, sender, dossier.routing.received_by)
    await player.act(player.officer(Role.HEAD_OF_UNIT, sender), HandOver(unit=wrong, legal_basis=BASIS))
    refusal = RefuseHandover(legal_basis="Không thuộc địa bàn, không thuộc thẩm quyền")
    await player.act(player.officer(Role.RECEPTION, wrong), refusal)


async def _acknowledge(player: CasePlayer, unit: str) -> None:
    await player.act(player.officer(Role.RECEPTION, unit), AcknowledgeHandover())
