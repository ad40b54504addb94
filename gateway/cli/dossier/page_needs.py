"""The part of a dossier's page about its documents, steps, opinions, and the commands that may be given now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from domain.text.printable import json_text
from gateway.cli.output import Output, called, one_line, to_copy
from gateway.i18n.wording import SECOND_SUPPLEMENT, act_name, at
from gateway.views.dossier_page import DossierPage, Paper
from gateway.views.names import Names
from gateway.views.possible_acts import NOT_IN_QUOTES, STANDING_FOR, PossibleAct

MARGIN = (0, 0, 0, 2)
DEEPER = (0, 0, 0, 6)


def papers(page: DossierPage, output: Output) -> list[Text]:
    """One line for each document with its code: brought, missing, or asked for."""
    return [
        one_line(f"{_mark(one)} {one.name} ({one.code}){_standing(one, output)}", _style(one)) for one in page.papers
    ]


def _mark(paper: Paper) -> str:
    return "?" if paper.asked_at else "✓" if paper.brought else "✗" if paper.required else "·"


def _standing(paper: Paper, output: Output) -> str:
    if paper.asked_at:
        return output.say(f": yêu cầu bổ sung từ {at(paper.asked_at)}", f": asked for since {at(paper.asked_at)}")
    if paper.brought:
        return ""
    return output.say(": còn thiếu", ": missing") if paper.required else output.say(": không bắt buộc", ": optional")


def _style(paper: Paper) -> str:
    return "yellow" if paper.asked_at else "" if paper.brought else "red" if paper.required else "dim"


def steps(page: DossierPage) -> list[Text]:
    """One line for each step of the internal process, with its code for `--data`."""
    return [
        one_line(
            f"{'✓' if one.done else '▶' if one.current else '·'} {one.name} ({one.code})",
            "bold" if one.current else "dim" if one.done else "",
        )
        for one in page.steps
    ]


def opinions(page: DossierPage, names: Names, output: Output) -> Iterator[Text]:
    """One line for each opinion: the unit, the time of the question, and the answer."""
    for one in page.dossier.processing.opinions:
        asked = output.say(f"hỏi lúc {at(one.asked_at)}", f"asked at {at(one.asked_at)}")
        answer = output.say("chờ trả lời", "not answered yet")
        if one.agrees is not None:
            answer = output.say("đồng ý", "agrees") if one.agrees else output.say("không đồng ý", "does not agree")
        text = f"• {names.unit(one.unit)} ({one.unit}): {answer}, {asked}"
        yield one_line(text, "yellow" if one.agrees is None else "")


def acts(page: DossierPage, output: Output) -> Iterator[RenderableType]:
    """The commands that would be accepted now, each with its role, unit and data."""
    if not page.acts:
        return
    yield Text(output.say("\nCó thể làm lúc này", "\nWhat can be done now"), "bold")
    how = output.say(
        "VIỆC --as VAI-TRÒ --unit ĐƠN-VỊ --person MÃ-CÁN-BỘ --data '…'",
        "ACT --as ROLE --unit UNIT --person ID --data '…'",
    )
    yield to_copy(f"{called()} dossier act {page.row.code} {how}")
    for act in page.acts:
        yield Padding(
            one_line(f"{output.of(act_name(act.command))}: {output.of(act.role.words)}"), MARGIN, expand=False
        )
        yield Padding(one_line(_to_type(act), "dim"), DEEPER, expand=False)
    if page.dossier.processing.supplements and any(act.command == "request_supplement" for act in page.acts):
        text = output.say("request_supplement: đã yêu cầu bổ sung trước đây; ", "request_supplement: asked before; ")
        yield Padding(one_line(text + output.of(SECOND_SUPPLEMENT), "yellow"), MARGIN, expand=False)
    if any(act.command == "correct_entry" for act in page.acts):
        text = output.say(
            "Thông tin chủ hồ sơ: correct_entry với --applicant TỆP.json và legal_basis.",
            "The applicant's particulars: correct_entry with --applicant FILE.json and its legal_basis.",
        )
        yield Padding(one_line(text, "dim"), MARGIN, expand=False)
        text = output.say(
            "Thời điểm tiếp nhận (thêm --note), địa bàn: mẫu trong --help của dossier act.",
            "The time of receipt (with --note), the place: forms in --help of dossier act.",
        )
        yield Padding(one_line(text, "dim"), MARGIN, expand=False)


def _to_type(act: PossibleAct) -> str:
    """What is typed after the dossier's code: `accept --as reception --unit 13366`."""
    unit = f" --unit {act.unit}" if act.unit else ""
    data = f" --data '{_to_fill_in(act.data)}'" if act.data else ""
    return f"{act.command} --as {act.role.value}{unit}{data}"


def _to_fill_in(data: Mapping[str, Any]) -> str:
    """The value of `--data`. Placeholders for numbers have no quotes, because numbers need none."""
    text = json_text(data)
    for placeholder in (STANDING_FOR[name] for name in NOT_IN_QUOTES):
        text = text.replace(f'"{placeholder.vi}"', placeholder.vi).replace(f'"{placeholder.en}"', placeholder.en)
    return text
