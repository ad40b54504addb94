"""Checks the operator and the reason of an order at the command line."""

from __future__ import annotations

from domain.operator_orders import require_reason
from gateway.cli.dependencies import dependencies
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.problems import CommandLineProblem
from gateway.client.admitting.operators import operator_known


def ordered(by: str, reason: str) -> str:
    """The operator of the order, who must hold that post today. The reason must not be empty or name a person.

    Raises CommandLineProblem `reason_missing`, and the errors of `require_reason` and `operator_known`.
    """
    from activities.province import load_province

    if not reason.strip():
        raise CommandLineProblem(CommandLineRefusal.REASON_MISSING)
    require_reason(reason)
    return operator_known(by, load_province(dependencies().province_folder()).staff)
