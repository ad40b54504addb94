"""`luongxanh rules`: publishes the province's rules for all workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.text.sentences import many
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, print_json, show, tell

if TYPE_CHECKING:
    from domain.rules.rulebook import StoredRule

app = App(name="rules")

SHOWN_OF_A_HASH = 12


@app.command
async def publish(
    *,
    dry_run: Annotated[bool, Parameter(negative="", help="Chỉ xem, không ghi gì (only look, write nothing)")] = False,
    output: Output = PLAIN,
) -> None:
    """Công bố quy định của tỉnh cho các tiến trình xử lý (publish the province's rules to every worker).

    Thủ tục, lịch, đơn vị và bậc leo thang chưa công bố được ghi thêm; quy định đã công bố không bao giờ đổi hay mất,
    nên hồ sơ đang mở giữ nguyên quy định cũ. Chạy lại luôn an toàn. (What is new is added; what was published stays, so
    open dossiers keep the rules they were accepted under. Safe to repeat.)

    Ví dụ (examples):
      luongxanh rules publish --dry-run
    """
    from activities.ledger.rules_store import RulesStore
    from activities.province import load_province

    rulebook = load_province(dependencies().province_folder()).rulebook()
    stored = list(rulebook.stored())
    async with dependencies().open_ledger() as pool:
        store = RulesStore(pool)
        published = await store.published(rule.hash for rule in stored)
        new = [rule for rule in stored if rule.hash not in published]
        if new and not dry_run:
            await store.publish(new)
    if output.json:
        print_json(
            {"rules": len(stored), "new": [_facts(rule) for rule in new], "published": bool(new) and not dry_run}
        )
        return
    for rule in new:
        show(_line(rule, output))
    _tell_outcome(len(stored), len(new), dry_run, output)


def _tell_outcome(rules: int, new: int, dry_run: bool, output: Output) -> None:
    if not new:
        tell(output.say(f"Cả {rules} quy định đã được công bố.", f"All {many(rules, 'rule')} are published already."))
    elif dry_run:
        tell(
            output.say(
                f"Chỉ xem thử: {new} quy định chưa công bố, chưa ghi gì.",
                f"A dry run: {many(new, 'rule')} to be published, nothing was written.",
            )
        )
    else:
        tell(
            output.say(
                f"Đã công bố {new} quy định mới; tiến trình xử lý nhận trong vài giây.",
                f"Published: {many(new, 'new rule')}; workers load them within seconds.",
            )
        )


def _facts(rule: StoredRule) -> dict[str, Any]:
    """The identification of a rule: its kind and hash, and the code and version in its text."""
    from domain.text.json_reader import read_json

    content = read_json(rule.text)
    return {"kind": rule.kind, "code": content.get("code"), "version": content.get("version"), "hash": rule.hash}


def _line(rule: StoredRule, output: Output) -> str:
    facts = _facts(rule)
    name = "  ".join(str(part) for part in (facts["code"], facts["version"]) if part is not None)
    return f"{rule.hash[:SHOWN_OF_A_HASH]}  {output.of(rule.kind.words)}  {name}".rstrip()
