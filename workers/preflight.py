"""Checks a process's settings, and the files that they name, before the process starts.

One error lists everything that is missing or wrong.
"""

from __future__ import annotations

from collections.abc import Callable

from activities.ledger.checkpoints.keys import Signer
from domain.errors import InvalidInput
from domain.values import Bilingual
from workers.connections import require_database_files
from workers.credentials import api_secrets, callback_secret, post_secret, sms_secret, temporal_credentials
from workers.errors import SettingProblem, SettingsError, wrong_setting, wrong_settings
from workers.outside_addresses import outside_addresses
from workers.policies import checkpoint_places
from workers.settings import (
    Mode,
    Process,
    Settings,
    missing_settings,
    not_set,
    read_settings,
    variable,
)

NO_FOLDER = Bilingual(vi="không phải thư mục", en="is no folder")


def checked_settings(process: Process) -> Settings:
    """The checked settings of a process that is about to start.

    Raises `SettingsError`: `setting_missing` when settings are only missing; the code of the failed check when exactly
    one check failed; else `setting_invalid` with all problems.
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
    raise wrong_settings([*found, *(problem for error in errors for problem in error.found)])


Check = Callable[[Settings], object]


def _error_of(check: Check, settings: Settings) -> SettingsError | None:
    try:
        check(settings)
    except SettingsError as error:
        return error
    return None


def _callback_secret(settings: Settings) -> None:
    if settings.has("callback_secret_file") or settings.mode is Mode.EMBEDDED:
        callback_secret(settings)


def _secrets_of_reports(settings: Settings) -> None:
    post_secret(settings)
    sms_secret(settings)


def _api_secrets(settings: Settings) -> None:
    if settings.has("api_secret_file") or settings.mode is Mode.EMBEDDED:
        api_secrets(settings)


def _outside_addresses(settings: Settings) -> None:
    if settings.has("outside_file"):
        outside_addresses(settings)


def _nexus(settings: Settings) -> None:
    """The Nexus service verifies access tokens, as the API does."""
    missing = [name for name in ("issuer_url", "issuer_audience") if not settings.has(name)]
    if settings.nexus and missing:
        raise missing_settings(missing)


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
        *(require_database_files, temporal_credentials, _callback_secret),
        *(_outside_addresses, _province, _checkpoints, _nexus),
    ),
    Process.API: (
        *(require_database_files, temporal_credentials),
        *(_callback_secret, _secrets_of_reports, _api_secrets, _province),
    ),
}
"""The checks of each process. Whether a needed setting is set at all is checked by `NEEDS`."""
