"""The settings of a process: from the environment (`LUONGXANH_…`), and else from the stack that runs in this checkout.

Only this module reads the environment. What is set there wins, so the same program runs against the embedded stack
and in production.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator

from activities.ledger.checkpoints.places import CheckpointPlaces
from domain.field_errors import Wrong, words_of
from domain.values import Bilingual, Strict
from workers.errors import SettingsError
from workers.local_settings import read_local_settings
from workers.papers import TemporalPapers, missing_beside, read_paper, read_secret

CHECKOUT = Path(__file__).resolve().parent.parent
PREFIX = "LUONGXANH_"

LONGEST_NAME = 200
"""Characters of a namespace, a queue, our identifier."""
SHORTEST_SECRET = 16
"""Characters; `openssl rand -hex 32` gives 64."""
ONCE_PUBLIC = "simulator-callback-secret"
"""What release 0.1 fell back to: whoever has read the source knows it."""


class Settings(Strict):
    """What a worker, the API or a command needs to know of its surroundings. An address that is unknown is None.

    `need` returns an address or says how to get it.
    """

    stack_folder: Path
    database_url: str | None = None
    """As the application's role: may do what the migrations grant."""
    database_admin_url: str | None = None
    """As the owner: runs migrations, never serves requests."""
    temporal_address: str | None = None
    """`host:port`"""
    temporal_tls: bool = False
    """TLS, with the authorities that this machine trusts; implied by any of the five settings below."""
    temporal_tls_ca_file: Path | None = None
    """PEM: the authorities by which Temporal's certificate is judged, instead of the machine's."""
    temporal_tls_cert_file: Path | None = None
    """PEM: our certificate, by which Temporal knows us; with `temporal_tls_key_file`."""
    temporal_tls_key_file: Path | None = None
    temporal_server_name: str | None = None
    """The name that Temporal's certificate must bear, where it is not the address's."""
    temporal_api_key_file: Path | None = None
    """A file with the key and nothing else."""
    namespace: str = Field(default="default", min_length=1)
    task_queue: str = Field(default="luongxanh", min_length=1)
    callback_url: str | None = None
    """Where the payment platform reports payments."""
    outside_file: str | None = None
    """A JSON list of `SystemAddress`: where the outside systems are."""
    authority: str = "H42"
    """Our identifier at the outside systems (madonvi)."""
    callback_secret: SecretStr | None = None
    """With which the payment platform signs its callbacks. Better in a file: the environment of a process is shown to
    more than the process."""
    callback_secret_file: Path | None = None
    """A file with that secret and nothing else."""
    payment_asked_after: int = Field(default=2, ge=1, le=3_600)
    """Seconds after which a dossier is asked to look at an order whose callback was not taken; then each pause is twice
    the one before."""
    payment_asked_at_least_every: int = Field(default=300, ge=1, le=86_400)
    """Seconds: the longest of these pauses."""
    payment_asked_for: int = Field(default=7_200, ge=1, le=604_800)
    """Seconds in which it is asked; after that the dossier's own looks find the payment."""
    otlp_endpoint: str | None = None
    """Base address of an OpenTelemetry collector (OTLP over HTTP); nothing is exported without it."""
    province_folder: Path = CHECKOUT / "deploy" / "ninh-binh"
    checkpoint_folder: Path | None = None
    """Where the log of checkpoints is kept, outside the database."""
    checkpoint_key: Path | None = None
    """The Ed25519 key (PEM) that signs them; a file that nobody else may read."""
    checkpoint_copies: str = ""
    """Where copies go, divided by commas: folders, and addresses that take each line by POST."""
    checkpoint_seconds: int = Field(default=3_600, ge=1, le=3_600)
    """How often checkpoints are made, at least hourly."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("database_url", "database_admin_url")
    @classmethod
    def _names_a_database(cls, url: str | None) -> str | None:
        """The text itself may hold a password, so no error repeats it."""
        if url is None or _is_database_url(url):
            return url
        example = "postgresql://luongxanh_app@host:5432/luongxanh"
        raise Wrong(
            f"không phải địa chỉ cơ sở dữ liệu, dạng {example}",
            f"no address of a database, which looks like {example}",
        )

    @field_validator("temporal_address")
    @classmethod
    def _names_a_server(cls, address: str | None) -> str | None:
        host, colon, port = (address or "").rpartition(":")
        if address is None or (colon and _HOST.fullmatch(host) and _is_port(port)):
            return address
        example = "temporal.example:7233"
        raise Wrong(f"không phải địa chỉ, dạng {example}", f"no address, which looks like {example}")

    @field_validator("callback_url", "otlp_endpoint")
    @classmethod
    def _names_a_page(cls, url: str | None) -> str | None:
        if url is None or _is_web_address(url):
            return url
        example = "https://one-stop.example:8443"
        raise Wrong(f"không phải địa chỉ web, dạng {example}", f"no web address, which looks like {example}")

    @field_validator("checkpoint_copies")
    @classmethod
    def _names_places(cls, copies: str) -> str:
        """Folders and web addresses; what looks like an address and is none would be made a folder."""
        wrong = [place for place in places_in(copies) if "://" in place and not _is_web_address(place)]
        if not wrong:
            return copies
        raise Wrong(
            "có địa chỉ không dùng được, dạng https://luu.example/chot",
            "has an address that is none, which looks like https://copies.example/log",
        )

    @field_validator("authority", "namespace", "task_queue")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if name.isprintable() and not name.isspace() and len(name) <= LONGEST_NAME:
            return name
        raise Wrong(
            f"phải là một tên, tối đa {LONGEST_NAME} ký tự", f"must be a name of at most {LONGEST_NAME} characters"
        )

    @field_validator("payment_asked_at_least_every", "payment_asked_for")
    @classmethod
    def _grows(cls, seconds: int, info: ValidationInfo) -> int:
        before = "payment_asked_after" if info.field_name != "payment_asked_for" else "payment_asked_at_least_every"
        shortest = info.data.get(before)
        if shortest is None or seconds >= shortest:
            return seconds
        bound = f"{variable(before)}: {shortest}"
        raise Wrong(f"không được ngắn hơn {bound}", f"must not be shorter than {bound}")

    def need(self, name: str) -> str:
        """The setting of that name. Raises `SettingsError` `stack_not_running`, which says how to set it."""
        value = getattr(self, name)
        if value is None:
            raise SettingsError("stack_not_running", component=name, folder=self.stack_folder, variable=variable(name))
        return str(value)

    def temporal_papers(self) -> TemporalPapers:
        """With what Temporal is called; the files are read now. Raises `SettingsError` `setting_invalid`."""
        certificate, key = "temporal_tls_cert_file", "temporal_tls_key_file"
        for one, other in ((certificate, key), (key, certificate)):
            if getattr(self, one) is None and getattr(self, other) is not None:
                raise missing_beside(variable(one), variable(other))
        secret = self.temporal_api_key_file
        given = (self.temporal_tls_ca_file, self.temporal_tls_cert_file, self.temporal_server_name, secret)
        return TemporalPapers(
            tls=self.temporal_tls or any(given),
            ca=self._paper("temporal_tls_ca_file"),
            certificate=self._paper(certificate),
            key=self._paper(key),
            server_name=self.temporal_server_name,
            api_key=read_secret(variable("temporal_api_key_file"), secret) if secret else None,
        )

    def shared_with_the_platform(self) -> SecretStr:
        """The secret under the payment platform's callbacks; there is none by default, since it would be everybody's.

        Raises `SettingsError` `callback_secret_missing`, `callback_secret_weak` or `setting_invalid`.
        """
        file = self.callback_secret_file
        secret = self.callback_secret or (read_secret(variable("callback_secret_file"), file) if file else None)
        if secret is None:
            raise SettingsError("callback_secret_missing")
        if len(secret.get_secret_value()) < SHORTEST_SECRET or secret.get_secret_value() == ONCE_PUBLIC:
            raise SettingsError("callback_secret_weak", shortest=SHORTEST_SECRET)
        return secret

    def _paper(self, name: str) -> bytes | None:
        path = getattr(self, name)
        return None if path is None else read_paper(variable(name), path)


_VI, _EN = attrgetter("vi"), attrgetter("en")
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def _is_database_url(url: str) -> bool:
    """With a scheme, a host or a `host=` and a port that can be one; whatever else is wrong, the connection tells."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("postgresql", "postgres") and parts.port != 0
    except ValueError:
        return False


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 65_536


def _is_web_address(url: str) -> bool:
    """With a host, and a port that can be one; `http` and `https` alone are spoken."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(_HOST.fullmatch(_host(parts.netloc))) and parts.port != 0
    except ValueError:
        return False


def _host(netloc: str) -> str:
    return re.sub(r":\d+$", "", netloc.rpartition("@")[2])


def places_in(copies: str) -> tuple[str, ...]:
    """Where copies of the checkpoints go."""
    return tuple(place.strip() for place in copies.split(",") if place.strip())


def variable(name: str) -> str:
    """Under which name the environment sets it."""
    return f"{PREFIX}{name.upper()}"


def load_settings(environment: Mapping[str, str] | None = None, stack_folder: Path | None = None) -> Settings:
    """Reads the environment, and what the local stack has left in its folder.

    Raises `SettingsError` `setting_invalid`, naming every wrong variable at once.
    """
    given = os.environ if environment is None else environment
    folder = (stack_folder or Path(given.get(f"{PREFIX}STACK") or CHECKOUT / ".stack")).absolute()
    known = {"stack_folder": str(folder), **read_local_settings(folder)}
    known |= _from_environment(given)
    try:
        return Settings.model_validate(known)
    except ValidationError as problem:
        told = [(variable(str(one["loc"][0])), words_of(one)) for one in problem.errors(include_input=False)]
        vi, en = ("\n".join(f"  {name}: {say(words)}" for name, words in told) for say in (_VI, _EN))
        raise SettingsError("setting_invalid", problems=Bilingual(vi=vi, en=en)) from None


def checkpoint_places(settings: Settings) -> CheckpointPlaces:
    """Where the checkpoints of these settings are, and how they are signed and named."""
    return CheckpointPlaces(
        origin=f"luongxanh/{settings.authority}",
        folder=settings.checkpoint_folder,
        key_file=settings.checkpoint_key,
        copies=places_in(settings.checkpoint_copies),
    )


def _from_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Every `LUONGXANH_…` of the environment that names a setting and is not empty."""
    names = set(Settings.model_fields) - {"stack_folder"}
    named = {name: given.get(f"{PREFIX}{name.upper()}", "") for name in names}
    named["province_folder"] = named["province_folder"] or given.get(f"{PREFIX}PROVINCE", "")
    named["otlp_endpoint"] = named["otlp_endpoint"] or given.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    return {name: value for name, value in named.items() if value}
