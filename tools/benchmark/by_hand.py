"""A copy of the province in which heads of units assign: there the officer acts whom a driver has chosen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from workers.checkout import CHECKOUT

PROVINCE = CHECKOUT / "deploy" / "ninh-binh"
AUTOMATIC, BY_HAND = "policy: automatic", "policy: by_hand"


def by_hand(into: Path) -> Path:
    """Copies the province, without its catalogue, and leaves assignment to heads of units."""
    copied = Path(shutil.copytree(PROVINCE, into, ignore=shutil.ignore_patterns("catalogue")))
    head = copied / "province.yaml"
    text = head.read_text(encoding="utf-8")
    if AUTOMATIC not in text:
        raise ValueError(f"{head} does not say {AUTOMATIC!r}")
    head.write_text(text.replace(AUTOMATIC, BY_HAND), encoding="utf-8")
    return copied


@contextmanager
def assigned_by_hand() -> Iterator[dict[str, str]]:
    """The setting of a worker that serves such a copy, which is removed at the end."""
    with TemporaryDirectory() as made:
        yield {"LUONGXANH_PROVINCE": str(by_hand(Path(made) / "province"))}
