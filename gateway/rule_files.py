"""From a file to a rollout: what a letter or a merger changes, as a plan and the new rules; and where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from activities.change_files import calendars_after, read_change, write_letter, write_merger
from activities.province import load_province
from activities.rollout_register import RolloutRegister
from domain.deadlines.calendar_letter import CalendarLetter
from domain.organisation.merger import Merger, merged
from domain.rollout import CalendarPlan, MergerPlan, Retarget
from domain.rulebook import Rule, StoredRule, canonical, content_hash, hash_of_text, kind_of
from domain.values import Bilingual, Hash

PEOPLE_MOVE_TOO = Bilingual(
    vi="Cán bộ chưa chuyển theo: ghi vị trí và người của đơn vị mới vào people.yaml, rồi phân công lại hồ sơ.",
    en="People do not move by themselves: enter the new units' posts and people in people.yaml, then assign anew.",
)


@dataclass(frozen=True)
class RuleChange:
    """A file that was read and found sound. `keep` writes it into the province's folder and says which files."""

    plan: CalendarPlan | MergerPlan
    rules: tuple[StoredRule, ...]
    file_hash: Hash
    why: str
    keep: Callable[[], list[Path]]
    advice: Bilingual | None = None
    """What a person still has to do."""


async def letter_of(path: Path, province_folder: Path, register: RolloutRegister) -> RuleChange:
    """A letter that changes the calendar. ConfigurationErrors, Conflict override_day_taken, calendar_cannot_take."""
    letter = read_change(path, CalendarLetter)
    folder = province_folder / "calendars"
    calendars = calendars_after(letter, folder)
    rules = tuple(_stored(calendar) for calendar in calendars)
    targets = []
    for calendar, rule in zip(calendars, rules, strict=True):
        others = [known for known in await register.calendar_hashes(calendar.code) if known != rule.hash]
        targets.append(Retarget(code=calendar.code, calendar=rule.hash, instead_of=tuple(others)))
    plan = CalendarPlan(targets=tuple(targets), letter=letter.name[:500], keeps_promise=letter.keeps_promise)

    def keep() -> list[Path]:
        written = write_letter(letter, folder)
        return [written] if written else []

    return RuleChange(plan, rules, content_hash(letter), letter.name, keep)


def merger_of(path: Path, province_folder: Path) -> RuleChange:
    """A merger of units. ConfigurationErrors; NotFound, Conflict, InvalidInput as `domain.organisation.merger`."""
    merger = read_change(path, Merger)
    rule = _stored(merged(load_province(province_folder).organisation, merger))
    plan = MergerPlan(organisation=rule.hash, effective=merger.effective, source=merger.source)
    return RuleChange(
        plan,
        (rule,),
        content_hash(merger),
        merger.source,
        lambda: write_merger(merger, province_folder),
        PEOPLE_MOVE_TOO,
    )


def _stored(rule: Rule) -> StoredRule:
    text = canonical(rule)
    return StoredRule(kind=kind_of(rule), hash=hash_of_text(text), text=text)
