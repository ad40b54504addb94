"""Adds words to the codes that an error lists: whoever repairs a file or a request sees what each code means."""

from __future__ import annotations

import re

from domain.deadlines.calendar import ExceptionKind
from domain.deadlines.limits import LimitUnit
from domain.procedures.procedure import Channel, StepKind
from domain.roles import Role
from domain.values import Bilingual

_WORDED = (Role, Channel, ExceptionKind, LimitUnit, StepKind)
_CODE = re.compile(r"'([^']*)'")


def with_words(expected: str) -> Bilingual:
    """`'counter' (tại quầy), 'online' (trực tuyến) hoặc 'post' (qua bưu chính)` for pydantic's list of these codes.

    Other lists stay as they are: words are added only if the list has all codes of one kind.
    """
    codes = _CODE.findall(expected)
    kind = next((kind for kind in _WORDED if [one.value for one in kind] == codes), None)
    words = {one.value: one.words for one in kind} if kind is not None else {}

    def named(code: str, word: str) -> str:
        return f"'{code}' ({word})" if word and word != code else f"'{code}'"

    vietnamese = expected.replace(" or ", " hoặc ")
    return Bilingual(
        vi=_CODE.sub(lambda found: named(found[1], words[found[1]].vi if words else ""), vietnamese),
        en=_CODE.sub(lambda found: named(found[1], words[found[1]].en if words else ""), expected),
    )
