"""The order to end a workflow that no dossier needs, as a comparison found it."""

from __future__ import annotations

from domain.errors import NotFound, RuleViolation
from domain.repairs.differences import Difference, Different
from domain.values import Bilingual
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.wording import say

LOOKED_AT_TWICE = say(
    "Trước khi dừng, quy trình được xem lại hai lần, cách nhau vài giây: hồ sơ còn cần nó thì không dừng.",
    "It is looked at twice before, some seconds apart: when its dossier needs it, it is not ended.",
)
NOTHING_ELSE = say("Sổ cái và hồ sơ không đổi.", "The ledger and its dossiers do not change.")


async def _look(visit: Visit, workflow: str) -> DryRun:
    """Raises EngineUnavailable, DatabaseUnavailable."""
    try:
        found = await visit.api.engine.reconciliations.look_at(workflow)
    except (NotFound, RuleViolation) as refused:
        return DryRun(lines=(refused.message,), possible=False)
    return DryRun(lines=(*_told(found), LOOKED_AT_TWICE, NOTHING_ELSE))


def _told(found: Different) -> tuple[Bilingual, ...]:
    words = found.difference.words
    what = say(f"{words.vi[0].upper()}{words.vi[1:]}.", f"{words.en[0].upper()}{words.en[1:]}.")
    if found.difference is Difference.DOUBLED:
        more = say(
            f"Nó xử lý hồ sơ {found.detail}, hồ sơ này đã có quy trình riêng.",
            f"It acts on the dossier {found.detail}, which has a workflow of its own.",
        )
    else:
        more = say(
            f"Phiên bản trong sổ cái: {found.version}; quy trình biết đến: {found.known}.",
            f"Version in the ledger: {found.version}; the workflow knows: {found.known}.",
        )
    ended = say(
        f"Lượt chạy {found.run} bị buộc dừng ngay, không làm tiếp việc gì.",
        f"The run {found.run} is terminated at once; it does nothing more.",
    )
    return (what, more, ended)


async def _end(given: Given) -> Bilingual:
    visit = given.visit
    done = await visit.api.engine.reconciliations.end(visit.caller.principal, given.target, why=given.why)
    return say(f"Đã dừng quy trình {done.workflow}.", f"The workflow {done.workflow} was ended.")


RECONCILIATION_ORDERS: Orders = {
    "end-workflow": Order(
        say("Dừng quy trình không hồ sơ nào cần", "End a workflow that no dossier needs"),
        say("Dừng quy trình", "End the workflow"),
        "/console/operations/reconciliation",
        _look,
        _end,
        say("Không hoàn tác được.", "It cannot be taken back."),
        dangerous=True,
        needs="end_workflow",
    ),
}
