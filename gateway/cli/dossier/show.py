"""`luongxanh dossier show` and `history`. They read only the ledger, so they work when Temporal is down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.messages.dossier import DossierRefusal
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code
from gateway.cli.output import PLAIN, Output, console, print_json, print_json_lines, show

if TYPE_CHECKING:
    from rich.table import Table

    from activities.ledger.pool import Pool
    from activities.ledger.reading import DossierRow
    from domain.dossier.context import Rules
    from domain.record.sealing import RecordedEvent, UnreadEvent
    from gateway.views.names import Names

Code = Annotated[str, Parameter(help="Mã hồ sơ (dossier code)")]
SHOWN = frozenset(
    {
        "reasons", "clocks", "work", "papers", "steps", "acts", "fee_grounds", "brought_over", "ended_because", "stuck",
        "letters",
    }
)  # fmt: skip
"""The parts that `--json` adds to the row of the register."""


async def show_dossier(code: Code, /, *, output: Output = PLAIN) -> None:
    """Hồ sơ đang ở đâu, vì sao, còn bao lâu, ai làm gì tiếp (one dossier).

    Trạng thái, hai đồng hồ, lý do chuyển đến, việc tiếp theo, phí, ký, sự cố.
    (State, both clocks, why it is there, who acts next, fee, signature, incidents.)
    """
    from datetime import datetime

    from activities.ledger.reading import dossier_in
    from activities.ledger.stuck_dossiers import StuckDossiers
    from domain.values import VIETNAM
    from gateway.cli.dossier.page_view import page_parts
    from gateway.views.dossier_page import page_of
    from gateway.views.names import Names
    from gateway.views.possible_acts import possible_acts

    now = datetime.now(VIETNAM)
    async with dependencies().open_ledger() as pool:
        row, events, rules = await _read(pool, dossier_code(code))
        stuck = await StuckDossiers(pool).of(row.code)
    acts = tuple(act.in_language(output.lang) for act in possible_acts(dossier_in(row), rules, now))
    page = page_of(row, events, rules, now, stuck, acts)
    if output.json:
        shown = page.model_dump(
            mode="json",
            include=set(SHOWN),
        )
        print_json({**row.model_dump(mode="json"), **shown})
    else:
        show(*page_parts(page, Names.of_rules(rules, now.date()), output))


async def history(
    code: Code,
    /,
    *,
    after: Annotated[int, Parameter(help="Chỉ những sự kiện sau phiên bản này (only after this version)")] = 0,
    output: Output = PLAIN,
) -> None:
    """Diễn biến của hồ sơ, mỗi sự kiện một dòng (its whole story).

    Lúc nào, ai, việc gì; --json: mỗi sự kiện một dòng JSON. (When, who, what; --json: one event a line.)
    """
    from gateway.views.timeline import Names, line, row_sentence

    async with dependencies().open_ledger() as pool:
        row, events, rules = await _read(pool, dossier_code(code))
    names = Names.of_rules(rules, row.updated_at.date())
    wanted = [recorded for recorded in events if recorded.version > after]
    if output.json:
        print_json_lines(
            {**recorded.model_dump(mode="json"), "sentence": row_sentence(recorded, names).model_dump()}
            for recorded in wanted
        )
        return
    if console().is_terminal:
        show(_story(wanted, names, output))
        return
    for recorded in wanted:
        console().print(f"{recorded.version:>3}  {line(recorded, names, output.lang)}", soft_wrap=True)


def _story(wanted: list[RecordedEvent | UnreadEvent], names: Names, output: Output) -> Table:
    """The events in columns. Wrapped text stays in its column, so it does not look like another event."""
    from rich.table import Table
    from rich.text import Text

    from gateway.i18n.wording import at
    from gateway.views.timeline import in_language, row_sentence, who_acted

    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        table.add_column(no_wrap=True, style="dim", justify="right")
    table.add_column()
    for recorded in wanted:
        who = in_language(who_acted(recorded, names), output.lang)
        what = in_language(row_sentence(recorded, names), output.lang)
        table.add_row(str(recorded.version), at(recorded.at), Text.assemble((f"{who}: ", "bold"), what))
    return table


async def _read(pool: Pool, code: str) -> tuple[DossierRow, list[RecordedEvent | UnreadEvent], Rules]:
    from activities.ledger.reading import LedgerReader, dossier_in
    from domain.errors import NotFound
    from gateway.client.pinned_rules import pinned_rules

    reader = LedgerReader(pool)
    row = await reader.dossier(code)
    if row is None:
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
    dossier = dossier_in(row)
    rules = await pinned_rules(pool, dossier.pins, dossier.deadlines.binding_calendars)
    return row, await reader.story(code), rules
