"""Interconnected dossiers of the run: one application, several dossiers, one result.

Half of them are filed at the desk, half in the national interconnection software.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from itertools import count

from activities.ledger.pool import DatabaseUnavailable
from domain.dossier.commands import ReturnResult
from domain.dossier.state import TERMINAL, State
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel, Procedure
from domain.roles import Role
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.client import EngineUnavailable, this_machine
from gateway.client.engine import Engine
from gateway.client.taking_in import entry_of, order_intake
from tools.demo import case_courses, processing
from tools.demo.case_player import CasePlayer
from tools.demo.filing_places import Place
from tools.demo.plan import Case, Plan
from tools.demo.stories import Story

APART = 100_000
"""More than a run has dossiers: no child has the number of another case."""
OPENS_WITHIN = 1.0
"""Seconds between two looks at which children are open."""


def groups_of(province: Province, plan: Plan, each: int) -> list[Case]:
    """A group in the place of every dossier of the plan that no other has a story for: every `each`th ordinary one."""
    on = plan.drawn_at.date()
    accepted = [one.procedure for one in province.procedures if one.accepts(on) and one.procedure.children]
    groups = [one for one in accepted if (terms := one.terms_for(Channel.COUNTER)) and terms.fee is not None]
    ordinary = [case for case in plan.cases if case.story is Story.ORDINARY]
    chosen = ordinary[::each] if groups else []
    return [_group(case, groups[place % len(groups)], plan.ward, place) for place, case in enumerate(chosen)]


def _group(case: Case, procedure: Procedure, ward: str, place: int) -> Case:
    terms = procedure.terms_for(Channel.COUNTER)
    return case.model_copy(
        update={
            "procedure": procedure.code,
            "channel": Channel.COUNTER if place % 2 else Channel.ONLINE,
            "case": 1,
            "place": Place(matter=Matter(territory=ward), received_by=ward),
            "documents": tuple(document.code for document in procedure.documents),
            "missing": (),
            "fee": (terms.fee if terms else 0) or 0,
            "fee_stated": None,
            "age": None,
            "brought_over": None,
            "mistake": None,
            "sent_twice": False,
        }
    )


async def play(player: CasePlayer, engine: Engine, child_player: Callable[[Case], CasePlayer]) -> bool:
    """Plays the whole and its children to the return of the result. Returns whether the software filed it."""
    if filed_there := player.case.channel is Channel.ONLINE:
        await _take_in(player, engine)
    else:
        await case_courses.submit(player)
    await case_courses.at_the_desk(player)
    played: set[str] = set()
    for _ in count():
        whole = await player.look()
        if whole.state is State.RESOLVED or whole.state in TERMINAL:
            break
        for child in whole.children:
            if child.dossier is not None and child.dossier not in played:
                played.add(child.dossier)
                number = player.case.number + APART * len(played)  # of which the number of the result is made
                of_child = child_player(player.case.model_copy(update={"procedure": child.procedure, "number": number}))
                of_child.resume(child.dossier)
                await of_child.until(lambda one: one.state is not State.SUBMITTED, "the child accepted")
                await processing.work_through(of_child)
        await asyncio.sleep(OPENS_WITHIN)
    desk = player.officer(Role.RECEPTION, player.case.place.received_by)
    await player.act(desk, ReturnResult())
    return filed_there


async def _take_in(player: CasePlayer, engine: Engine) -> None:
    """The citizen files in the national software, and the desk has the application taken in."""
    case, here = player.case, player.case.place.received_by
    application = f"LT-{case.key.replace(':', '-')}"
    await player.outside.file([_application(player, application)])
    desk = player.officer(Role.RECEPTION, here)
    while True:
        try:
            await order_intake(engine, this_machine(), desk, application)
            entry = await entry_of(engine, application)
            if entry is not None and entry.dossier is not None:
                player.resume(entry.dossier)
                return
        except (EngineUnavailable, DatabaseUnavailable):
            pass
        await asyncio.sleep(OPENS_WITHIN)


def _application(player: CasePlayer, application: str) -> dict[str, object]:
    case = player.case
    on = datetime.now(VIETNAM)
    group = player.province.published(case.procedure, on.date()).procedure
    parts = [player.province.published(child.procedure, on.date()).procedure for child in group.children]
    person = case.person
    return {
        "MaHoSoLienThong": application,
        "MaNhom": case.procedure,
        "MaDonVi": case.place.matter.territory,
        "NgayNop": f"{on:%Y%m%d%H%M%S}",
        "ChuHoSo": {
            "HoTen": person.name,
            "SoDinhDanh": person.identity_number,
            "NgaySinh": f"{person.born:%Y%m%d}",
        },
        "DanhSachThuTuc": [
            {"MaTTHC": part.code, "TaiLieu": [{"MaThanhPhanHoSo": one.code} for one in part.documents]}
            for part in parts
        ],
    }
