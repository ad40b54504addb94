"""A list whose answer was lost may be carried out after newer ones: the portal shows the last state all the same."""

from __future__ import annotations

import pytest

from activities.adapters.errors import OutsideError
from activities.ledger.pool import DatabaseUnavailable
from activities.relays.one_at_a_time import NotNow
from activities.relays.portal import PortalRelay
from activities.relays.portal_doubts import PortalDoubts
from domain.dossier.commands import ReturnResult
from tests.support.given import DESK, resolved
from tests.support.relay_office import Office

pytestmark = pytest.mark.stack

LATE = {"mode": "late_effect", "service": "DongBoHoSoMC", "delay": 3_600}
CODE = "H42.1-250707-0001"


async def late_ones(office: Office) -> int:
    """Carries out what the simulator holds back; how many calls."""
    return int((await office.http.post(f"{office.simulator}/late")).json()["portal"])


async def stepped(relay: PortalRelay) -> None:
    """One turn, whatever comes of it, as the loop of the relay makes it."""
    try:
        await relay.step()
    except (OutsideError, NotNow, DatabaseUnavailable):
        pass


async def waited(office: Office) -> PortalRelay:
    """The time is over in which anything may come late; the relay of a process that was started now."""
    await office.pool.execute("update portal_doubt set look_at = clock_timestamp() - interval '1 s'")
    return office.portal()


async def test_an_older_list_that_comes_last_does_not_stand(office: Office) -> None:
    """The result is told, and the answer lost; the return is told and taken; then the first list is carried out."""
    case, relay = resolved(), office.portal()
    until = len(case.events)
    await office.record(case, CODE, until=1)
    await stepped(relay)
    await office.record(case, CODE, after=1)
    await office.control("portal", LATE | {"calls": 1})
    with pytest.raises(OutsideError):
        await relay.step()
    case.when(DESK, ReturnResult())
    await office.record(case, CODE, after=until)
    while await relay.step():
        pass
    assert (await office.told(CODE))["TrangThaiHoSo"] == "10"
    assert await late_ones(office) == 1
    assert (await office.told(CODE))["TrangThaiHoSo"] == "9", "the portal carries out whatever comes"
    await (await waited(office)).step()
    assert (await office.told(CODE))["TrangThaiHoSo"] == "10"
    assert await PortalDoubts(office.pool, lambda: office.pool).count() == 0
