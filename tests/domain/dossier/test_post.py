"""The post collects papers and delivers results: the rules, and a property of every interleaving with its answers."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dossier.commands import (
    CancelPost,
    CheckPost,
    Handback,
    PostPurpose,
    RequestPost,
    RetryRefusedCall,
    ReturnResult,
    Withdraw,
)
from domain.dossier.deciding.post import FIRST_LOOK
from domain.dossier.effects import CancelPostOrder, OrderPost, TrackPost
from domain.dossier.outcomes import RecordFailure, RecordPostCancelled, RecordPostOrder, RecordPostSeen
from domain.dossier.post_stages import ENDED, FAILED, STEPS, WITH_THE_POST, PostStage
from domain.dossier.state import State
from domain.dossier.state.post import LONG_UNDER_WAY_LOOKS, current
from domain.dossier.wanted_effects import effects_of
from domain.errors import DomainError
from domain.roles import ENGINE
from tests.support.families import a_family
from tests.support.given import (
    CITIZEN,
    DESK,
    OF_THE_POST,
    OPERATOR,
    STRANGER,
    Case,
    accepted,
    posted,
    resolved,
    submitted,
)
from tests.support.small_province import BORN

ADDRESS, OTHER = "d" * 64, "e" * 64
BY_POST = RequestPost(purpose=PostPurpose.DELIVERY, postal_address=ADDRESS)
ELSEWHERE = RequestPost(purpose=PostPurpose.DELIVERY, postal_address=OTHER)
COLLECT = RequestPost(purpose=PostPurpose.COLLECTION, postal_address=ADDRESS)
NOT_BY_POST = CancelPost(purpose=PostPurpose.DELIVERY)


def wanted(case: Case) -> list[str]:
    """The calls to the post that are needed now."""
    calls = (OrderPost, TrackPost, CancelPostOrder)
    return [str(effect.id) for effect in effects_of(case.dossier) if isinstance(effect, calls)]


def acts(case: Case) -> set[str]:
    """What is on the work-list."""
    return {act for act, _, _ in case.work()}


def test_nothing_is_ordered_before_there_is_a_result() -> None:
    """The wish is in the submission; the order goes out when the result is issued, and no clock runs any more."""
    case = submitted(postal_address=ADDRESS)
    assert wanted(case) == []
    issued = resolved()
    assert issued.kinds(CITIZEN, BY_POST) == ["post_requested"]
    assert wanted(issued) == ["post-order/1"]
    assert issued.dossier.ended_at is not None
    assert [effect.postal_address for effect in effects_of(issued.dossier) if isinstance(effect, OrderPost)] == [
        ADDRESS
    ]


def test_delivered_is_returned_by_post() -> None:
    """The post's answer closes the dossier; its clock is told and never counts."""
    case = posted(PostStage.UNDER_WAY)
    assert acts(case) == set(), "while the post has it, nobody has anything to do"
    case.later(days=2)
    case.when(OF_THE_POST, CheckPost(item="EH1"))
    told = RecordPostSeen(
        effect="post-query/2", item="EH1", stage=PostStage.DELIVERED, stated_at=case.now + timedelta(days=400),
        evidence="BP-1",
    )  # fmt: skip
    reached, returned = case.when(ENGINE, told)
    assert (reached.evidence, returned.by, returned.at) == ("BP-1", Handback.POST, case.now)
    assert case.dossier.state is State.RETURNED
    assert case.dossier.closed


@pytest.mark.parametrize("stage", sorted(FAILED - {PostStage.CANCELLED}))
def test_what_does_not_arrive_goes_to_the_desk(stage: PostStage) -> None:
    """Came back, lost, damaged: the desk sends it again, also to another address, or returns it at the counter."""
    case = posted(PostStage.COLLECTED)
    case.post_says(stage)
    assert case.dossier.state is State.RESOLVED
    assert acts(case) == {"request_post", "return_result"}
    assert case.kinds(DESK, ELSEWHERE) == ["post_request_cancelled", "post_requested"]
    assert wanted(case) == ["post-order/2"]
    other = posted(PostStage.COLLECTED)
    other.post_says(stage)
    assert other.kinds(DESK, ReturnResult()) == ["result_returned"]


def test_cancelled_by_the_post_itself_goes_to_the_desk() -> None:
    """Nobody here wanted that."""
    case = posted()
    case.post_says(PostStage.CANCELLED)
    assert acts(case) == {"request_post", "return_result"}
    already = resolved()
    already.when(CITIZEN, BY_POST)
    already.when(ENGINE, RecordPostOrder(effect="post-order/1", item="EH1", cancelled=True))
    assert acts(already) == {"request_post", "return_result"}


def test_an_address_is_changed_until_the_post_has_it() -> None:
    """Before the result at once; once ordered, the old order is cancelled first; then no more."""
    early = accepted()
    early.when(CITIZEN, BY_POST)
    assert early.kinds(CITIZEN, ELSEWHERE) == ["post_request_cancelled", "post_requested"]
    assert wanted(early) == []
    case = posted()
    case.when(CITIZEN, ELSEWHERE)
    assert wanted(case) == ["post-cancel/1"], "the post never comes twice for one result"
    case.when(ENGINE, RecordPostCancelled(effect="post-cancel/1", cancelled=True, item="EH1"))
    assert wanted(case) == ["post-order/2"]
    assert posted(PostStage.COLLECTED).refused(CITIZEN, ELSEWHERE) == "post_has_item"
    assert posted(PostStage.UNDER_WAY).refused(CITIZEN, NOT_BY_POST) == "post_has_item"
    assert posted(PostStage.UNDER_WAY).refused(DESK, ReturnResult()) == "post_has_item"


def test_a_cancellation_that_came_too_late() -> None:
    """The post had it: that item goes on and is looked up, and the one that should have replaced it is not ordered."""
    case = posted()
    case.when(CITIZEN, ELSEWHERE)
    late = RecordPostCancelled(effect="post-cancel/1", cancelled=False, item="EH1")
    assert case.kinds(ENGINE, late) == ["post_cancellation_answered", "post_check_asked"]
    assert wanted(case) == ["post-query/1"]
    item = current(case.dossier.postal_items, PostPurpose.DELIVERY)
    assert item is not None
    assert (item.number, item.stage) == (1, PostStage.COLLECTED)
    assert case.post_says(PostStage.DELIVERED) == ["post_stage_reached", "result_returned"]


def test_old_and_repeated_answers_change_nothing() -> None:
    """An answer to an earlier question, an earlier stage, or a second answer moves no item back."""
    case = posted(PostStage.UNDER_WAY)
    assert case.post_says(PostStage.COLLECTED) == ["post_checked"]
    assert case.post_says(PostStage.UNDER_WAY) == ["post_checked"]
    stale = RecordPostSeen(effect="post-query/1", item="EH1", stage=PostStage.LOST, stated_at=case.now)
    assert case.kinds(ENGINE, stale) == []
    assert case.kinds(ENGINE, RecordPostOrder(effect="post-order/1", item="EH9")) == []
    delivered = posted()
    delivered.post_says(PostStage.DELIVERED)  # no scan on the way: the post's answer counts
    assert delivered.dossier.state is State.RETURNED
    assert delivered.kinds(OF_THE_POST, CheckPost(item="EH1")) == []


def test_an_item_of_another_dossier_is_refused() -> None:
    """Whoever reports it."""
    assert posted().refused(OF_THE_POST, CheckPost(item="EH2")) == "unknown_postal_item"
    assert resolved().refused(DESK, CheckPost(item="EH1")) == "unknown_postal_item"


def test_the_timer_asks_in_case_a_report_was_lost() -> None:
    """After six hours, then later and later; when nobody hears of it for weeks, the desk asks the post."""
    case = posted()
    assert case.reaction().wake_up == case.now + FIRST_LOOK
    for poll in range(LONG_UNDER_WAY_LOOKS):
        assert "request_post" not in acts(case)
        wake = case.reaction().wake_up
        assert wake is not None
        assert timedelta(hours=6) <= wake - case.now <= timedelta(days=2)
        case.now = wake
        assert case.tick() == ["post_check_asked"]
        answer = RecordPostSeen(
            effect=f"post-query/{poll + 1}", item="EH1", stage=PostStage.ORDERED, stated_at=case.now
        )
        assert case.kinds(ENGINE, answer) == ["post_checked"]
    assert "request_post" in acts(case)
    assert case.post_says(PostStage.COLLECTED) == ["post_stage_reached"]
    assert "request_post" not in acts(case)


def test_an_order_that_is_refused_for_good_goes_to_the_desk() -> None:
    """The post does not know the address: another address is a new order, and an operator may order it again."""
    case = resolved()
    case.when(CITIZEN, BY_POST)
    case.fails("post-order/1", final=True)
    assert acts(case) == {"repair", "request_post", "return_result"}
    assert case.kinds(DESK, ELSEWHERE) == ["post_request_cancelled", "post_requested"]
    assert (wanted(case), case.dossier.incidents) == (["post-order/2"], ())
    again = resolved()
    again.when(CITIZEN, BY_POST)
    again.fails("post-order/1", final=True)
    again.when(OPERATOR, RetryRefusedCall(effect="post-order/1", reason="Đã kết nối"))
    assert wanted(again) == ["post-order/2"]
    again.when(ENGINE, RecordPostOrder(effect="post-order/2", item="EH1"))
    again.when(DESK, CheckPost(item="EH1"))
    again.fails("post-query/1", final=True)
    again.when(OPERATOR, RetryRefusedCall(effect="post-query/1", reason="Đã sửa"))
    assert wanted(again) == ["post-query/2"]
    again.when(CITIZEN, NOT_BY_POST)
    again.fails("post-cancel/2", final=True)
    again.when(OPERATOR, RetryRefusedCall(effect="post-cancel/2", reason="Đã sửa"))
    assert wanted(again) == ["post-cancel/1000002"]


def test_papers_are_collected_while_the_desk_waits_for_them() -> None:
    """Ordered at once; its end is seen, and nothing is accepted by it. After intake nothing is collected."""
    case = submitted()
    case.when(CITIZEN, COLLECT)
    assert wanted(case) == ["post-order/1"]
    case.when(ENGINE, RecordPostOrder(effect="post-order/1", item="EH1"))
    assert case.post_says(PostStage.DELIVERED) == ["post_stage_reached"]
    assert case.dossier.state is State.SUBMITTED
    assert accepted().refused(CITIZEN, COLLECT) == "wrong_state"
    failed = submitted()
    failed.when(CITIZEN, COLLECT)
    failed.when(ENGINE, RecordPostOrder(effect="post-order/1", item="EH1"))
    failed.post_says(PostStage.LOST)
    assert acts(failed) == {"accept", "request_post"}
    left = submitted()
    left.when(CITIZEN, COLLECT)
    left.when(CITIZEN, Withdraw())
    assert (wanted(left), left.dossier.closed) == (["post-cancel/1"], False)
    left.when(ENGINE, RecordPostCancelled(effect="post-cancel/1", cancelled=False, item="EH1"))
    assert left.dossier.closed


def test_whose_result_it_is() -> None:
    """Not a stranger's; and not of the child of an interconnected dossier, whose result is handed back with the
    whole."""
    assert accepted().refused(STRANGER, BY_POST) == "wrong_person"
    child = a_family(BORN).children["birth"]
    assert child.refused(DESK, BY_POST) == "done_in_the_whole"


@dataclass
class ThePost:
    """A post that does what it is told, once for each key, whatever becomes of its answers."""

    stages: dict[str, PostStage] = field(default_factory=dict)
    delivered: int = 0

    def order(self, key: str) -> PostStage:
        return self.stages.setdefault(key, PostStage.ORDERED)

    def cancel(self, key: str) -> bool:
        if self.stages.get(key, PostStage.ORDERED) is PostStage.ORDERED:
            self.stages[key] = PostStage.CANCELLED
        return self.stages[key] is PostStage.CANCELLED

    def move(self, key: str, chance: random.Random) -> None:
        """One stage on, or to an end."""
        stage = self.stages[key]
        if stage in ENDED:
            return
        ahead = [one for one in STEPS[STEPS.index(stage) + 1 :] if one in ENDED or one in WITH_THE_POST]
        self.stages[key] = chance.choice(ahead)
        self.delivered += self.stages[key] is PostStage.DELIVERED

    @property
    def live(self) -> list[str]:
        """The orders for which a postman comes or is on the way."""
        return [key for key, stage in self.stages.items() if stage not in ENDED]


@dataclass
class LifeByPost:
    """A dossier with a result, people who change their minds, and a post of which calls and answers are lost."""

    chance: random.Random
    case: Case = field(default_factory=resolved)
    post: ThePost = field(default_factory=ThePost)
    under_way: list[Any] = field(default_factory=list)
    """Calls that were sent and may arrive at any time, also when nobody wants them any more."""

    def step(self) -> None:
        self.case.later(hours=self.chance.choice([0, 1, 7, 50]))
        self.chance.choice([self.person, self.send, self.arrive, self.arrive, self.move, self.report, self.timer])()

    def person(self) -> None:
        by = self.chance.choice([CITIZEN, DESK])
        command: Any = self.chance.choice([BY_POST, ELSEWHERE, BY_POST, NOT_BY_POST, ReturnResult()])
        if self.chance.random() < 0.2 or not isinstance(command, ReturnResult):
            with suppress(DomainError):
                self.case.when(DESK if isinstance(command, ReturnResult) else by, command)

    def calls(self) -> list[Any]:
        return [
            one for one in effects_of(self.case.dossier) if isinstance(one, OrderPost | TrackPost | CancelPostOrder)
        ]

    def send(self) -> None:
        self.under_way += self.chance.sample(self.calls(), k=min(1, len(self.calls())))

    def arrive(self) -> None:
        """A call arrives, and its answer is believed, or lost."""
        if self.under_way:
            call = self.under_way.pop(self.chance.randrange(len(self.under_way)))
            answer = self.answer(call)
            lost = self.chance.random() < 0.4
            failed = RecordFailure(effect=call.id, system="post", code="outside_timeout", final=False)
            self.case.when(ENGINE, failed if lost else answer)

    def answer(self, call: Any) -> Any:
        if isinstance(call, OrderPost):
            cancelled = self.post.order(call.id) is PostStage.CANCELLED
            return RecordPostOrder(effect=call.id, item=f"EH{call.id[11:]}", cancelled=cancelled)
        if isinstance(call, TrackPost):
            stage = self.post.order(call.order)
            return RecordPostSeen(effect=call.id, item=call.item, stage=stage, stated_at=self.case.now)
        cancelled = self.post.cancel(call.order)
        return RecordPostCancelled(effect=call.id, cancelled=cancelled, item=f"EH{call.order[11:]}")

    def move(self) -> None:
        if self.post.live:
            self.post.move(self.chance.choice(self.post.live), self.chance)

    def report(self) -> None:
        known = [one.item for one in self.case.dossier.postal_items if one.item]
        if known:
            self.case.when(OF_THE_POST, CheckPost(item=self.chance.choice(known)))

    def timer(self) -> None:
        wake = self.case.reaction().wake_up
        if wake is not None and wake <= self.case.now:
            self.case.tick()

    def until_the_timer_asked(self) -> None:
        """Nobody reports anything: the dossier's own timer asks about every item."""
        while (wake := self.case.reaction().wake_up) is not None and self.case.dossier.state is not State.RETURNED:
            self.case.now = max(self.case.now, wake)
            self.case.tick()
            self.comes_to_rest()

    def comes_to_rest(self) -> None:
        """Every call arrives and is answered, as in the end they are."""
        for _ in range(50):
            for call in [*self.under_way, *self.calls()]:
                self.case.when(ENGINE, self.answer(call))
            self.under_way = []
            if not self.calls():
                return
        raise AssertionError("it never comes to rest")


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), steps=st.integers(5, 60))
def test_the_post_never_comes_twice_for_one_result(seed: int, steps: int) -> None:
    """In any interleaving of changed minds, lost calls, lost answers, late calls and reports: at most one order is live
    at the post at any moment, at most one result is delivered, and at rest the post has no order that nobody wants."""
    life = LifeByPost(random.Random(seed))  # noqa: S311  the same seed is the same life
    life.case.when(CITIZEN, BY_POST)
    for _ in range(steps):
        life.step()
        assert len(life.post.live) <= 1, life.post.stages
        assert life.post.delivered <= 1
    life.comes_to_rest()
    item = current(life.case.dossier.postal_items, PostPurpose.DELIVERY)
    kept = [] if item is None else [str(item.order)]
    assert [key for key in life.post.live if key not in kept] == []
    if life.post.delivered:
        life.until_the_timer_asked()
        assert life.case.dossier.state is State.RETURNED
