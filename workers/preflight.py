"""What a process checks before it does anything: its settings, and every file that they name.

All that is missing or wrong is told at once.
"""

from __future__ import annotations

from collections.abc import Callable

from activities.ledger.checkpoints.keys import Signer
from domain.errors import InvalidInput
from domain.values import Bilingual
from workers.connections import require_database_files
from workers.errors import SettingProblem, SettingsError, wrong_setting, wrong_settings
from workers.outside_addresses import outside_addresses
from workers.settings import (
    Mode,
    Process,
    Settings,
    checkpoint_places,
    missing_settings,
    not_set,
    read_settings,
    variable,
)

NO_FOLDER = Bilingual(vi="không phải thư mục", en="is no folder")


def checked_settings(process: Process) -> Settings:
    """The settings of a process that is about to start.

    Raises `SettingsError`: with its own code where one thing alone is wrong; else `setting_missing` where nothing is
    wrong, or `setting_invalid`.
    """
    read = read_settings(process=process)
    errors = [error for check in CHECKS[process] if (error := _error_of(check, read.settings)) is not None]
    if not read.wrong and not errors:
        if read.missing:
            raise missing_settings(read.missing)
        return read.settings
    if len(errors) == 1 and not read.wrong and not read.missing:
        raise errors[0]
    found: list[SettingProblem] = [*read.wrong, *map(not_set, read.missing)]
    raise wrong_settings([*found, *(one for error in errors for one in error.found)])


Check = Callable[[Settings], object]


def _error_of(check: Check, settings: Settings) -> SettingsError | None:
    try:
        check(settings)
    except SettingsError as error:
        return error
    return None


def _callback_secret(settings: Settings) -> None:
    if settings.has("callback_secret_file") or settings.mode is Mode.EMBEDDED:
        settings.shared_with_the_platform()


def _outside_addresses(settings: Settings) -> None:
    if settings.has("outside_file"):
        outside_addresses(settings)


def _province(settings: Settings) -> None:
    folder = settings.province_folder
    if folder is not None and not folder.is_dir():
        raise wrong_setting(variable("province_folder"), NO_FOLDER, folder)


def _checkpoints(settings: Settings) -> None:
    folder, key = settings.checkpoint_folder, settings.checkpoint_key
    if folder is not None and folder.exists() and not folder.is_dir():
        raise wrong_setting(variable("checkpoint_folder"), NO_FOLDER, folder)
    if key is not None:
        try:
            Signer.read(checkpoint_places(settings).origin, key)
        except InvalidInput as problem:
            raise wrong_setting(variable("checkpoint_key"), problem.message) from None


CHECKS: dict[Process, tuple[Check, ...]] = {
    Process.WORKER: (
        *(require_database_files, Settings.temporal_credentials, _callback_secret),
        *(_outside_addresses, _province, _checkpoints),
    ),
    Process.API: (require_database_files, Settings.temporal_credentials, _callback_secret, _province),
}
"""What each process reads of the files that its settings name; a setting that is missing is told by `NEEDS`."""
