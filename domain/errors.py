"""The errors of the domain: each has a stable code and a sentence in Vietnamese and in English.

The edges (Temporal, HTTP, command line) translate them once, by class and code. No code depends on a message's text.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.messages.coded import CodedSentence
from domain.text.sentences import filled, plain
from domain.values import Bilingual


class DomainError(Exception):
    """A request that cannot be fulfilled. `code` is stable; `message` is for people, `facts` are for machines.

    The sentence is filled when it is first asked for. To list what a person may do, hundreds of commands are tried,
    and the sentences of their refusals took a third of the time.
    """

    code: str
    """The code of a `CodedSentence`. It is a plain string, because a code that comes over a wire may be of another
    release."""
    facts: dict[str, str]

    def __init__(self, refusal: CodedSentence, /, **facts: object) -> None:
        super().__init__(refusal.value)
        self._sentence = refusal.sentence
        self._message: Bilingual | None = None
        self.code = refusal.value
        self.sentence_facts = facts
        """The facts with their values, for the sentence."""
        self.facts = {name: plain(value) for name, value in facts.items()}

    def __str__(self) -> str:
        return f"{self.code}: {self.message.en}"

    @property
    def message(self) -> Bilingual:
        """The sentence for people, with its facts."""
        if self._message is None:
            self._message = filled(self._sentence, self.sentence_facts)
        return self._message

    @message.setter
    def message(self, words: Bilingual) -> None:
        self._message = words

    def tell(self, facts: Mapping[str, object]) -> None:
        """Fills the sentence again with these facts in the words of people. `facts` for machines do not change."""
        self.sentence_facts = {**self.sentence_facts, **facts}
        self._message = None


class InvalidInput(DomainError):
    """The input is not valid: a date that does not exist, a negative fee, a note of three megabytes."""


class RuleViolation(DomainError):
    """The law, or the state of the dossier, does not allow the command."""


class NotAuthorised(DomainError):
    """This actor may not do this: wrong role, wrong unit."""


class Conflict(DomainError):
    """Somebody acted first: a stale version, a key already used for something else."""


class NotFound(DomainError):
    """There is no such dossier, procedure, unit or rule."""
