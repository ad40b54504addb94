"""Finds the dossier that a code of an older system stands for already."""

from __future__ import annotations

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.dossier.commands import BroughtOver
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal

LIVE = """
select dossier, false as own_code from number_in_use
where kind = 'brought_over' and register = $1 and number = number_as_compared($2)
union all
select code, true from dossier where code = number_as_compared($2)
order by own_code limit 1
"""


async def live_dossier(pool: Pool, over: BroughtOver) -> RuleViolation | None:
    """The refusal of a submission that would be a second dossier; None when nothing stands against it.

    `brought_over_twice`: this code of this system is a dossier here already. The append refuses that too, also of two
    submissions at one moment. `old_code_is_of_this_system`: the code is that of a dossier which was opened here.
    Raises DatabaseUnavailable.
    """
    with sql_span("ledger.brought_over"), unavailable_as_answer():
        row = await pool.fetchrow(LIVE, over.system, over.code)
    if row is None:
        return None
    if row["own_code"]:
        return RuleViolation(DossierRefusal.OLD_CODE_IS_OF_THIS_SYSTEM, number=over.code, other=row["dossier"])
    return RuleViolation(DossierRefusal.BROUGHT_OVER_TWICE, number=over.code, other=row["dossier"])
