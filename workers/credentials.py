"""Reads certificates, keys and secrets from the files that the settings name.

They are not in the environment itself, because other processes may see it.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from activities.adapters.signed_bodies import lines_of
from domain.machine_errors import machine_says
from domain.values import Bilingual, Strict
from workers.errors import SettingProblem, SettingsError, wrong_setting
from workers.messages import SettingsRefusal
from workers.settings import Settings, not_set, variable

SHORTEST_SECRET = 16
"""The fewest characters of each line of a secret that signs callbacks; `openssl rand -hex 32` gives 64."""
WEAK_SECRET = Bilingual(
    vi=f"có dòng ngắn hơn {SHORTEST_SECRET} ký tự, hoặc là khóa mà ai cũng biết",
    en=f"has a line shorter than {SHORTEST_SECRET} characters, or known to everybody",
)
SHORTEST_API_SECRET = 32
"""The fewest characters of each secret of the API."""
WEAK_API_SECRET = Bilingual(
    vi=f"có dòng ngắn hơn {SHORTEST_API_SECRET} ký tự", en=f"has a line shorter than {SHORTEST_API_SECRET} characters"
)
ONCE_PUBLIC = "simulator-callback-secret"
"""The default secret of release 0.1. It is refused, because it is in the public source code."""


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


def temporal_credentials(settings: Settings) -> TemporalCredentials:
    """How we identify ourselves to Temporal. Reads the files. Raises `SettingsError` `setting_invalid`."""
    certificate, key = settings.temporal_tls_cert_file, settings.temporal_tls_key_file
    if certificate is None and key is not None:
        raise _missing_beside("temporal_tls_cert_file", "temporal_tls_key_file")
    if key is None and certificate is not None:
        raise _missing_beside("temporal_tls_key_file", "temporal_tls_cert_file")
    ca, api_key = settings.temporal_tls_ca_file, settings.temporal_api_key_file
    return TemporalCredentials(
        tls=settings.temporal_tls or any((ca, certificate, settings.temporal_server_name, api_key)),
        ca=read_credential("temporal_tls_ca_file", ca) if ca else None,
        certificate=read_credential("temporal_tls_cert_file", certificate) if certificate else None,
        key=read_credential("temporal_tls_key_file", key) if key else None,
        server_name=settings.temporal_server_name,
        api_key=_read_secret("temporal_api_key_file", api_key) if api_key else None,
    )


def callback_secret(settings: Settings) -> SecretStr:
    """The secret that signs the payment platform's callbacks. There is no default: a default would be public.

    Raises `SettingsError` `callback_secret_missing`, `callback_secret_weak` or `setting_invalid`.
    """
    file = settings.callback_secret_file
    secret = settings.callback_secret or (_read_secret("callback_secret_file", file) if file else None)
    if secret is None:
        raise SettingsError(SettingsRefusal.CALLBACK_SECRET_MISSING, not_set("callback_secret_file"))
    if is_weak(secret) or ONCE_PUBLIC in lines_of(secret):
        found = SettingProblem(variable=variable("callback_secret_file"), words=WEAK_SECRET)
        raise SettingsError(SettingsRefusal.CALLBACK_SECRET_WEAK, found, shortest=SHORTEST_SECRET)
    return secret


def post_secret(settings: Settings) -> SecretStr | None:
    """The secret that signs the postal service's reports; None where it sends none. Another one than that of payments:
    who has one cannot forge for the other.

    Raises `SettingsError` `setting_invalid`.
    """
    return _shared_secret("post_secret_file", settings.post_secret_file)


def sms_secret(settings: Settings) -> SecretStr | None:
    """The secret that signs what the SMS gateway reports; None where it reports nothing. Raises `SettingsError`
    `setting_invalid`."""
    return _shared_secret("sms_secret_file", settings.sms_secret_file)


def _shared_secret(setting: str, file: Path | None) -> SecretStr | None:
    if file is None:
        return None
    secret = _read_secret(setting, file)
    if is_weak(secret):
        raise wrong_setting(variable(setting), WEAK_SECRET, file)
    return secret


def is_weak(secret: SecretStr) -> bool:
    """Whether there is none, or a line is too short: each line is believed, so the shortest one counts."""
    return min(map(len, lines_of(secret)), default=0) < SHORTEST_SECRET


def api_secrets(settings: Settings) -> tuple[bytes, ...]:
    """The secrets of the API, the one in use first. Raises `SettingsError` `setting_missing` or `setting_invalid`."""
    file = Path(settings.need("api_secret_file"))
    lines = tuple(line.strip() for line in read_credential("api_secret_file", file).splitlines() if line.strip())
    if any(len(line) < SHORTEST_API_SECRET for line in lines):
        raise wrong_setting(variable("api_secret_file"), WEAK_API_SECRET, file)
    return lines


def console_secret(settings: Settings) -> SecretStr | None:
    """The console's secret at the issuer, where it has one. Raises `SettingsError` `setting_invalid`."""
    file = settings.console_client_secret_file
    return _read_secret("console_client_secret_file", file) if file else None


def read_credential(setting: str, path: Path) -> bytes:
    """The content of a file that a setting names. Raises `SettingsError` `setting_invalid`, with the variable."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise wrong_setting(variable(setting), machine_says(problem), path) from None
    if not content.strip():
        raise wrong_setting(variable(setting), Bilingual(vi="tệp rỗng", en="the file is empty"), path)
    return content


def _read_secret(setting: str, path: Path) -> SecretStr:
    """What a file holds, without the end of its last line. Raises as `read_credential`."""
    try:
        return SecretStr(read_credential(setting, path).decode("ascii").strip())
    except UnicodeDecodeError:
        raise wrong_setting(variable(setting), Bilingual(vi="không phải ASCII", en="not ASCII"), path) from None


def _missing_beside(setting: str, other: str) -> SettingsError:
    """The error of a certificate without its key, or of a key without its certificate."""
    beside = variable(other)
    return wrong_setting(variable(setting), Bilingual(vi=f"cần đi cùng {beside}", en=f"needed beside {beside}"))
