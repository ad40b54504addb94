"""What all simulated systems share: the seed, the date, the store, and who may call."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import SecretStr

from activities.adapters.address import SystemAddress
from activities.adapters.systems import same_host
from domain.values import VIETNAM, Strict, Value
from tools.simulator.store import Shelf, Store


class Access(Strict):
    """The simulator's own credentials. They open nothing but the simulator."""

    username: str = "luongxanh"
    password: SecretStr = SecretStr("simulator-password")
    token: SecretStr = SecretStr("simulator-token")
    callback_secret: SecretStr = SecretStr("simulator-callback-secret")
    session_seconds: float = 1_800.0

    def addresses(self, url: str, unit: str, **limits: object) -> tuple[SystemAddress, ...]:
        """The addresses of every system, served by the simulator at this URL."""
        return same_host(url, unit=unit, username=self.username, password=self.password, token=self.token, **limits)


def as_file(addresses: Sequence[SystemAddress]) -> str:
    """These addresses as the file that `LUONGXANH_OUTSIDE_FILE` names, passwords and all."""
    secrets = ("password", "token")
    plain = [
        {**one.model_dump(mode="json"), **{name: getattr(one, name).get_secret_value() for name in secrets}}
        for one in addresses
    ]
    return json.dumps(plain)


class Effect(Value):
    """How often something truly changed."""

    service: str
    key: str
    times: int


@dataclass
class SimulatedDate:
    """The wall clock, moved by as much as a test wants: an order expires when it says so."""

    moved_by: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """The present moment in Vietnam, in whole seconds."""
        return (datetime.now(VIETNAM) + self.moved_by).replace(microsecond=0)


@dataclass(frozen=True)
class World:
    """One simulated outside world."""

    seed: int
    store: Store
    access: Access = field(default_factory=Access)
    date: SimulatedDate = field(default_factory=SimulatedDate)

    def name(self, prefix: str, *parts: object) -> str:
        """An identifier that depends only on the seed and its parts."""
        text = "/".join(str(part) for part in (self.seed, prefix, *parts))
        return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()


class Effects:
    """The tally of what truly changed in one system: what a test of exactly-once looks at."""

    def __init__(self, world: World, system: str) -> None:
        self._shelf = Shelf(world.store, f"{system}/effects", Effect)

    def add(self, service: str, key: str) -> None:
        """Something changed once more."""
        place = f"{service}/{key}"
        before = self._shelf.get(place)
        self._shelf.put(place, Effect(service=service, key=key, times=(before.times if before else 0) + 1))

    def listed(self, key: str | None) -> list[dict[str, object]]:
        """All effects, or those of one key."""
        return [one.model_dump() for one in self._shelf.all() if key in (None, one.key)]
