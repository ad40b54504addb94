"""Turns the failures of Temporal updates back into the domain's errors. Only this module does so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.errors import DomainError
from domain.messages.coded import CodedSentence
from domain.messages.deadlines import DeadlineRefusal
from domain.messages.dossier import DossierRefusal
from domain.messages.organisation import OrganisationRefusal
from domain.messages.record import RecordRefusal
from domain.messages.rules import RulesRefusal
from domain.text.sentences import filled
from domain.values import Bilingual

_OF_WORKFLOWS: tuple[type[CodedSentence], ...] = (
    DossierRefusal,
    DeadlineRefusal,
    OrganisationRefusal,
    RecordRefusal,
    RulesRefusal,
)
SENTENCES: Mapping[str, Bilingual] = {one.value: one.sentence for members in _OF_WORKFLOWS for one in members}
"""The sentences of the refusals of workflows, by their codes."""


class Refused(DomainError):
    """A refusal by a workflow, with the code, both sentences and the facts of the original error.

    `kind` is the class of the original error: InvalidInput, RuleViolation, NotAuthorised, Conflict, NotFound.
    `version` is the version of the dossier in the workflow when it refused.
    """

    def __init__(
        self, code: str, message: Bilingual, facts: dict[str, str], kind: str, version: int | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.facts = facts
        self.sentence_facts = {**facts}
        self.kind = kind
        self.version = version
        Exception.__init__(self, f"{code}: {message.en}")

    def tell(self, facts: Mapping[str, object]) -> None:
        """Fills the sentence again with these facts in the words of people.

        A sentence of another release, and one with facts that came as codes and were told in words, stays as it came.
        """
        sentence = SENTENCES.get(self.code)
        if sentence is None or filled(sentence, self.sentence_facts) != self.message:
            return
        self.sentence_facts = {**self.sentence_facts, **facts}
        self.message = filled(sentence, self.sentence_facts)


class EngineUnavailable(DomainError):
    """The engine cannot answer now. Nothing is lost, and the same request may be sent again with the same id."""


def refused_from(failed: WorkflowUpdateFailedError, dossier: str) -> DomainError:
    """The domain's error for a failed update."""
    cause: BaseException | None = failed.cause
    while cause is not None and not isinstance(cause, ApplicationError):
        cause = cause.__cause__
    if cause is None or cause.type is None:
        return EngineUnavailable(DossierRefusal.ANSWER_PENDING, dossier=dossier)
    sentences: dict[str, Any] = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else {}
    facts = cause.details[1] if len(cause.details) > 1 else {}
    version = cause.details[2] if len(cause.details) > 2 else None
    message = Bilingual(vi=sentences.get("vi", cause.message), en=sentences.get("en", cause.message))
    return Refused(cause.type, message, facts, sentences.get("kind", "RuleViolation"), version)
