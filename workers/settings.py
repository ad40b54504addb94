"""The settings of a process, and the only place of the five rooms that reads the environment (`LUONGXANH_…`).

A process runs in one of two modes. In production the environment is all there is, and a process that lacks a setting it
needs refuses to start (`NEEDS`). Embedded, in a checkout, what the environment does not set is taken from the local
stack that runs there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources.utils import parse_env_vars

from activities.ledger.checkpoints.places import CheckpointPlaces
from domain.field_errors import Wrong, words_of
from domain.values import Bilingual
from workers.addresses import is_database_url, is_server_address, is_web_address
from workers.credentials import TemporalCredentials, missing_beside, read_credential, read_secret
from workers.errors import SettingProblem, SettingsError, wrong_settings
from workers.local_settings import read_local_settings

CHECKOUT = Path(__file__).resolve().parent.parent
PREFIX = "LUONGXANH_"

LONGEST_NAME = 200
"""Characters of a namespace, a queue, our identifier."""
SHORTEST_SECRET = 16
"""Characters; `openssl rand -hex 32` gives 64."""
WEAK_SECRET = Bilingual(
    vi=f"ngắn hơn {SHORTEST_SECRET} ký tự, hoặc là khóa mà ai cũng biết",
    en=f"is shorter than {SHORTEST_SECRET} characters, or known to everybody",
)
ONCE_PUBLIC = "simulator-callback-secret"
"""What release 0.1 fell back to: whoever has read the source knows it."""
DATABASE_ADDRESS = Bilingual(
    vi="không phải địa chỉ cơ sở dữ liệu, dạng postgresql://luongxanh_app@db.example:5432/luongxanh",
    en="no address of a database, which looks like postgresql://luongxanh_app@db.example:5432/luongxanh",
)


NOT_SET = Bilingual(vi="chưa đặt", en="is not set")
PROVINCE_OF_THE_CHECKOUT = CHECKOUT / "deploy" / "ninh-binh"
_OTHER_NAMES = {"stack_folder": f"{PREFIX}STACK"}


class Mode(StrEnum):
    """Where a process runs."""

    PRODUCTION = "production"
    """With servers of its own; nothing of a checkout is read."""
    EMBEDDED = "embedded"
    """In a checkout, with the servers of the local stack."""


class Process(StrEnum):
    """What is started, by what it needs."""

    WORKER = "worker"
    API = "api"
    COMMAND = "command"
    """A command that submits or acts."""
    READING = "reading"
    """A command that reads the ledger alone."""


NEEDS: Mapping[Process, tuple[str, ...]] = {
    Process.WORKER: (
        "database_url",
        "temporal_address",
        "province_folder",
        "outside_file",
        "callback_url",
        "callback_secret_file",
        "checkpoint_folder",
        "checkpoint_key",
    ),
    Process.API: ("database_url", "temporal_address", "province_folder", "callback_secret_file"),
    Process.COMMAND: ("database_url", "temporal_address", "province_folder"),
    Process.READING: ("database_url",),
}
"""What each process needs in production. All else has a default, or may be left out."""
INSTEAD_OF = {"callback_secret_file": "callback_secret"}
"""A setting in whose place another one may be set."""


class Settings(BaseSettings):
    """What a process knows of its surroundings. An address that is unknown is None.

    `need` returns an address or says how to get it.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

    mode: Mode
    stack_folder: Path = Field(validation_alias=AliasChoices(_OTHER_NAMES["stack_folder"]))
    """Where the local stack keeps what it keeps; in production nothing looks there."""
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
    otlp_endpoint: str | None = Field(
        default=None, validation_alias=AliasChoices("LUONGXANH_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    )
    """Base address of an OpenTelemetry collector (OTLP over HTTP); nothing is exported without it."""
    province_folder: Path | None = Field(
        default=None, validation_alias=AliasChoices("LUONGXANH_PROVINCE_FOLDER", "LUONGXANH_PROVINCE")
    )
    """The province's configuration; embedded, that of the checkout."""
    checkpoint_folder: Path | None = None
    """Where the log of checkpoints is kept, outside the database."""
    checkpoint_key: Path | None = None
    """The Ed25519 key (PEM) that signs them; a file that nobody else may read."""
    checkpoint_copies: str = ""
    """Where copies go, divided by commas: folders, and addresses that take each line by POST."""
    checkpoint_seconds: int = Field(default=3_600, ge=1, le=3_600)
    """How often checkpoints are made, at least hourly."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`load_settings` puts them together: here nothing reads the environment by itself."""
        return (init_settings,)

    @field_validator("database_url", "database_admin_url")
    @classmethod
    def _names_a_database(cls, url: str | None) -> str | None:
        """The text itself may hold a password, so no error repeats it."""
        if url is None or is_database_url(url):
            return url
        raise Wrong(DATABASE_ADDRESS.vi, DATABASE_ADDRESS.en)

    @field_validator("temporal_address")
    @classmethod
    def _names_a_server(cls, address: str | None) -> str | None:
        if address is None or is_server_address(address):
            return address
        example = "temporal.example:7233"
        raise Wrong(f"không phải địa chỉ, dạng {example}", f"no address, which looks like {example}")

    @field_validator("callback_url", "otlp_endpoint")
    @classmethod
    def _names_a_page(cls, url: str | None) -> str | None:
        if url is None or is_web_address(url):
            return url
        example = "https://one-stop.example:8443"
        raise Wrong(f"không phải địa chỉ web, dạng {example}", f"no web address, which looks like {example}")

    @field_validator("checkpoint_copies")
    @classmethod
    def _names_places(cls, copies: str) -> str:
        """Folders and web addresses; what looks like an address and is none would be made a folder."""
        wrong = [place for place in places_in(copies) if "://" in place and not is_web_address(place)]
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
        """The setting of that name.

        Raises `SettingsError` `setting_missing`, or `stack_not_running` where a local stack would have set it.
        """
        value = getattr(self, name)
        if value is not None:
            return str(value)
        if self.mode is Mode.PRODUCTION:
            raise missing_settings((name,))
        raise SettingsError("stack_not_running", component=name, folder=self.stack_folder, variable=variable(name))

    def has(self, name: str) -> bool:
        """Whether it is set, or another one in its place."""
        return any(getattr(self, one) is not None for one in (name, INSTEAD_OF.get(name, name)))

    def province(self) -> Path:
        """The folder of the province's configuration. Raises as `need`."""
        return Path(self.need("province_folder"))

    def temporal_credentials(self) -> TemporalCredentials:
        """With what Temporal is called; the files are read now. Raises `SettingsError` `setting_invalid`."""
        certificate, key = "temporal_tls_cert_file", "temporal_tls_key_file"
        for one, other in ((certificate, key), (key, certificate)):
            if getattr(self, one) is None and getattr(self, other) is not None:
                raise missing_beside(variable(one), variable(other))
        secret = self.temporal_api_key_file
        given = (self.temporal_tls_ca_file, self.temporal_tls_cert_file, self.temporal_server_name, secret)
        return TemporalCredentials(
            tls=self.temporal_tls or any(given),
            ca=self._credential("temporal_tls_ca_file"),
            certificate=self._credential(certificate),
            key=self._credential(key),
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
            raise SettingsError("callback_secret_missing", not_set("callback_secret_file"))
        if len(secret.get_secret_value()) < SHORTEST_SECRET or secret.get_secret_value() == ONCE_PUBLIC:
            found = SettingProblem(variable=variable("callback_secret_file"), words=WEAK_SECRET)
            raise SettingsError("callback_secret_weak", found, shortest=SHORTEST_SECRET)
        return secret

    def _credential(self, name: str) -> bytes | None:
        path = getattr(self, name)
        return None if path is None else read_credential(variable(name), path)


def places_in(copies: str) -> tuple[str, ...]:
    """Where copies of the checkpoints go."""
    return tuple(place.strip() for place in copies.split(",") if place.strip())


@dataclass(frozen=True)
class ReadSettings:
    """What was read: the settings as far as they are right, and what stands against a start."""

    settings: Settings
    wrong: tuple[SettingProblem, ...]
    missing: tuple[str, ...]
    """Names of settings."""


def load_settings(
    environment: Mapping[str, str] | None = None,
    stack_folder: Path | None = None,
    *,
    mode: Mode | None = None,
    process: Process | None = None,
) -> Settings:
    """The settings from the environment and, embedded, from the local stack.

    Raises `SettingsError` `setting_invalid` or `setting_missing`. Every wrong variable is named at once and, in
    production, every one that the process needs and that is not set.
    """
    read = read_settings(environment, stack_folder, mode=mode, process=process)
    if read.wrong:
        raise wrong_settings([*read.wrong, *map(not_set, read.missing)])
    if read.missing:
        raise missing_settings(read.missing)
    return read.settings


def read_settings(
    environment: Mapping[str, str] | None = None,
    stack_folder: Path | None = None,
    *,
    mode: Mode | None = None,
    process: Process | None = None,
) -> ReadSettings:
    """As `load_settings`, but tells what is wrong or missing instead of raising it; a wrong setting is left out.

    `mode` and `stack_folder` win over the environment.
    """
    known = _from_environment(os.environ if environment is None else environment)
    known["mode"] = mode or known.get("mode") or default_mode()
    folder = (stack_folder or Path(known.get(variable("stack_folder")) or CHECKOUT / ".stack")).absolute()
    known[variable("stack_folder")] = folder
    if known["mode"] == Mode.EMBEDDED:
        known = {variable("province_folder"): PROVINCE_OF_THE_CHECKOUT, **read_local_settings(folder), **known}
    needed = NEEDS[process] if process and known["mode"] != Mode.EMBEDDED else ()
    missing = tuple(name for name in needed if not known.keys() & {name, variable(name), INSTEAD_OF.get(name)})
    try:
        return ReadSettings(Settings.model_validate(known), (), missing)
    except ValidationError as problem:
        wrong = {str(one["loc"][0]): words_of(one) for one in problem.errors(include_input=False)}
        right = {name: value for name, value in known.items() if name not in wrong}
        found = tuple(SettingProblem(variable=variable(name), words=words) for name, words in wrong.items())
        return ReadSettings(Settings.model_validate({"mode": Mode.PRODUCTION, **right}), found, missing)


def default_mode() -> Mode:
    """Embedded in a checkout, which has `tools/` beside this package; production where the wheel was installed."""
    return Mode.EMBEDDED if (CHECKOUT / "tools" / "local_stack").is_dir() else Mode.PRODUCTION


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Every variable that names a setting and is not empty."""
    source = EnvSettingsSource(Settings)
    source.env_vars = parse_env_vars(environment, ignore_empty=True)
    return source()


def variable(name: str) -> str:
    """Under which name the environment sets it."""
    return name if name.startswith(PREFIX) else _OTHER_NAMES.get(name, f"{PREFIX}{name.upper()}")


def missing_settings(names: Sequence[str]) -> SettingsError:
    """`setting_missing`, which names every one of them."""
    found = [not_set(name) for name in names]
    return SettingsError("setting_missing", *found, variables=", ".join(one.variable for one in found))


def not_set(name: str) -> SettingProblem:
    """The problem of a setting that is missing."""
    return SettingProblem(variable=variable(name), words=NOT_SET)


def checkpoint_places(settings: Settings) -> CheckpointPlaces:
    """Where the checkpoints of these settings are, and how they are signed and named."""
    return CheckpointPlaces(
        origin=f"luongxanh/{settings.authority}",
        folder=settings.checkpoint_folder,
        key_file=settings.checkpoint_key,
        copies=places_in(settings.checkpoint_copies),
    )
