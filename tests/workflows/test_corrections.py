"""An applicant's entry put right: kept in the vault, asked of the population database, told to the portal, erasable."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from activities.ledger.vault import Vault
from activities.ledger.verification.walk import verify
from activities.relays.portal import PortalRelay
from domain.dossier.commands import (
    Accept,
    CompleteStep,
    ConfirmPayment,
    CorrectApplicant,
    CorrectDocuments,
    CorrectEntry,
    SubmittedDocument,
)
from domain.errors import DomainError
from gateway.client import Applicant
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CASHIER, DESK, OFFICER
from tests.support.small_province import PAID, RULEBOOK

pytestmark = pytest.mark.stack

RIGHT = Applicant(name="Nguyễn Văn Ân", identity_number="037099001234", birth_date=date(1999, 1, 1), phone="0912345679")
CORRECTION = CorrectEntry(correction=CorrectApplicant(), legal_basis="Thẻ căn cước")


async def refused(harness: EngineHarness, code: str, command: Any, **more: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(DomainError) as refusal:
        await harness.act(code, DESK, command, **more)
    return str(refusal.value.code)


async def test_the_right_particulars_go_to_the_vault_and_identity_is_asked_again(harness: EngineHarness) -> None:
    """The old ones stay under their own commitment, history names the fields and nobody, the ledger verifies."""
    code = (await harness.submit(PAID)).dossier
    await harness.act(code, DESK, Accept())
    before = await harness.until(code, lambda one: one.applicant.identity == "matches")
    await harness.act(code, DESK, CORRECTION, applicant=RIGHT)
    now = await harness.until(
        code, lambda one: one.applicant.identity_asked == 2 and one.applicant.identity != "wanted"
    )
    assert now.applicant.identity == "differs"
    vault = Vault(harness.pool)
    assert (await vault.reveal(now.applicant.commitment))["name"] == "Nguyễn Văn Ân"
    assert (await vault.reveal(before.applicant.commitment))["name"] == "Nguyễn Văn An"
    corrected = next(one for one in await harness.engine.history(code) if one.kind == "entry_corrected")
    assert corrected.actor == DESK
    assert corrected.event.model_dump(mode="json")["correction"]["changed"] == ["name", "phone"]
    assert not (await verify(harness.pool, code)).problems


async def test_the_same_correction_sent_twice_acts_once(harness: EngineHarness) -> None:
    """A lost answer: the same id with the same particulars is the same command, although it was kept anew."""
    code = (await harness.submit()).dossier
    command_id = uuid4()
    first = await harness.act(code, DESK, CORRECTION, applicant=RIGHT, command_id=command_id)
    again = await harness.act(code, DESK, CORRECTION, applicant=RIGHT, command_id=command_id)
    assert (first.version, first.repeated) == (again.version, False)
    assert again.repeated


async def test_a_commitment_that_is_not_this_dossier_s_is_refused_before_it_is_sent(harness: EngineHarness) -> None:
    """Nobody's, another dossier's, a note's, one that was erased; a bare note's commitment as well."""
    code, other = (await harness.submit()).dossier, (await harness.submit()).dossier
    vault, version = Vault(harness.pool), (await harness.engine.dossier(code)).version
    elsewhere = (await harness.engine.dossier(other)).snapshot["applicant"]
    note = await vault.keep(code, {"text": "Ghi chú"})
    erased = await vault.keep(code, APPLICANT.model_dump(mode="json"))
    await vault.erase(erased, "op.1", "yêu cầu")
    for value in ("0" * 64, "b" * 64, elsewhere, note, erased):
        bare = CORRECTION.model_copy(update={"correction": CorrectApplicant(value=value)})
        assert await refused(harness, code, bare) == "applicant_not_kept"
    assert await refused(harness, code, Accept(note="b" * 64)) == "note_not_kept"
    documents = CorrectEntry(correction=CorrectDocuments(value=()), legal_basis="x")
    assert await refused(harness, code, documents, applicant=RIGHT) == "particulars_without_correction"
    unborn = RIGHT.model_copy(update={"birth_date": date(9000, 1, 1)})
    assert await refused(harness, code, CORRECTION, applicant=unborn) == "invalid_request"
    assert (await harness.engine.dossier(code)).version == version


async def test_the_portal_follows_a_correction(harness: EngineHarness) -> None:
    """The portal is told the dossier anew, as an update, with the right name, papers and state of the identity."""
    code = (await harness.submit()).dossier
    relay = PortalRelay(harness.outside.portal, harness.pool, Vault(harness.pool), lambda: RULEBOOK)
    while await relay.step():
        pass
    await harness.act(code, DESK, CORRECTION, applicant=RIGHT)
    papers = CorrectDocuments(value=(SubmittedDocument(code="don", original=True),))
    await harness.act(code, DESK, CorrectEntry(correction=papers, legal_basis="Bản giấy"))
    while await relay.step():
        pass
    told = (await harness.http.get(f"{harness.simulator}/inspect/portal", params={"key": code})).json()
    [dossier] = told["dossiers"]
    assert dossier["ChuHoSo"] == "Nguyễn Văn Ân"
    assert [one["DuocSoHoa"] for one in dossier["TaiLieuNop"]] == ["0"]
    services = [one["service"] for one in told["effects"] if one["key"] == code]
    assert {"created", "updated"} <= set(services)


async def test_erasing_a_dossier_erases_every_version_of_its_applicant(harness: EngineHarness) -> None:
    """What was wrong is personal data too: nothing of it is left, and the ledger still verifies."""
    code = (await harness.submit()).dossier
    first = (await harness.engine.dossier(code)).snapshot["applicant"]
    await harness.act(code, DESK, CORRECTION, applicant=RIGHT)
    second = (await harness.engine.dossier(code)).snapshot["applicant"]
    vault = Vault(harness.pool)
    assert await vault.erase_dossier(code, "op.1", "yêu cầu của công dân") >= 2
    assert await vault.reveal_all([first, second]) == {}
    left = await harness.pool.fetchval(
        "select count(*) from vault.personal where dossier = $1 and erased_at is null", code
    )
    assert left == 0
    assert not (await verify(harness.pool, code)).problems


async def test_a_receipt_counts_for_one_dossier_of_a_unit(harness: EngineHarness) -> None:
    """The same voucher on another dossier is refused, by its number and the unit whose receipt it is."""
    one, other = (await harness.submit(PAID)).dossier, (await harness.submit(PAID)).dossier
    voucher = f"BL-{uuid4().hex[:8]}"
    for code in (one, other):
        await harness.act(code, DESK, Accept())
    cash, command_id = ConfirmPayment(amount=20_000, voucher=voucher), uuid4()
    await harness.act(one, CASHIER, cash, command_id=command_id)
    assert (await harness.act(one, CASHIER, cash, command_id=command_id)).repeated
    with pytest.raises(DomainError) as refusal:
        await harness.act(other, CASHIER, cash)
    assert (refusal.value.code, refusal.value.facts["used_for"]) == ("voucher_used", one)
    await harness.act(one, OFFICER, CompleteStep(step="process"))
