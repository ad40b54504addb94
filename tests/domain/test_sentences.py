"""Tests that every code has a complete sentence in both languages."""

from __future__ import annotations

from string import Formatter

import pytest

from domain.errors import DomainError
from domain.messages.catalogue import CatalogueProblem
from domain.messages.checkpoints import CheckpointFinding
from domain.messages.coded import CodedSentence
from domain.messages.dossier import DossierRefusal
from domain.messages.findings import RecordFinding
from domain.messages.search import SavedSearchFault, SearchFault
from gateway.api.messages import LimitRefusal
from gateway.api.request_limits import Limits
from gateway.cli.messages import UsageSentence
from tests.support.sentences import EVERY

PARTS = (CatalogueProblem, SavedSearchFault, SearchFault, UsageSentence)
"""These are shown in a row of a list or inside another sentence, and need not be complete sentences."""


def facts(text: str) -> set[str]:
    """The names of the facts in a sentence, without the suffix of a language."""
    names = (name for _, name, _, _ in Formatter().parse(text) if name)
    return {name.removesuffix("_vi").removesuffix("_en") for name in names}


@pytest.mark.parametrize("sentences", EVERY)
def test_a_sentence_says_the_same_in_both_languages(sentences: type[CodedSentence]) -> None:
    """The two sentences of a code differ, have the same facts, and the member has the name of its code."""
    for said in sentences:
        text = said.sentence
        assert text.vi.strip(), said
        assert text.en.strip(), said
        assert text.vi != text.en, said
        assert facts(text.vi) == facts(text.en), said
        assert said.value.endswith(said.name.lower()), said


@pytest.mark.parametrize("sentences", [one for one in EVERY if one not in PARTS])
def test_a_sentence_is_whole(sentences: type[CodedSentence]) -> None:
    """A sentence is longer than a word, and ends like a sentence or with the command for help."""
    for said in sentences:
        for text in (said.sentence.vi, said.sentence.en):
            assert text.endswith((".", "!", "?", "}", "…", "--help")), said
            assert len(text) > 15, said


@pytest.mark.parametrize("sentences", EVERY)
def test_no_code_stands_twice(sentences: type[CodedSentence]) -> None:
    """Each code is in its enumeration once, so that it has one sentence."""
    assert len(sentences.__members__) == len(sentences)


def test_a_code_without_its_sentence_does_not_construct() -> None:
    """A member with only a code raises an error when its module is loaded."""
    with pytest.raises(TypeError):

        class _WithoutASentence(CodedSentence):
            ALONE = "alone"


@pytest.mark.parametrize("sentences", [RecordFinding, CheckpointFinding])
def test_a_finding_of_the_ledger_names_no_fact(sentences: type[CodedSentence]) -> None:
    """The sentences of findings have no facts, because no facts are filled into them."""
    assert not [said for said in sentences if facts(said.sentence.vi)]


@pytest.mark.parametrize("said", LimitRefusal, ids=repr)
def test_a_request_is_refused_with_its_limit(said: LimitRefusal) -> None:
    """The sentence of a refused request has no facts besides the limits."""
    assert facts(said.sentence.vi) <= vars(Limits()).keys()


def test_a_sentence_in_the_language_of_the_screens() -> None:
    """The Vietnamese sentence has the states in Vietnamese, the English one in English."""
    error = DomainError(
        DossierRefusal.WRONG_STATE, dossier="H1", state="accepted", state_vi="Được tiếp nhận", wanted="x", wanted_vi="y"
    )
    assert error.code == "wrong_state"
    assert "Được tiếp nhận" in error.message.vi
    assert "accepted" not in error.message.vi
    assert "accepted" in error.message.en
