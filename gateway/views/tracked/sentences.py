"""What a dossier's state means for its applicant, in plain words: how it stands, what comes next, an apology."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from domain.dossier.group_commands import FAILED, WITH_RESULT
from domain.dossier.state import State
from domain.values import VIETNAM, Bilingual, Value
from gateway.i18n.deadline_wording import WEEKDAYS
from gateway.i18n.wording import at, say, working_time
from gateway.views.tracked.dossier import ToPay, Tracked


class Told(Value):
    """The sentences about a dossier."""

    now: Bilingual
    """How it stands, in one sentence."""
    next: tuple[Bilingual, ...]
    """What comes next, and what the applicant has to do."""
    yours: bool
    """True: it waits for the applicant."""
    apology: Bilingual | None
    """Set when it is late, or was."""


NOTHING_TO_DO = say("Ông/bà chưa phải làm gì.", "You do not have to do anything now.")
NO_LONGER_RUNNING = say(
    "Muốn làm việc này, ông/bà cần nộp hồ sơ mới.", "If you still need it, please hand in a new dossier."
)


WITHOUT_ANY_RESULT = say(
    "Hồ sơ đã kết thúc và không phần nào có kết quả. Từng phần kết thúc thế nào ghi dưới đây.",
    "The dossier has ended, and no part of it has a result. How each part ended is told below.",
)


def moment(instant: datetime) -> Bilingual:
    """An instant as people say it: `8 giờ 00, thứ Tư ngày 09/07/2025`."""
    local = instant.astimezone(VIETNAM)
    weekday = list(WEEKDAYS.values())[local.weekday()]
    return say(
        f"{local.hour} giờ {local:%M}, {weekday.vi} ngày {local:%d/%m/%Y}",
        f"{local:%H:%M}, {weekday.en} {local:%d/%m/%Y}",
    )


def told(one: Tracked) -> Told:
    """The sentences about a dossier, as its applicant sees it."""
    return Told(
        now=_now(one),
        next=tuple(_next(one)),
        yours=one.state in (State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.RESOLVED),
        apology=_apology(one),
    )


def _now(one: Tracked) -> Bilingual:
    if one.parts and one.state in (State.ACCEPTED, State.PROCESSING, State.RESOLVED):
        return _of_parts(one)
    if one.parts and one.state is State.STOPPED and all(part.status in FAILED for part in one.parts):
        return WITHOUT_ANY_RESULT
    handler = one.handled_by or one.received_by
    match one.state:
        case State.SUBMITTED:
            return say(
                f"Hồ sơ đã đến {one.received_by} và đang chờ được xem.",
                f"The dossier has reached {one.received_by} and waits to be looked at.",
            )
        case State.ACCEPTED:
            return say(
                f"Hồ sơ đã được nhận và chuyển đến {handler}.", f"The dossier was accepted and is with {handler}."
            )
        case State.PROCESSING:
            return say(f"{handler} đang giải quyết hồ sơ.", f"{handler} is working on the dossier.")
        case State.SUPPLEMENT_REQUESTED:
            return say("Hồ sơ đang chờ ông/bà bổ sung giấy tờ.", "The dossier waits for papers from you.")
        case State.PAYMENT_REQUESTED:
            return say("Hồ sơ đang chờ ông/bà nộp tiền.", "The dossier waits for your payment.")
        case State.SUSPENDED:
            return say("Việc giải quyết hồ sơ đang tạm dừng.", "The work on the dossier is suspended.")
        case State.RESOLVED:
            return say("Đã có kết quả. Mời ông/bà đến nhận.", "The result is ready. Please come and fetch it.")
        case State.RETURNED:
            return say("Kết quả đã được trả. Việc này đã xong.", "The result was handed over. All is done.")
        case State.REFUSED | State.STOPPED | State.WITHDRAWN:
            return _ended(one.state)
        case _:
            assert_never(one.state)


def _of_parts(one: Tracked) -> Bilingual:
    """How an interconnected dossier stands: how many of its parts are done, and how many will never be."""
    every, done = len(one.parts), sum(part.status in WITH_RESULT for part in one.parts)
    without = sum(part.status in FAILED for part in one.parts)
    lacking = say("", "")
    if without:
        lacking = say(f", {without} phần không có kết quả", f", {without} will have no result")
    if one.state is State.RESOLVED:
        return say(
            f"Đã có kết quả của {done} trong {every} phần{lacking.vi}. Mời ông/bà đến nhận một lần.",
            f"The results of {done} of {every} parts are ready{lacking.en}. Please come and fetch them together.",
        )
    return say(
        f"Hồ sơ đang được giải quyết: xong {done} trong {every} phần{lacking.vi}.",
        f"The dossier is under way: {done} of {every} parts are done{lacking.en}.",
    )


def _ended(state: State) -> Bilingual:
    if state is State.REFUSED:
        return say("Hồ sơ không được nhận.", "The dossier was not accepted.")
    if state is State.STOPPED:
        return say("Cơ quan đã dừng giải quyết hồ sơ này.", "The authority has stopped the work on this dossier.")
    return say("Hồ sơ đã được rút theo yêu cầu.", "The dossier was withdrawn, as asked.")


def _next(one: Tracked) -> Iterator[Bilingual]:
    desk = one.received_by
    match one.state:
        case State.SUBMITTED:
            yield say(
                "Cán bộ sẽ xem giấy tờ và báo hồ sơ có được nhận hay không.",
                "An officer looks at the papers and tells you whether it is accepted.",
            )
            yield NOTHING_TO_DO
        case State.ACCEPTED | State.PROCESSING:
            yield say(
                f"Khi có kết quả, trang này sẽ báo và ông/bà đến {desk} nhận.",
                f"When the result is there, this page says so, and you fetch it at {desk}.",
            )
            yield from () if one.to_pay else (NOTHING_TO_DO,)
        case State.SUPPLEMENT_REQUESTED:
            yield say(
                f"Ông/bà mang các giấy tờ ghi ở trang này đến {desk}. Hồ sơ nộp trên mạng thì có thể gửi trên mạng.",
                f"Please bring the papers named on this page to {desk}. If you filed online, you may send them online.",
            )
            yield say(
                "Không có ngày phải nộp xong, nhưng thời gian chỉ tính tiếp khi đã đủ giấy tờ.",
                "There is no last day, but the time goes on only when all papers are there.",
            )
        case State.PAYMENT_REQUESTED:
            yield from _how_to_pay(one.to_pay, desk)
        case State.SUSPENDED:
            yield say(
                f"Cơ quan sẽ làm tiếp khi hết lý do tạm dừng. Muốn biết lý do, ông/bà hỏi {desk}.",
                f"The work goes on when the reason is gone. To know the reason, please ask {desk}.",
            )
        case State.RESOLVED:
            yield say(
                f"Nơi nhận: {desk}. Nhớ mang giấy tiếp nhận và căn cước.",
                f"Where: {desk}. Please bring the receipt and your identity card.",
            )
        case State.RETURNED:
            yield from ()
        case State.REFUSED | State.STOPPED | State.WITHDRAWN:
            yield say(f"Muốn biết rõ lý do, ông/bà hỏi {desk}.", f"To know more, please ask {desk}.")
            yield NO_LONGER_RUNNING
        case _:
            assert_never(one.state)


def _how_to_pay(to_pay: ToPay | None, desk: str) -> Iterator[Bilingual]:
    if to_pay is None:
        return
    if to_pay.url is not None:
        yield say(
            f"Nộp trên mạng bằng nút ở trang này, hoặc nộp tại {desk}.",
            f"Pay online with the button on this page, or at {desk}.",
        )
    else:
        yield say(
            f"Nộp tại {desk}. Chưa nộp được trên mạng lúc này.", f"Please pay at {desk}. It cannot be paid online now."
        )
    yield say(
        "Khi nhận được tiền, cơ quan làm tiếp ngay. Nếu vừa nộp, ông/bà chờ vài phút rồi xem lại.",
        "The work goes on as soon as the money is there. If you have just paid, look again in some minutes.",
    )


def _apology(one: Tracked) -> Bilingual | None:
    """The apology for being late. It names the time, and where to ask."""
    if one.date.late_minutes <= 0 or one.date.due is None:
        return None
    taken = _taken_over(one)
    late, due, desk = working_time(one.date.late_minutes), at(one.date.due), one.received_by
    if one.state in (State.RESOLVED, State.RETURNED):
        return say(
            f"Chúng tôi xin lỗi: kết quả đã chậm {late.vi} làm việc so với hẹn ({due}).",
            f"We apologise: the result came {late.en} of working time after the date ({due}).",
        )
    return say(
        f"Chúng tôi xin lỗi: hồ sơ đã quá hẹn ({due}) {late.vi} làm việc. {taken.vi}Ông/bà có thể hỏi {desk}.",
        f"We apologise: the dossier is {late.en} of working time past its date ({due}). {taken.en}You may ask {desk}.",
    )


def _taken_over(one: Tracked) -> Bilingual:
    """What is done about the delay: the level that answers for the dossier now. Empty where none took it over."""
    if not one.taken_over or one.handled_by is None:
        return say("", "")
    return say(
        f"Vì chậm, cấp trên là {one.handled_by} nay trực tiếp chịu trách nhiệm. ",
        f"Because of the delay the level above, {one.handled_by}, answers for it now. ",
    )
