"""The embedded stack.

A real PostgreSQL, a real Temporal and the processes of this project, on free ports, in one folder.
"""

from workers.stack.errors import StackError
from workers.stack.postgres import APP_ROLE, OWNER_ROLE, PostgresServer
from workers.stack.stack import Stack
from workers.stack.state import ProcessSpec, Ready, Running, StackState, read_state
from workers.stack.status import ComponentStatus, StackStatus
from workers.stack.temporal import TemporalServer

__all__ = [
    "APP_ROLE",
    "OWNER_ROLE",
    "ComponentStatus",
    "PostgresServer",
    "ProcessSpec",
    "Ready",
    "Running",
    "Stack",
    "StackError",
    "StackState",
    "StackStatus",
    "TemporalServer",
    "read_state",
]
