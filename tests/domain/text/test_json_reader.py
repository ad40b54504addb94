"""Tests of reading JSON from outside: bounded, with one meaning only, and without a traceback."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inconsistency import Inconsistent
from domain.text.json_reader import DEEPEST, LARGEST, LONGEST_NUMBER, MOST_VALUES, read_json
from domain.text.sentences import sentence_of

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=5) | st.dictionaries(st.text(max_size=8), inside, max_size=5),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 5_000, "text_too_deep"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "text_too_deep"),
        ('{"a":' * 5_000, "text_too_deep"),
        ("[" + "0," * MOST_VALUES + "0]", "text_too_many_values"),
        ('"' + "x" * LARGEST + '"', "text_too_large"),
        ("9" * 5_000, "number_too_long"),
        ("1." + "9" * LONGEST_NUMBER, "number_too_long"),
        ("1e999", "bad_json"),
        ("NaN", "bad_json"),
        ("[Infinity]", "bad_json"),
        ("-Infinity", "bad_json"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"x": {"agrees": true, "b": 1, "agrees": false}}', "duplicate_key"),
        ("{" + "".join(f'"{number}":1,' for number in range(MOST_VALUES - 60)) + '"z":1,"z":1}', "duplicate_key"),
        ("{", "bad_json"),
        ("", "bad_json"),
        ('["' + '\\"a' * 200_000 + "[" * 60, "bad_json"),
        ("'a'", "bad_json"),
    ],
)
def test_what_is_beyond_a_bound_or_can_be_read_in_two_ways_is_refused(text: str, code: str) -> None:
    """JSON above a bound or with two meanings is refused with a code and two sentences, in time proportional to its
    length."""
    with pytest.raises(Inconsistent) as refused:
        read_json(text)
    assert refused.value.code == code
    assert sentence_of(refused.value).vi != sentence_of(refused.value).en


@given(PLAIN)
def test_everything_else_is_read_as_it_was_written(value: object) -> None:
    """Brackets and commas inside a text do not count."""
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(["[" * 100 + ",{" * 100, value]))[1] == value


def test_a_number_that_is_long_enough_for_anybody_is_read() -> None:
    """A number up to the bound, far above any amount in dong, is read."""
    assert read_json("9" * LONGEST_NUMBER) == int("9" * LONGEST_NUMBER)
