"""The address of an outside system and the limits of its use: configuration that the process passes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from cryptography import x509
from pydantic import ConfigDict, Field, SecretStr, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from activities.adapters.contracts import FIRST, contracts_of
from activities.adapters.edxml_signature import Seal
from activities.adapters.verdict import Verdict
from domain.channels.contacts import mailbox
from domain.field_errors import Wrong
from domain.outside_systems import System
from domain.values import Code, Name, Strict

LONGEST_SECONDS = 86_400.0
"""A day. Times and limits have bounds, because a zero too many is a mistake in typing: numbers of Python or of the
database would overflow at each call, long after the file was taken over."""


class BreakerPolicy(Strict):
    """When calls to a failing system stop, and when they are tried again."""

    failures: Annotated[int, Field(ge=1, le=1_000_000)] = 5
    """This many failures in a row open the breaker."""
    open_seconds: Annotated[float, Field(gt=0, le=3_600)] = 30.0
    probes: Annotated[int, Field(ge=1, le=100)] = 1
    """How many calls may run at once while half-open. This many successes in a row close the breaker."""


class RetryTerms(Strict):
    """The pauses between the tries of a patient call, while the system does not answer."""

    first_seconds: Annotated[float, Field(gt=0, le=LONGEST_SECONDS)] = 1.0
    factor: Annotated[float, Field(ge=1, le=100)] = 2.0
    """Each pause is so many times the one before."""
    longest_seconds: Annotated[float, Field(gt=0, le=LONGEST_SECONDS)] = 300.0

    def pause(self, failures: int) -> float:
        """Seconds after so many failures in a row (1 or more)."""
        steps = min(failures - 1, 64)  # the power of a large number would overflow; 64 steps reach every cap
        return min(self.longest_seconds, self.first_seconds * self.factor**steps)


class EnvelopeTerms(Strict):
    """Paths of a system with sessions, and the codes by which it says that a session has expired."""

    auth_path: str = "/auth"
    service_path: str = "/service"
    session_expired: frozenset[str] = frozenset({"01"})
    refused: frozenset[str] = frozenset()
    """Codes that the same request always gets again: the way of earlier releases to say so in `replies`."""
    exists: frozenset[str] = frozenset({"04"})
    """Codes of a registry that has the result already, under the key of another request."""


class InterconnectionTerms(Strict):
    """Paths of the national interconnection software. They are configuration: no public specification has them all."""

    token_path: str = "/token"  # noqa: S105  a path
    application_path: str = "/hosolienthong"
    status_path: str = "/trangthaihoso"


@lru_cache(maxsize=8)
def _seal(key: str, certificate: str, authorities: str) -> Seal:
    return Seal(key=key, certificate=certificate, authorities=authorities)


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
    """The template or its parameters are wrong: a person looks."""
    passing: frozenset[str] = frozenset({"-100"})
    """An error of Zalo's own: sent again. So is every code that stands in none of these lists, with an alarm."""


class DocumentTerms(Strict):
    """Paths of the document axis, and our seal there. Without the three PEM texts the province is not on the axis."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    send_path: str = "/documents"
    status_path: str = "/statuses"
    message_path: str = "/messages"
    key: SecretStr = SecretStr("")
    """The private key with which our documents are signed."""
    certificate: str = ""
    """Its certificate, which names our authority (organizationIdentifier)."""
    authorities: str = ""
    """The certificates of the authorities whose certificates are believed, one after another."""

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        """ValueError for texts that are no PEM or do not belong together, at the start and at a reload."""
        self.seal()
        return self

    def seal(self) -> Seal | None:
        """Our seal; None: the province is not on the axis."""
        key = self.key.get_secret_value()
        return _seal(key, self.certificate, self.authorities) if key else None


@lru_cache(maxsize=8)
def _believed(authorities: str) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(authorities.encode())) if authorities else ()


class SigningTerms(Strict):
    """Whose certificates of the signing service stand under a result. Read anew for each signature."""

    authorities: str = ""
    """PEM: the certificates of the authorities that issue them, one after another; two while one takes over from the
    other. Empty: whoever issued a certificate is believed, as in front of the simulator."""
    holder: Literal["common_name", "not_stated"] = "common_name"
    """Where a certificate says whose it is. `common_name`: the unit's code for a seal, `unit.official` for an official.
    `not_stated`: it has names that we do not know, and the service alone answers for whose signature it is."""
    revoked: frozenset[Code] = frozenset()
    """Certificates under which nothing is signed any more, though the service still does."""

    @field_validator("authorities")
    @classmethod
    def _are_certificates(cls, authorities: str) -> str:
        try:
            _believed(authorities)
        except (ValueError, x509.InvalidVersion):
            raise Wrong("không phải chứng thư PEM", "no certificates in PEM") from None
        return authorities

    def believed(self) -> tuple[x509.Certificate, ...]:
        """The authorities; none: every one is believed."""
        return _believed(self.authorities)


class SystemAddress(Strict):
    """One outside system: address, credentials, time-outs (seconds) and limits."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    system: System
    contract: Annotated[str, StringConstraints(pattern=r"^[0-9a-z.]{1,20}$")] = FIRST
    """The version of the system's contract that this address speaks; see `contracts`."""
    base_url: Annotated[str, StringConstraints(pattern=r"^(https?|smtps?)://[^\s?#]+$")]
    unit: Code | None = None
    """Our authority's identifier there (madonvi, MaDonVi)."""
    username: str = ""
    password: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    """Sent as a bearer token where the system has no sessions."""
    connect_seconds: Annotated[float, Field(gt=0, le=900)] = 3.0
    total_seconds: Annotated[float, Field(gt=0, le=900)] = 10.0
    """The whole call: waiting for a free place and a turn, sending, and the last byte of the answer."""
    late_seconds: Annotated[float, Field(gt=0, le=LONGEST_SECONDS)] = 300.0
    """For so long after its end a call without an answer may still be carried out. The parts: about 100 s in which our
    kernel goes on sending what was written to a closed connection, 60 s that a proxy commonly waits for the system
    behind it, and as long again for a system that goes on with what nobody waits for."""
    quick_connect_seconds: Annotated[float, Field(gt=0, le=1.5)] = 0.5
    quick_seconds: Annotated[float, Field(gt=0, le=1.5)] = 1.0
    """How long a dossier waits before the call goes to the patient queue. The workflow gives a quick call 2 s."""
    concurrent_calls: Annotated[int, Field(ge=1, le=10_000)] = 8
    """At once in one process, for quick calls and for patient calls each."""
    province_calls: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """At once in the whole province. None: only `concurrent_calls` limits them."""
    calls_per_second: Annotated[float, Field(ge=0.001, le=100_000)] | None = None
    """The system's own pace: all processes together send calls no faster. None: no limit."""
    retry: RetryTerms | None = None
    """None: the engine's own pauses, from 1 s to 5 minutes."""
    largest_reply: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1_000_000
    """Bytes."""
    breaker: BreakerPolicy = BreakerPolicy()
    replies: Mapping[str, Verdict] = Field(default_factory=dict)
    """What codes of this system mean, as agreed with its office. They come before those of `known_replies`."""
    envelope: EnvelopeTerms = EnvelopeTerms()
    interconnection: InterconnectionTerms = InterconnectionTerms()
    email: EmailTerms = EmailTerms()
    sms: SmsTerms = SmsTerms()
    zalo: ZaloTerms = ZaloTerms()
    documents: DocumentTerms = DocumentTerms()
    signing: SigningTerms = SigningTerms()

    @field_validator("base_url")
    @classmethod
    def _names_a_host(cls, base_url: str) -> str:
        """A host and, if there is one, a port that exists. Credentials in it would be sent beside the token."""
        try:
            there = urlsplit(base_url)
            if not there.hostname or there.port == 0:
                raise Wrong("thiếu tên máy chủ, hoặc cổng là 0", "no name of a host, or port 0")
            there.hostname.encode("idna")  # a name that cannot be asked for: an empty part, or one of 64 letters
        except ValueError as wrong:
            if isinstance(wrong, Wrong):
                raise
            raise Wrong("tên máy chủ hoặc cổng bị sai", "a wrong name of a host, or a wrong port") from None
        if there.username is not None:
            raise Wrong(
                "tên và mật khẩu đặt ở 'username' và 'password'",
                "a name and a password belong in 'username' and 'password'",
            )
        return base_url

    @field_validator("token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr) -> SecretStr:
        """A line break would end the header, so no request with it can be sent. A file often ends with one."""
        if not re.fullmatch(r"[!-~]*", token.get_secret_value()):
            raise Wrong(
                "chỉ được có chữ không dấu, số và dấu, không dấu cách hay xuống dòng",
                "may hold only unaccented letters, digits and signs: no blank and no line break",
            )
        return token

    @model_validator(mode="after")
    def _speaks_its_protocol(self) -> Self:
        if self.base_url.startswith("smtp") is not (self.system is System.EMAIL):
            raise Wrong(
                "chỉ máy chủ thư điện tử có địa chỉ smtp:// hay smtps://, và nó không có địa chỉ khác",
                "the mail server, and it alone, has an address smtp:// or smtps://",
            )
        return self

    @model_validator(mode="after")
    def _spoken(self) -> Self:
        """The adapter must speak this version of the contract."""
        spoken = contracts_of(self.system)
        if self.contract not in spoken:
            raise PydanticCustomError("unknown_contract", "the adapter speaks {spoken}", {"spoken": ", ".join(spoken)})
        return self

    def agreed(self, code: str) -> Verdict | None:
        """What a code means by the agreement with the system's office; None when nothing is agreed."""
        return Verdict.REFUSED if code in self.envelope.refused else self.replies.get(code)

    def quick(self) -> SystemAddress:
        """The same for quick calls, which give up sooner."""
        total = min(self.quick_seconds, self.total_seconds)
        connect = min(self.quick_connect_seconds, self.connect_seconds)
        return self.model_copy(update={"total_seconds": total, "connect_seconds": connect})
