"""Whether this program runs in a checkout, which has tools and a local stack, or is installed from the wheel."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder that contains this package."""


def is_checkout() -> bool:
    """True where `tools/` is beside this package. No wheel contains it."""
    return (CHECKOUT / "tools" / "local_stack").is_dir()
