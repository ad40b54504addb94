"""Numbers, instants, durations and names as a page writes them, in its language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal, format_percent

from domain.dossier.state import State
from domain.roles import Role
from domain.text.sentences import dong
from domain.values import VIETNAM, Bilingual
from gateway.i18n.wording import CHANNELS, act_name, at, role_name, system_name, working_time
from gateway.views.timeline import Language

NOTHING = "–"


@lru_cache(maxsize=10_000)
def _number(value: float, language: Language) -> str:
    return format_decimal(value, format="#,##0.#", locale=language)


@lru_cache(maxsize=10_000)
def _small(value: float, language: Language) -> str:
    if value >= 1 or not value:
        return _number(value, language)
    least = 0.01
    return ("" if value >= least else "< ") + format_decimal(max(value, least), format="0.##", locale=language)


@lru_cache(maxsize=10_000)
def _share(part: int, of: int, language: Language) -> str:
    return format_percent(part / of, format="#,##0.##%", locale=language)


class Formats:
    """The formats of one language. None is written as a dash."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def text(self, words: Bilingual | None) -> str:
        """A text in the language."""
        return NOTHING if words is None else words.vi if self._language == "vi" else words.en

    def number(self, value: float | None) -> str:
        """`2.700` or `2,700`; at most one decimal."""
        return NOTHING if value is None else _number(value, self._language)

    def small(self, value: float | None) -> str:
        """The same, below 1 with up to two decimals: what is more than 0 is not written as 0."""
        return NOTHING if value is None else _small(value, self._language)

    def share(self, part: int, of: int) -> str:
        """A share in per cent with up to two decimals; a dash when there is no whole."""
        return _share(part, of, self._language) if of else NOTHING

    def money(self, amount: int | None) -> str:
        """An amount in dong."""
        return NOTHING if amount is None else self.text(dong(amount))

    def instant(self, instant: datetime | None) -> str:
        """The minute in Vietnam's time."""
        return NOTHING if instant is None else at(instant)

    def day(self, when: date | datetime | None) -> str:
        """`27/11/2026` in Vietnam's time."""
        if isinstance(when, datetime):
            when = when.astimezone(VIETNAM).date()
        return NOTHING if when is None else f"{when:%d/%m/%Y}"

    def duration(self, spent: timedelta | int | None) -> str:
        """Working time; a number is of minutes."""
        return NOTHING if spent is None else self.text(working_time(spent))

    def state(self, state: State) -> str:
        """The words for a state."""
        return self.text(state.words)

    def role(self, role: Role | str) -> str:
        """The words for a role."""
        return self.text(role_name(role))

    def channel(self, channel: Any) -> str:
        """The words for the way in which a dossier was filed."""
        return self.text(CHANNELS[channel])

    def act(self, kind: str) -> str:
        """The words for a command."""
        return self.text(act_name(kind))

    def system(self, code: str) -> str:
        """The name of an outside system."""
        return self.text(system_name(code))

    def functions(self) -> Mapping[str, Callable[..., str]]:
        """The formats by the names that templates use: as functions and as filters."""
        names = "text number small share money instant day duration state role channel act system"
        return {name: getattr(self, name) for name in names.split()}
