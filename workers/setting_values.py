"""Reads the settings whose text is a list: of names, hosts, pauses, or pairs."""

from __future__ import annotations

import re

from pydantic import TypeAdapter

from activities.webhooks.retries import RetrySchedule
from domain.values import Code

ENDPOINT = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,198}[a-zA-Z0-9]")
"""The names of Nexus endpoints that Temporal accepts."""
SERVICES: TypeAdapter[dict[str, Code]] = TypeAdapter(dict[str, Code])


def parts_of(listed: str) -> tuple[str, ...]:
    """The parts of a setting that is a list, separated by commas."""
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def allowed_hosts_in(hosts: str) -> frozenset[str]:
    """The hosts in the setting `webhook_allowed_hosts`, in lower case."""
    return frozenset(host.strip().lower() for host in hosts.split(",") if host.strip())


def entrusted_endpoints(listed: str) -> dict[str, str]:
    """The services in the setting `nexus_endpoints`, by endpoint. Raises ValueError when a pair is wrong."""
    pairs = [tuple(part.strip() for part in pair.split("=")) for pair in parts_of(listed)]
    services = {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and ENDPOINT.fullmatch(pair[0])}
    if len(services) < len(pairs):
        raise ValueError(listed)
    return SERVICES.validate_python(services)


def retry_schedule(pauses: str) -> RetrySchedule:
    """The schedule of the setting `webhook_pauses`. Raises ValueError when a pause is wrong."""
    seconds = tuple(float(int(pause)) for pause in pauses.split(",") if pause.strip())
    return RetrySchedule(pauses=seconds) if seconds else RetrySchedule()
