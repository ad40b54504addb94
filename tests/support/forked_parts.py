"""The parts of a stack in processes that are forked from one with the project imported.

A run starts some fifty stacks. Importing is four fifths of the processor time of starting one. Stacks that are started
by a program (`luongxanh`, `make up`, `make demo`) start their parts as usual, and prove that they start.
"""

from __future__ import annotations

import sys
from typing import IO

from tests.support.forked_program import start_forked
from tools.local_stack.processes import Handle, Program, environment_of, launched


def forked(program: Program, log: IO[bytes]) -> Handle:
    """Starts a program of this project by forking, and any other as usual."""
    match program.argv:
        case (sys.executable, "-m", module, *arguments) if program.ours:
            environment = environment_of(program)
            return start_forked(module, *arguments, log=log, environment=environment, folder=program.folder)
    return launched(program, log)
