"""A value that does not hold together: raised by validators, with a stable code and the facts that a sentence needs."""

from __future__ import annotations


class Inconsistent(ValueError):
    """Pydantic wraps it in its ValidationError (`ctx["error"]`), where the loader of a configuration finds it again."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.told = facts
        self.facts = {name: str(value) for name, value in facts.items()}
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        super().__init__(f"{code}: {told}" if told else code)
