"""The misbehaviour of the outside systems: every fault that each knows at a share of its calls, and outages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tools.demo.outside_world import OutsideWorld
from tools.simulator.app import Simulator
from tools.simulator.fault_injection import CALLBACK_MODES, FaultMode

LEFT_OUT = frozenset({FaultMode.EXPIRED_CERTIFICATE})
"""Not among the random faults: the service gives the same signature under the same key for ever, and two operators have
to state that it is none. Nobody of the run does."""
DELAY = 0.5
"""Seconds by which a slow answer and a late callback are late."""
LATE = 5.0
"""Seconds after which a call whose connection was lost is carried out: whoever sent it has sent newer ones by then."""


def modes_of_systems() -> dict[str, tuple[str, ...]]:
    """The faults that each simulated system knows. A new system or fault of the simulator is here by itself."""
    systems = Simulator(state=None).systems
    return {name: tuple(sorted(one.contract.modes - {FaultMode.OK} - LEFT_OUT)) for name, one in systems.items()}


def every_fault(modes: Sequence[str], share: float) -> list[dict[str, Any]]:
    """Every fault at random: those of calls hit `share` of the calls together, and those of callbacks of callbacks."""
    of_callbacks = [mode for mode in modes if mode in CALLBACK_MODES]
    of_calls = [mode for mode in modes if mode not in CALLBACK_MODES]
    return [
        {
            "mode": mode,
            "rate": _rate(place, len(group), share),
            "delay": LATE if mode == FaultMode.LATE_EFFECT else DELAY,
        }
        for group in (of_calls, of_callbacks)
        for place, mode in enumerate(group)
    ]


def _rate(place: int, count: int, share: float) -> float:
    """The rate at which the fault at this place hits the calls that no earlier one has hit: all hit as many calls."""
    each = share / count
    return each / (1 - place * each)


class Misbehaviour:
    """Sets the faults of the simulator. An outage takes the place of a system's other faults."""

    def __init__(self, outside: OutsideWorld, share: float, modes: Mapping[str, Sequence[str]]) -> None:
        self._outside = outside
        self._usual = {system: every_fault(known, share) for system, known in modes.items()}

    @property
    def systems(self) -> tuple[str, ...]:
        """Every system."""
        return tuple(self._usual)

    async def begin(self) -> None:
        """Every system misbehaves at its share."""
        for system in self._usual:
            await self.put_up(system)

    async def put_down(self, system: str, *, silent: bool) -> None:
        """No call is answered with success any more."""
        await self._outside.set_faults(system, {"mode": FaultMode.TIMEOUT if silent else FaultMode.DOWN})

    async def put_up(self, system: str) -> None:
        """The system answers again, and misbehaves as before."""
        await self._outside.set_faults(system, *self._usual[system])

    async def behave(self) -> None:
        """Every system works normally."""
        for system in self._usual:
            self._usual[system] = []
            await self._outside.set_faults(system)
