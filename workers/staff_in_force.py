"""The people of the province as its files say now: read again when they change, kept when the new ones are wrong."""

from __future__ import annotations

from pathlib import Path

import structlog

from activities.province import ConfigurationErrors, load_province
from domain.organisation.staff import Staff
from domain.rules.province import Province

log = structlog.get_logger(__name__)


class StaffInForce:
    """Asked as `staff()`. Raises ConfigurationErrors at first, when the folder cannot be read at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = self._stamp()
        self.province: Province = load_province(folder)

    def __call__(self) -> Staff:
        """The staff; a file that is wrong, or half written, changes nothing until it is right."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self.province = load_province(self._folder)
                log.info("staff_loaded", appointments=len(self.province.staff.appointments))
            except ConfigurationErrors as wrong:
                log.error("staff_not_loaded", code=wrong.code, problems=len(wrong.problems))
        return self.province.staff

    def _stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Which files are there, how long, and when they were written."""
        found = []
        for path in (self._folder / "people.yaml", *sorted((self._folder / "organisation").glob("*"))):
            if path.exists():
                status = path.stat()
                found.append((path.name, status.st_mtime_ns, status.st_size))
        return tuple(found)
