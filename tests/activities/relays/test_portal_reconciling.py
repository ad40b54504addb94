"""The ledger and the portal are compared: every planted difference is found, none is invented, and repairs go by the
relay."""

from __future__ import annotations

from datetime import date

import pytest

from activities.relays.portal_differences import DifferenceThere, DiffersThere
from activities.relays.portal_reconciling import Filed, PortalReconciler, PortalRepairs
from activities.relays.set_aside import SetAsideList
from domain.errors import DomainError
from tests.activities.relays.test_portal import OPERATOR, Hours, aside, code_of, relay_of
from tests.support.given import resolved, submitted
from tests.support.relay_office import Office
from tests.support.small_province import RULEBOOK

pytestmark = pytest.mark.stack

WHY = "Cổng phục hồi từ bản sao cũ"


async def compared(office: Office, filed: Filed = Filed(), after: str | None = None) -> list[DiffersThere]:  # noqa: B008
    reconciler = PortalReconciler(office.outside.portal, office.pool, lambda: RULEBOOK)
    return [one async for page in reconciler.compare(filed, after) for one in page.found]


async def all_told(office: Office, dossiers: int = 10) -> list[str]:
    """Dossiers with a result of which the portal knows everything."""
    codes = [await office.record(resolved(number=f"{n}/KS"), code_of(n)) for n in range(dossiers)]
    relay = office.portal()
    while await relay.step():
        pass
    return codes


async def test_every_planted_difference_is_found_and_none_is_invented(office: Office) -> None:
    """Lost, put back to an earlier state, ended by somebody, with another date, unit and name; the rest agrees."""
    codes = await all_told(office)
    assert await compared(office) == []
    there = office.there
    there.lose(codes[0])
    there.change(codes[1], TrangThaiHoSo="4", NgayKetThucXuLy=None)
    there.change(codes[2], TrangThaiHoSo="10", NgayTra="20250710090000")
    there.change(codes[3], NgayHenTra="20300101000000")
    there.change(codes[4], DonViXuLy="Sở Tư pháp")
    there.change(codes[5], ChuHoSo="Trần Văn Bình")
    there.change(codes[6], ChuHoSo="NGUYỄN  VĂN AN", KetQuaRieng="x")
    there.change(codes[7], NgayNopHoSo=None)
    there.change("H42.1-250707-9999", TrangThaiHoSo="2")
    found = {one.dossier: one for one in await compared(office)}
    assert {code: one.difference.value for code, one in found.items()} == {
        codes[0]: "missing_there",
        codes[1]: "older_there",
        codes[2]: "ahead_there",
        codes[3]: "changed_there",
        codes[4]: "changed_there",
        codes[5]: "changed_there",
    }
    assert {one.field for one in found[codes[2]].fields} == {"TrangThaiHoSo", "NgayTra"}
    [name] = found[codes[5]].fields
    assert (name.field, name.there.startswith("#"), name.here != name.there) == ("ChuHoSo", True, True)
    assert "Bình" not in found[codes[5]].model_dump_json()


async def test_repairs_go_by_the_relay_and_are_recorded(office: Office) -> None:
    """What is missing comes back with all its steps, what is old is updated; what somebody else changed stays until a
    person decides. A second application, and a second comparison, find nothing to do."""
    codes, clock = await all_told(office, 4), Hours()
    office.there.lose(codes[0])
    office.there.change(codes[1], TrangThaiHoSo="4", NgayKetThucXuLy=None)
    office.there.change(codes[2], NgayHenTra="20300101000000")
    before = len(office.there.stored)
    repairs, found = PortalRepairs(office.pool), await compared(office)
    for one in found:
        if one.difference.sent_again:
            assert await repairs.order(one, OPERATOR, WHY)
            assert await repairs.order(one, OPERATOR, WHY), "given twice, before the relay comes to it"
    await relay_of(office, clock).step()
    assert sorted(list(office.there.stored)[before:]) == [(codes[0], "9"), (codes[1], "9")]
    left = await compared(office)
    assert [(one.dossier, one.difference) for one in left] == [(codes[2], DifferenceThere.CHANGED)]
    assert await repairs.order(left[0], OPERATOR, "Đã hỏi Cổng, ngày ở đây đúng")
    await relay_of(office, clock).step()
    assert await compared(office) == []
    rows = await office.pool.fetch("select dossier, mended_by, mended_why from relay_problem order by dossier")
    assert [tuple(row) for row in rows] == [
        (codes[0], OPERATOR, WHY),
        (codes[1], OPERATOR, WHY),
        (codes[2], OPERATOR, "Đã hỏi Cổng, ngày ở đây đúng"),
    ]
    assert await office.pool.fetchval("select count(*) from incident_act where act = 'retry'") == 5


async def test_what_the_relay_has_still_to_send_is_no_difference(office: Office) -> None:
    """Only what it has passed must be there; a change of somebody else is one all the same."""
    codes = await all_told(office, 2)
    await office.record(submitted(), code_of(7))
    assert await compared(office) == []
    office.there.change(codes[0], TrangThaiHoSo="10")
    assert [one.dossier for one in await compared(office)] == [codes[0]]


async def test_what_is_set_aside_is_named_and_not_sent_by_the_comparison(office: Office) -> None:
    """A person decides about it there: an order of the comparison does not go around them."""
    await office.record(resolved(), code_of(1))
    office.there.unknown_units |= {"Phường Phủ Lý", "Phường Hà Nam"}
    await office.portal().step()
    [one] = await compared(office)
    assert (one.difference, one.code) == (DifferenceThere.SET_ASIDE, "error_02")
    assert not await PortalRepairs(office.pool).order(one, OPERATOR, WHY)
    missing = one.model_copy(update={"difference": DifferenceThere.MISSING})
    assert not await PortalRepairs(office.pool).order(missing, OPERATOR, WHY)
    assert await aside(office) == [(code_of(1), 1, "error_02")]
    with pytest.raises(DomainError, match="particulars_in_record"):
        await PortalRepairs(office.pool).order(missing, OPERATOR, "CCCD 037099001234")


async def test_a_comparison_goes_on_after_a_dossier_and_keeps_to_its_days(office: Office) -> None:
    """It begins behind the last page of the one before, and looks only at dossiers of the days that are asked for."""
    codes = await all_told(office, 3)
    other = await office.record(submitted(), "H42.1-250810-0001")
    await office.portal().step()
    for code in (*codes, other):
        office.there.lose(code)
    assert [one.dossier for one in await compared(office, after=codes[1])] == [codes[2], other]
    july = Filed(first=date(2025, 7, 7), last=date(2025, 7, 31))
    assert [one.dossier for one in await compared(office, july)] == codes
    assert await SetAsideList(office.pool).open("portal") == [], "nothing is ordered by a comparison"
