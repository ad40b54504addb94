"""The error of validators for values that contradict each other: a stable code and the facts of its sentence."""

from __future__ import annotations

from domain.messages.coded import CodedSentence


class Inconsistent(ValueError):
    """Pydantic wraps it in its ValidationError (`ctx["error"]`); the loader of a configuration takes it out again."""

    def __init__(self, code: CodedSentence, /, **facts: object) -> None:
        self.code = code
        self.sentence_facts = facts
        self.facts = {
            name: ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            for name, value in facts.items()
        }
        listed = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        super().__init__(f"{code}: {listed}" if listed else code.value)
