"""`domain.repairs.call_codes.cause_of_call` in SQL."""

from __future__ import annotations

from domain.repairs.call_codes import BY_BEGINNING, HELD_BACK
from domain.repairs.causes import Cause


def cause_of_call(incident: str) -> str:
    """The cause of an incident of a dossier. `incident`: the name of its JSON in the query."""
    code = f"{incident} ->> 'code'"
    named = " ".join(f"when starts_with({code}, '{begins}') then '{cause}'" for begins, cause in BY_BEGINNING.items())
    held_back = ", ".join(f"'{one}'" for one in HELD_BACK)
    return (
        f"case {named} when coalesce(({incident} ->> 'final')::boolean, false) then '{Cause.REFUSED_FOR_GOOD}'"
        f" when {code} in ({held_back}) then '{Cause.BREAKER_OPEN}' else '{Cause.CALL_NOT_ANSWERED}' end"
    )
