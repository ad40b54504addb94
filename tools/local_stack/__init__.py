"""The embedded stack: PostgreSQL, Temporal and the processes of this project, on free ports, in one folder."""

from tools.local_stack.errors import StackError
from tools.local_stack.postgres import APP_ROLE, OWNER_ROLE, PostgresServer
from tools.local_stack.stack import Stack
from tools.local_stack.state import ProcessSpec, Ready, Running, StackState, read_state
from tools.local_stack.status import ComponentStatus, StackStatus
from tools.local_stack.temporal import TemporalServer

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
