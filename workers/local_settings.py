"""Reads the settings that a local stack writes into its folder for other processes of the same account."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from domain.field_errors import of_validation
from domain.machine_errors import machine_says
from workers.errors import SettingsError, wrong_setting
from workers.messages import SettingsRefusal

SETTINGS_FILE = "settings.json"
_SETTINGS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


def read_local_settings(folder: Path) -> dict[str, str]:
    """Values by the name of their setting; empty when no stack was started. Raises as `read_kept`."""
    content = read_kept(folder, SETTINGS_FILE)
    if content is None:
        return {}
    try:
        return _SETTINGS.validate_json(content)
    except ValidationError as problem:  # its text may repeat a password
        raise wrong_setting("LUONGXANH_STACK", of_validation(problem)[0], folder / SETTINGS_FILE) from None


def read_kept(folder: Path, name: str) -> bytes | None:
    """The content of a file in a local stack's folder; None when there is no such file.

    Raises `SettingsError` `folder_of_another` or `setting_invalid`.
    """
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        return None
    except NotADirectoryError as problem:
        raise wrong_setting("LUONGXANH_STACK", machine_says(problem), folder) from problem
    except PermissionError as problem:
        raise SettingsError(SettingsRefusal.FOLDER_OF_ANOTHER, path=folder, owner=_owner_of(folder)) from problem
    except OSError as problem:
        raise wrong_setting("LUONGXANH_STACK", machine_says(problem), folder / name) from problem


def _owner_of(folder: Path) -> str:
    """The owner of the folder, or of its nearest readable parent: the account's name, or its number."""
    for path in (folder, *folder.parents):
        with suppress(OSError):
            number = str(path.stat().st_uid)
            with suppress(KeyError):
                return path.owner()
            return number
    return "?"
