"""Orders on a webhook: pause it, let it go on, send again what was given up, leave one event out.

Each is recorded with who and why before it is carried out.
"""

from __future__ import annotations

from activities.webhooks.orders import WebhookAct, WebhookOrders
from activities.webhooks.register import Webhook, WebhookState
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.client.admitting.operators import operator_of
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.operations.wording import WEBHOOK_ACTS
from gateway.console.visits import Visit
from gateway.i18n.wording import cause_name, say

MOST_COUNTED = 1_000


async def _recorded(given: Given, act: WebhookAct) -> tuple[str, str, str]:
    """The webhook, the dossier that the target names or nothing, and the operator. The order is recorded first."""
    visit, (webhook, _, dossier) = given.visit, given.target.partition("/")
    who = operator_of(visit.caller.principal, None, visit.api.engine.staff)
    found = await visit.api.events.register.get(webhook, None)
    await WebhookOrders(visit.api.pool).record(found.id, act, who, given.why, dossier or None)
    return webhook, dossier, who


async def _what(visit: Visit, target: str) -> tuple[Webhook, int, int, Bilingual]:
    """The webhook, how many dossiers wait and were given up, and what is said of it."""
    register = visit.api.events.register
    found = await register.get(target, None)
    behind = await register.behind(found.id, None, limit=MOST_COUNTED)
    dead = sum(one.dead_at is not None for one in behind)
    line = say(
        f"Webhook {found.id} của {found.owner.code}: {with_dots(len(behind) - dead)} hồ sơ chờ gửi lại, "
        f"{with_dots(dead)} hồ sơ đã ngừng gửi.",
        f"Webhook {found.id} of {found.owner.code}: {many(len(behind) - dead, 'dossier')} waiting, {dead:,} given up.",
    )
    return found, len(behind) - dead, dead, line


async def _look_at_pause(visit: Visit, target: str) -> DryRun:
    found, _, _, line = await _what(visit, target)
    if found.state is WebhookState.PAUSED:
        return DryRun(lines=(line, say("Webhook đang tạm dừng rồi.", "It is paused already.")), possible=False)
    waits = say("Không gửi gì nữa; sự kiện chờ trong sổ cái.", "Nothing more is sent; events wait in the ledger.")
    return DryRun(lines=(line, waits), moves=True)


async def _look_at_resume(visit: Visit, target: str) -> DryRun:
    found, _, _, line = await _what(visit, target)
    if found.state is WebhookState.ACTIVE and found.rests_until is None:
        return DryRun(lines=(line, say("Webhook đang gửi rồi.", "It is being sent already.")), possible=False)
    goes_on = say("Gửi tiếp từ chỗ đã dừng, thử ngay.", "It goes on where it stopped, and is tried at once.")
    return DryRun(lines=(line, goes_on), moves=True)


async def _look_at_retry(visit: Visit, target: str) -> DryRun:
    _, _, dead, line = await _what(visit, target)
    if not dead:
        return DryRun(lines=(line, say("Không có gì để gửi lại.", "There is nothing to send again.")), possible=False)
    again = say(f"Gửi lại {with_dots(dead)} hồ sơ đã ngừng, từ chỗ dừng.", f"{many(dead, 'dossier')} are sent again.")
    return DryRun(lines=(line, again), moves=True)


async def _look_at_skip(visit: Visit, target: str) -> DryRun:
    webhook, _, dossier = target.partition("/")
    _, _, _, line = await _what(visit, webhook)
    dead = await visit.api.events.register.behind(webhook, None, dead=True, limit=MOST_COUNTED)
    found = next((one for one in dead if one.dossier == dossier), None)
    if found is None:
        none = say("Hồ sơ này không bị ngừng gửi.", "This dossier was not given up.")
        return DryRun(lines=(line, none), possible=False)
    cause = cause_name(found.code)
    left_out = say(
        f"Bỏ qua sự kiện {found.version} của hồ sơ {dossier} ({cause.vi}): nơi nhận không bao giờ nhận sự kiện này.",
        f"Event {found.version} of dossier {dossier} is left out ({cause.en}): the receiver never gets it.",
    )
    return DryRun(lines=(line, left_out))


async def _pause(given: Given) -> Bilingual:
    webhook, _, who = await _recorded(given, WebhookAct.PAUSE)
    await given.visit.api.events.register.pause(webhook, None, who)
    return say("Webhook đã tạm dừng.", "The webhook is paused.")


async def _resume(given: Given) -> Bilingual:
    webhook, _, who = await _recorded(given, WebhookAct.RESUME)
    await given.visit.api.events.register.resume(webhook, None, who)
    return say("Webhook gửi tiếp.", "The webhook goes on.")


async def _retry(given: Given) -> Bilingual:
    webhook, _, who = await _recorded(given, WebhookAct.RETRY)
    count = await given.visit.api.events.register.retry(webhook, None, None, who)
    return say(f"Gửi lại {with_dots(count)} hồ sơ.", f"{many(count, 'dossier')} are sent again.")


async def _skip(given: Given) -> Bilingual:
    webhook, dossier, who = await _recorded(given, WebhookAct.SKIP)
    version = await given.visit.api.events.register.skip(webhook, None, dossier, who)
    return say(
        f"Đã bỏ qua sự kiện {version} của hồ sơ {dossier}.", f"Event {version} of dossier {dossier} is left out."
    )


BACK = "/console/operations/webhooks"
WEBHOOK_ORDERS: Orders = {
    "pause-webhook": Order(
        WEBHOOK_ACTS[WebhookAct.PAUSE], say("Tạm dừng", "Pause"), BACK, _look_at_pause, _pause,
        say("Cho gửi tiếp được bất cứ lúc nào, không mất sự kiện.", "It can go on at any time, no event is lost."),
        needs="pause_webhook",
    ),
    "resume-webhook": Order(
        WEBHOOK_ACTS[WebhookAct.RESUME], say("Gửi tiếp", "Go on"), BACK, _look_at_resume, _resume,
        say("Tạm dừng lại được bất cứ lúc nào.", "It can be paused again at any time."),
        needs="resume_webhook",
    ),
    "retry-webhook": Order(
        WEBHOOK_ACTS[WebhookAct.RETRY], say("Gửi lại", "Send again"), BACK, _look_at_retry, _retry,
        say("Không hoàn tác được; nơi nhận có thể nhận lại.", "It cannot be taken back; some may come twice."),
        needs="retry_webhook",
    ),
    "skip-webhook-event": Order(
        WEBHOOK_ACTS[WebhookAct.SKIP], say("Bỏ qua", "Leave it out"), BACK, _look_at_skip, _skip,
        say("Không hoàn tác được.", "It cannot be taken back."), dangerous=True, needs="skip_webhook_event",
    ),
}  # fmt: skip
