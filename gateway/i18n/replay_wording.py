"""The words about replays on a build, for pages."""

from __future__ import annotations

from domain.repairs.plans import ByCodes, ByFilter
from domain.replays import ReplayChoice
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.i18n.wording import say


def chosen(choice: ReplayChoice) -> Bilingual:
    """Which histories were chosen, and how large the sample is."""
    match choice.selected:
        case ByCodes(codes=codes):
            what = say(f"{with_dots(len(codes))} hồ sơ được nêu", f"{many(len(codes), 'dossier')} that were named")
        case ByFilter():
            what = say("hồ sơ theo điều kiện của danh sách", "the dossiers with conditions of the register")
        case _:
            what = say("mọi hồ sơ đang mở", "everything that is open")
    if choice.sample is None:
        return what
    return say(f"mẫu {with_dots(choice.sample)} trong {what.vi}", f"a sample of {choice.sample:,} of {what.en}")
