"""`python -m tools.local_stack.erase FOLDER`: stops the temporary stack in FOLDER and erases it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tools.local_stack.messages import silently
from tools.local_stack.stack import Stack


def main() -> None:
    """Erases the folder of a stack whose owner process has died."""
    folder = Path(sys.argv[1])
    Stack(folder, announce=silently).reset()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
