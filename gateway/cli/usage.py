"""Turns the errors of the command line parser into sentences in Vietnamese and English."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from cyclopts import (
    App,
    Argument,
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from domain.text.sentences import filled
from domain.values import Bilingual
from gateway.cli.choices import choices_of
from gateway.cli.messages import CommandLineRefusal, UsageSentence
from gateway.cli.problems import CommandLineProblem

MOST_SHOWN = 60
"""The most characters that are repeated of a typed text."""
WRITTEN_AS = {
    bool: Bilingual(vi="true hoặc false", en="true or false"),
    int: Bilingual(vi="một số nguyên", en="a whole number"),
    float: Bilingual(vi="một số", en="a number"),
    UUID: Bilingual(vi="một mã UUID", en="a UUID"),
    datetime: Bilingual(vi="một thời điểm như 2025-07-01T09:30+07:00", en="an instant like 2025-07-01T09:30+07:00"),
    date: Bilingual(vi="một ngày như 2025-07-01", en="a day like 2025-07-01"),
}
"""How a value of each type is written on the command line."""


def usage(app: App, problem: CycloptsError) -> CommandLineProblem:
    """The CommandLineProblem `usage`: what is wrong with the command, and how to get its help."""
    sentence = _sentence(problem)
    command = " ".join([*app.name, *(problem.command_chain or ())])
    return CommandLineProblem(CommandLineRefusal.USAGE, problem=sentence.en, problem_vi=sentence.vi, command=command)


def _sentence(problem: CycloptsError) -> Bilingual:
    match problem:
        case UnknownOptionError(token=token, argument_collection=options):
            given = (token.keyword or token.value).partition("=")[0]
            return _say(
                UsageSentence.UNKNOWN_OPTION,
                given=given,
                close=_close(given, [n for one in options for n in one.names]),
            )
        case UnknownCommandError(unused_tokens=[given, *_]):
            known = _commands(problem.app)
            return _say(UsageSentence.UNKNOWN_COMMAND, given=given, close=_close(given, known), known=", ".join(known))
        case UnusedCliTokensError(unused_tokens=tokens):
            return _say(UsageSentence.TOO_MUCH, given=" ".join(tokens or ()))
        case RepeatArgumentError(token=token):
            return _say(UsageSentence.GIVEN_TWICE, option=token.keyword)
        case MissingArgumentError(argument=argument) if argument is not None:
            option = problem.keyword or next((one.keyword for one in argument.tokens if one.keyword), None)
            return _say(UsageSentence.MISSING_VALUE, option=option) if option else _missing(argument)
        case CoercionError():
            return _of_value(problem)
        case _:
            return Bilingual(vi=_say(UsageSentence.OTHERWISE).vi, en=str(problem))


def _missing(argument: Argument) -> Bilingual:
    """The sentence for a missing argument, with the first line of its help, which is always `Vietnamese (English)`."""
    first, *_ = str(argument.parameter.help or "").split("\n")
    vi, _, en = first.partition(" (")
    return _say(UsageSentence.MISSING, option=argument.name, means=Bilingual(vi=vi, en=en.removesuffix(")")))


def _of_value(problem: CoercionError) -> Bilingual:
    option = problem.token.keyword if problem.token else None
    if option is None:
        option = problem.argument.name if problem.argument is not None else "–"
    given = problem.token.value if problem.token else "–"
    choices = _choices(problem.target_type)
    if choices:
        known = choices_of(problem.target_type) or choices
        return _say(UsageSentence.NOT_A_CHOICE, option=option, given=given, known=known, close=_close(given, choices))
    written = next((words for kind, words in WRITTEN_AS.items() if problem.target_type is kind), None)
    if written is None:
        return _say(UsageSentence.NOT_READABLE, option=option, given=given)
    return _say(UsageSentence.NOT_OF_TYPE, option=option, given=given, written=written)


def _choices(kind: Any) -> list[str]:
    if get_origin(kind) is Literal:
        return [str(one) for one in get_args(kind)]
    return list(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else []


def _commands(app: App | None) -> list[str]:
    return [name for name in app or () if not name.startswith("-")]


def _close(given: str, known: Sequence[str]) -> Bilingual:
    found = difflib.get_close_matches(given, known, n=1)
    return _say(UsageSentence.CLOSE, given=found[0]) if found else Bilingual(vi="", en="")


def _say(code: UsageSentence, /, **facts: object) -> Bilingual:
    shortened = {
        name: fact[:MOST_SHOWN] if name == "given" and isinstance(fact, str) else fact for name, fact in facts.items()
    }
    return filled(code.sentence, shortened)
