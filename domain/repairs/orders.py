"""The orders by which operators repair dossiers. Each is carried out on one dossier, or on each dossier of a plan."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.values import Bilingual, Code, Hash, Instant, Strict


class RepairKind(StrEnum):
    """The kinds of repairs."""

    MEND = "mend"
    """For each dossier the repair that its cause calls for."""
    RESTART = "restart"
    RESET = "reset"
    RETRY = "retry"
    FAST_FORWARD = "fast_forward"
    MIGRATE = "migrate"
    TERMINATE = "terminate"

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _KINDS[self]


_KINDS = {
    RepairKind.MEND: Bilingual(vi="sửa theo nguyên nhân từng hồ sơ", en="mend each by its cause"),
    RepairKind.RESTART: Bilingual(vi="khởi động lại từ sổ cái", en="restart from the ledger"),
    RepairKind.RESET: Bilingual(vi="lùi về một điểm trong lịch sử", en="reset to a point of the history"),
    RepairKind.RETRY: Bilingual(vi="thử lại việc bị từ chối", en="retry what was refused"),
    RepairKind.FAST_FORWARD: Bilingual(vi="gọi lại ngay, không đợi", en="try again now instead of waiting"),
    RepairKind.MIGRATE: Bilingual(vi="chuyển sang quy định khác", en="move to other rules"),
    RepairKind.TERMINATE: Bilingual(vi="chấm dứt hồ sơ", en="terminate the dossier"),
}


class MendOrder(Strict):
    """Repairs each dossier as its cause calls for. The finding names the repair that was chosen (`Finding.chosen`)."""

    kind: Literal[RepairKind.MEND] = RepairKind.MEND


class RestartOrder(Strict):
    """Ends the workflow and starts the dossier again from the ledger."""

    kind: Literal[RepairKind.RESTART] = RepairKind.RESTART
    although_sound: bool = False
    """Restarts also a workflow that goes on by itself."""


class ToEvent(Strict):
    """The workflow task that ends with this event of the history. The next event is the first to be done again."""

    point: Literal["event"] = "event"
    event: Annotated[int, Field(ge=3)]


class ToTime(Strict):
    """The last workflow task that ended at or before this instant."""

    point: Literal["time"] = "time"
    at: Instant


class ToBuild(Strict):
    """The first workflow task that workers of this build completed. It is done again, by the build that serves now."""

    point: Literal["build"] = "build"
    build: Annotated[str, Field(min_length=1, max_length=255)]


ResetPoint = Annotated[ToEvent | ToTime | ToBuild, Field(discriminator="point")]


class ResetOrder(Strict):
    """Resets the workflow to a point of its history. The ledger is not reset: the workflow reads it again."""

    kind: Literal[RepairKind.RESET] = RepairKind.RESET
    to: ResetPoint


class RetryOrder(Strict):
    """Asks an outside system again for what it refused for good.

    `system`: only calls to this system; None: every refused call of the dossier.
    """

    kind: Literal[RepairKind.RETRY] = RepairKind.RETRY
    system: Code | None = None


class FastForwardOrder(Strict):
    """Makes the next try of a waiting call now. It never changes a clock of the law."""

    kind: Literal[RepairKind.FAST_FORWARD] = RepairKind.FAST_FORWARD
    system: Code | None = None


class MigrateOrder(Strict):
    """Pins the dossier to other published rules. None: this rule stays as it is."""

    kind: Literal[RepairKind.MIGRATE] = RepairKind.MIGRATE
    procedure: Hash | None = None
    escalation: Hash | None = None


class TerminateOrder(Strict):
    """Ends a dossier that must not go on, such as a test or one that was entered twice."""

    kind: Literal[RepairKind.TERMINATE] = RepairKind.TERMINATE


RepairOrder = Annotated[
    MendOrder | RestartOrder | ResetOrder | RetryOrder | FastForwardOrder | MigrateOrder | TerminateOrder,
    Field(discriminator="kind"),
]
