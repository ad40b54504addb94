"""A dossier as a durable workflow: acts once, refuses for nothing, waits for weeks, ends, and can be woken."""

from __future__ import annotations

import base64
import re
from typing import Any
from uuid import uuid4

import pytest

from activities.ledger.contracts import Append
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from domain.dossier.commands import (
    Accept,
    Approve,
    CompleteStep,
    CorrectApplicant,
    CorrectEntry,
    CorrectMatter,
    Rate,
    ReceiveSupplement,
    RequestSupplement,
    ReturnResult,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.events import OutsideCallFailed
from domain.dossier.evolve import evolve
from domain.dossier.state import DOSSIER, State
from domain.dossier.viewing import view_of
from domain.errors import Conflict, InvalidInput, NotFound, RuleViolation
from domain.organisation.routing import Matter
from domain.roles import ENGINE, Actor
from gateway.client import Submission
from gateway.client.engine_errors import Refused
from tests.support.dossier_steps import accepted, ordered_to_be_signed
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CITIZEN, DESK, DESK_OF_HA_NAM, HEAD, OFFICER
from tests.support.principals import principal_of
from tests.support.small_province import FREE, HA_NAM, PHU_LY, RULEBOOK

pytestmark = pytest.mark.stack


async def signed(harness: EngineHarness) -> str:
    """Given: a free dossier that was accepted, processed, approved and signed."""
    return await ordered_to_be_signed(harness, await accepted(harness))


async def test_from_submission_to_return(harness: EngineHarness) -> None:
    """A dossier goes from submission to return; its workflow ends and the ledger holds every event."""
    code = await signed(harness)
    receipt = await harness.act(code, DESK, ReturnResult())
    assert receipt.state is State.RETURNED
    await harness.ended(code)
    end = await harness.handle(code).result()
    assert end["state"] == "returned"
    row = await harness.engine.dossier(code)
    assert row.version == end["version"] == receipt.version
    assert (row.received_by, row.competent, row.crossing) == (PHU_LY, HA_NAM, True)


async def test_a_closed_dossier_is_woken_to_be_rated(harness: EngineHarness) -> None:
    """A rating that comes after the workflow has ended wakes the dossier from the ledger, and it ends again."""
    code = await signed(harness)
    await harness.act(code, DESK, ReturnResult())
    await harness.ended(code)
    rated = await harness.act(code, CITIZEN, Rate(stars=5))
    assert (await harness.kinds(code))[-1] == "dossier_rated"
    await harness.ended(code)
    with pytest.raises(Refused) as refused:
        await harness.act(code, CITIZEN, Rate(stars=1))
    assert refused.value.code == "already_rated"
    assert (await harness.engine.dossier(code)).version == rated.version


async def test_submitting_twice_with_the_same_key_gives_the_same_dossier(harness: EngineHarness) -> None:
    """The same key is the same dossier, also after it has ended; with other content it is a mistake that is told."""
    first = await harness.submit(key="once")
    again = await harness.submit(key="once")
    assert again.dossier == first.dossier
    assert again.repeated
    await harness.act(first.dossier, CITIZEN, Withdraw())
    await harness.ended(first.dossier)
    assert (await harness.submit(key="once")).dossier == first.dossier
    with pytest.raises(Conflict) as conflict:
        await harness.submit(key="once", received_by=HA_NAM)
    assert conflict.value.code == "key_reused"
    with pytest.raises(Conflict, match="key_reused"):
        await harness.submit(key="once", applicant=APPLICANT.model_copy(update={"name": "Trần Thị Bình"}))
    assert await harness.kinds(first.dossier) == ["dossier_submitted", "dossier_withdrawn"]


async def test_nothing_kept_for_ever_tells_who_the_applicant_was(harness: EngineHarness) -> None:
    """The fingerprint under an intake key is the same for another person: no guess can be tested against it, also not
    after the erasure. The key goes on answering with its dossier.
    """
    address = {"address": "Số 5, Phường Hà Nam"}
    one = await harness.submit(key="one", matter={"territory": HA_NAM, **address}, note="bận")
    another = APPLICANT.model_copy(update={"name": "Trần Thị Bình", "identity_number": "037099009999"})
    two = await harness.submit(key="two", applicant=another, matter={"territory": HA_NAM, **address})
    prints = await harness.pool.fetch(
        "select fingerprint from dossier_code where code = any($1)", [one.dossier, two.dossier]
    )
    assert len({row["fingerprint"] for row in prints}) == 1
    await Vault(harness.pool).erase_dossier(one.dossier, "op.1", "theo yêu cầu")
    assert (await harness.submit(key="one", matter={"territory": HA_NAM, **address}, note="bận")).repeated


async def test_a_command_sent_twice_acts_once(harness: EngineHarness) -> None:
    """Sending a command again with its id answers what it did, and does nothing."""
    code = (await harness.submit()).dossier
    command_id = uuid4()
    first = await harness.act(code, DESK, Accept(), command_id=command_id)
    again = await harness.act(code, DESK, Accept(), command_id=command_id)
    assert (again.first_version, again.version) == (first.first_version, first.version)
    assert (await harness.engine.dossier(code)).version == first.version


async def test_a_command_sent_again_after_the_end_acts_once(harness: EngineHarness) -> None:
    """The ledger remembers a command id for ever, also when the workflow is long gone."""
    code = (await harness.submit()).dossier
    command_id = uuid4()
    await harness.act(code, CITIZEN, Withdraw(), command_id=command_id)
    await harness.ended(code)
    again = await harness.act(code, CITIZEN, Withdraw(), command_id=command_id)
    assert (again.first_version, again.version) == (2, 2)
    assert await harness.kinds(code) == ["dossier_submitted", "dossier_withdrawn"]


async def test_a_refusal_costs_no_history(harness: EngineHarness) -> None:
    """Wrong state, role, unit or version: a code and two sentences, and not one event in Temporal's history."""
    code = (await harness.submit()).dossier
    before = (await harness.handle(code).describe()).history_length
    refusals: tuple[tuple[Actor, Any, dict[str, Any], str], ...] = (
        (DESK, ReturnResult(), {}, "wrong_state"),
        (OFFICER, Accept(), {}, "wrong_role"),
        (DESK_OF_HA_NAM, Accept(), {}, "wrong_unit"),
        (DESK, Accept(), {"expected_version": 7}, "stale_version"),
    )
    for actor, command, changes, expected in refusals:
        with pytest.raises(Refused) as refused:
            await harness.act(code, actor, command, **changes)
        assert refused.value.code == expected
        assert refused.value.message.vi != refused.value.message.en
    assert (await harness.handle(code).describe()).history_length == before


async def test_a_submission_that_is_refused_starts_nothing(harness: EngineHarness) -> None:
    """What the domain refuses at the door leaves no workflow, no code and no personal data behind."""
    with pytest.raises(RuleViolation) as refused:
        await harness.submit(case=9)
    assert refused.value.code == "channel_not_offered"
    with pytest.raises(NotFound):
        await harness.submit(procedure=FREE.model_copy(update={"code": "9.999999"}))
    with pytest.raises(NotFound):
        await harness.submit(received_by="99999")
    assert await harness.pool.fetchval("select count(*) from vault.personal") == 0
    assert await harness.pool.fetchval("select count(*) from dossier_code") == 0


async def test_thirty_days_with_the_applicant_cost_nothing(harness: EngineHarness) -> None:
    """While a supplement is awaited nothing fires; afterwards the dates have moved by the time that was paused."""
    code = (await harness.submit()).dossier
    accepted = await harness.act(code, DESK, Accept())
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 10"))
    await harness.later(code, days=30)
    assert (await harness.kinds(code))[-1] == "supplement_requested"
    received = await harness.act(code, CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    assert accepted.statutory_due is not None
    assert received.statutory_due is not None
    assert (received.statutory_due - accepted.statutory_due).days >= 28
    await harness.act(code, HEAD, Approve(step="approve"))


async def test_nobody_acts_and_the_ladder_is_climbed(harness: EngineHarness) -> None:
    """Warned, expired, escalated to the centre and then to the committee, which takes over: each once, in order."""
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    await harness.later(code, days=30)
    events = await harness.engine.history(code)
    rungs = [
        getattr(event.event, "rung", None) for event in events if event.kind.startswith(("deadline", "dossier_esc"))
    ]
    assert rungs == ["warn", "expiry", "centre", "committee"]
    row = await harness.engine.dossier(code)
    assert (row.responsible, row.rung) == ("H42", "committee")
    assert {event.actor.role for event in events[3:]} == {"system"}


async def test_an_nfd_name_is_kept_as_nfc(harness: EngineHarness) -> None:
    """A name typed with combining marks is the same name."""
    import unicodedata

    submission = Submission.model_validate(
        {
            "key": "nfd",
            "actor": CITIZEN.model_dump(),
            "procedure": FREE.code,
            "channel": "online",
            "received_by": PHU_LY,
            "matter": {"territory": HA_NAM},
            "applicant": {
                "name": unicodedata.normalize("NFD", "Nguyễn Thị Hường"),
                "identity_number": "037099001234",
                "birth_date": "1999-01-01",
            },
            "documents": [{"code": "don"}],
        }
    )
    receipt = await harness.engine.submit(principal_of(CITIZEN), submission)
    harness.made.append(receipt.dossier)
    kept = await harness.pool.fetchval("select body ->> 'name' from vault.personal where dossier = $1", receipt.dossier)
    assert kept == unicodedata.normalize("NFC", "Nguyễn Thị Hường")


async def test_what_was_typed_into_an_address_or_a_reason_is_in_no_record(harness: EngineHarness) -> None:
    """An identity number in the address is in the vault, and neither in the ledger nor in the workflow's history; in a
    legal basis it is refused before anything is kept.
    """
    number, name = "035099001234", "Trần Thị Bình"
    written = f"nhà bà {name}, Thôn 3, CCCD {number}, Phường Hà Nam"
    code = (await harness.submit(matter=Matter(address=written))).dossier
    await harness.act(code, DESK, Accept())
    correction = CorrectEntry(
        correction=CorrectMatter(value=Matter(address=f"{number}, {written}")), legal_basis="Điều 3"
    )
    await harness.act(code, DESK, correction)
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        await harness.act(code, HEAD, Suspend(legal_basis=f"Theo đơn của bà {name}, {number}"), note="x")
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        await harness.submit(key=f"hs-{number}")
    ledger = await harness.pool.fetch("select to_jsonb(event)::text as row from event where dossier = $1", code)
    views = await harness.pool.fetch("select to_jsonb(dossier)::text as row from dossier where code = $1", code)
    history = (await harness.handle(code).fetch_history()).to_json()
    recorded = [row["row"] for row in (*ledger, *views)] + [history]
    assert len(recorded) > 4
    assert "Thôn 3, Phường Hà Nam" in recorded[0]
    payloads = [base64.b64decode(one).decode() for one in re.findall(r'"data": "([^"]+)"', history)]
    assert any("Thôn 3, Phường Hà Nam" in one for one in payloads)
    assert not [one for one in (*recorded, *payloads) if number in one or name in one]
    kept = await harness.pool.fetch("select body::text as body from vault.personal where dossier = $1", code)
    assert [number in row["body"] for row in kept] == [True, True]


async def test_the_applicant_is_named_in_no_text_of_the_dossier(harness: EngineHarness) -> None:
    """By a bare name or a number of the vault: refused at submission, in an act, after a correction by both names, in
    the reason of a restart and of an erasure; nothing is kept.
    """
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        await harness.submit(key="nguyen-van-an-1")
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    held = await harness.pool.fetchval("select count(*) from vault.personal")
    for text in ("đơn của NGUYEN VAN AN", "điện thoại 912 345 678"):
        with pytest.raises(InvalidInput, match="particulars_in_record"):
            await harness.act(code, HEAD, Suspend(legal_basis=text), note="x")
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        await harness.restart(code, "Nguyễn Văn An đề nghị", although_sound=True)
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        await Vault(harness.pool).erase_dossier(code, who="van-hanh", why="Nguyễn Văn An đề nghị")
    another = APPLICANT.model_copy(update={"name": "Lê Thị Hoa"})
    correction = CorrectEntry(correction=CorrectApplicant(), legal_basis="đơn của Lê Thị Hoa")
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        await harness.act(code, DESK, correction, applicant=another)
    assert await harness.pool.fetchval("select count(*) from vault.personal") == held
    await harness.act(code, DESK, correction.model_copy(update={"legal_basis": "Điều 9"}), applicant=another)
    for name in ("Nguyễn Văn An", "Lê Thị Hoa"):
        with pytest.raises(InvalidInput, match="particulars_in_record"):
            await harness.act(code, HEAD, Suspend(legal_basis=f"{name} đề nghị"))


async def test_an_executor_that_was_lost_is_started_again_from_the_ledger(harness: EngineHarness) -> None:
    """Temporal forgot the dossier: it is woken from the ledger, its deadlines run on, and it is woken only once."""
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    await harness.handle(code).terminate("as if Temporal's database were lost")
    assert await harness.engine.wake(code) is True
    assert await harness.engine.wake(code) is False
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    before = await harness.kinds(code)
    assert before[:3] == ["dossier_submitted", "dossier_accepted", "dossier_routed"]
    assert before[-1] == "step_completed"


async def test_a_task_that_died_with_its_worker_is_soon_another_s(harness: EngineHarness) -> None:
    """However its run was started: Temporal gives a task up after five seconds, not ten."""
    code = (await harness.submit()).dossier
    for _ in range(2):
        config = (await harness.handle(code).describe()).raw_description.execution_config
        assert config.default_workflow_task_timeout.seconds == 5
        await harness.handle(code).terminate("lost")
        assert await harness.engine.wake(code)


async def test_a_closed_dossier_is_not_woken_for_nothing(harness: EngineHarness) -> None:
    """What has ended waits for nothing."""
    code = (await harness.submit()).dossier
    await harness.act(code, CITIZEN, Withdraw())
    await harness.ended(code)
    assert await harness.engine.wake(code) is False


async def test_a_workflow_that_is_behind_the_ledger_catches_up(harness: EngineHarness) -> None:
    """Another hand wrote to the ledger (a crash, a repair): the next command finds it, whether refused or not."""
    code = (await harness.submit()).dossier
    await behind_its_back(harness, code)
    receipt = await harness.act(code, DESK, Accept())
    assert receipt.first_version == 3
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await behind_its_back(harness, code)
    with pytest.raises(Refused) as refused:
        await harness.act(code, DESK, ReturnResult())
    assert refused.value.code == "wrong_state"
    assert refused.value.version == (await harness.engine.dossier(code)).version


async def behind_its_back(harness: EngineHarness, code: str) -> None:
    """An event that the dossier's workflow did not write."""
    row = await harness.engine.dossier(code)
    dossier = DOSSIER.validate_python(row.snapshot)
    now = dossier.updated_at
    assert now is not None
    failed = OutsideCallFailed(at=now, effect="x/1", system="civil", code="x", final=False)
    after = evolve(dossier, failed)
    await Ledger(harness.pool).record(
        Append(
            dossier=code,
            after_version=dossier.version,
            command_id=uuid4(),
            actor=ENGINE,
            events=(failed,),
            view=view_of(after, RULEBOOK),
        )
    )


async def test_no_house_and_no_street_stands_in_the_ledger(harness: EngineHarness) -> None:
    """Of the matter's address an event keeps what decides competence; the whole of it is in the vault."""
    whole = "nhà bà Trần Thị Bình, số 12, phường Hà Nam"
    code = (await harness.submit(matter=Matter(address=whole))).dossier
    await harness.act(code, DESK, Accept())
    row = await harness.engine.dossier(code)
    assert row.competent == HA_NAM
    body = await harness.pool.fetchval("select string_agg(body::text, '') from event where dossier = $1", code)
    assert "Trần" not in body
    assert "phường Hà Nam" in body
    kept = await harness.pool.fetch(
        "select body ->> 'matter_address' as told from vault.personal where dossier = $1", code
    )
    assert [one["told"] for one in kept] == [whole]
