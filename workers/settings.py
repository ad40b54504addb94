"""The settings of a process: from the environment (`LUONGXANH_…`), and else from the stack that runs in this checkout.

Only this module reads the environment. What is set there wins, so the same program runs against the embedded stack
and in production.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from activities.ledger.checkpoints.places import CheckpointPlaces
from domain.values import Strict
from workers.stack.checkpoints import CHECKPOINT_KEY, CHECKPOINTS
from workers.stack.errors import StackError
from workers.stack.postgres import APP_ROLE, OWNER_ROLE
from workers.stack.state import StackState, read_state

CHECKOUT = Path(__file__).resolve().parent.parent
PREFIX = "LUONGXANH_"


class Settings(Strict):
    """What a worker, the API or a command needs to know of its surroundings. An address that is unknown is None.

    `need` returns an address or says how to get it.
    """

    stack_folder: Path
    database_url: str | None = None
    """As the application's role: may do what the migrations grant."""
    database_admin_url: str | None = None
    """As the owner: runs migrations, never serves requests."""
    temporal_address: str | None = None
    """`host:port`"""
    temporal_ui_url: str | None = None
    namespace: str = Field(default="default", min_length=1)
    task_queue: str = Field(default="luongxanh", min_length=1)
    simulator_url: str | None = None
    api_url: str | None = None
    callback_url: str | None = None
    """Where the payment platform reports payments; by default the API's own address."""
    outside_file: str | None = None
    """A JSON list of `SystemAddress`: where the real outside systems are. Without it, the simulator."""
    authority: str = "H42"
    """Our identifier at the outside systems (madonvi)."""
    callback_secret: str | None = Field(default=None, repr=False)
    """With which the payment platform signs its callbacks; without it, the simulator's."""
    otlp_endpoint: str | None = None
    """Base address of an OpenTelemetry collector (OTLP over HTTP); nothing is exported without it."""
    province_folder: Path = CHECKOUT / "deploy" / "ninh-binh"
    checkpoint_folder: Path | None = None
    """Where the log of checkpoints is kept, outside the database."""
    checkpoint_key: Path | None = None
    """The Ed25519 key (PEM) that signs them; a file that nobody else may read."""
    checkpoint_copies: str = ""
    """Where copies go, divided by commas: folders, and addresses that take each line by POST."""
    checkpoint_seconds: int = Field(default=3_600, ge=1, le=3_600)
    """How often checkpoints are made, at least hourly."""
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")

    def need(self, name: str) -> str:
        """The setting of that name. Raises `StackError` `stack_not_running`, which says how to set it."""
        value = getattr(self, name)
        if value is None:
            raise StackError(
                "stack_not_running", component=name, folder=self.stack_folder, variable=f"{PREFIX}{name.upper()}"
            )
        return str(value)


def load_settings(environment: Mapping[str, str] | None = None, stack_folder: Path | None = None) -> Settings:
    """Reads the environment and the stack's state.

    Raises `StackError` `setting_invalid`, naming every wrong variable at once.
    """
    given = os.environ if environment is None else environment
    folder = (stack_folder or Path(given.get(f"{PREFIX}STACK") or CHECKOUT / ".stack")).absolute()
    known = {"stack_folder": str(folder), **_from_stack(read_state(folder)), **_checkpoints_of(folder)}
    known |= _from_environment(given)
    if "callback_url" not in known and "api_url" in known:
        known["callback_url"] = known["api_url"] + "/v1/payments/callback"
    try:
        return Settings.model_validate(known)
    except ValidationError as problem:
        lines = (f"  {PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in problem.errors())
        raise StackError("setting_invalid", problems="\n".join(lines)) from None


def checkpoint_places(settings: Settings) -> CheckpointPlaces:
    """Where the checkpoints of these settings are, and how they are signed and named."""
    return CheckpointPlaces(
        origin=f"luongxanh/{settings.authority}",
        folder=settings.checkpoint_folder,
        key_file=settings.checkpoint_key,
        copies=tuple(place.strip() for place in settings.checkpoint_copies.split(",") if place.strip()),
    )


def _checkpoints_of(folder: Path) -> dict[str, str]:
    """The folder and the key that this stack made, as far as it did."""
    key = folder / CHECKPOINTS / CHECKPOINT_KEY
    return {"checkpoint_folder": str(key.parent), "checkpoint_key": str(key)} if key.exists() else {}


def _from_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Every `LUONGXANH_…` of the environment that names a setting and is not empty."""
    names = set(Settings.model_fields) - {"stack_folder"}
    named = {name: given.get(f"{PREFIX}{name.upper()}", "") for name in names}
    named["province_folder"] = named["province_folder"] or given.get(f"{PREFIX}PROVINCE", "")
    named["otlp_endpoint"] = named["otlp_endpoint"] or given.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    return {name: value for name, value in named.items() if value}


def _from_stack(state: StackState) -> dict[str, str]:
    """The addresses of the components that were started in this stack."""
    wanted = {
        "database_url": ("postgres", APP_ROLE),
        "database_admin_url": ("postgres", OWNER_ROLE),
        "temporal_address": ("temporal", "frontend"),
        "temporal_ui_url": ("temporal", "ui"),
        "simulator_url": ("simulator", "http"),
        "api_url": ("api", "http"),
    }
    found: dict[str, str] = {}
    for setting, (component, address) in wanted.items():
        running = state.component(component)
        if running is not None and address in running.urls:
            found[setting] = running.urls[address]
    return found
