"""Counts what the outside systems did, by what it means to a citizen and not by the keys of the calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tools.demo import checks

SYSTEMS = ("payments", "signing", "civil", "residence", "land", "business", "portal", "sms")
REGISTRIES = ("civil", "residence", "land", "business")

Books = Mapping[str, Mapping[str, Any]]


def doubled(books: Books, fees: Mapping[str, int]) -> Iterable[str]:
    """What was done twice. `fees`: what each dossier that is finished had to pay, in dong."""
    once = checks.once({name: dict(book) for name, book in books.items()})
    if not once.holds:
        yield once.found
    paid: Counter[str] = Counter()
    for order in books["payments"]["orders"]:
        paid[order["dossier"]] += order["paid_amount"] - order["refunded_amount"]
    for code, fee in fees.items():
        if paid[code] != fee:
            yield f"{code}: paid {paid[code]}, the fee is {fee}"
    yield from _twice("entry", (_entry(one["fields"]) for name in REGISTRIES for one in books[name]["entries"]))
    yield from _twice("signature", (_signature(one) for one in books["signing"]["signatures"]))
    yield from _twice("notice", (_notice(one["message"]) for one in books["sms"]["messages"]))
    yield from _twice("step", (str(sorted(one.items())) for one in books["portal"]["steps"]))


def effects(books: Books) -> int:
    """How many effects were counted in all."""
    return sum(one["times"] for book in books.values() for one in book["effects"])


def _twice(what: str, names: Iterable[str]) -> Iterable[str]:
    return (f"{what} made {times} times: {name}" for name, times in Counter(names).items() if times > 1)


def _entry(fields: Mapping[str, str]) -> str:
    return f"{fields['MaHoSo']} {fields['SoKetQua']}"


def _signature(made: Mapping[str, Any]) -> str:
    return f"{made['service']} {made['asked']['document_hash']}"


def _notice(message: Mapping[str, str]) -> str:
    return f"{message['phone']} {message['text']}"
