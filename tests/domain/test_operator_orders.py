"""Tests that an operator's order is recorded with an identifier and a reason that names no person."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInput
from domain.operator_orders import LONGEST_REASON, require_operator, require_reason


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("", "operator_not_an_identifier"), ("Nguyễn Văn An", "operator_not_an_identifier"),
        ("a b", "operator_not_an_identifier"), ("x" * 65, "operator_not_an_identifier"),
        ("op.1\n", None), ("0912345678", "particulars_in_record"), ("035099001234", "particulars_in_record"),
        ("cb.TTPVHCC.operator.1", None),
    ],
)  # fmt: skip
def test_an_operator_is_an_identifier(who: str, code: str | None) -> None:
    """An operator is given by an identifier, not by a name, a telephone or an identity number."""
    if code is None:
        assert require_operator(who) == who.strip()
        return
    with pytest.raises(InvalidInput) as refused:
        require_operator(who)
    assert refused.value.code == code
    assert not who or who not in str(refused.value)


@pytest.mark.parametrize(
    ("why", "code"),
    [
        ("một\nhai", "control_character"), ("đỏ \x1b[31m", "control_character"), ("a\u202eb", "control_character"),
        ("gọi 0912 345 678", "particulars_in_record"), ("đơn của bà Trần Thị Bình", "particulars_in_record"),
        ("CCCD 035099001234", "particulars_in_record"), ("x" * (LONGEST_REASON + 1), "reason_too_long"),
    ],
)  # fmt: skip
def test_a_reason_names_nobody(why: str, code: str) -> None:
    """A reason must not name a person or have control or invisible characters, and the refusal does not repeat it."""
    with pytest.raises(InvalidInput) as refused:
        require_reason(why)
    assert refused.value.code == code
    assert why not in str(refused.value)


def test_a_plain_reason_is_taken() -> None:
    """A citation, a time or an incident number is accepted in a reason."""
    require_reason("Kẹt từ 09:10 ngày 05/08/2026, sự cố 12; Công văn 12729/VPCP-KGVX")
