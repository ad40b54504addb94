"""Tests of what an applicant sees with the receipt: how it stands, why the date, what to do, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.dossier.commands import Accept, Extend, Rate, ReceiveSupplement, Resume, SubmittedDocument
from domain.dossier.context import Rules
from domain.dossier.state import State
from domain.organisation.routing import Matter
from gateway.views.names import Names
from gateway.views.tracked.dossier import Tracked, tracked
from gateway.views.tracked.opening import opening_of
from gateway.views.tracked.sentences import told
from tests.support.given import (
    CITIZEN,
    DESK,
    HEAD,
    OFFICER,
    Case,
    in_state,
    paid_for,
    processing,
    resolved,
    submitted,
    supplement_asked,
    suspended,
)
from tests.support.small_province import CALENDAR, CAREFUL, COMMITTEE, RESTARTING, RULEBOOK, UNLIMITED, at
from tests.support.vietnamese import foreign

LATER = "2025-07-25 09:00"


def seen(case: Case) -> Tracked:
    """The dossier as its applicant sees it now."""
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    return tracked(case.dossier, rules, Names.of_rules(rules, case.now.date()), case.now)


def reasons(case: Case) -> list[str]:
    """Why the date is what it is."""
    return [one.vi for one in seen(case).date.reasons]


@pytest.mark.parametrize("state", State)
def test_every_state_is_told(state: State) -> None:
    """In every state the applicant is told how it stands, in both languages, and never who works on it."""
    page = seen(in_state(state))
    words = told(page)
    assert words.now.vi
    assert words.now.en
    assert not [word for one in (words.now, *words.next) for word in foreign(one.vi)]
    assert all(person not in page.model_dump_json() + words.model_dump_json() for person in (OFFICER.person, "hanam"))
    waits = state in (State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.RESOLVED)
    assert words.yours is waits


def test_the_date_is_explained() -> None:
    """The date has its reasons: when it was received, the limit, the faster promise, the weekend."""
    case = processing()
    case.later(hours=1)
    page = seen(case)
    assert page.date.due == at("2025-07-09 08:00")
    assert reasons(case) == [
        "Hồ sơ được nhận lúc 08:00 07/07/2025.",
        "Pháp luật đặt thời hạn cho việc này: 5 ngày làm việc.",
        "Tỉnh hẹn trả nhanh hơn. Nếu chỉ theo thời hạn đó thì hạn là ngày 14/07/2025.",
    ]
    assert not page.date.late_minutes
    assert told(page).apology is None


def test_a_pause_moves_the_date_and_says_so() -> None:
    """While papers are awaited the date moves on, and the names of the papers are told; afterwards the pause is."""
    case = supplement_asked()
    case.until("2025-07-08 08:00")
    page = seen(case)
    assert (page.date.paused, page.date.due) == (True, at("2025-07-10 08:00"))
    assert page.asked_documents == ("Đơn",)
    assert "Từ 08:00 07/07/2025 thời gian đang dừng lại" in reasons(case)[-1]
    case.when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don", digitised=True),)))
    assert reasons(case)[-1].startswith("Không tính từ 08:00 07/07/2025 đến 08:00 08/07/2025, vì chờ ông/bà bổ sung")
    assert seen(case).asked_documents == ()


def test_a_limit_that_begins_anew_is_explained() -> None:
    """Where the procedure counts anew after a supplement, and over a weekend, both are said."""
    case = supplement_asked(processing(RESTARTING))
    case.until("2025-07-09 08:00")
    case.when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don", digitised=True),)))
    assert any("tính lại từ đầu từ 08:00 09/07/2025" in one for one in reasons(case))
    assert "Không tính thứ Bảy và Chủ nhật." in reasons(case)


def test_a_new_date_is_told_with_its_apology() -> None:
    """An extension is told as what it is: an apology and a new date."""
    case = processing(CAREFUL)
    case.when(HEAD, Extend(until=at("2025-07-18 12:00").date(), legal_basis="Điều 19", note="a" * 64))
    assert "Ngày 07/07/2025 cơ quan đã xin lỗi và hẹn lại đến ngày 18/07/2025." in reasons(case)


def test_who_is_late_apologises() -> None:
    """Past the date there is an apology; nothing is late where nobody waits for a result any more."""
    case = processing().until(LATER)
    words = told(seen(case))
    assert words.apology is not None
    assert words.apology.vi.startswith("Chúng tôi xin lỗi: hồ sơ đã quá hẹn (08:00 09/07/2025)")
    assert told(seen(in_state(State.WITHDRAWN).until(LATER))).apology is None
    assert told(seen(resolved().until(LATER))).apology is None
    assert told(seen(submitted().until(LATER))).apology is None


def test_a_suspension_is_a_pause() -> None:
    """A suspension is explained as such and ends."""
    case = suspended().until("2025-07-08 08:00")
    assert "việc giải quyết tạm dừng" in reasons(case)[-1]
    case.when(HEAD, Resume())
    assert reasons(case)[-1].startswith("Không tính từ")


def test_the_fee_has_its_link_while_it_can_be_paid() -> None:
    """The link of the order is shown until the order expires; then the counter is named."""
    case = paid_for()
    page = seen(case)
    assert page.to_pay is not None
    assert (page.to_pay.amount, page.to_pay.url) == (20_000, "http://pay/DH1")
    assert "nút ở trang này" in told(page).next[0].vi
    expires = case.dossier.payment.expires_at
    assert expires is not None
    case.now = expires
    page = seen(case)
    assert page.to_pay is not None
    assert page.to_pay.url is None
    assert "Chưa nộp được trên mạng" in told(page).next[0].vi
    case.pay("DH1", 20_000)
    assert seen(case).to_pay is None


def test_without_a_limit_there_is_no_date() -> None:
    """A procedure without a limit has no date, and that is said."""
    case = processing(UNLIMITED)
    assert seen(case).date.due is None
    assert reasons(case) == ["Việc này không có thời hạn được công bố."]


def test_rating_is_open_once_the_result_is_there() -> None:
    """The service can be rated when there is a result, and once."""
    assert not seen(processing()).may_rate
    assert seen(resolved()).may_rate
    case = resolved()
    case.when(CITIZEN, Rate(stars=4))
    assert (seen(case).stars, seen(case).may_rate) == (4, False)


def test_a_level_above_that_took_it_over_is_named() -> None:
    """Late, and nobody took it over: where to ask. Taken over: who answers for it now."""
    case = processing().until(LATER)
    plain = seen(case)
    assert not plain.taken_over
    assert "chịu trách nhiệm" not in str(told(plain).apology)
    taken = plain.model_copy(update={"taken_over": True, "handled_by": "Trung tâm tỉnh"})
    apology = told(taken).apology
    assert apology is not None
    assert "Vì chậm, cấp trên là Trung tâm tỉnh nay trực tiếp chịu trách nhiệm. Ông/bà có thể hỏi" in apology.vi


def test_only_an_escalation_takes_over() -> None:
    """The coordination queue took nothing over, late as it is; the level that an escalation put in charge did, also
    when it is the one that received the dossier."""
    queued = submitted(matter=Matter())
    queued.when(DESK, Accept())
    assert queued.until("2025-08-15 09:00").tick()
    assert (seen(queued).handled_by, seen(queued).taken_over) == ("Trung tâm Phục vụ hành chính công tỉnh", False)
    assert "cấp trên" not in str(told(seen(queued)).apology)
    escalated = processing().until("2025-08-15 09:00")
    escalated.tick()
    assert (seen(escalated).handled_by, seen(escalated).taken_over) == ("UBND tỉnh", True)
    routing = escalated.dossier.routing
    assert replace(routing, received_by=COMMITTEE).taken_over
    assert not replace(routing, competent=None, responsible=routing.received_by).taken_over, "before intake"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2025-07-07 09:00", "Hôm nay mở cửa 07:30–11:30, 13:00–17:00."),
        ("2025-07-07 12:00", "Hôm nay mở cửa 13:00–17:00."),
        ("2025-07-07 18:00", "Bây giờ đóng cửa. Mở lại lúc 7 giờ 30, thứ Ba ngày 08/07/2025."),
        ("2025-07-12 09:00", "Bây giờ đóng cửa. Mở lại lúc 7 giờ 30, thứ Hai ngày 14/07/2025."),
    ],
)
def test_the_hours_of_the_desk_are_told(when: str, said: str) -> None:
    """What remains of today, else when it opens next: nobody comes in vain."""
    opening = opening_of(CALENDAR, at(when))
    assert opening is not None
    assert opening.vi == said


def test_hours_that_the_calendar_does_not_say_are_not_made_up() -> None:
    """Beyond the calendar nothing is said."""
    assert opening_of(CALENDAR, at("2090-07-12 09:00")) is None
