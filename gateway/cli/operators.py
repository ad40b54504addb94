"""Who gives an operator's command at the command line, and why."""

from __future__ import annotations

from domain.operator_orders import require_reason
from gateway.cli.dependencies import dependencies
from gateway.cli.problems import CommandLineProblem
from gateway.client.operators import operator_known


def ordered(by: str, reason: str) -> str:
    """The operator, as the province's files know them today, once a reason is given that names nobody.

    CommandLineProblem `reason_missing`. Errors: those of `require_reason`, `operator_known`.
    """
    from activities.province import load_province

    if not reason.strip():
        raise CommandLineProblem("reason_missing")
    require_reason(reason)
    return operator_known(by, load_province(dependencies().province_folder()).staff)
