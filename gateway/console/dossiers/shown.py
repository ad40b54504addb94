"""What every part of a dossier's page shows: the head, and what the person may do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from activities.ledger.story_pages import StoryPages
from activities.ledger.stuck_dossiers import StuckDossiers
from domain.deadlines.clock import SpentTime, WhichClock
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.dossier.view import WorkItem
from domain.errors import NotFound
from domain.values import Bilingual
from gateway.console.visits import Visit
from gateway.dossiers.allowed import allowed_acts
from gateway.dossiers.parts import handled_by
from gateway.dossiers.reaching import Reached, in_reach, reached
from gateway.i18n.deadline_wording import holder_name
from gateway.i18n.wording import rung_name, work_name
from gateway.views.clock_bars import ClockBar, clock_bars
from gateway.views.dossier_page import PAGE_KINDS, ClockNow, DossierPage, page_of
from gateway.views.names import Names
from gateway.views.next_acts import nothing_to_do, sentence_of
from gateway.views.parts_of_whole import Part, parts_of, path_reasons
from gateway.views.possible_acts import PossibleAct


@dataclass(frozen=True)
class ShownClock:
    """One clock with its bar; no bar when its date lies beyond the calendar."""

    now: ClockNow
    bar: ClockBar | None


@dataclass(frozen=True)
class ShownDossier:
    """One dossier as a person may see it."""

    visit: Visit
    found: Reached
    page: DossierPage
    allowed: tuple[PossibleAct, ...]
    """What the person may do now; first what the dossier waits for."""
    parts_with: Mapping[str, str | None]
    """The unit that has the dossier of each part of an interconnected one."""
    related: frozenset[str]
    """The codes of its parts, or of the whole, that the person may open."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of an interconnected dossier."""
        return parts_of(self.dossier, self.rules, self.names, self.visit.now.date(), self.parts_with)

    @property
    def path(self) -> tuple[Bilingual, ...]:
        """Why the date of the whole is what it is."""
        return path_reasons(self.dossier, self.rules)

    @property
    def code(self) -> str:
        """Its code."""
        return self.found.row.code

    @property
    def dossier(self) -> Dossier:
        """Its state."""
        return self.found.dossier

    @property
    def rules(self) -> Rules:
        """The rules that it pinned."""
        return self.found.rules

    @property
    def to_staff(self) -> bool:
        """Whether officers may be named by their code: not to an applicant."""
        return self.visit.caller.applicant is None

    @cached_property
    def names(self) -> Names:
        """The names of its rules."""
        return Names.of_rules(self.rules, self.visit.now.date())

    @cached_property
    def _bars(self) -> tuple[tuple[ClockBar, ...], tuple[SpentTime, ...]]:
        made = clock_bars(self.dossier.deadlines.timing, self.rules.calendars(self.dossier), self.visit.now)
        return made.bars, made.whose

    @property
    def clocks(self) -> Sequence[ShownClock]:
        """Both clocks, the promised one first: it is what the applicant was told."""
        bars = {bar.clock: bar for bar in self._bars[0]}
        order = {WhichClock.PROMISED: 0, WhichClock.STATUTORY: 1}
        ordered = sorted(self.page.clocks, key=lambda one: order[one.clock])
        return [ShownClock(one, bars.get(one.clock)) for one in ordered]

    @property
    def whose(self) -> list[tuple[Bilingual, SpentTime]]:
        """Who had the dossier for how long, each with a name."""
        return [(holder_name(one.holder, self.names.unit), one) for one in self._bars[1]]

    @property
    def wanted(self) -> list[str]:
        """The acts that the dossier waits for."""
        return [item.act for item in self.page.work]

    def work(self, act: str) -> Bilingual:
        """The words for what a work-list asks for."""
        return work_name(act)

    def note(self, item: WorkItem) -> Bilingual | None:
        """What is to be known beside an act that somebody must do."""
        return sentence_of(item, self.dossier, self.rules, self.names)

    @property
    def nothing(self) -> Bilingual:
        """Why nobody has to act."""
        return nothing_to_do(self.dossier)

    def rung(self, code: str) -> str:
        """When a rung of its ladder applies; the code of a rung of another ladder."""
        found = self.names.rungs.get(code)
        return code if found is None else self.visit.text(rung_name(found))


async def shown(visit: Visit, code: str) -> ShownDossier:
    """The dossier for a page. Raises NotFound `unknown_dossier` as the API does, also outside the person's scope."""
    found = await reached(visit.api.engine, visit.signed, code)
    story = await StoryPages(visit.api.pool).of_kinds(found.row.code, PAGE_KINDS)
    stuck = await StuckDossiers(visit.api.pool).of(found.row.code)
    page = page_of(found.row, story, found.rules, visit.now, stuck)
    allowed = await allowed_acts(visit.api.engine, visit.caller, found)
    wanted = [item.act for item in page.work]
    first = tuple(sorted(allowed, key=lambda act: act.command not in wanted))
    units = await handled_by(visit.api.engine.reader, found.dossier)
    return ShownDossier(visit, found, page, first, units, await _related(visit, found.dossier))


async def _related(visit: Visit, dossier: Dossier) -> frozenset[str]:
    """Which of the parts, or whether the whole, the person may open: a link that leads nowhere is none."""
    parent = dossier.intake.parent
    codes = [child.dossier for child in dossier.children if child.dossier] + ([parent.dossier] if parent else [])
    found = set()
    for code in codes:
        with suppress(NotFound):
            await in_reach(visit.api.engine, visit.signed, code)
            found.add(code)
    return frozenset(found)


def tabs_of(visit: Visit) -> list[tuple[str, str, str]]:
    """The parts that the person may open: name, end of the address, words."""
    every = (
        ("overview", "", visit.written("Now and next"), "read_dossier"),
        ("timeline", "/timeline", visit.written("Time line"), "read_history"),
        ("events", "/events", visit.written("Events"), "read_history"),
        ("deadlines", "/deadlines", visit.written("Dates, day by day"), "read_deadline"),
        ("ladder", "/ladder", visit.written("Escalation"), "read_ladder"),
        ("papers", "/papers", visit.written("Papers and money"), "read_documents"),
        ("correspondence", "/correspondence", visit.written("Documents and notices"), "list_notices"),
        ("applicant", "/applicant", visit.written("Applicant"), "read_applicant"),
        ("ledger", "/ledger", visit.written("Ledger"), "read_history"),
    )
    return [(name, path, words) for name, path, words, operation in every if visit.may(operation)]
