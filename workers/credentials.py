"""Reads certificates, keys and secrets from the files that the settings name.

They are not in the environment itself, because other processes may see it.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from domain.machine_errors import machine_says
from domain.values import Bilingual, Strict
from workers.errors import SettingsError, wrong_setting


class TemporalCredentials(Strict):
    """How we identify ourselves to Temporal. Without TLS all other fields are empty."""

    tls: bool
    ca: bytes | None
    certificate: bytes | None
    key: bytes | None
    server_name: str | None
    api_key: SecretStr | None

    def __repr__(self) -> str:
        """Leaves out the keys."""
        return f"TemporalCredentials(tls={self.tls})"


def read_credential(variable: str, path: Path) -> bytes:
    """The content of a file that a setting names. Raises `SettingsError` `setting_invalid`, with the variable."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise wrong_setting(variable, machine_says(problem), path) from None
    if not content.strip():
        raise wrong_setting(variable, Bilingual(vi="tệp rỗng", en="the file is empty"), path)
    return content


def read_secret(variable: str, path: Path) -> SecretStr:
    """The secret in a file that holds nothing else, without the end of the line. Raises as `read_credential`."""
    try:
        return SecretStr(read_credential(variable, path).decode("ascii").strip())
    except UnicodeDecodeError:
        raise wrong_setting(variable, Bilingual(vi="không phải ASCII", en="not ASCII"), path) from None


def missing_beside(variable: str, other: str) -> SettingsError:
    """The error of a certificate without its key, or of a key without its certificate."""
    return wrong_setting(variable, Bilingual(vi=f"cần đi cùng {other}", en=f"needed beside {other}"))
