"""Tests of the adapter of the National Public Service Portal."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from activities.adapters.messages import OutsideCode
from activities.adapters.portal import LookUp
from activities.adapters.portal_records import DossierRecord, PortalState
from activities.adapters.systems import Outside, open_outside, same_host
from tests.activities.adapters.given import (
    DOSSIER,
    RECEIVED,
    Steering,
    fault,
    hurried,
    progress_line,
    record,
    synchronise,
)
from tests.activities.adapters.test_connection import failure, http, talking
from tests.support.one_dossier_told import PortalProgress, SynchronisedAs, progress_told, synchronised
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator


async def test_created_then_updated(steering: Steering, outside: Outside) -> None:
    """A dossier that the portal does not know is created, a known one is updated, and both are read back."""
    first = await synchronised(outside, synchronise())
    second = await synchronised(outside, synchronise(PortalState.RESOLVED))
    assert (first.outcome, second.outcome) == (SynchronisedAs.CREATED, SynchronisedAs.UPDATED)
    assert first.confirmed
    found = await outside.portal.look_up(LookUp(dossier=DOSSIER))
    assert (found.exists, found.state) == (True, PortalState.RESOLVED)
    assert steering.effects("portal") == {f"created {DOSSIER}": 1, f"updated {DOSSIER}": 1}


async def test_told_in_its_own_words(steering: Steering, outside: Outside) -> None:
    """Fields have the portal's names, dates are yyyyMMddHHmmss in Vietnam's time, and unknown values are left out."""
    await synchronised(outside, synchronise())
    (fields,) = steering.inspect("portal", DOSSIER)["dossiers"]
    assert fields["NgayTiepNhan"] == "20250701083015"
    assert (fields["KenhThucHien"], fields["TrangThaiHoSo"], fields["HoSoCoThanhPhanSoHoa"]) == ("2", "2", "1")
    assert fields["TaiLieuNop"][0]["MaThanhPhanHoSo"] == "KS-01"
    assert fields["DanhSachLePhi"][0]["Gia"] == 8_000
    assert "NgayTuChoi" not in fields


async def test_one_session_serves_many_calls_and_is_renewed(steering: Steering, outside: Outside) -> None:
    """One log-in serves many calls, and an expired session is renewed once without an error for the caller."""
    await synchronised(outside, synchronise())
    assert steering.inspect("portal")["received"]["auth"] == 1
    steering.misbehave("portal", fault("session_expired"))
    await synchronised(outside, synchronise(PortalState.PROCESSING))
    assert steering.inspect("portal")["received"]["auth"] == 2
    assert steering.effects("portal")[f"updated {DOSSIER}"] == 1


async def test_a_session_that_expires_by_itself() -> None:
    """A session that has expired at the portal is renewed too."""
    simulator = Simulator(state=None, seed=1)
    with running_simulator(simulator) as url:
        async with open_outside(simulator.world.access.addresses(url, "H42"), confirm=False) as outside:
            for day in range(3):
                simulator.world.date.moved_by = timedelta(days=day)
                assert not (await outside.portal.look_up(LookUp(dossier=DOSSIER))).exists
    assert simulator.systems["portal"].received["auth"] == 3


async def test_a_session_that_never_holds_is_an_error(steering: Steering, outside: Outside) -> None:
    """A portal that drops every session at once gives an error that may be tried again, and no endless loop."""
    steering.misbehave("portal", {"mode": "session_expired"})
    error = await failure(outside.portal.look_up(LookUp(dossier=DOSSIER)))
    assert (error.code, error.retryable, error.reason) == (OutsideCode.REFUSED, True, "error_01")


async def test_success_without_effect_is_an_error(steering: Steering, outside: Outside) -> None:
    """A success that changed nothing is detected by reading back, for a new dossier and for a known one."""
    steering.misbehave("portal", fault("no_effect"))
    error = await failure(synchronised(outside, synchronise()))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "no_effect", True)
    await synchronised(outside, synchronise())
    steering.misbehave("portal", fault("no_effect"))
    error = await failure(synchronised(outside, synchronise(PortalState.RESOLVED)))
    assert error.reason == "no_effect"


async def test_a_refused_look_is_no_refusal_of_what_was_sent(steering: Steering, outside: Outside) -> None:
    """The portal has the dossier: the relay sends the same again and sets nothing aside. A refused look before anything
    was sent is a refusal."""
    look_works_first, look_fails_first = (
        ({"mode": "slow", "delay": 0, "calls": 1}, fault("refused")),
        (fault("refused"),),
    )
    for faults, retryable in ((look_works_first, True), (look_fails_first, False)):
        steering.misbehave("portal", *({**one, "service": "TraCuuHoSo"} for one in faults))
        error = await failure(synchronised(outside, synchronise()))
        assert (error.operation, error.retryable) == ("TraCuuHoSo", retryable)
    await synchronised(outside, synchronise())
    assert steering.effects("portal")[f"created {DOSSIER}"] == 1


@pytest.mark.parametrize("mode", ["timeout", "cut", "duplicate", "error_in_200", "down"])
async def test_synchronised_once_whatever_happens(steering: Steering, outside: Outside, mode: str) -> None:
    """A creation whose answer was lost, or that arrived twice, gives one dossier after the next try."""
    steering.misbehave("portal", fault(mode, service="DongBoHoSoMC"))
    with hurried(outside, mode):
        await failure(synchronised(outside, synchronise()))  # a doubled creation is answered with "exists"
    await synchronised(outside, synchronise())
    assert steering.effects("portal") == {f"created {DOSSIER}": 1}


@pytest.mark.parametrize("mode", ["timeout", "duplicate"])
async def test_progress_is_told_once(steering: Steering, outside: Outside, mode: str) -> None:
    """A step that is sent twice, by us or by the network, is stored as one step."""
    await synchronised(outside, synchronise())
    request = PortalProgress(key="step-1", line=progress_line())
    steering.misbehave("portal", fault(mode, service="CapNhatTienDoHoSoMC"))
    if mode == "timeout":
        with hurried(outside, mode):
            await failure(progress_told(outside, request))
    await progress_told(outside, request)
    await progress_told(outside, request)
    assert len(steering.inspect("portal", DOSSIER)["steps"]) == 1


async def test_progress_of_an_unknown_dossier_may_come_later(outside: Outside) -> None:
    """A step that arrives before its dossier is refused for now, and may be sent again."""
    error = await failure(progress_told(outside, PortalProgress(key="step-1", line=progress_line())))
    assert (error.code, error.retryable, error.reason) == (OutsideCode.REFUSED, True, "error_05")


@pytest.mark.parametrize("named", ["H42.12-250701-0002", "h42.12-250701-0001"])
async def test_a_refused_row_of_another_list_is_not_taken_for_ours(named: str) -> None:
    """A row of somebody else's list, or ours in other letters: which of ours was not taken nobody knows, and success of
    all of them would lose one."""
    rows = [{"MaHoSo": named, "error_code": "02"}]

    def say(head: bytes) -> bytes:
        return http(json.dumps({"error_code": "00", "session": "s"} | ({} if b"/auth" in head else {"result": rows})))

    async with talking(say) as url, open_outside(same_host(url, unit="H42")) as outside:
        for sending in (
            outside.portal.send([record()], updating=False, key="list-1"),
            outside.portal.report([progress_line()], key="list-2"),
        ):
            error = await failure(sending)
            assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "another_dossier", True)


async def test_a_unit_that_the_portal_cannot_map(steering: Steering, outside: Outside) -> None:
    """A unit code that the portal does not know is refused for good: a person must map it."""
    steering.misbehave("portal", {"mode": "refused", "service": "DongBoHoSoMC"})
    error = await failure(synchronised(outside, synchronise()))
    assert (error.code, error.retryable, error.reason) == (OutsideCode.REFUSED, False, "error_02")


def test_a_record_survives_being_stored() -> None:
    """A record that is written as JSON, under either name of its fields, reads back equal."""
    before = record()
    assert DossierRecord.model_validate_json(before.model_dump_json()) == before
    assert DossierRecord.model_validate(before.on_the_wire()) == before


def test_a_record_keeps_whole_seconds() -> None:
    """A record has no fractions of a second, as the portal has none, so it reads back equal."""
    line = progress_line().model_copy(update={"due_at": RECEIVED})
    again = type(line).model_validate({**line.model_dump(), "due_at": RECEIVED + timedelta(microseconds=5)})
    assert again == line


def test_a_record_shows_no_person() -> None:
    """A printed record shows neither name nor number."""
    assert "Tuyết" not in repr(record())
    assert "037090000123" not in repr(record())


async def test_what_the_portal_s_own_people_do_is_seen(steering: Steering, outside: Outside) -> None:
    """In its window a dossier is changed or lost, and a unit is taken off its list: its next record is refused."""
    await synchronised(outside, synchronise())
    for act, seen in (
        ({"act": "change", "MaHoSo": DOSSIER, "TrangThaiHoSo": "10"}, PortalState.RETURNED),
        ({"act": "lose", "MaHoSo": DOSSIER}, None),
    ):
        assert steering.post("/portal/window", act)["error_code"] == "00"
        assert (await outside.portal.look_up(LookUp(dossier=DOSSIER))).state is seen
    assert steering.post("/portal/window", {"act": "shred"})["error_code"] == "07"
    steering.post("/portal/window", {"act": "unknown_units", "units": ["UBND phường Hà Nam"]})
    error = await failure(synchronised(outside, synchronise()))
    assert (error.reason, error.retryable) == ("error_02", False)
