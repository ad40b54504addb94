"""Says why a history does not replay: the first event that differs, the code that asked, and the remedy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from temporalio.api.history.v1 import HistoryEvent

from domain.dossier.revision import CURRENT, Revision
from domain.messages.rules import RulesRefusal
from workers.kept_histories import Difference, Failure, Place
from workers.messages import ReplayProblem, ReplayRemedy
from workers.replay_recording import Log, innermost
from workers.replay_steps import PATCHED, first_difference, updates_fulfilled

HUNG = "the code does not come back"
"""The text of the error by which code that runs for too long is interrupted."""
DEADLOCK = "TMPRL1101"
"""The number of the SDK's error for the same."""
NOTHING = "–"


@dataclass(frozen=True)
class Broken:
    """A replay that failed. `said`: the reason; `text`: all that the SDK said; `differs`: what Temporal found."""

    said: str
    text: str
    differs: bool

    @property
    def hung(self) -> bool:
        """True if the code did not come back."""
        return HUNG in self.text or DEADLOCK in self.text


def explained(events: Sequence[HistoryEvent], broken: Broken, log: Log, patience: int) -> Failure:
    """The failure of a history. `log`: what the code asked for when the history was replayed once more."""
    revision = _revision_in(events[0])
    if broken.hung:
        facts = {"seconds": str(patience), "place": str(innermost(_unescaped(broken.text)) or NOTHING)}
        return Failure(ReplayProblem.DOES_NOT_COME_BACK, ReplayRemedy.CORRECT_THE_CODE, broken.said, facts)
    unknown = _rule_not_known(events, log)
    if unknown is not None:
        return unknown
    if not broken.differs:
        return _failed_task(broken, log, revision)
    difference = first_difference(events, log.asked, log.reached) if log.asked else None
    difference = difference or Difference(log.reached, None, None, None)
    remedy, facts = _remedy(difference, revision)
    facts |= {
        "event": str(difference.event),
        "recorded": difference.recorded or NOTHING,
        "wanted": difference.wanted or NOTHING,
        "place": str(difference.asked_at or NOTHING),
    }
    return Failure(ReplayProblem.DOES_NOT_REPLAY, remedy, broken.said, facts, difference)


def _rule_not_known(events: Sequence[HistoryEvent], log: Log) -> Failure | None:
    """Why the code refused an act that the history has: its process does not know a rule of the dossier.

    The code then reads the ledger for the reason, which the history did not do. That is no change of the code.
    """
    fulfilled = updates_fulfilled(events)
    for update, refused in log.refused.items():
        if refused.code == RulesRefusal.UNKNOWN_RULE and update in fulfilled:
            said = f"{refused.code}: {refused.said}"
            event = fulfilled[update]
            facts = {"event": str(event), "error": said, "place": str(refused.place or NOTHING)}
            difference = Difference(event, None, None, refused.place)
            return Failure(ReplayProblem.TASK_FAILS, ReplayRemedy.PUBLISH_THE_RULES, said, facts, difference)
    return None


def _failed_task(broken: Broken, log: Log, revision: int | None) -> Failure:
    """An error of the code. The second replay has its place; what only the sandbox refuses stands in the SDK's text."""
    said = log.error or broken.said
    place: Place | None = log.failed_at or innermost(_unescaped(broken.text))
    event = None if log.error is None else log.reached  # the second replay, without the sandbox, got through
    facts = {"event": str(event or NOTHING), "error": said.partition("\n")[0], "place": str(place or NOTHING)}
    facts |= {"revision": str(revision), "current": str(int(CURRENT))}
    remedy = ReplayRemedy.CORRECT_THE_CODE
    if RulesRefusal.UNKNOWN_RULE.value in said:
        remedy = ReplayRemedy.PUBLISH_THE_RULES
    elif revision is not None and revision > CURRENT:
        remedy = ReplayRemedy.TAKE_A_NEWER_RELEASE
    return Failure(ReplayProblem.TASK_FAILS, remedy, broken.said, facts, Difference(event, None, None, place))


def _unescaped(text: str) -> str:
    """Quotes and lines as they stand in a traceback: the SDK shows it as a quoted field."""
    return text.replace('\\"', '"').replace("\\n", "\n")


def _remedy(difference: Difference, revision: int | None) -> tuple[ReplayRemedy, dict[str, str]]:
    step = (difference.recorded or "").removeprefix(PATCHED)
    if difference.recorded is not None and step != difference.recorded:
        return ReplayRemedy.RESTORE_THE_STEP, {"patch": step}
    if revision is None:
        return ReplayRemedy.MARK_THE_CHANGE, {}
    facts = {"revision": str(revision), "current": str(int(CURRENT)), "next": str(revision + 1)}
    return ReplayRemedy.KEEP_THE_OLD_PATH, facts


def _revision_in(start: HistoryEvent) -> int | None:
    """The revision of the rules by which the run decides. None: it is not a dossier's run."""
    started = start.workflow_execution_started_event_attributes
    if started.workflow_type.name != "Dossier" or not started.input.payloads:
        return None
    try:
        given = json.loads(started.input.payloads[0].data)
    except ValueError:
        return None
    return int(given.get("revision", Revision.FIRST)) if isinstance(given, dict) else None
