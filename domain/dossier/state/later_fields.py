"""Fields that a later release added are stored only where they say something.

So the dossiers that an earlier release stored are stored by this one in the same way: nothing has to be rebuilt, and a
check of the register against the ledger finds no difference.
"""

from __future__ import annotations

from pydantic import Field

LATER = Field(exclude_if=lambda value: not value)
"""Not stored while it is empty."""
NOT_THE_FIRST = Field(exclude_if=lambda value: value == 1)
"""A count that is stored from 2 on."""
