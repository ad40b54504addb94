"""Tests of the forms of commands: filled in, refused at their fields, sent twice, from a page that is old."""

from __future__ import annotations

import re

import pytest

from activities.ledger.pool import open_pool
from activities.ledger.reading import LedgerReader
from domain.dossier.commands import Accept, AcknowledgeHandover, Assign, HandOver
from domain.dossier.state import State
from domain.roles import Actor, Role
from gateway.access.permissions import COMMANDS
from gateway.console.acts.explained import EXPLAINED
from gateway.dossiers.bodies import COMMAND_BODIES
from tests.support.console_under_test import Browser, ConsoleUnderTest
from tests.support.dossier_steps import accepted
from tests.support.given import (
    CASHIER,
    CITIZEN,
    CLERK,
    DESK,
    DESK_OF_HA_NAM,
    HEAD,
    HEAD_OF_DESK,
    OFFICER,
    OFFICIAL,
    OPERATOR,
    STRANGER,
)
from tests.support.html_forms import form_in, inputs_in
from tests.support.small_province import CENTRE, HA_NAM, PAID, PHU_LY

pytestmark = pytest.mark.stack

WHO = (HEAD, DESK, OFFICER, CASHIER, OFFICIAL, CLERK, CITIZEN, OPERATOR.model_copy(update={"unit": CENTRE}))


def path(code: str, command: str) -> str:
    return f"/console/dossiers/{code}/acts/{command}"


async def opened(browser: Browser, code: str, command: str) -> dict[str, list[str]]:
    """The fields of the form as they stand there."""
    page = await browser.get(path(code, command))
    assert page.status_code == 200, page.text
    return form_in(page.text, f"/acts/{command}")


async def acknowledged(console: ConsoleUnderTest) -> str:
    """A dossier that ward Hà Nam has."""
    code = await accepted(console.harness)
    await console.harness.act(code, HEAD, AcknowledgeHandover())
    return code


def who_may(command: str) -> Actor:
    """Somebody of ward Hà Nam, or of the desk, who may open the form."""
    return next(one for one in WHO if one.role in COMMANDS[command])


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_does_is_said_without_codes(command: str) -> None:
    """Above the form stands no code of a command or of a field: nobody learns them."""
    fields = {name for body in COMMAND_BODIES.values() for name in body.model_fields}
    codes = {name for name in {*COMMAND_BODIES, *fields} if "_" in name}
    words = EXPLAINED[command]
    assert not [code for code in codes if code in words.vi + words.en]
    assert not set(re.findall(r"[a-z_]+", words.vi)) & {"fee", "charge", "note", "until", "by", "stars", *COMMANDS}


async def test_every_command_has_its_page(console: ConsoleUnderTest) -> None:
    """Every command has a page with a form, for those who may give it; other roles are refused."""
    code = await acknowledged(console)
    for command in COMMANDS:
        async with console.browser(who_may(command)) as browser:
            page = await browser.get(path(code, command))
            assert page.status_code == 200, (command, page.text)
            wanted = {"_key", "_person", "_version", *({"note"} & COMMAND_BODIES[command].model_fields.keys())}
            assert wanted <= inputs_in(page.text, f"/acts/{command}"), command
    async with console.browser(CASHIER) as browser:
        refused = await browser.get(path(code, "suspend"))
        assert refused.status_code == 403
        assert "“tạm dừng xử lý”. Việc này dành cho: lãnh đạo bộ phận." in refused.text, "words, not codes"
        assert 'href="/console/work"' in refused.text, "the menu is there, so that nobody is stuck"
    async with console.browser(STRANGER) as browser:
        assert (await browser.get(path(code, "withdraw"))).status_code == 404
    async with console.browser() as browser:
        assert (await browser.get(path(code, "suspend"))).status_code == 303


async def test_an_act_is_done_once_and_says_how_it_is_taken_back(console: ConsoleUnderTest) -> None:
    """A form that is sent twice acts once, also with a note; what was written is no personal data in the address."""
    code = await acknowledged(console)
    await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
    async with console.browser(HEAD) as browser:
        fields = await opened(browser, code, "suspend")
        fields |= {"legal_basis": ["Điều 5"], "note": ["Chờ <b>kết luận</b>\nthanh tra"]}
        done = await browser.post(path(code, "suspend"), fields)
        assert (done.status_code, done.headers["location"]) == (303, f"/console/dossiers/{code}"), done.text
        again = await browser.post(path(code, "suspend"), fields)
        assert again.status_code == 303, again.text
        notice = bytes.fromhex(again.cookies["lx_notice"]).decode()
        assert "đã làm trước đó" in notice
        assert (await console.harness.kinds(code)).count("dossier_suspended") == 1
        notice = bytes.fromhex(done.cookies["lx_notice"]).decode()
        assert "Cho xử lý tiếp" in notice, "how it is taken back"
        assert "Tiếp theo: cho xử lý tiếp (lãnh đạo bộ phận, Phường Hà Nam)." in notice, "whose turn it is"


async def test_an_act_is_done_although_its_outcome_cannot_be_read(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that does not answer after the act leaves out whose turn it is, and nothing else."""
    code, away = await acknowledged(console), await open_pool(console.harness.database.url, 1)
    await away.close()
    await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
    monkeypatch.setattr(console.harness.engine.reader, "work_of", LedgerReader(away).work_of)
    async with console.browser(HEAD) as browser:
        fields = await opened(browser, code, "suspend") | {"legal_basis": ["Điều 5"]}
        done = await browser.post(path(code, "suspend"), fields)
        assert (done.status_code, done.headers["location"]) == (303, f"/console/dossiers/{code}"), done.text
        notice = bytes.fromhex(done.cookies["lx_notice"]).decode()
        assert "Cho xử lý tiếp" in notice
        assert "Tiếp theo" not in notice


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(console: ConsoleUnderTest) -> None:
    """A wrong value comes back with its fault; nothing typed is lost, and nothing is executed as markup."""
    code = await acknowledged(console)
    async with console.browser(HEAD) as browser:
        fields = await opened(browser, code, "extend")
        fields |= {"until": ["31/02/2027"], "note": ["<script>alert(1)</script>\u202e"], "legal_basis": [""]}
        page = await browser.post(path(code, "extend"), fields)
        assert page.status_code == 422
        assert 'id="f-until-wrong"' in page.text
        assert 'id="f-legal-basis-wrong"' in page.text
        assert 'href="#f-until"' in page.text
        assert "<script>alert" not in page.text
        kept = form_in(page.text, "/acts/extend")
        assert kept["until"] == ["31/02/2027"]
        assert kept["note"] == fields["note"]
        refused = await browser.post(
            path(code, "extend"), {**kept, "until": ["01/01/2100"], "legal_basis": ["1"], "note": ["x"]}
        )
        assert refused.status_code in (409, 422)
        assert "data-focus" in refused.text
        assert "calendar_exhausted" in refused.text


async def test_an_old_form_shows_what_changed_and_can_be_sent_all_the_same(console: ConsoleUnderTest) -> None:
    """Two tabs act on one dossier: the second is told what happened, keeps what was typed, and may still send it."""
    code = await acknowledged(console)
    async with console.browser(HEAD) as browser:
        first = await opened(browser, code, "assign")
        second = await opened(browser, code, "assign")
        done = await browser.post(path(code, "assign"), {**first, "person": ["officer.1"]})
        assert done.status_code == 303, done.text
        stale = await browser.post(path(code, "assign"), {**second, "person": ["officer.2"], "note": ["Gấp"]})
        assert stale.status_code == 412, stale.text
        assert "stale_version" in stale.text
        assert 'id="changes"' in stale.text
        assert "Vẫn gửi" in stale.text
        again = form_in(stale.text, "/acts/assign")
        assert again["person"] == ["officer.2"] or again["person"][0].startswith("officer.2 ")
        assert again["note"] == ["Gấp"]
        assert (await browser.post(path(code, "assign"), again)).status_code == 303
    assert (await console.harness.known(code)).processing.assignee == "officer.2"


async def test_a_refusal_names_people_by_their_posts(console: ConsoleUnderTest) -> None:
    """At the top of the form and at its field: a post with its unit, and not a code."""
    code = await acknowledged(console)
    await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
    colleague = Actor(person="officer.2", role=Role.SPECIALIST, unit=HA_NAM)
    for language, told in (("vi", "đã giao cho Công chức chuyên môn "), ("en", "is assigned to Specialist ")):
        async with console.browser(colleague, language=language) as browser:
            fields = await opened(browser, code, "complete_step")
            refused = refusal_in((await browser.post(path(code, "complete_step"), fields)).text)
            assert "not_assignee" in refused
            assert re.search(rf"{told}\d – Phường Hà Nam;", refused), refused
            assert OFFICER.person not in refused
    async with console.browser(HEAD) as browser:
        fields = await opened(browser, code, "assign")
        page = (await browser.post(path(code, "assign"), fields | {"person": [DESK_OF_HA_NAM.person]})).text
        assert refusal_in(page).count("Cán bộ một cửa – Phường Hà Nam") == 2, "also at the field"
        assert DESK_OF_HA_NAM.person not in refusal_in(page)


def refusal_in(page: str) -> str:
    """What stands at the top of a form that was refused."""
    return page.split('id="refusal"')[1].split("</div>")[0]


async def test_a_form_that_was_opened_earlier_keeps_its_version_through_a_fault(console: ConsoleUnderTest) -> None:
    """A fault at a field does not renew the version: what happened meanwhile is still shown before anything is done."""
    code = await acknowledged(console)
    async with console.browser(HEAD) as browser:
        fields = await opened(browser, code, "assign")
        await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
        wrong = await browser.post(path(code, "assign"), {**fields, "person": [""]})
        assert wrong.status_code == 422
        kept = form_in(wrong.text, "/acts/assign")
        stale = await browser.post(path(code, "assign"), {**kept, "person": ["officer.2"]})
        assert stale.status_code == 412


async def test_the_form_of_another_person_is_refused(console: ConsoleUnderTest) -> None:
    """A form that was opened by one person and is sent under the sign-in of another acts for nobody."""
    code = await acknowledged(console)
    async with console.browser(HEAD) as browser, console.browser(OFFICER) as other:
        fields = await opened(browser, code, "assign")
        answer = await other.post(path(code, "assign"), {**fields, "person": ["officer.1"]})
        assert answer.status_code in (400, 403)
        fields = await opened(browser, code, "suspend")
        fields["_person"] = [other.person]
        answer = await browser.post(path(code, "suspend"), fields)
        assert "form_of_other_person" in answer.text
        assert (await console.harness.known(code)).state is State.ACCEPTED


async def test_a_session_that_ended_keeps_the_form(console: ConsoleUnderTest) -> None:
    """The answer to a form whose session ended has every field; sent again after a sign-in, it acts."""
    code = await acknowledged(console)
    async with console.browser(HEAD) as browser:
        fields = await opened(browser, code, "assign") | {"person": ["officer.1"], "note": ["Việc gấp"]}
        await console.console.sessions.end(browser.http.cookies["lx_session"])
        page = await browser.post(path(code, "assign"), fields)
        assert page.status_code == 401
        kept = form_in(page.text, "/acts/assign")
        assert kept["note"] == ["Việc gấp"]
    async with console.browser(HEAD) as browser:
        assert (await browser.post(path(code, "assign"), kept)).status_code == 303


async def test_an_act_that_takes_the_dossier_away_can_be_repeated(console: ConsoleUnderTest) -> None:
    """After a unit refused a handover, the same form says that it was done; the next page is the work-list. Nothing is
    told of what comes next elsewhere."""
    code = (await console.harness.submit(received_by=HA_NAM)).dossier
    await console.harness.act(code, DESK_OF_HA_NAM, Accept())
    await console.harness.act(code, HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 4"))
    async with console.browser(HEAD_OF_DESK) as browser:
        fields = await opened(browser, code, "refuse_handover") | {"legal_basis": ["Điều 4"]}
        for _ in range(2):
            done = await browser.post(path(code, "refuse_handover"), fields)
            assert (done.status_code, done.headers["location"]) == (303, "/console/work"), done.text
            assert "Tiếp theo" not in bytes.fromhex(done.cookies["lx_notice"]).decode()
        other = await browser.post(path(code, "refuse_handover"), fields | {"_key": ["another"]})
        assert other.status_code == 404
    assert (await console.harness.kinds(code)).count("handover_refused") == 1


async def test_a_fee_is_proposed_and_approved_by_a_second_person_who_types_it(console: ConsoleUnderTest) -> None:
    """The amount is not filled in for the second person; a wrong one stands at its field."""
    code = (await console.harness.submit(PAID)).dossier
    await console.harness.act(code, DESK, Accept())
    async with console.browser(DESK) as browser:
        fields = await opened(browser, code, "propose_fee")
        proposal = fields | {"charge": ["fee"], "amount": ["5.000"], "legal_basis": ["Điều 10"]}
        done = await browser.post(path(code, "propose_fee"), proposal)
        assert done.status_code == 303, done.text
    async with console.browser(HEAD_OF_DESK) as browser:
        fields = await opened(browser, code, "approve_fee")
        assert fields["amount"] == [""]
        wrong = await browser.post(path(code, "approve_fee"), fields | {"amount": ["6.000"]})
        assert 'id="f-amount-wrong"' in wrong.text
        right = form_in(wrong.text, "/acts/approve_fee") | {"amount": ["5000"]}
        assert (await browser.post(path(code, "approve_fee"), right)).status_code == 303
    assert (await console.harness.known(code)).fees.fee == 5_000


async def test_particulars_are_corrected_without_leaving_a_trace_outside_the_vault(console: ConsoleUnderTest) -> None:
    """New particulars are read from their part of the form and go to the vault."""
    code = await acknowledged(console)
    async with console.browser(HEAD) as browser:
        fields = await opened(browser, code, "correct_entry")
        particulars = {
            "applicant.name": ["Nguyễn Văn Bình"], "applicant.identity_number": ["037099001234"],
            "applicant.birth_date": ["01011999"], "applicant.phone": ["0912345678"],
        }  # fmt: skip
        corrected = fields | {"correction": ["applicant"], "legal_basis": ["Đơn đề nghị"]} | particulars
        done = await browser.post(path(code, "correct_entry"), corrected)
        assert done.status_code == 303, done.text
    history = [event.model_dump_json() for event in await console.harness.engine.history(code)]
    assert not any("Bình" in event for event in history)
