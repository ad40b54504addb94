"""Tests of the document axis around real dossiers: questions go out, answers come back, each once."""

from __future__ import annotations

import base64
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from activities.adapters.edxml import Business, Document, Organ, write_document
from activities.adapters.errors import OutsideError
from activities.ledger.documents import ReceivedDocuments, SentDocuments
from activities.ledger.feed import FeedReader
from activities.ledger.vault import Vault
from activities.relays.set_aside import SetAsideList
from activities.relays.tries import TRIES
from domain.dossier.commands import Approve, Withdraw
from domain.dossier.state import State
from domain.messages.documents import DocumentFault, DocumentMatter
from domain.roles import Role
from gateway.client.documents.acts import decide, on_paper
from gateway.client.documents.reading import kept_document
from tests.activities.adapters.letters import OURS, letter
from tests.support.document_axis import OTHERS, THEIRS, Axis, Died
from tests.support.dossier_steps import sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, HEAD, OFFICIAL
from tests.support.small_province import CENTRE
from tools.simulator.document_keys import seal_of

pytestmark = pytest.mark.stack
WHO, WHY = "op.1", "Đã đọc văn bản"


@pytest.fixture
def axis(harness: EngineHarness) -> Axis:
    return Axis(harness)


async def opinions(axis: Axis, code: str) -> list[bool | None]:
    return [one.agrees for one in (await axis.harness.known(code)).processing.opinions]


async def test_an_opinion_and_a_result_travel_by_the_axis(axis: Axis, harness: EngineHarness) -> None:
    """Asked, arrived, accepted, answered: the answer is the opinion. The result circulates to who was asked and who
    needs it."""
    code, question = await axis.asked(note="Đề nghị xác nhận nơi cư trú.")
    [kept] = (await harness.inspect("documents"))["documents"]
    assert (kept["receivers"], kept["sender"], kept["files"]) == ([THEIRS], "H42.13366", ["yeu-cau.xml"])
    assert code in kept["subject"]
    for stage in ("05", "03", "01"):
        await axis.authorities(to=question, act="status", stage=stage)
    await axis.authorities(to=question, act="opinion", agrees=True, times=3)
    await axis.receive()
    assert set(await axis.stages(question)) == {"sent", "01", "03", "05"}
    assert await opinions(axis, code) == [True]
    given = (await harness.engine.history(code))[-1]
    assert (given.kind, given.actor.role, given.actor.unit) == ("opinion_given", Role.DOCUMENTS, CENTRE)
    assert given.event.note is not None
    note = (await Vault(harness.pool).reveal(given.event.note))["text"]
    assert "Văn bản 1/TL ngày" in note
    assert [stage for document, stage in await axis.statuses() if document.startswith(THEIRS)] == ["06"]
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    await axis.send()
    result = (await harness.inspect("documents"))["documents"][-1]
    assert (sorted(result["receivers"]), result["files"]) == ([THEIRS, OTHERS], ["ket-qua.xml"])
    assert set((await axis.effects()).values()) == {1}
    assert await axis.aside() == []
    await harness.in_step(code)


async def test_once_through_every_death(axis: Axis, harness: EngineHarness) -> None:
    """The process dies before and after each call to the axis, to the list and to the dossier. Each effect is one."""
    axis.tried = Counter()
    axis.restart()

    async def through_deaths() -> None:
        while True:
            with suppress(Died):
                await axis.send()
                await axis.receive()
                return
            axis.restart()

    with suppress(Died):
        await axis.asked()
    await through_deaths()
    code = harness.made[-1]
    question = (await axis.sent(code))[-1].id
    await axis.authorities(to=question, act="status", stage="03", times=2)
    await axis.authorities(to=question, act="opinion", agrees=False, times=2)
    await through_deaths()
    assert {"send", "waiting", "fetch", "taken", "tell", "act_as_machine", "keep", "judged", "told"} <= set(axis.tried)
    assert await opinions(axis, code) == [False]
    assert (await harness.kinds(code)).count("opinion_given") == 1
    effects = await axis.effects()
    assert effects[f"sent {question}"] == 1
    assert set(effects.values()) == {1}
    assert await axis.aside() == []


async def test_a_long_outage_loses_nothing_and_holds_nobody(axis: Axis, harness: EngineHarness) -> None:
    """The question waits. The opinion that came on paper is recorded; then nothing need be asked any more."""
    await harness.control("documents", {"mode": "down"})
    with suppress(OutsideError):
        await axis.asked()
    code = harness.made[-1]
    for _ in range(TRIES + 2):
        with pytest.raises(OutsideError):
            await axis.send()
    assert await axis.aside() == []
    await on_paper(axis.engine, code, CENTRE, True, WHO, "Công văn giấy 12/CV ngày hôm nay")
    assert await opinions(axis, code) == [True]
    await harness.act(code, HEAD, Approve(step="approve"))
    assert (await harness.known(code)).processing.step == "sign"
    await harness.control("documents")
    await axis.send()
    assert (await harness.inspect("documents"))["documents"] == []


@pytest.mark.parametrize(
    ("order", "code", "told"),
    [
        ({"organ": "H42.17"}, DocumentMatter.ANOTHER_SENDER, "02"),
        ({"agrees": None}, DocumentMatter.UNDECIDED, "01"),
        ({"answers": ""}, DocumentMatter.NOT_ASKED, "01"),
        ({"signed": "altered"}, DocumentFault.SIGNATURE_WRONG, "02"),
        ({"signed": "another"}, DocumentFault.SIGNER_IS_ANOTHER, "02"),
        ({"raw": "PGE+"}, DocumentFault.NOT_XML, None),
    ],
)
async def test_what_does_not_fit_is_a_persons(
    axis: Axis, harness: EngineHarness, order: dict[str, Any], code: str, told: str | None
) -> None:
    """The dossier is as before, the sender is told, a person's list has it, and the next good letter is taken."""
    dossier, question = await axis.asked()
    await axis.authorities(to=question, act="opinion", **order)
    await axis.receive()
    assert await opinions(axis, dossier) == [None]
    [listed] = await ReceivedDocuments(harness.pool).for_people()
    assert listed.code == code
    assert [stage for _, stage in await axis.statuses()] == ([told] if told else [])
    refused = (await harness.inspect("documents"))["refused"]
    assert list(refused.values()) == ([] if told else [code])
    await axis.authorities(to=question, act="opinion", number="2")
    await axis.receive()
    assert await opinions(axis, dossier) == [True]
    await ReceivedDocuments(harness.pool).settle(listed.message, WHO, WHY)
    assert await ReceivedDocuments(harness.pool).for_people() == []


async def test_a_recall_of_a_document_of_an_impossible_day_holds_up_nobody(axis: Axis, harness: EngineHarness) -> None:
    """A well signed recall of a document of day 45 of month 13 is refused; the sender of the next letter is told."""
    dossier, question = await axis.asked()
    right = f"{THEIRS},2026/07/07,1/TL"
    recall = letter(
        sender=Organ(id=THEIRS, name="Công an tỉnh"), receivers=(OURS,), business=Business.RECALL, about=right
    )  # fmt: skip
    written = write_document(recall).replace(right.encode(), f"{THEIRS},2026/13/45,1/TL".encode())
    raw = base64.b64encode(seal_of(THEIRS).sign(written)).decode()
    await axis.authorities(to=question, raw=raw)
    await axis.authorities(to=question, act="opinion")
    await axis.receive()
    assert await opinions(axis, dossier) == [True]
    assert "06" in [stage for _, stage in await axis.statuses()]
    [listed] = await ReceivedDocuments(harness.pool).for_people()
    assert listed.code == DocumentFault.NOT_EDXML


async def test_a_letter_for_a_dossier_that_cannot_be_read_holds_up_nobody(axis: Axis, harness: EngineHarness) -> None:
    """Its dossier was written by a newer release, or by somebody at the database: it waits, and is used when that is
    mended. The letters after it are used at once."""
    (first, asked), (second, asked_too) = await axis.asked(), await axis.asked()
    kept = await harness.pool.fetchval("select snapshot from dossier where code = $1", first)
    await axis.authorities(to=asked, act="opinion")
    await axis.authorities(to=asked_too, act="opinion", number="2")
    change = "update dossier set snapshot = $2 where code = $1"
    await harness.pool.execute(change, first, {"state": "of_a_newer_release"})
    await axis.receive()
    assert await opinions(axis, second) == [True]
    await harness.pool.execute(change, first, kept)
    await axis.receive()
    assert await opinions(axis, first) == [True]


async def test_a_name_that_the_axis_gives_again_loses_no_document(axis: Axis, harness: EngineHarness) -> None:
    """The axis was restored from an old copy and begins to count again: the other document stays there, and the next
    one is taken."""

    async def restored() -> None:
        (await harness.http.post(f"{harness.simulator}/reset", json={"seed": 99})).raise_for_status()

    await restored()
    [first] = await axis.authorities(to="", organ=THEIRS, raw=base64.b64encode(b"<a/>").decode())
    await axis.receive()
    await restored()
    [again] = await axis.authorities(to="", organ=THEIRS, raw=base64.b64encode(b"<b/>").decode())
    [new] = await axis.authorities(to="", organ=THEIRS, raw=base64.b64encode(b"<c/>").decode())
    assert again == first
    await axis.receive()
    assert [one.message for one in await axis.received()] == [first, new]
    assert (await harness.inspect("documents"))["waiting"] == [again]


async def received_in_spite_of(axis: Axis) -> None:
    """The desk goes on until it has nothing to do but what the axis does not give."""
    for _ in range(3):
        with suppress(OutsideError):
            await axis.receive()


async def test_an_envelope_that_is_too_large_holds_up_nobody(axis: Axis, harness: EngineHarness) -> None:
    """It is refused and listed, its sender is told by the axis, and the next letter is taken."""
    dossier, question = await axis.asked()
    [message] = await axis.authorities(to=question, act="document")
    await harness.control("documents", {"mode": "huge", "service": "fetch", "key": message, "calls": None})
    await axis.authorities(to=question, act="opinion", number="2")
    await received_in_spite_of(axis)
    assert await opinions(axis, dossier) == [True]
    [listed] = await ReceivedDocuments(harness.pool).for_people()
    assert (listed.message, listed.code) == (message, DocumentFault.TOO_LARGE)
    assert (await harness.inspect("documents"))["refused"] == {message: DocumentFault.TOO_LARGE}
    assert await kept_document(harness.pool, message) == (listed, None)
    await ReceivedDocuments(harness.pool).settle(message, WHO, WHY)
    assert await ReceivedDocuments(harness.pool).for_people() == []


async def test_an_envelope_that_the_axis_spoils_holds_up_nobody(axis: Axis, harness: EngineHarness) -> None:
    """It waits at the axis, the letters after it are taken, and it is taken when the axis gives it whole."""
    dossier, question = await axis.asked()
    [message] = await axis.authorities(to=question, act="document")
    await harness.control("documents", {"mode": "garbled", "service": "fetch", "key": message, "calls": None})
    await axis.authorities(to=question, act="opinion", number="2")
    await received_in_spite_of(axis)
    assert await opinions(axis, dossier) == [True]
    assert [stage for document, stage in await axis.statuses() if document.startswith(THEIRS)] == ["06"]
    await harness.control("documents")
    await axis.receive()
    assert message in [one.message for one in await axis.received()]


async def test_a_refusal_that_is_told_twice_is_one_matter(axis: Axis, harness: EngineHarness) -> None:
    """The axis delivers a status again under another message, also after a person has dealt with it."""
    _, question = await axis.asked()
    await axis.authorities(to=question, act="status", stage="02")
    await axis.receive()
    [listed] = await ReceivedDocuments(harness.pool).for_people()
    assert listed.code == DocumentMatter.REFUSED_THERE
    await axis.authorities(to=question, act="status", stage="02")
    await axis.receive()
    assert await ReceivedDocuments(harness.pool).for_people() == [listed]
    await ReceivedDocuments(harness.pool).settle(listed.message, WHO, WHY)
    await axis.authorities(to=question, act="status", stage="02")
    await axis.receive()
    assert await ReceivedDocuments(harness.pool).for_people() == []
    assert await axis.aside() == []


async def test_a_letter_that_is_recalled_is_no_incident_any_more(axis: Axis, harness: EngineHarness) -> None:
    """Its sender takes back a letter that waits for a person: then nobody has to deal with it."""
    code, question = await axis.asked()
    await axis.authorities(to=question, act="document")
    await axis.receive()
    assert list(await axis.aside()) == [(code, DocumentMatter.UNDECIDED)]
    letter = f"{THEIRS},{question.split(',')[1]},1/TL"
    await axis.authorities(to=question, act="recall", about=letter, number="9")
    await axis.receive()
    assert await ReceivedDocuments(harness.pool).for_people() == []
    assert await axis.aside() == []


async def test_a_question_of_which_the_answer_was_lost_is_recalled_too(axis: Axis, harness: EngineHarness) -> None:
    """The axis took it and its answer was lost; the dossier ends before it is asked again: the question is recalled."""
    await harness.control("documents", {"mode": "effect_then_error", "service": "documents", "calls": 1})
    with suppress(OutsideError):
        await axis.asked()
    [kept] = (await harness.inspect("documents"))["documents"]
    code = (await SentDocuments(harness.pool).newest(1))[0].dossier
    await harness.act(code, CITIZEN, Withdraw(), note="Không cần nữa")
    await axis.send()
    sent = await axis.sent(code)
    assert [one.purpose for one in sent] == ["opinion", "recall"]
    assert [one["document"] for one in (await harness.inspect("documents"))["documents"]] == [one.id for one in sent]
    assert kept["document"] == sent[0].id


async def test_a_person_decides_what_a_letter_says(axis: Axis, harness: EngineHarness) -> None:
    """A letter without a machine's opinion is an incident of its dossier until a person has read it."""
    code, question = await axis.asked()
    [message] = await axis.authorities(to=question, act="document")
    await axis.receive()
    assert list(await axis.aside()) == [(code, DocumentMatter.UNDECIDED)]
    await decide(axis.engine, message, False, WHO, WHY)
    await decide(axis.engine, message, False, WHO, WHY)
    assert await opinions(axis, code) == [False]
    given = (await harness.engine.history(code))[-1]
    assert (given.actor.person, given.actor.role) == (WHO, Role.DOCUMENTS)
    assert await axis.aside() == []


async def test_late_second_and_changed_answers(axis: Axis, harness: EngineHarness) -> None:
    """The first answer counts. Another letter, and the same identifier with another content, are a person's."""
    code, question = await axis.asked()
    await axis.authorities(to=question, act="opinion", agrees=True)
    await axis.receive()
    await axis.authorities(to=question, act="opinion", agrees=False, number="2")
    await axis.authorities(to=question, act="opinion", agrees=False)
    await axis.receive()
    assert await opinions(axis, code) == [True]
    assert [one.code for one in await ReceivedDocuments(harness.pool).for_people()] == [
        DocumentMatter.NOT_AWAITED,
        DocumentMatter.DIFFERS,
    ]
    assert (await harness.kinds(code)).count("opinion_given") == 1


async def test_recalls_in_both_directions(axis: Axis, harness: EngineHarness) -> None:
    """A letter that is recalled before it was used is not used, also when the recall comes first; a used one stays."""
    code, question = await axis.asked()
    day = question.split(",")[1]
    letter = f"{THEIRS},{day},1/TL"
    await axis.authorities(to=question, act="recall", about=letter, number="9")
    await axis.receive()
    await axis.authorities(to=question, act="opinion")
    await axis.receive()
    assert await opinions(axis, code) == [None]
    await axis.authorities(to=question, act="document", number="2")
    await axis.receive()
    await axis.authorities(to=question, act="recall", about=f"{THEIRS},{day},2/TL", number="10")
    await axis.receive()
    assert await ReceivedDocuments(harness.pool).for_people() == []
    await axis.authorities(to=question, act="opinion", number="3")
    await axis.receive()
    await axis.authorities(to=question, act="recall", about=f"{THEIRS},{day},3/TL", number="11")
    await axis.receive()
    assert await opinions(axis, code) == [True]
    assert dict(await axis.statuses()) == {letter: "15", f"{THEIRS},{day},2/TL": "15", f"{THEIRS},{day},3/TL": "16"}
    assert [one.code for one in await ReceivedDocuments(harness.pool).for_people()] == [DocumentMatter.RECALLED]


async def test_the_question_of_a_dossier_that_ends_is_recalled(axis: Axis, harness: EngineHarness) -> None:
    """Its answer that comes afterwards is a person's, and so is a status that nobody may tell."""
    code, question = await axis.asked()
    await harness.act(code, CITIZEN, Withdraw())
    await axis.send()
    recall = (await harness.inspect("documents"))["documents"][-1]
    assert (recall["business"], recall["about"], recall["receivers"]) == (1, question, [THEIRS])
    await axis.authorities(to=recall["document"], act="status", stage="15")
    await axis.authorities(to=question, act="opinion")
    await axis.authorities(to=question, organ=OTHERS, act="status", stage="03")
    await axis.receive()
    assert await axis.stages(recall["document"]) == ["sent", "15"]
    assert await axis.stages(question) == ["sent"]
    assert [one.code for one in await ReceivedDocuments(harness.pool).for_people()] == [
        DocumentMatter.NOT_AWAITED,
        DocumentMatter.STATUS_OF_ANOTHER,
    ]
    await axis.send()
    assert set((await axis.effects()).values()) == {1}


async def test_what_the_axis_refuses_is_sent_when_ordered(axis: Axis, harness: EngineHarness) -> None:
    """One document is set aside, another goes; the operator's order sends it, once."""
    await harness.control("documents", {"mode": "refused", "service": "documents", "calls": 1})
    refused, _ = await axis.asked()
    _, sent = await axis.asked()
    assert list(await axis.aside()) == [(refused, "not_accepted")]
    assert [one["document"] for one in (await harness.inspect("documents"))["documents"]] == [sent]
    [entry] = await SetAsideList(harness.pool).open(FeedReader.DOCUMENTS)
    await axis.send()
    assert len(await axis.aside()) == 1, "nobody has ordered it"
    await SetAsideList(harness.pool).order_again(FeedReader.DOCUMENTS, refused, entry.version, WHO, "Đã sửa mã")
    await axis.send()
    assert list(await axis.aside()) == []
    assert set((await axis.effects()).values()) == {1}
    assert len((await harness.inspect("documents"))["documents"]) == 2


async def test_the_envelopes_are_erased_with_the_dossier(axis: Axis, harness: EngineHarness) -> None:
    """The letter is read until then; what the record says of it stays."""
    code, question = await axis.asked()
    [message] = await axis.authorities(to=question, act="opinion")
    await axis.receive()
    row, read = await kept_document(harness.pool, message)
    assert isinstance(read, Document)
    assert row.dossier == code
    kept = await Vault(harness.pool).kept_of(code)
    assert await Vault(harness.pool).erase_dossier(code, WHO, "Theo yêu cầu") == kept
    assert (await kept_document(harness.pool, message))[1] is None
    assert await opinions(axis, code) == [True]
