"""The address of an outside system and the limits of its use: configuration that the process passes in."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, SecretStr, StringConstraints, field_validator, model_validator

from domain.field_errors import Wrong
from domain.notices.contacts import mailbox
from domain.outside_systems import System
from domain.values import Code, Name, Strict


class BreakerPolicy(Strict):
    """When calls to a failing system stop, and when they are tried again."""

    failures: Annotated[int, Field(ge=1)] = 5
    """This many failures in a row open the breaker."""
    open_seconds: Annotated[float, Field(gt=0)] = 30.0
    probes: Annotated[int, Field(ge=1)] = 1
    """How many calls may run at once while half-open. This many successes in a row close the breaker."""


class EnvelopeTerms(Strict):
    """Paths and error codes of a system with sessions. The codes are configuration: no public list of them exists."""

    auth_path: str = "/auth"
    service_path: str = "/service"
    session_expired: frozenset[str] = frozenset({"01"})
    refused: frozenset[str] = frozenset({"02", "03", "06"})
    """Codes that the same request always gets again. Every other error code is retried."""


class InterconnectionTerms(Strict):
    """Paths of the national interconnection software. They are configuration: no public specification has them all."""

    token_path: str = "/token"  # noqa: S105  a path
    application_path: str = "/hosolienthong"
    status_path: str = "/trangthaihoso"


class EmailTerms(Strict):
    """How e-mail is sent: from whom, and with which protection."""

    sender: str = "khong-tra-loi@localhost.localdomain"
    """The mailbox that the e-mails are from. Replies to it are read by nobody."""
    sender_name: Name = "Trung tâm Phục vụ hành chính công"
    starttls: Literal["required", "if_offered", "never"] = "required"
    """For `smtp://`. A password is sent without TLS only with `never`."""

    @field_validator("sender")
    @classmethod
    def _is_a_mailbox(cls, sender: str) -> str:
        if mailbox(sender) is None:
            raise Wrong("không phải địa chỉ thư điện tử", "not the address of a mailbox")
        return sender


class SmsTerms(Strict):
    """How text messages are sent. Each gateway has its own contract; this is ours."""

    brandname: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._-]{1,11}$")] = "LUONGXANH"
    """The registered name that people see instead of a number."""
    path: str = "/messages"
    unreachable: frozenset[str] = frozenset({"invalid_number", "unknown_number", "blocked_number"})
    """Error codes with which the gateway says that this person gets no text message: another channel is tried."""


class ZaloTerms(Strict):
    """How messages in Zalo are sent. Paths and codes are configuration (zalo.cloud/zns lists its codes)."""

    token_path: str = "/token"  # noqa: S105  a path
    path: str = "/message/template"
    token_expired: frozenset[str] = frozenset({"-124", "-216"})
    unreachable: frozenset[str] = frozenset({"-108", "-110", "-114", "-118", "-119", "-139", "-140", "-141"})
    """No such number, no Zalo account, or the person takes no such messages: another channel is tried."""
    refused: frozenset[str] = frozenset({"-109", "-111", "-112", "-113", "-117", "-121", "-131", "-132", "-137"})
    """The template or its parameters are wrong: a person looks. Every other code is retried."""


class SystemAddress(Strict):
    """One outside system: address, credentials, time-outs (seconds) and limits."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    system: System
    base_url: Annotated[str, StringConstraints(pattern=r"^(https?|smtps?)://[^\s?#]+$")]
    unit: Code | None = None
    """Our authority's identifier there (madonvi, MaDonVi)."""
    username: str = ""
    password: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    """Sent as a bearer token where the system has no sessions."""
    connect_seconds: Annotated[float, Field(gt=0)] = 3.0
    total_seconds: Annotated[float, Field(gt=0)] = 10.0
    """The whole call: waiting for a free place, sending, and the last byte of the answer."""
    concurrent_calls: Annotated[int, Field(ge=1)] = 8
    calls_per_second: Annotated[float, Field(gt=0)] | None = None
    """The system's own pace: calls are sent no faster. None: only `concurrent_calls` limits them."""
    largest_reply: Annotated[int, Field(ge=1)] = 1_000_000
    """Bytes."""
    breaker: BreakerPolicy = BreakerPolicy()
    envelope: EnvelopeTerms = EnvelopeTerms()
    interconnection: InterconnectionTerms = InterconnectionTerms()
    email: EmailTerms = EmailTerms()
    sms: SmsTerms = SmsTerms()
    zalo: ZaloTerms = ZaloTerms()

    @model_validator(mode="after")
    def _speaks_its_protocol(self) -> Self:
        if self.base_url.startswith("smtp") is not (self.system is System.EMAIL):
            raise Wrong(
                "chỉ máy chủ thư điện tử có địa chỉ smtp:// hay smtps://, và nó không có địa chỉ khác",
                "the mail server, and it alone, has an address smtp:// or smtps://",
            )
        return self
