"""The pinned ladder of a dossier, rung by rung: what has fired, what fires next if nothing changes, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from domain.deadlines import clock
from domain.dossier.context import Rules
from domain.dossier.deciding.deadlines import firing_of, in_scope, people_of, rungs_ahead
from domain.dossier.events import DeadlineWarned, DossierEscalated
from domain.dossier.occasions import UNDER_WAY, waits
from domain.dossier.state import Dossier
from domain.rules.audience import Audience, AudienceWanted
from domain.rules.escalation import ClockTrigger, PaymentHangs, Rung
from domain.values import Bilingual, Instant, Value

AudienceOf = Callable[[AudienceWanted], Audience]
"""Who would be told now."""


class RungStatus(StrEnum):
    """Where a rung stands."""

    FIRED = "fired"
    AHEAD = "ahead"
    NOT_NOW = "not_now"


class RungHeld(StrEnum):
    """Why a rung does not fire as things stand."""

    NOT_ACCEPTED = "not_accepted"
    ENDED = "ended"
    PAUSED = "paused"
    OUT_OF_SCOPE = "out_of_scope"
    NO_SUCH_CLOCK = "no_such_clock"
    NO_SUCH_WAIT = "no_such_wait"
    FIRED_ALREADY = "fired_already"
    BEFORE_THIS_LIMIT = "before_this_limit"

    @property
    def words(self) -> Bilingual:
        """The reason in a sentence."""
        return _HELD[self]


_HELD = {
    RungHeld.NOT_ACCEPTED: Bilingual(vi="hồ sơ chưa được tiếp nhận", en="the dossier is not accepted yet"),
    RungHeld.ENDED: Bilingual(vi="hồ sơ đã kết thúc", en="the dossier has ended"),
    RungHeld.PAUSED: Bilingual(vi="đồng hồ đang dừng", en="the clocks stand still"),
    RungHeld.OUT_OF_SCOPE: Bilingual(
        vi="bậc này không áp dụng cho thủ tục hay thời hạn này", en="it does not apply to this procedure or limit"
    ),
    RungHeld.NO_SUCH_CLOCK: Bilingual(vi="hồ sơ không có đồng hồ này", en="the dossier has no such clock"),
    RungHeld.NO_SUCH_WAIT: Bilingual(vi="hồ sơ không chờ việc này", en="the dossier does not wait for that"),
    RungHeld.FIRED_ALREADY: Bilingual(
        vi="đã báo cho lần này, mỗi lần chỉ báo một lượt", en="it has fired for this occasion, and fires once"
    ),
    RungHeld.BEFORE_THIS_LIMIT: Bilingual(
        vi="thời điểm đó ở ngoài lịch, hoặc trước khi có thời hạn mới",
        en="its instant lies beyond the calendar, or before the new limit was granted",
    ),
}


class RungOfDossier(Value):
    """A rung that has fired (`fired`), that fires next (`ahead`: what will be recorded), or does not fire (`held`)."""

    rung: Rung
    status: RungStatus
    firing: DeadlineWarned | DossierEscalated | None = None
    held: RungHeld | None = None
    waits_since: Instant | None = None
    """Of a wait that goes on: since when."""


def ladder_of(
    dossier: Dossier,
    rules: Rules,
    fired: Sequence[DeadlineWarned | DossierEscalated],
    audience_of: AudienceOf,
) -> tuple[RungOfDossier, ...]:
    """Every rung in the order of the policy. A rung that fired and fires again for another occasion is there twice."""
    found: list[RungOfDossier] = []
    ahead = tuple(_ahead(dossier, rules, audience_of))
    for rung in rules.escalation.rungs:
        earlier = [RungOfDossier(rung=rung, status=RungStatus.FIRED, firing=one) for one in fired if _is_of(one, rung)]
        next_ones = [one for one in ahead if one.rung.code == rung.code]
        found += [*earlier, *next_ones]
        if not next_ones:
            held = _held(rung, dossier, rules, has_fired=bool(earlier))
            if not (earlier and held is RungHeld.FIRED_ALREADY):
                found.append(RungOfDossier(rung=rung, status=RungStatus.NOT_NOW, held=held))
    return tuple(found)


def _is_of(event: DeadlineWarned | DossierEscalated, rung: Rung) -> bool:
    return event.rung == rung.code


def _ahead(dossier: Dossier, rules: Rules, audience_of: AudienceOf) -> Iterator[RungOfDossier]:
    for ahead in rungs_ahead(dossier, rules):
        firing = firing_of(ahead, audience_of(people_of(ahead, dossier, rules)), dossier, rules)
        since = _waits_since(ahead.rung, ahead.occasion, dossier, rules)
        yield RungOfDossier(rung=ahead.rung, status=RungStatus.AHEAD, firing=firing, waits_since=since)


def _waits_since(rung: Rung, occasion: str, dossier: Dossier, rules: Rules) -> datetime | None:
    if isinstance(rung.trigger, ClockTrigger):
        return None
    return dict(waits(rung.trigger, dossier, rules.procedure)).get(occasion)


def _held(rung: Rung, dossier: Dossier, rules: Rules, *, has_fired: bool) -> RungHeld:
    if dossier.ended_at is not None:
        return RungHeld.ENDED
    if dossier.intake.accepted_at is None:
        return RungHeld.NOT_ACCEPTED
    if not in_scope(rung, dossier, rules):
        return RungHeld.OUT_OF_SCOPE
    if isinstance(rung.trigger, ClockTrigger):
        return _clock_held(rung, dossier, has_fired=has_fired)
    if dossier.state not in UNDER_WAY and not isinstance(rung.trigger, PaymentHangs):
        return RungHeld.PAUSED
    waiting = any(True for _ in waits(rung.trigger, dossier, rules.procedure))
    return RungHeld.FIRED_ALREADY if waiting and has_fired else RungHeld.NO_SUCH_WAIT


def _clock_held(rung: Rung, dossier: Dossier, *, has_fired: bool) -> RungHeld:
    timing = dossier.deadlines.timing
    if timing is None or rung.clock is None or not clock.has(timing, rung.clock):
        return RungHeld.NO_SUCH_CLOCK
    if dossier.state not in UNDER_WAY:
        return RungHeld.PAUSED
    return RungHeld.FIRED_ALREADY if has_fired else RungHeld.BEFORE_THIS_LIMIT
