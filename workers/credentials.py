"""Certificates, keys and secrets, read from the files that the settings name: an environment is shown to others."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from domain.machine_errors import machine_says
from domain.values import Bilingual, Strict
from workers.errors import SettingsError, wrong_setting


class TemporalCredentials(Strict):
    """With what Temporal is called. Without TLS the rest is empty."""

    tls: bool
    ca: bytes | None
    certificate: bytes | None
    key: bytes | None
    server_name: str | None
    api_key: SecretStr | None

    def __repr__(self) -> str:
        """Keys are shown to nobody."""
        return f"TemporalCredentials(tls={self.tls})"


def read_credential(variable: str, path: Path) -> bytes:
    """A file that a setting names. Raises `SettingsError` `setting_invalid`, which names the variable."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise wrong_setting(variable, machine_says(problem), path) from None
    if not content.strip():
        raise wrong_setting(variable, Bilingual(vi="tệp rỗng", en="the file is empty"), path)
    return content


def read_secret(variable: str, path: Path) -> SecretStr:
    """A secret that stands alone in its file, without the line's end."""
    try:
        return SecretStr(read_credential(variable, path).decode("ascii").strip())
    except UnicodeDecodeError:
        raise wrong_setting(variable, Bilingual(vi="không phải ASCII", en="not ASCII"), path) from None


def missing_beside(variable: str, other: str) -> SettingsError:
    """A certificate without its key, or a key without its certificate."""
    return wrong_setting(variable, Bilingual(vi=f"cần đi cùng {other}", en=f"needed beside {other}"))
