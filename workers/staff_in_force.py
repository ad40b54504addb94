"""The staff of the province. The files are read again when they change; wrong files are not used."""

from __future__ import annotations

from pathlib import Path

import structlog

from activities.province import ConfigurationErrors, load_province
from domain.organisation.staff import Staff
from domain.rules.province import Province

log = structlog.get_logger(__name__)


class StaffInForce:
    """Called as `staff()`. The constructor raises ConfigurationErrors when the folder cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last_stamp = self._stamp()
        self.province: Province = load_province(folder)

    def __call__(self) -> Staff:
        """The staff now. While a file is wrong or half written, it is the staff of the last good files."""
        return self.in_force().staff

    def in_force(self) -> Province:
        """The province now, by the same rule."""
        stamp = self._stamp()
        if stamp != self._last_stamp:
            self._last_stamp = stamp
            try:
                self.province = load_province(self._folder)
                log.info("staff_loaded", appointments=len(self.province.staff.appointments))
            except ConfigurationErrors as errors:
                log.error("staff_not_loaded", code=errors.code, problems=len(errors.problems))
        return self.province

    def _stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Name, time of writing and size of each file."""
        stamps = []
        for path in (self._folder / "people.yaml", *sorted((self._folder / "organisation").glob("*"))):
            if path.exists():
                status = path.stat()
                stamps.append((path.name, status.st_mtime_ns, status.st_size))
        return tuple(stamps)
