"""Which pages are pictured, for whom, and in which width."""

from __future__ import annotations

from domain.values import Value


class Picture(Value):
    """One picture. `person`: who signs in, None for nobody.

    `path` may name `{code}`, a dossier of the day, and what `Trouble` has; `person` may name `{unit}`, a ward at work.
    """

    name: str
    path: str
    person: str | None = None
    phone: bool = False
    language: str = "vi"


SUPERVISOR = "cb.UBNDT.supervisor.1"
OPERATOR = "cb.TTPVHCC.operator.1"
SECOND_OPERATOR = "cb.TTPVHCC.operator.2"
HEAD = "cb.{unit}.head_of_unit.1"
DESK = "cb.{unit}.reception.1"

PICTURES: tuple[Picture, ...] = (
    Picture(name="entrance", path="/console/"),
    Picture(name="track-phone", path="/console/track", phone=True),
    Picture(name="overview", path="/console/overview", person=SUPERVISOR),
    Picture(name="overview-en", path="/console/overview", person=SUPERVISOR, language="en"),
    Picture(name="lateness", path="/console/lateness", person=SUPERVISOR),
    Picture(name="procedures", path="/console/procedures", person=SUPERVISOR),
    Picture(name="register", path="/console/register", person=SUPERVISOR),
    Picture(name="dossier", path="/console/dossiers/{code}", person=SUPERVISOR),
    Picture(name="dossier-timeline", path="/console/dossiers/{code}/timeline", person=SUPERVISOR),
    Picture(name="dossier-events", path="/console/dossiers/{code}/events", person=SUPERVISOR),
    Picture(name="dossier-deadlines", path="/console/dossiers/{code}/deadlines", person=SUPERVISOR),
    Picture(name="dossier-ladder", path="/console/dossiers/{code}/ladder", person=SUPERVISOR),
    Picture(name="escalations", path="/console/escalations", person=SUPERVISOR),
    Picture(name="escalations-phone", path="/console/escalations", person=SUPERVISOR, phone=True),
    Picture(name="dossier-ledger", path="/console/dossiers/{code}/ledger", person=SUPERVISOR),
    Picture(name="work", path="/console/work?of=unit", person=HEAD),
    Picture(name="work-phone", path="/console/work?of=unit", person=HEAD, phone=True),
    Picture(name="intake", path="/console/intake", person=DESK),
)
"""Of the day as it ended."""

OF_TROUBLE: tuple[Picture, ...] = (
    Picture(name="operations", path="/console/operations", person=OPERATOR),
    Picture(name="reconciliation", path="/console/operations/reconciliation", person=OPERATOR),
    Picture(name="replays", path="/console/operations/replays", person=OPERATOR),
    Picture(name="new-replay", path="/console/operations/replays/new", person=OPERATOR),
    Picture(name="operations-en", path="/console/operations", person=OPERATOR, language="en"),
    Picture(name="by-cause", path="/console/operations/failed", person=OPERATOR),
    Picture(name="checks", path="/console/operations/doctor", person=OPERATOR),
    Picture(name="needs-a-person", path="/console/operations/needs-a-person", person=OPERATOR),
    Picture(name="needs-a-person-phone", path="/console/operations/needs-a-person", person=OPERATOR, phone=True),
    Picture(name="incident", path="/console/operations/needs-a-person/{incident}", person=OPERATOR),
    Picture(name="repairs", path="/console/operations/repairs", person=OPERATOR),
    Picture(name="repair-waiting", path="/console/operations/repairs/{waiting}", person=SECOND_OPERATOR),
    Picture(name="repair-form", path="/console/operations/repairs/new", person=OPERATOR),
    Picture(name="run-finished", path="/console/operations/rollouts/{run}", person=OPERATOR),
    Picture(name="run-under-way", path="/console/operations/rollouts/{slow}", person=OPERATOR),
    Picture(name="run-stopped", path="/console/operations/rollouts/{stopped}", person=OPERATOR),
    Picture(name="builds", path="/console/operations/workers", person=OPERATOR),
    Picture(name="builds-phone", path="/console/operations/workers", person=OPERATOR, phone=True),
)
"""Of the operators' desk, when something is wrong."""
