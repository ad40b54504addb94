"""Tests of the codes of failed calls, and of the causes behind them."""

from __future__ import annotations

import pytest

from domain.repairs.call_codes import NEEDS_PERSON, UNKNOWN_REPLY, bare, cause_of_call
from domain.repairs.causes import Cause


@pytest.mark.parametrize(
    ("code", "final", "cause"),
    [
        ("error_02", True, Cause.REFUSED_FOR_GOOD),
        ("breaker_open", False, Cause.BREAKER_OPEN),
        ("breaker_open", True, Cause.REFUSED_FOR_GOOD),
        ("outside_timeout", False, Cause.CALL_NOT_ANSWERED),
        ("needs_person", False, Cause.CALL_NOT_ANSWERED),
        (f"{NEEDS_PERSON}error_04", True, Cause.NEEDS_PERSON),
        (f"{NEEDS_PERSON}error_04", False, Cause.NEEDS_PERSON),
        (f"{UNKNOWN_REPLY}error_4711", False, Cause.UNKNOWN_REPLY),
    ],
)
def test_a_code_has_its_cause(code: str, final: bool, cause: Cause) -> None:
    """What begins the code comes first, then whether the call is made again."""
    assert cause_of_call(code, final=final) is cause


@pytest.mark.parametrize("code", ["error_04", f"{NEEDS_PERSON}error_04", f"{UNKNOWN_REPLY}error_04"])
def test_the_code_of_the_system_is_kept(code: str) -> None:
    """Without its beginning it is what the system said."""
    assert bare(code) == "error_04"
