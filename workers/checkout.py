"""Whether this program runs in a checkout, which has tools and a local stack, or is installed from the wheel."""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder that contains this package."""


def is_checkout() -> bool:
    """True where `tools/` is beside this package. No wheel contains it."""
    return (CHECKOUT / "tools" / "local_stack").is_dir()


def let_tools_be_found() -> None:
    """Lets the commands of the checkout import its tools: the installed program knows only the product's packages."""
    if str(CHECKOUT) not in sys.path:
        sys.path.append(str(CHECKOUT))
