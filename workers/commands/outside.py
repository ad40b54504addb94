"""`luongxanh ops outside`: after a restore, what the outside systems have that the ledger does not know any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.text.sentences import many, with_dots
from gateway.cli.counting import counting_dossiers
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, print_json, show
from gateway.cli.problems import Exit
from gateway.i18n.wording import cause_name

if TYPE_CHECKING:
    from rich.table import Table

    from gateway.client.reconciling.outside import OutsideDifference, Unknown


async def outside(*, output: Output = PLAIN) -> int:
    """Sau khi phục hồi: các hệ thống ngoài có gì mà sổ cái không còn biết; mã thoát 1 nếu có.

    Hỏi nền tảng thanh toán, cơ sở dữ liệu chuyên ngành và cổng quốc gia về từng hồ sơ đang mở, và về các mã hồ sơ đã
    cấp mà bị mất. Chỉ đọc; mỗi dòng nêu việc nên làm. (After a restore: asks the payment platform, the registries and
    the portal about every open dossier, and about codes that were given out and lost. It only reads; each line says
    what to do. Exit code 1 if anything was found.)

    Ví dụ (example):
      luongxanh ops outside --json
    """
    from activities.adapters.systems import open_outside
    from activities.ledger.rules_store import RulesStore
    from domain.rules.rulebook import Rulebook
    from gateway.client.reconciling.outside import OutsideComparison
    from workers.outside_addresses import OutsideFile
    from workers.outside_control import beside_workers, shared_paces
    from workers.settings import load_settings

    addresses = OutsideFile(load_settings()).first()
    found: list[OutsideDifference] = []
    async with (
        dependencies().open_engine() as engine,
        open_outside(addresses.addresses, confirm=False, paces=shared_paces(addresses, engine.pool)) as systems,
        beside_workers(systems, engine.pool),
    ):
        rules = Rulebook().adding(*await RulesStore(engine.pool).load_all())
        comparison = OutsideComparison(systems, engine.pool, engine.province, rules)
        with counting_dossiers(output.say("Hỏi các hệ thống ngoài", "Asking the outside systems"), output) as progress:
            found = [one async for one in comparison.differences(progress)]
    if output.json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        _show(found, output)
    return Exit.FAILED if found else Exit.DONE


def _show(found: list[OutsideDifference], output: Output) -> None:
    from rich.text import Text

    from gateway.client.reconciling.outside import Unknown
    from workers.commands.lost_page import lost_lines

    if not found:
        show(
            output.say("✓ Bên ngoài không có gì mà sổ cái không biết.", "✓ Others have nothing that is not known here.")
        )
        return
    known = [one for one in found if one.what is not Unknown.NOT_ANSWERED]
    if known:
        show(_table(known, output))
    for line in (*silent_lines(found, output), *lost_lines(found, output)):
        show(Text(line))


def _table(found: list[OutsideDifference], output: Output) -> Table:
    from gateway.cli.tables import headed

    columns = output.say("Hệ thống|Hồ sơ|Ở đó|Ở đây|Việc nên làm", "System|Dossier|There|Here|What to do").split("|")
    table = headed(output.say("Bên ngoài có, sổ cái không biết", "Outside, and not known here"), *columns, whole=(0, 1))
    for one in found:
        there, here = (_stands(one, told, output) for told in (one.theirs, one.ours))
        table.add_row(one.system.value, one.dossier, there, here, _proposed(one.what, output))
    return table


def _stands(one: OutsideDifference, told: str, output: Output) -> str:
    """How something stands there or here. The portal's states are numbers: their words stand beside them."""
    from domain.dossier.state import State
    from domain.outside_systems import System

    words = next((state.words for state in State if str(state.portal_code) == told), None)
    return f"{told} ({output.of(words)})" if one.system is System.PORTAL and words is not None else told or "–"


def silent_lines(found: Sequence[OutsideDifference], output: Output) -> Iterator[str]:
    """What could not be asked, one line for each system and reason: it is the same for many dossiers."""
    from gateway.client.reconciling.outside import Unknown

    silent = Counter((one.system.value, one.theirs) for one in found if one.what is Unknown.NOT_ANSWERED)
    for (system, code), count in silent.items():
        why, again = output.of(cause_name(code, system)), _proposed(Unknown.NOT_ANSWERED, output)
        yield output.say(
            f"! {system}: chưa hỏi được về {with_dots(count)} hồ sơ, {why}: {again}.",
            f"! {system}: {many(count, 'dossier')} could not be asked about, {why}: {again}.",
        )


def _proposed(what: Unknown, output: Output) -> str:
    from gateway.client.reconciling.outside import Unknown

    words = {
        Unknown.ORDER: output.say(
            "yêu cầu nộp lại trong hồ sơ: lệnh cũ được nhận lại, tiền đã nộp được tính; hồ sơ mất: từng bước ở dưới",
            "request the fee again in the dossier: the order is taken up, money that was paid counts; of a lost "
            "dossier: step by step below",
        ),
        Unknown.ENTRY: output.say(
            "ký, cấp lại đúng số kết quả đó: bản ghi được nhận lại; số khác thì người phụ trách xem",
            "issue the result with that number: the entry is taken up; with another number a person must look",
        ),
        Unknown.STATE: output.say(
            "làm lại việc đã mất, hoặc gửi lại: relay begin-again portal",
            "repeat what was lost, or relay begin-again portal",
        ),
        Unknown.DOSSIER: output.say("nhập lại, từng bước ở dưới", "enter it again: step by step below"),
        Unknown.NOT_ANSWERED: output.say("chạy lại khi hệ thống đó trả lời", "run this again when the system answers"),
    }
    return words[what]
