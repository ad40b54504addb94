"""Which form of answer a caller accepts: the header Accept (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.api.messages import RequestRefusal
from gateway.api.refusals import BadRequest

MOST_RANGES = 50


def preferred(headers: Sequence[str], served: Sequence[str]) -> str:
    """The media type that the caller prefers among those that are served; without the header: the first.

    Raises BadRequest `not_acceptable` when the caller accepts none of them.
    """
    ranges = [one.strip() for one in ",".join(headers).split(",")[:MOST_RANGES] if one.strip()]
    if not ranges:
        return served[0]
    wanted = sorted(_weighted(ranges), key=lambda one: -one[0])
    refused = {media for weight, media in wanted if weight == 0}
    for weight, media in wanted:
        found = next((one for one in served if weight > 0 and _matches(media, one) and one not in refused), None)
        if found is not None:
            return found
    raise BadRequest(RequestRefusal.NOT_ACCEPTABLE, header="Accept", served=", ".join(served))


def _weighted(ranges: Sequence[str]) -> Iterator[tuple[float, str]]:
    """The ranges with their weights. One whose weight cannot be read counts as one without a weight."""
    for one in ranges:
        media, *parameters = (part.strip().lower() for part in one.split(";"))
        weights = [part.removeprefix("q=") for part in parameters if part.startswith("q=")]
        yield _weight(weights[0]) if weights else 1.0, media


def _weight(written: str) -> float:
    try:
        return min(1.0, max(0.0, float(written)))
    except ValueError:
        return 1.0


def _matches(wanted: str, media: str) -> bool:
    kind, _, part = wanted.partition("/")
    return wanted in ("*/*", media) or (part == "*" and media.startswith(f"{kind}/"))
