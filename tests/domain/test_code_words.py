"""The codes that an error lists have their words behind them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from domain.code_words import with_words
from domain.deadlines.calendar import ExceptionKind
from domain.deadlines.limits import LimitUnit
from domain.field_errors import of_validation
from domain.procedures.procedure import Channel, StepKind
from domain.roles import Role


@pytest.mark.parametrize("kind", [Role, Channel, ExceptionKind, LimitUnit, StepKind])
def test_each_code_has_its_word_in_both_languages(kind: Any) -> None:
    """As pydantic lists them; the order and the codes stay."""
    *codes, last = [f"'{one.value}'" for one in kind]
    told = with_words(f"{', '.join(codes)} or {last}")
    assert re.findall(r"'([^']*)'", told.vi) == re.findall(r"'([^']*)'", told.en) == [one.value for one in kind]
    assert all(f"'{one.value}' ({one.words.vi})" in told.vi for one in kind)
    assert " hoặc " in told.vi


def test_other_lists_stay_as_they_are() -> None:
    """A list of codes that have no words, and a text that is no list."""
    assert with_words("'fee' or 'tax'").vi == "'fee' hoặc 'tax'"
    assert with_words("a number").en == "a number"


class Asked(BaseModel):
    channel: Channel


def test_a_wrong_code_in_a_request_is_answered_with_words() -> None:
    """Whoever wrote the request sees what each code means."""
    with pytest.raises(ValidationError) as wrong:
        Asked.model_validate({"channel": "fax"})
    (told,) = of_validation(wrong.value)
    assert told.vi.startswith("channel: phải là một trong: 'counter' (tại quầy), 'online' (trực tuyến) hoặc ")
    assert told.en.startswith("channel: must be one of: 'counter' (at the counter), 'online' or ")
