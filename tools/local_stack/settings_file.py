"""Writes the settings of a stack for other processes: the addresses of its servers and the files of its secrets.

The file is written each time the state is written, so that it never has the address of a stopped server.
"""

from __future__ import annotations

import json
from pathlib import Path

from tools.local_stack.checkpoints import CHECKPOINT_KEY, CHECKPOINTS
from tools.local_stack.postgres import APP_ROLE, OWNER_ROLE
from tools.local_stack.secrets import API_SECRET, CALLBACK_SECRET, POST_SECRET
from tools.local_stack.state import StackState, write_private
from workers.local_settings import SETTINGS_FILE

CALLBACKS = "/v1/payments/callback"
AUDIENCE = "luongxanh-api"
"""The name of the stack's API at the stack's issuer."""
OUTSIDE_FILE = "run/outside.json"
"""The simulator writes this file: its address for each outside system."""


def write_settings(folder: Path, state: StackState) -> None:
    """Replaces the file in one step, readable only by its owner, since it holds passwords."""
    write_private(folder / SETTINGS_FILE, json.dumps(settings_of(folder, state), indent=2))


def settings_of(folder: Path, state: StackState) -> dict[str, str]:
    """Settings by name: the addresses of started components, and the files that exist."""
    addresses = {running.name: running.urls for running in state.components}
    known = {
        "database_url": addresses.get("postgres", {}).get(APP_ROLE),
        "database_admin_url": addresses.get("postgres", {}).get(OWNER_ROLE),
        "temporal_address": addresses.get("temporal", {}).get("frontend"),
        "outside_file": str(folder / OUTSIDE_FILE) if "simulator" in addresses else None,
        "callback_url": addresses["api"]["http"] + CALLBACKS if "api" in addresses else None,
    }
    if "issuer" in addresses:
        known |= {"issuer_url": addresses["issuer"]["http"], "issuer_audience": AUDIENCE}
    secrets = (
        ("callback_secret_file", CALLBACK_SECRET), ("post_secret_file", POST_SECRET), ("api_secret_file", API_SECRET)
    )  # fmt: skip
    for setting, secret in secrets:
        known[setting] = str(secret.in_folder(folder)) if secret.in_folder(folder).exists() else None
    key = folder / CHECKPOINTS / CHECKPOINT_KEY
    known |= {"checkpoint_folder": str(key.parent), "checkpoint_key": str(key)} if key.exists() else {}
    return {name: value for name, value in known.items() if value is not None}
