"""Reads a letter or a merger from a file: the plan of the rollout, the new rules, and how the folder is updated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from activities.province import ConfigurationErrors, load_province
from activities.province.change_files import laid_on_file, read_change, write_merger
from activities.province.reading import Reading
from activities.rollouts.register import RolloutRegister
from domain.deadlines.calendar_letter import CalendarLetter
from domain.organisation.merger import Merger, merged
from domain.rollouts.plans import CalendarPlan, MergerPlan, Retarget, RolloutKind, rollout_id
from domain.rules.province_checks import problems
from domain.rules.readiness_checks import problems as what_stops_a_dossier
from domain.rules.rulebook import Rule, StoredRule, content_hash, hash_of_text, kind_of, rule_text
from domain.values import Bilingual, Hash

PEOPLE_MOVE_TOO = Bilingual(
    vi="Cán bộ chưa chuyển theo: ghi vị trí và người của đơn vị mới vào people.yaml, rồi phân công lại hồ sơ.",
    en="People do not move by themselves: enter the new units' posts and people in people.yaml, then assign anew.",
)


@dataclass(frozen=True)
class RuleChange:
    """A change from a file that is valid. `keep` writes it into the province's folder and returns the written files."""

    plan: CalendarPlan | MergerPlan
    rules: tuple[StoredRule, ...]
    file_hash: Hash
    why: str
    folder: Path
    """The folder into which `keep` writes."""
    keep: Callable[[], list[Path]]
    advice: Bilingual | None = None
    """The work that a person must still do."""


async def letter_of(path: Path, province_folder: Path, register: RolloutRegister) -> RuleChange:
    """A letter that changes the calendar. Everything that would be written is checked.

    Raises the errors of `laid_on_file`.
    """
    letter = read_change(path, CalendarLetter)
    laid = laid_on_file(letter, province_folder / "calendars")
    _require_sound(province_folder, calendars=laid.calendars)
    rules = tuple(_stored(calendar) for calendar in laid.calendars)
    targets = []
    for calendar, rule in zip(laid.calendars, rules, strict=True):
        others = [known for known in await register.calendar_hashes(calendar.code) if known != rule.hash]
        targets.append(Retarget(code=calendar.code, calendar=rule.hash, instead_of=tuple(others)))
    plan = CalendarPlan(targets=tuple(targets), letter=letter.name[:500], keeps_promise=letter.keeps_promise)

    def keep() -> list[Path]:
        written = laid.write()
        return [written] if written else []

    return RuleChange(plan, rules, content_hash(letter), letter.name, province_folder / "calendars", keep)


def merger_of(path: Path, province_folder: Path) -> RuleChange:
    """A merger of units. Raises ConfigurationErrors, and the errors of `domain.organisation.merger`."""
    merger = read_change(path, Merger)
    organisation = merged(load_province(province_folder).organisation, merger)
    _require_sound(province_folder, organisation=organisation)
    rule = _stored(organisation)
    plan = MergerPlan(organisation=rule.hash, effective=merger.effective, source=merger.source)
    return RuleChange(
        plan,
        (rule,),
        content_hash(merger),
        merger.source,
        province_folder / "organisation",
        lambda: write_merger(merger, province_folder),
        PEOPLE_MOVE_TOO,
    )


def rollout_of(path: Path, kind: RolloutKind) -> UUID:
    """The id of the rollout of a file, from the file alone. So it can be stopped when other files are wrong."""
    change = read_change(path, CalendarLetter if kind is RolloutKind.CALENDAR else Merger)
    return rollout_id(kind, content_hash(change))


def _require_sound(folder: Path, **changed: object) -> None:
    """Raises ConfigurationErrors if the province with the change would be inconsistent."""
    reading = Reading(folder)
    after = load_province(folder).model_copy(update=changed)
    reading.tell_inconsistencies((*problems(after), *what_stops_a_dossier(after)))
    if reading.problems:
        raise ConfigurationErrors(str(folder), reading.problems)


def _stored(rule: Rule) -> StoredRule:
    text = rule_text(rule)
    return StoredRule(kind=kind_of(rule), hash=hash_of_text(text), text=text)
