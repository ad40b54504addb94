"""The ladder of a dossier for people and programs: when each rung fires or fired, to whom, what follows, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.deadlines.limits import WhichClock
from domain.dossier.context import Rules
from domain.dossier.events import DeadlineWarned, DossierEscalated
from domain.dossier.ladder import RungHeld, RungOfDossier, RungStatus, ladder_of
from domain.dossier.state import Dossier
from domain.organisation.organisation import Organisation
from domain.organisation.staff import Staff
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.rules.audience import Addressee, audience_of
from domain.values import Bilingual, Code, Instant, Value
from gateway.i18n.wording import CLOCKS, at, rung_name, say
from gateway.views.names import Names
from gateway.views.timeline import Language

LADDER_KINDS = frozenset({"deadline_warned", "dossier_escalated"})


class ExplainedRung(Value):
    """One rung: has it fired, does it fire next, or why not; who was or would now be told; what is wanted then."""

    rung: Code
    meaning: Bilingual
    status: RungStatus
    at: Instant | None = None
    clock: WhichClock | None = None
    due: Instant | None = None
    waits_since: Instant | None = None
    occasion: str = ""
    held: RungHeld | None = None
    held_words: Bilingual | None = None
    escalation: int | None = None
    units: tuple[Code, ...] = ()
    people: tuple[Addressee, ...] = ()
    passed_over: tuple[Bilingual, ...] = ()
    answer_by: Instant | None = None
    explain_by: Instant | None = None
    explains: Code | None = None
    takes_over: Code | None = None
    council: Code | None = None


class ExplainedLadder(Value):
    """The ladder that a dossier pins, and the calendar by which its times are counted."""

    dossier: Code
    ladder: Code
    calendar: Code
    rungs: tuple[ExplainedRung, ...]


def explain_ladder(
    dossier: Dossier,
    rules: Rules,
    story: Sequence[RecordedEvent | UnreadEvent],
    staff: Staff,
    organisation: Organisation,
    now: datetime,
) -> ExplainedLadder:
    """Every rung, with the people of now for those that are ahead. `story`: the events of the kinds `LADDER_KINDS`."""
    fired = [
        one.event
        for one in story
        if isinstance(one, RecordedEvent) and isinstance(one.event, DeadlineWarned | DossierEscalated)
    ]
    rungs = ladder_of(dossier, rules, fired, lambda wanted: audience_of(wanted, organisation, staff, now))
    return ExplainedLadder(
        dossier=dossier.code,
        ladder=rules.escalation.code,
        calendar=rules.calendar.code,
        rungs=tuple(map(_explained, rungs)),
    )


def _explained(one: RungOfDossier) -> ExplainedRung:
    rung, firing = one.rung, one.firing
    known = {
        "rung": rung.code,
        "meaning": rung_name(rung),
        "status": one.status,
        "clock": rung.clock,
        "waits_since": one.waits_since,
        "held": one.held,
        "held_words": one.held.words if one.held else None,
    }
    if firing is None:
        return ExplainedRung.model_validate(known)
    return ExplainedRung.model_validate(
        {
            **known,
            "at": firing.at,
            "due": firing.due if rung.clock else None,
            "occasion": firing.occasion,
            "escalation": firing.number or None,
            "units": firing.notified_units,
            "people": firing.addressees,
            "passed_over": tuple(reason.text for reason in firing.passed_over),
            "answer_by": firing.answer_by,
            "explain_by": firing.explain_by,
            "explains": firing.explains,
            "takes_over": firing.responsible if isinstance(firing, DossierEscalated) else None,
            "council": firing.council,
        }
    )


def ladder_lines(explained: ExplainedLadder, language: Language, names: Names) -> Iterator[str]:
    """The explanation as lines: for each rung when and why then, to whom, and what follows."""

    def written(words: Bilingual) -> str:
        return words.vi if language == "vi" else words.en

    yield written(
        say(
            f"Bậc thang {explained.ladder} của hồ sơ {explained.dossier}, tính theo lịch {explained.calendar}:",
            f"The ladder {explained.ladder} of dossier {explained.dossier}, counted by the calendar "
            f"{explained.calendar}:",
        )
    )
    for one in explained.rungs:
        yield ""
        yield f"{one.rung} – {written(one.meaning)}"
        for part in (when_of(one), told_of(one, names), *(reason for reason in one.passed_over), follows(one, names)):
            if part is not None:
                yield f"  {written(part)}"
    yield ""
    yield written(
        say(
            "Hạn của từng đồng hồ được tính từng ngày ở phần diễn giải hạn.",
            "The explanation of the deadlines derives the date of each clock day by day.",
        )
    )


def when_of(one: ExplainedRung) -> Bilingual:
    """When it fired or fires, and from which clock or wait that follows; or why it does not."""
    if one.at is None:
        held = one.held_words or say("không rõ", "not known")
        return say(f"Không kích hoạt: {held.vi}.", f"Does not fire: {held.en}.")
    verb = say("Đã kích hoạt", "Fired") if one.status is RungStatus.FIRED else say("Sẽ kích hoạt", "Fires")
    why = _why(one)
    return say(f"{verb.vi} {at(one.at)}{why.vi}.", f"{verb.en} {at(one.at)}{why.en}.")


def _why(one: ExplainedRung) -> Bilingual:
    if one.clock is not None and one.due is not None:
        which = CLOCKS[one.clock]
        return say(f", vì {which.vi} là {at(one.due)}", f", because {which.en} is {at(one.due)}")
    if one.waits_since is not None:
        return say(f", vì chờ từ {at(one.waits_since)}", f", because it waits since {at(one.waits_since)}")
    return say("", "")


def told_of(one: ExplainedRung, names: Names) -> Bilingual | None:
    """Who was told, or would be told now."""
    if one.at is None:
        return None
    verb = say("Báo cho", "Told") if one.status is RungStatus.FIRED else say("Nay sẽ báo cho", "Would now tell")
    if not one.people:
        units = names.units(one.units) or "–"
        return say(f"{verb.vi}: {units}.", f"{verb.en}: {units}.")
    vi = ", ".join(_person(person, names, "làm thay") for person in one.people)
    en = ", ".join(_person(person, names, "for") for person in one.people)
    return say(f"{verb.vi}: {vi}.", f"{verb.en}: {en}.")


def _person(one: Addressee, names: Names, instead: str) -> str:
    stands_in = f", {instead} {one.stands_in_for}" if one.stands_in_for else ""
    return f"{one.person} ({names.unit(one.unit)}{stands_in})"


def follows(one: ExplainedRung, names: Names) -> Bilingual | None:
    """What is wanted of whom by when, who takes over, and which council gets it."""
    vi, en = [], []
    if one.answer_by is not None:
        vi.append(f"phải trả lời trước {at(one.answer_by)}, quá hạn thì báo cấp trên nữa")
        en.append(f"an answer is wanted by {at(one.answer_by)}, or the next level is told")
    if one.explain_by is not None and one.explains is not None:
        unit = names.unit(one.explains)
        vi.append(f"{unit} phải giải trình trước {at(one.explain_by)}")
        en.append(f"{unit} must explain by {at(one.explain_by)}")
    if one.takes_over is not None:
        unit = names.unit(one.takes_over)
        vi.append(f"{unit} nhận trách nhiệm hoàn thành")
        en.append(f"{unit} takes over")
    if one.council is not None:
        vi.append(f"đưa ra hội đồng {one.council}")
        en.append(f"the council {one.council} gets it")
    return say(f"Sau đó: {'; '.join(vi)}.", f"Then: {'; '.join(en)}.") if vi else None
