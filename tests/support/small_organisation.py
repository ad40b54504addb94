"""A few units with a history.

Until 30 June 2025: A and B (as a whole into N), C (divided between N and M, with one hamlet known). From 1 July: N, M.
Until 31 December 2023 there was O, which became A.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.organisation.organisation import Organisation
from domain.organisation.units import Successor, Unit, UnitLevel

MERGER = date(2025, 7, 1)
LAST_DAY = date(2025, 6, 30)
FIRST_DAY = date(2020, 1, 1)


def a_unit(code: str, **changes: Any) -> Unit:
    """A commune in force since 1 July 2025, with changes."""
    fields: dict[str, Any] = {
        "code": code,
        "name": f"Xã {code}",
        "level": UnitLevel.COMMUNE,
        "parent": "CENTRE",
        "authority_id": f"H42.{code}.{changes.get('valid_from', MERGER).year}",
        "valid_from": MERGER,
        "province": "Tỉnh Ninh Bình",
        **changes,
    }
    return Unit.model_validate(fields)


def a_former_unit(code: str, *successors: str, **changes: Any) -> Unit:
    """A commune that was closed on 30 June 2025."""
    heirs = tuple(Successor(code=successor) for successor in successors)
    return a_unit(code, **{"valid_from": FIRST_DAY, "valid_to": LAST_DAY, "successors": heirs, **changes})


COMMITTEE = a_unit(
    "COMMITTEE", name="UBND tỉnh", level=UnitLevel.PROVINCIAL_COMMITTEE, parent=None, valid_from=date(2019, 1, 1)
)
CENTRE = a_unit(
    "CENTRE",
    name="Trung tâm tỉnh",
    level=UnitLevel.PROVINCIAL_CENTRE,
    parent="COMMITTEE",
    valid_from=date(2019, 1, 1),
)
OFFICE = a_unit("OFFICE", name="Sở Xây dựng", level=UnitLevel.DEPARTMENT, valid_from=date(2019, 1, 1))
N = a_unit("N", name="Phường Nam Hà", level=UnitLevel.WARD)
M = a_unit("M", name="Xã Mỹ Lâm")
A = a_former_unit("A", "N", name="Xã An Hòa", district="Huyện Bình Lục", province="Tỉnh Hà Nam")
B = a_former_unit("B", "N", name="Thị trấn Bình Mỹ", level=UnitLevel.TOWNSHIP, province="Tỉnh Hà Nam")
DIVIDED = Unit.model_validate(
    {
        **a_former_unit("C", "N", "M", name="Xã Châu Sơn", district="Thành phố Phủ Lý").model_dump(),
        "province": "Tỉnh Hà Nam",
        "successors": ({"code": "N", "areas": ()}, {"code": "M", "areas": ("Thôn Đông",)}),
    }
)
O_CLOSED = a_unit(
    "O",
    name="Xã Ô Cũ",
    valid_from=date(2019, 1, 1),
    valid_to=date(2023, 12, 31),
    successors=({"code": "A"},),
    province="Tỉnh Hà Nam",
)

UNITS = (COMMITTEE, CENTRE, OFFICE, N, M, A, B, DIVIDED, O_CLOSED)


def an_organisation(*changed: Unit, without: tuple[str, ...] = (), **fields: Any) -> Organisation:
    """The units above. A changed unit replaces the one with its code, or is added."""
    codes = {unit.code for unit in changed}
    kept = tuple(unit for unit in UNITS if unit.code not in codes and unit.code not in without)
    return Organisation(units=kept + changed, **fields)
