"""What a person types next, for refusals and findings whose sentence is the same at every door.

The sentences of the engine name no options, and no commands for what a page or the API does too. The command line adds
its own words here; a page has a button there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.messages.dossier import DossierRefusal
from domain.messages.findings import RecordFinding
from domain.messages.incidents import IncidentRefusal
from domain.messages.reconciling import ReconcilingRefusal
from domain.messages.record import RecordRefusal
from domain.messages.releases import ReleaseRefusal
from domain.messages.repairs import RepairRefusal
from domain.messages.rollouts import RolloutRefusal
from gateway.cli.output import called
from gateway.client.doctor.messages import DoctorFinding

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
}
"""The option that a refusal speaks of."""
COMMANDS: Mapping[str, tuple[str, ...]] = {
    RepairRefusal.REPAIR_NEEDS_APPROVAL: (f"ops approve {{plan}} {SIGNED}",),
    RepairRefusal.REPAIR_PLAN_FILE_INVALID: ("ops plan --help",),
    RepairRefusal.DOSSIER_UNDER_REPAIR: (
        "ops resume {rollout} --by …",
        f"rollout abandon {{rollout}} {SIGNED}",
    ),
    ReconcilingRefusal.WORKFLOW_NOT_RUNNING: ("ops reconcile",),
    ReconcilingRefusal.WORKFLOW_NEEDED: (f"ops plan restart {{workflow}} {SIGNED}",),
    RecordRefusal.NOTHING_SET_ASIDE: ("relay problems",),
    RecordRefusal.RELAY_AT_BEGINNING: ("relay status",),
    RecordRefusal.RELAY_BUSY: ("relay status",),
    RolloutRefusal.ROLLOUT_UNFINISHED: (
        "rollout resume {rollout} --by …",
        f"rollout abandon {{rollout}} {SIGNED}",
    ),
    RolloutRefusal.ROLLOUT_UNREADABLE: (f"rollout abandon {{rollout}} {SIGNED}",),
    ReleaseRefusal.RELEASE_UNKNOWN: ("ops release list",),
    ReleaseRefusal.RELEASE_HAS_STUCK_DOSSIERS: ("ops failed",),
    ReleaseRefusal.RELEASE_GETS_WORK: (f"ops release promote BUILD {SIGNED}", f"ops release rollback {SIGNED}"),
    RecordFinding.CURSOR_AHEAD: (BEGIN_AGAIN,),
    RecordFinding.CURSOR_MOVED: (BEGIN_AGAIN,),
    RecordFinding.CURSOR_MISSING: (BEGIN_AGAIN,),
    RecordFinding.CURSOR_UNKNOWN: (BEGIN_AGAIN,),
    DoctorFinding.RELAY_LAGS: ("relay status",),
    DoctorFinding.EVENTS_SET_ASIDE: ("relay problems",),
    DoctorFinding.WEBHOOKS_GIVEN_UP: ("relay problems",),
    DoctorFinding.DOSSIERS_STUCK: ("ops failed --cause {code}",),
}
"""The commands that do what a sentence asks for. What stands in braces is a fact of it."""


def hints_of(code: str, facts: Mapping[str, str]) -> Iterator[str]:
    """The option or the commands to type, each on a line of its own; none where the sentence says it all."""
    if code in OPTIONS:
        yield OPTIONS[code]
    for command in COMMANDS.get(code, ()):
        yield f"{called()} {command.format_map(facts)}"
