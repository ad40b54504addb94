"""What all simulated systems share: the seed, the date, the store, and the credentials."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import PrivateAttr, SecretStr

from activities.adapters.address import DocumentTerms, EmailTerms, SystemAddress
from activities.adapters.systems import same_host
from domain.outside_systems import System
from domain.values import VIETNAM, Strict, Value
from tools.simulator.document_keys import seal_of
from tools.simulator.store import Shelf, Store

MAIL = EmailTerms(
    sender="khong-tra-loi@dichvucong.ninhbinh.example",
    sender_name="Trung tâm Phục vụ hành chính công",
    starttls="never",
)
"""Our own sender at the simulator's mail server."""


class Access(Strict):
    """The simulator's own credentials. They are valid only for the simulator."""

    username: str = "luongxanh"
    password: SecretStr = SecretStr("simulator-password")
    token: SecretStr = SecretStr("simulator-token")
    callback_secret: SecretStr = SecretStr("simulator-callback-secret")
    post_secret: SecretStr = SecretStr("simulator-post-secret")
    session_seconds: float = 1_800.0
    _mail_url: str | None = PrivateAttr(None)

    @property
    def mail_url(self) -> str | None:
        """Where the mail server listens; None: it does not."""
        return self._mail_url

    def mail_at(self, url: str) -> None:
        """Notes where the mail server listens: its port is known only then."""
        self._mail_url = url

    def addresses(self, url: str, unit: str, **limits: object) -> tuple[SystemAddress, ...]:
        """The address of every system: all at this URL of the simulator, and the mail server where it listens."""
        shared = {"unit": unit, "username": self.username, "password": self.password, "token": self.token, **limits}
        systems = tuple(
            one.model_copy(update={"documents": _terms(unit)}) if one.system is System.DOCUMENTS else one
            for one in same_host(url, **shared)
        )
        if self._mail_url is None:
            return systems
        mail = {"system": System.EMAIL, "base_url": self._mail_url, "email": MAIL, **shared}
        return (*systems, SystemAddress.model_validate(mail))


def as_file(addresses: Sequence[SystemAddress]) -> str:
    """The addresses as the text of the file that `LUONGXANH_OUTSIDE_FILE` names, with passwords."""
    secrets = ("password", "token")
    sealed = [{"documents": _terms_in_plain(one.documents)} if one.documents.certificate else {} for one in addresses]
    plain = [
        {
            **address.model_dump(mode="json", exclude_defaults=True),
            **{name: getattr(address, name).get_secret_value() for name in secrets},
            **seal,
        }
        for address, seal in zip(addresses, sealed, strict=True)
    ]
    return json.dumps(plain)


def _terms(unit: str) -> DocumentTerms:
    """The seal of a unit on the simulated axis."""
    seal = seal_of(unit)
    return DocumentTerms(key=SecretStr(seal.key), certificate=seal.certificate, authorities=seal.authorities)


def _terms_in_plain(terms: DocumentTerms) -> dict[str, object]:
    return {**terms.model_dump(mode="json", exclude_defaults=True), "key": terms.key.get_secret_value()}


class Effect(Value):
    """How often one service really changed something for one key."""

    service: str
    key: str
    times: int


@dataclass
class SimulatedDate:
    """The clock, shifted by `moved_by`. Orders, sessions and outages end by this clock."""

    moved_by: timedelta = field(default_factory=timedelta)
    wrong_by: timedelta = field(default_factory=timedelta)
    """By how much the clock is ahead of the truth. Only what the systems write and judge is wrong by it."""

    def now(self) -> datetime:
        """The current time in Vietnam, in whole seconds."""
        return (datetime.now(VIETNAM) + self.moved_by + self.wrong_by).replace(microsecond=0)

    @contextmanager
    def wrong(self, hours: float) -> Iterator[None]:
        """Within this context, which must not wait, the clock is ahead by these hours."""
        self.wrong_by = timedelta(hours=hours)
        try:
            yield
        finally:
            self.wrong_by = timedelta()


@dataclass(frozen=True)
class World:
    """The common data of all simulated systems."""

    seed: int
    store: Store
    access: Access = field(default_factory=Access)
    date: SimulatedDate = field(default_factory=SimulatedDate)
    where: Callable[[], str] = lambda: ""
    """The address of the simulator, which is known only when it listens."""

    def name(self, prefix: str, *parts: object) -> str:
        """An identifier that depends only on the seed and its parts."""
        text = "/".join(str(part) for part in (self.seed, prefix, *parts))
        return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def monotonic(self) -> float:
        """The seconds of a monotonic clock, shifted as the date is."""
        return time.monotonic() + self.date.moved_by.total_seconds()


class Effects:
    """Counts what really changed in one system. Tests of exactly-once effects read it."""

    def __init__(self, world: World, system: str) -> None:
        self._shelf = Shelf(world.store, f"{system}/effects", Effect)

    def add(self, service: str, key: str) -> None:
        """Counts one more change."""
        row = f"{service}/{key}"
        before = self._shelf.get(row)
        self._shelf.put(row, Effect(service=service, key=key, times=(before.times if before else 0) + 1))

    def listed(self, key: str | None) -> list[dict[str, object]]:
        """The effects of one key, or of all."""
        return [effect.model_dump() for effect in self._shelf.all() if key in (None, effect.key)]
