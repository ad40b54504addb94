"""Where the outside systems are: the simulator's address in the embedded stack, a file of addresses in production."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter

from activities.outside.address import SystemAddress
from workers.settings import Settings
from workers.simulator.world import Access

_ADDRESSES: TypeAdapter[list[SystemAddress]] = TypeAdapter(list[SystemAddress])


def outside_addresses(settings: Settings) -> list[SystemAddress]:
    """The address of every system. The file (`LUONGXANH_OUTSIDE_FILE`) wins over the simulator."""
    if settings.outside_file is not None:
        return _ADDRESSES.validate_python(json.loads(Path(settings.outside_file).read_text(encoding="utf-8")))
    return list(Access().addresses(settings.need("simulator_url"), unit=settings.authority))
