"""The processes of this project that the embedded stack runs, in the order of their start."""

from __future__ import annotations

from tools.local_stack.secrets import ISSUER_FOLDER
from tools.local_stack.settings_file import AUDIENCE, OUTSIDE_FILE
from tools.local_stack.state import ProcessSpec, Ready

SIMULATOR = ProcessSpec(
    name="simulator",
    argv=(
        *("{python}", "-m", "tools.simulator", "--port", "{port}"),
        *("--callback-secret-file", "{folder}/secrets/callback-secret"),
        *("--post-secret-file", "{folder}/secrets/post-secret"),
        *("--outside-file", "{folder}/" + OUTSIDE_FILE),
        *("--state", "{folder}/run/simulator.sqlite"),
    ),
    ready=Ready.HTTP,
    ready_path="/health",
    url="http://127.0.0.1:{port}",
    environment={"PYTHONPATH": "{checkout}"},
)
ISSUER = ProcessSpec(
    name="issuer",
    argv=(
        *("{python}", "-m", "tools.issuer", "--port", "{port}", "--folder", "{folder}/" + ISSUER_FOLDER),
        *("--audience", AUDIENCE, "--service-secret-file", "{folder}/secrets/service-secret"),
    ),
    ready=Ready.HTTP,
    ready_path="/health",
    url="http://127.0.0.1:{port}",
    environment={"PYTHONPATH": "{checkout}"},
)
API = ProcessSpec(
    name="api",
    argv=("{python}", "-m", "workers", "api", "--port", "{port}"),
    ready=Ready.HTTP,
    ready_path="/health/live",
    url="http://127.0.0.1:{port}",
)
WORKER = ProcessSpec(
    name="worker",
    argv=("{python}", "-m", "workers", "worker", "--ready", "{ready}"),
    ready=Ready.FILE,
    stop_seconds=40,
)
COMPONENTS = (SIMULATOR, ISSUER, API, WORKER)
