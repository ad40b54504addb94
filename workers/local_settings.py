"""The settings that a local stack leaves in its folder for whoever runs beside it; the file is its owner's alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from domain.field_errors import of_validation
from domain.machine_errors import machine_says
from workers.errors import SettingsError, wrong_setting

SETTINGS_FILE = "settings.json"
_SETTINGS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


def read_local_settings(folder: Path) -> dict[str, str]:
    """Values by the name of their setting; none where no stack was started. Raises `SettingsError`."""
    content = read_kept(folder, SETTINGS_FILE)
    if content is None:
        return {}
    try:
        return _SETTINGS.validate_json(content)
    except ValidationError as problem:  # its text may repeat a password
        raise wrong_setting("LUONGXANH_STACK", of_validation(problem)[0], folder / SETTINGS_FILE) from None


def read_kept(folder: Path, name: str) -> bytes | None:
    """A file that a local stack keeps in its folder; None when it was never written.

    Raises `SettingsError` `folder_of_another` or `setting_invalid`.
    """
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        return None
    except NotADirectoryError as problem:
        raise wrong_setting("LUONGXANH_STACK", machine_says(problem), folder) from problem
    except PermissionError as problem:
        raise SettingsError("folder_of_another", path=folder, owner=_owner_of(folder)) from problem
    except OSError as problem:
        raise wrong_setting("LUONGXANH_STACK", machine_says(problem), folder / name) from problem


def _owner_of(folder: Path) -> str:
    """Of the nearest folder of which the machine tells whose it is: its account's name, or its number."""
    for known in (folder, *folder.parents):
        with suppress(OSError):
            number = str(known.stat().st_uid)
            with suppress(KeyError):
                return known.owner()
            return number
    return "?"
