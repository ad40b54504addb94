"""The settings of a process. Only this module of the product reads the environment (`LUONGXANH_…`).

A process runs in one of two modes. In production all settings come from the environment, and a process that lacks a
setting it needs (`NEEDS`) refuses to start. In embedded mode, in a checkout, settings that are not in the environment
are taken from the local stack that runs there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources.utils import parse_env_vars

from domain.field_errors import Wrong, words_of
from domain.values import Bilingual
from gateway.access.issuer_policy import USUAL_ALGORITHMS, Algorithm, is_issuer_address
from gateway.access.permissions import COMMANDS
from workers.addresses import is_database_url, is_server_address, is_web_address
from workers.checkout import CHECKOUT, is_checkout
from workers.errors import SettingProblem, SettingsError, wrong_settings
from workers.local_settings import read_local_settings
from workers.messages import SettingsRefusal
from workers.setting_values import entrusted_endpoints, parts_of, retry_schedule

PREFIX = "LUONGXANH_"

LONGEST_NAME = 200
"""The most characters of a namespace, of a queue's name and of our identifier."""
DATABASE_ADDRESS = Bilingual(
    vi="không phải địa chỉ cơ sở dữ liệu, dạng postgresql://luongxanh_app@db.example:5432/luongxanh",
    en="no address of a database, which looks like postgresql://luongxanh_app@db.example:5432/luongxanh",
)


NOT_SET = Bilingual(vi="chưa đặt", en="is not set")
PROVINCE_OF_THE_CHECKOUT = CHECKOUT / "deploy" / "ninh-binh"
CLAIMS = (
    *("issuer_kind_claim", "issuer_identifier_claim", "issuer_client_claims"),
    *("issuer_role_claim", "issuer_unit_claim"),
)
_OTHER_NAMES = {"stack_folder": f"{PREFIX}STACK"}


class Mode(StrEnum):
    """Where a process runs."""

    PRODUCTION = "production"
    """With its own servers. Nothing is read from a checkout."""
    EMBEDDED = "embedded"
    """In a checkout, with the servers of the local stack."""


class Process(StrEnum):
    """The kinds of processes, told apart by the settings they need."""

    WORKER = "worker"
    API = "api"
    COMMAND = "command"
    """A command that submits or acts."""
    READING = "reading"
    """A command that only reads the ledger."""


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
    Process.API: (
        *("database_url", "temporal_address", "province_folder", "callback_secret_file", "api_secret_file"),
        *("issuer_url", "issuer_audience"),
    ),
    Process.COMMAND: ("database_url", "temporal_address", "province_folder"),
    Process.READING: ("database_url",),
}
"""The settings that each process needs in production. Every other setting has a default or is optional."""
INSTEAD_OF = {"callback_secret_file": "callback_secret"}
"""Which other setting may be set in place of a setting."""


class Settings(BaseSettings):
    """Every setting of a process. An optional setting that is not set is None.

    `need` returns a setting, or raises an error that says how to set it.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

    mode: Mode
    stack_folder: Path = Field(validation_alias=AliasChoices(_OTHER_NAMES["stack_folder"]))
    """The folder of the local stack. It is not read in production."""
    database_url: str | None = None
    """The database in the application's role, which may do only what the migrations grant."""
    database_admin_url: str | None = None
    """The database as its owner: for migrations, never to serve requests."""
    temporal_address: str | None = None
    """`host:port`"""
    temporal_tls: bool = False
    """TLS, with the certificate authorities that this machine trusts. Any of the five settings below turns it on."""
    temporal_tls_ca_file: Path | None = None
    """PEM: the authorities that may sign Temporal's certificate, instead of the machine's."""
    temporal_tls_cert_file: Path | None = None
    """PEM: our certificate, which identifies us to Temporal. It needs `temporal_tls_key_file`."""
    temporal_tls_key_file: Path | None = None
    temporal_server_name: str | None = None
    """The name in Temporal's certificate, when it is not the host of the address."""
    temporal_api_key_file: Path | None = None
    """A file that holds only the key."""
    namespace: str = Field(default="default", min_length=1)
    task_queue: str = Field(default="luongxanh", min_length=1)
    callback_url: str | None = None
    """Where the payment platform reports payments."""
    outside_file: str | None = None
    """A file with a JSON list of `SystemAddress`: the outside systems."""
    authority: str = "H42"
    """Our identifier at the outside systems (madonvi)."""
    callback_secret: SecretStr | None = None
    """The secret with which the payment platform signs its callbacks. A file is better: other processes may see the
    environment."""
    callback_secret_file: Path | None = None
    """A file that holds only that secret."""
    post_secret_file: Path | None = None
    """A file that holds only the secret with which the postal service signs its reports. None: none are taken, and the
    dossiers ask by their own timers."""
    sms_secret_file: Path | None = None
    """A file that holds only the secret with which the SMS gateway signs what people answer. None: no answers are
    taken, and people opt out at a desk."""
    api_secret_file: Path | None = None
    """A file with the secret of the API, 32 characters or more. Older secrets may follow, one on each line: what they
    signed is still believed."""
    requests_a_minute: int = Field(default=1_200, ge=1, le=1_000_000)
    """The requests that one signed-in caller may send to one process of the API or of Nexus in a minute."""
    public_requests_a_minute: int = Field(default=120, ge=1, le=1_000_000)
    """The requests without a sign-in that one address may send to one process of the API in a minute."""
    if_match_for: str = ""
    """The commands that need `If-Match`, separated by commas. Others take it when it is given."""
    answers_kept_days: int = Field(default=35, ge=30, le=3_650)
    """Days for which the answer to a request that acts is kept under its key."""
    trusted_proxies: str = "127.0.0.1"
    """The proxies whose X-Forwarded-For is believed: addresses and networks, separated by commas."""
    payment_asked_after: int = Field(default=2, ge=1, le=3_600)
    """Seconds until the first check of an order whose callback was not accepted. Each later pause is twice as long."""
    payment_asked_at_least_every: int = Field(default=300, ge=1, le=86_400)
    """Seconds of the longest of these pauses."""
    payment_asked_for: int = Field(default=7_200, ge=1, le=604_800)
    """Seconds until these checks end. After that the dossier's own timer still asks about the payment."""
    issuer_url: str | None = None
    """The OIDC issuer whose access tokens the API accepts, exactly as its tokens name it (`iss`)."""
    issuer_audience: str | None = None
    """The name of this API at the issuer: tokens for anybody else are refused (`aud`)."""
    issuer_keys_url: str | None = None
    """Where the issuer's keys are, when they are not on the issuer's own origin."""
    issuer_algorithms: str = ",".join(USUAL_ALGORITHMS)
    """The accepted signatures, separated by commas."""
    issuer_skew_seconds: int = Field(default=60, ge=0, le=300)
    """How far the clocks of the issuer and of this machine may differ."""
    issuer_longest_life_seconds: int = Field(default=86_400, ge=60, le=2_592_000)
    """Seconds from the issue of a token to its end. One with a longer life is refused."""
    issuer_cache_seconds: int = Field(default=600, ge=1, le=86_400)
    """Seconds until the issuer is asked for its keys again. A key that it has withdrawn is refused then."""
    issuer_kept_seconds: int = Field(default=3_600, ge=1, le=604_800)
    """Seconds for which the last known keys are used while the issuer does not answer."""
    issuer_kind_claim: str = "principal_kind"
    """The claim that says who signed in: `service`, `person` or `applicant`."""
    issuer_identifier_claim: str = "sub"
    """The claim with the code of the person or applicant."""
    issuer_client_claims: str = "client_id,azp"
    """The claims with the program that signed in, separated by commas; the first that a token has counts."""
    issuer_role_claim: str = "role"
    """The claim that narrows a person's sign-in to one role."""
    issuer_unit_claim: str = "unit"
    """The claim that narrows a person's sign-in to one unit."""
    otlp_endpoint: str | None = Field(
        default=None, validation_alias=AliasChoices("LUONGXANH_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    )
    """Base address of an OpenTelemetry collector (OTLP over HTTP). Without it nothing is exported."""
    province_folder: Path | None = Field(
        default=None, validation_alias=AliasChoices("LUONGXANH_PROVINCE_FOLDER", "LUONGXANH_PROVINCE")
    )
    """The folder of the province's configuration. In embedded mode the default is that of the checkout."""
    checkpoint_folder: Path | None = None
    """The folder of the log of checkpoints, outside the database."""
    checkpoint_key: Path | None = None
    """The file of the Ed25519 key (PEM) that signs checkpoints. No other account may read it."""
    checkpoint_copies: str = ""
    """Where copies of checkpoints go, separated by commas: folders, and web addresses that get each line by POST."""
    checkpoint_seconds: int = Field(default=3_600, ge=1, le=3_600)
    """Seconds between two checkpoints: at most one hour."""
    backup_folder: Path | None = None
    """The folder of sealed backups."""
    backup_key_file: Path | None = None
    """The file of the key that seals backups. No other account may read it."""
    public_url: str | None = None
    """Where other software reaches the API; the schemas of events are named by it."""
    console_client_id: str = Field(default="luongxanh-console", min_length=1, max_length=200)
    """The web console's name at the issuer."""
    console_client_secret_file: Path | None = None
    """A file that holds only the console's secret at the issuer, where the issuer demands one."""
    console_session_hours: int = Field(default=10, ge=1, le=24)
    """Hours after which a person signs in to the console again, whatever happens."""
    console_idle_minutes: int = Field(default=60, ge=5, le=1_440)
    """Minutes after which a sign-in to the console that is not used ends."""
    temporal_ui_url: str | None = None
    """Where operators open Temporal's own pages. Not set: the console has no link to them."""
    webhook_allowed_hosts: str = ""
    """Hosts of our own network that webhooks may be sent to, separated by commas. Others must have a public address."""
    webhook_pauses: str = ""
    """The pauses between the tries of a webhook's message in seconds, separated by commas, if not those of the scheme.
    """
    nexus: bool = False
    """Whether the worker serves the Nexus service, to workflows in other namespaces of Temporal."""
    nexus_endpoints: str = ""
    """Endpoints whose callers need no token, each with the trusted service that they are: `endpoint=service`, separated
    by commas."""
    cached_dossiers: int = Field(default=2_000, ge=1, le=1_000_000)
    """How many dossiers a worker process keeps in memory. Any other one is replayed when something happens to it."""
    replay_processes: int = Field(default=1, ge=1, le=64)
    """How many processes a worker starts for a replay that an operator ordered for its build. They step back for it."""
    releases: Literal["by_order", "automatic"] | None = None
    """Who gives a new build of the worker the work: `by_order`, an operator (`luongxanh ops release`); `automatic`, its
    first worker takes all of it. The default is `by_order` in production, and `automatic` in a checkout."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def takes_work_by_itself(self) -> bool:
        """True when a new build of the worker takes all work without an operator's order."""
        return (self.releases or ("automatic" if self.mode is Mode.EMBEDDED else "by_order")) == "automatic"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only the given values are used: `load_settings` reads the environment itself."""
        return (init_settings,)

    @field_validator("database_url", "database_admin_url")
    @classmethod
    def _names_a_database(cls, url: str | None) -> str | None:
        """The URL may hold a password, so the error does not quote it."""
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

    @field_validator("webhook_pauses")
    @classmethod
    def _are_pauses(cls, pauses: str) -> str:
        try:
            retry_schedule(pauses)
        except ValueError:
            raise Wrong(
                "phải là các số giây từ 1 đến 604800, cách nhau bằng dấu phẩy",
                "must be numbers of seconds from 1 to 604800, separated by commas",
            ) from None
        return pauses

    @field_validator("callback_url", "otlp_endpoint", "public_url", "temporal_ui_url")
    @classmethod
    def _names_a_page(cls, url: str | None) -> str | None:
        if url is None or is_web_address(url):
            return url
        example = "https://one-stop.example:8443"
        raise Wrong(f"không phải địa chỉ web, dạng {example}", f"no web address, which looks like {example}")

    @field_validator("issuer_url", "issuer_keys_url")
    @classmethod
    def _names_an_issuer(cls, url: str | None) -> str | None:
        if url is None or (is_web_address(url) and is_issuer_address(url)):
            return url
        example = "https://dang-nhap.example/realms/tinh"
        raise Wrong(
            f"không phải địa chỉ https, dạng {example}, không có ?, # hay mật khẩu",
            f"no https address, which looks like {example}, without ?, # or a password",
        )

    @field_validator("issuer_algorithms")
    @classmethod
    def _names_algorithms(cls, algorithms: str) -> str:
        known = get_args(Algorithm)
        if parts_of(algorithms) and set(parts_of(algorithms)) <= set(known):
            return algorithms
        listed = ", ".join(known)
        raise Wrong(f"chỉ nhận các thuật toán {listed}", f"may name only the algorithms {listed}")

    @field_validator("issuer_kept_seconds")
    @classmethod
    def _outlasts_the_cache(cls, seconds: int, info: ValidationInfo) -> int:
        shortest = info.data.get("issuer_cache_seconds")
        if shortest is None or seconds >= shortest:
            return seconds
        bound = f"{variable('issuer_cache_seconds')}: {shortest}"
        raise Wrong(f"không được ngắn hơn {bound}", f"must not be shorter than {bound}")

    @field_validator("nexus_endpoints")
    @classmethod
    def _names_endpoints(cls, listed: str) -> str:
        try:
            entrusted_endpoints(listed)
        except ValueError:
            raise Wrong(
                "phải là các cặp điểm-cuối=dịch-vụ, mỗi điểm cuối một lần, cách nhau bằng dấu phẩy",
                "must be pairs of endpoint=service, each endpoint once, separated by commas",
            ) from None
        return listed

    @field_validator("checkpoint_copies")
    @classmethod
    def _names_places(cls, copies: str) -> str:
        """A wrong web address is refused, because it would be taken for the name of a folder."""
        wrong = [place for place in parts_of(copies) if "://" in place and not is_web_address(place)]
        if not wrong:
            return copies
        raise Wrong(
            "có địa chỉ không dùng được, dạng https://luu.example/chot",
            "has an address that is none, which looks like https://copies.example/log",
        )

    @field_validator("if_match_for")
    @classmethod
    def _names_commands(cls, names: str) -> str:
        unknown = [name for name in parts_of(names) if name not in COMMANDS]
        if not unknown:
            return names
        raise Wrong("có tên không phải là lệnh, ví dụ đúng: sign,resolve", "names no command; right is: sign,resolve")

    @field_validator("trusted_proxies")
    @classmethod
    def _names_networks(cls, networks: str) -> str:
        try:
            for one in parts_of(networks):
                ip_network(one, strict=False)
        except ValueError:
            example = "127.0.0.1,10.0.0.0/8"
            raise Wrong(f"không phải địa chỉ mạng, dạng {example}", f"no networks, which look like {example}") from None
        return networks

    @field_validator("authority", "namespace", "task_queue", "issuer_audience", *CLAIMS)
    @classmethod
    def _is_a_name(cls, name: str | None) -> str | None:
        if name is None or (name.isprintable() and parts_of(name) and len(name) <= LONGEST_NAME):
            return name
        raise Wrong(
            f"phải là một tên, tối đa {LONGEST_NAME} ký tự", f"must be a name of at most {LONGEST_NAME} characters"
        )

    @field_validator("payment_asked_at_least_every", "payment_asked_for")
    @classmethod
    def _grows(cls, seconds: int, info: ValidationInfo) -> int:
        smaller = "payment_asked_after" if info.field_name != "payment_asked_for" else "payment_asked_at_least_every"
        shortest = info.data.get(smaller)
        if shortest is None or seconds >= shortest:
            return seconds
        bound = f"{variable(smaller)}: {shortest}"
        raise Wrong(f"không được ngắn hơn {bound}", f"must not be shorter than {bound}")

    def need(self, name: str) -> str:
        """The value of that setting.

        Raises `SettingsError` `setting_missing`, or `stack_not_running` in embedded mode.
        """
        value = getattr(self, name)
        if value is not None:
            return str(value)
        if self.mode is Mode.PRODUCTION:
            raise missing_settings((name,))
        raise SettingsError(
            SettingsRefusal.STACK_NOT_RUNNING, component=name, folder=self.stack_folder, variable=variable(name)
        )

    def has(self, name: str) -> bool:
        """Whether the setting is set, or the one that may stand in its place."""
        return any(getattr(self, setting) is not None for setting in (name, INSTEAD_OF.get(name, name)))

    def province(self) -> Path:
        """The folder of the province's configuration. Raises the errors of `need`."""
        return Path(self.need("province_folder"))


@dataclass(frozen=True)
class ReadSettings:
    """The settings that are right, and the problems that keep the process from starting."""

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
    """The settings from the environment and, in embedded mode, from the local stack.

    Raises `SettingsError` `setting_invalid` or `setting_missing`. One error names every wrong variable and, in
    production, every missing one that the process needs.
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
    """As `load_settings`, but returns what is wrong or missing instead of raising it. A wrong setting is left out.

    `mode` and `stack_folder` replace those of the environment.
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
        wrong = {str(error["loc"][0]): words_of(error) for error in problem.errors(include_input=False)}
        right = {name: value for name, value in known.items() if name not in wrong}
        found = tuple(SettingProblem(variable=variable(name), words=words) for name, words in wrong.items())
        return ReadSettings(Settings.model_validate({"mode": Mode.PRODUCTION, **right}), found, missing)


def default_mode() -> Mode:
    """Embedded in a checkout, which has `tools/` beside this package; production in an installed wheel."""
    return Mode.EMBEDDED if is_checkout() else Mode.PRODUCTION


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The value of every variable that names a setting and is not empty."""
    source = EnvSettingsSource(Settings)
    source.env_vars = parse_env_vars(environment, ignore_empty=True)
    return source()


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return name if name.startswith(PREFIX) else _OTHER_NAMES.get(name, f"{PREFIX}{name.upper()}")


def missing_settings(names: Sequence[str]) -> SettingsError:
    """The error `setting_missing` for these settings."""
    found = [not_set(name) for name in names]
    return SettingsError(
        SettingsRefusal.SETTING_MISSING, *found, variables=", ".join(problem.variable for problem in found)
    )


def not_set(name: str) -> SettingProblem:
    """The problem of a setting that is missing."""
    return SettingProblem(variable=variable(name), words=NOT_SET)
