"""What a person types next, for refusals and findings whose sentence is the same at every door.

The sentences of the engine name no options, and no commands for what a page or the API does too. The command line adds
its own words here; a page has a button there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.messages.backups import BackupRefusal
from domain.messages.documents import DocumentRefusal
from domain.messages.dossier import DossierRefusal
from domain.messages.findings import RecordFinding
from domain.messages.incidents import IncidentRefusal
from domain.messages.reconciling import ReconcilingRefusal
from domain.messages.record import RecordRefusal
from domain.messages.releases import ReleaseRefusal
from domain.messages.repairs import RepairRefusal
from domain.messages.rollouts import RolloutRefusal
from domain.repairs.causes import Cause
from domain.repairs.differences import Difference
from gateway.cli.output import called
from gateway.client.doctor.messages import DoctorFinding
from gateway.views.event_logs.messages import EventLogRefusal

SIGNED = "--by … --reason …"
BEGIN_AGAIN = f"relay begin-again RELAY {SIGNED}"
OPTIONS: Mapping[str, str] = {
    DossierRefusal.RESTART_NOT_NEEDED: "--although-sound",
    DossierRefusal.APPLICANT_NOT_KEPT: "--applicant FILE",
    RepairRefusal.REPAIR_OF_EVERYTHING: "--all",
    RepairRefusal.REPAIR_CODES_OR_FILTER: "--all",
    RepairRefusal.REPAIR_WITHOUT_REASON: "--reason",
    RolloutRefusal.ROLLOUT_WITHOUT_REASON: "--reason",
    RolloutRefusal.OPERATOR_NOT_AN_IDENTIFIER: "--by",
    ReleaseRefusal.RELEASE_WITHOUT_REASON: "--reason",
    IncidentRefusal.INCIDENT_WITHOUT_REASON: "--reason",
    BackupRefusal.RESTORE_OVER_DATA: "--over-existing",
    EventLogRefusal.FILE_EXISTS: "--force",
    EventLogRefusal.OFFICERS_NEED_AN_ORDER: SIGNED,
    "replay_process_died": "--processes",
}
"""The option that a refusal speaks of. Those of workers stand by their code: the gateway does not import `workers`."""
COMMANDS: Mapping[str, tuple[str, ...]] = {
    BackupRefusal.BACKUP_KEY_MISSING: ("backup key {path}",),
    BackupRefusal.BACKUP_UNKNOWN: ("backup list",),
    BackupRefusal.BACKUP_NO_ROOM: ("backup prune --help",),
    RepairRefusal.REPAIR_OF_QUEUES: ("ops doctor",),
    RepairRefusal.REPAIR_NEEDS_APPROVAL: (f"ops approve {{plan}} {SIGNED}",),
    RepairRefusal.REPAIR_PLAN_FILE_INVALID: ("ops plan --help",),
    RepairRefusal.DOSSIER_UNDER_REPAIR: (
        "ops resume {rollout} --by …",
        f"rollout abandon {{rollout}} {SIGNED}",
    ),
    ReconcilingRefusal.WORKFLOW_NOT_RUNNING: ("ops reconcile",),
    ReconcilingRefusal.WORKFLOW_NEEDED: (f"ops plan restart {{workflow}} {SIGNED}",),
    RecordRefusal.NOTHING_SET_ASIDE: ("relay problems",),
    RecordRefusal.DIGEST_NOT_REFUSED: ("relay digests",),
    RecordRefusal.RELAY_AT_BEGINNING: ("relay status",),
    RecordRefusal.RELAY_BUSY: ("relay status",),
    DocumentRefusal.UNKNOWN_AXIS_DOCUMENT: ("documents list",),
    DocumentRefusal.NOT_OPEN: ("documents problems",),
    DocumentRefusal.ANSWERS_NOTHING: (f"documents settle {{document}} {SIGNED}",),
    RolloutRefusal.ROLLOUT_UNFINISHED: (
        "rollout resume {rollout} --by …",
        f"rollout abandon {{rollout}} {SIGNED}",
    ),
    RolloutRefusal.ROLLOUT_UNREADABLE: (f"rollout abandon {{rollout}} {SIGNED}",),
    ReleaseRefusal.RELEASE_NOT_REPLAYED: (
        "ops replay --on-build {build} --by …",
        'ops release promote {build} --reason … --without-replay "…"',
    ),
    ReleaseRefusal.RELEASE_DOES_NOT_REPLAY: ('ops release promote {build} --reason … --without-replay "…"',),
    ReleaseRefusal.RELEASE_RAMP_UNDER_WAY: ("ops release stop {ramp}", f"ops release rollback {SIGNED}"),
    ReleaseRefusal.RELEASE_RAMP_UNWATCHED: ("ops release list", "ops release stop {ramp}"),
    ReleaseRefusal.RELEASE_UNKNOWN: ("ops release list",),
    ReleaseRefusal.RELEASE_HAS_STUCK_DOSSIERS: ("ops failed", "ops release rollback --reason …"),
    ReleaseRefusal.RELEASE_GETS_WORK: (f"ops release promote BUILD {SIGNED}", f"ops release rollback {SIGNED}"),
    "replay_not_taken_up": ("ops release list", "ops replay --cancel {replay}"),
    RecordFinding.CURSOR_AHEAD: (BEGIN_AGAIN,),
    RecordFinding.CURSOR_MOVED: (BEGIN_AGAIN,),
    RecordFinding.CURSOR_MISSING: (BEGIN_AGAIN,),
    RecordFinding.CURSOR_UNKNOWN: (BEGIN_AGAIN,),
    DoctorFinding.RELAY_LAGS: ("relay status",),
    DoctorFinding.EVENTS_SET_ASIDE: ("relay problems",),
    DoctorFinding.NOTICES_LATE: ("notices status", "adapters status"),
    DoctorFinding.NOTICES_IN_DOUBT: ("notices status",),
    DoctorFinding.LETTERS_UNMATCHED: ("documents problems",),
    DoctorFinding.DOCUMENTS_SILENT: ("documents list",),
    DoctorFinding.WEBHOOKS_GIVEN_UP: ("relay problems",),
    DoctorFinding.DOSSIERS_STUCK: ("ops failed --cause {code}",),
}
"""The commands that do what a sentence asks for. What stands in braces is a fact of it."""

_RESTART = f"ops plan restart --from-file FILE {SIGNED}"
_END = f"ops end-workflow ID {SIGNED}"
AFTER_DIFFERENCES: Mapping[Difference, tuple[str, ...]] = {
    Difference.WITHOUT_WORKFLOW: (_RESTART,),
    Difference.WORKFLOW_BEHIND: (_RESTART,),
    Difference.WORKFLOW_OF_ENDED: (_END,),
    Difference.WITHOUT_DOSSIER: (_END,),
    Difference.DOUBLED: (_END,),
    Difference.RULES_UNPUBLISHED: ("rules publish",),
    Difference.CHILD_UNREPORTED: ("relay status", "relay problems", "relay begin-again"),
    Difference.ORDER_UNRECORDED: ("ledger verify", "ledger rebuild"),
    Difference.BEYOND_THE_LEDGER: (f"relay resolve RELAY DOSSIER VERSION {SIGNED}",),
    Difference.CURSOR_AHEAD: (f"database after-restore {SIGNED}",),
    Difference.UNIQUENESS_MISSING: ("ledger verify",),
}
"""The commands that remedy a difference."""
AFTER_CAUSES: Mapping[Cause, tuple[str, ...]] = {
    Cause.TASK_FAILS: (f"ops plan restart {{code}} {SIGNED}", f"ops plan restart --cause task_fails {SIGNED}"),
    Cause.DOES_NOT_REPLAY: (
        f"ops plan reset {{code}} --to-build … {SIGNED}",
        f"ops plan restart {{code}} {SIGNED}",
        f"ops plan restart --cause does_not_replay {SIGNED}",
    ),
    Cause.ENDED_EARLY: (f"ops plan restart {{code}} {SIGNED}", f"ops plan restart --cause ended_early {SIGNED}"),
    Cause.BEHIND_ITS_LEDGER: ("ops reconcile",),
    Cause.CALL_NOT_ANSWERED: (
        f"ops plan fast-forward {{code}} {SIGNED}",
        f"ops plan fast-forward --cause call_not_answered {SIGNED}",
    ),
    Cause.REFUSED_FOR_GOOD: (
        "ops incident list --cause refused_for_good",
        f"ops plan retry {{code}} {SIGNED}",
        f"ops plan retry --cause refused_for_good {SIGNED}",
    ),
    Cause.NEEDS_PERSON: (
        "ops incident list --cause needs_person",
        "dossier show {code}",
        f"ops plan retry {{code}} {SIGNED}",
    ),
    Cause.UNKNOWN_REPLY: ("ops incident list --cause unknown_reply", f"ops plan fast-forward {{code}} {SIGNED}"),
    Cause.BREAKER_OPEN: ("ops doctor",),
    Cause.UNACKNOWLEDGED: ("ops incident list --cause unacknowledged", "dossier show {code}"),
    Cause.UNANSWERED: ("ops incident list --cause unanswered", "dossier show {code}"),
    Cause.UNPLACED: ("ops incident list --cause unplaced", "dossier show {code}"),
    Cause.RELAY_REFUSED: ("relay problems",),
    Cause.NO_WORKER: ("ops doctor",),
}
"""The commands that remedy a cause. `{code}` is one of its dossiers; with `--cause` they are for all of them."""


def hints_after(cause: Cause, dossier: str | None) -> tuple[str, ...]:
    """The commands for a cause, with the code of a dossier, or `CODE` where none is given."""
    return tuple(command.format(code=dossier or "CODE") for command in AFTER_CAUSES[cause])


def hints_of(code: str, facts: Mapping[str, str]) -> Iterator[str]:
    """The option or the commands to type, each on a line of its own; none where the sentence says it all."""
    if code in OPTIONS:
        yield OPTIONS[code]
    for command in COMMANDS.get(code, ()):
        yield f"{called()} {command.format_map(facts)}"
