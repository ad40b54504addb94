"""The public postal service (dịch vụ bưu chính công ích): orders, tracking, cancellations, and its reports to us.

No public specification was found; the paths and names here are ours. What is public: VietOpenCPS/opencps-v2 orders by
the sender's own number (`orderNumber`) with name, telephone and address of both sides, and asks for the state of an
order twice a day (`VnpostCollectionTerm`, `VnPostScheduler`); EMS reports each state to an address that is set up on
its side, and says that reports may come out of order (docws.ems.com.vn, webhook). So: our key is the reference, one
address takes all reports, and only the answer to a question counts.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, SecretStr, StringConstraints

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection, Outgoing
from activities.adapters.messages import CallbackRefusal, OutsideCode
from activities.adapters.response_parsing import json_request, successful
from activities.adapters.signed_bodies import read_signed
from domain.dossier.commands import PostPurpose
from domain.dossier.post_stages import PostStage
from domain.values import Code, Instant, Name, Strict, Value

REPORT_SIGNATURE_HEADER = "X-Post-Signature"
"""Its value is `sha256=` and the HMAC-SHA256 of the raw body in hexadecimal."""
REPORT_STAGES = frozenset(PostStage) - {PostStage.REQUESTED}


class PostalParty(Strict):
    """The person to whom the post comes."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Name = Field(repr=False)
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{8,15}$")] = Field(repr=False)
    address: Name = Field(repr=False)


class PostOrder(Strict):
    """Orders an item. The same key gives the same item. A key with another request is refused (key_reused)."""

    key: Code
    dossier: Code
    purpose: PostPurpose
    desk: Code
    """The unit whose desk gives the item to the post, or gets it."""
    person: PostalParty


class PostedOrder(Value):
    """The item of an order. `reference` is our key. Its stage is never `requested`, which is a word of ours."""

    reference: Code
    item_code: Code
    stage: PostStage
    stated_at: Instant
    evidence: Code | None = None


class PostCancellation(Value):
    """Whether the order is cancelled. False: the post has the item already. A key that was never ordered is kept as
    cancelled, and an order that still comes under it is not carried out."""

    reference: Code
    cancelled: bool
    item_code: Code | None = None


class PostReport(Value):
    """The post's report that an item has moved.

    It may come late, twice, out of order or never, and its stage may be wrong. So it is only a reason to ask `track`.
    """

    event_id: Code
    reference: Code
    item_code: Code
    stage: PostStage
    stated_at: Instant

    @property
    def dossier(self) -> str:
        """The dossier, which stands before the last point of the reference (`H42.12-250701-0001.post-order-1`)."""
        return self.reference.rpartition(".")[0]


class Post:
    """The postal service's adapter. It reads every new order and every cancellation back, also in a quick call: a
    packet of which the post knows nothing would wait at the desk until somebody asks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def order(self, request: PostOrder) -> PostedOrder:
        """Orders the item, or returns the one that this key has ordered before."""
        body = request.model_dump(mode="json")
        outgoing = json_request("order", "/orders", body, key=request.key)
        ordered = await self._connection.exchange(outgoing, successful(self._connection, "order", PostedOrder))
        self._require_of("order", request.key, ordered)
        seen = await self._read_back("order", request.key)
        self._require_same("order", "another_item", ordered.item_code, seen.item_code)
        return ordered

    async def track(self, key: str, item: str) -> PostedOrder:
        """Where the item is now. `outside_refused` with reason `unknown_order` when the post does not know the key."""
        seen = await self._look("track", key)
        self._require_same("track", "another_item", item, seen.item_code)
        return seen

    async def cancel(self, key: str) -> PostCancellation:
        """Cancels the order of this key, whether or not the post has seen it."""
        outgoing = json_request("cancel", f"/orders/{key}/cancellation", {"key": key}, key=key)
        reading = successful(self._connection, "cancel", PostCancellation)
        done = await self._connection.exchange(outgoing, reading)
        self._require_same("cancel", "another_order", key, done.reference)
        if done.cancelled and done.item_code is not None:
            seen = await self._read_back("cancel", key)
            self._require_same("cancel", "no_effect", PostStage.CANCELLED, seen.stage)
        return done

    async def _look(self, operation: str, key: str) -> PostedOrder:
        outgoing = Outgoing(operation, f"/orders/{key}", method="GET")
        seen = await self._connection.exchange(outgoing, successful(self._connection, operation, PostedOrder))
        self._require_of(operation, key, seen)
        return seen

    async def _read_back(self, operation: str, key: str) -> PostedOrder:
        try:
            return await self._look(operation, key)
        except OutsideError as error:
            if error.reason != "unknown_order":
                raise error.sent_again() from error  # it was ordered: a refused look is no refusal of the order
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason="no_effect") from None

    def _require_of(self, operation: str, key: str, answered: PostedOrder) -> None:
        self._require_same(operation, "another_order", key, answered.reference)
        if answered.stage not in REPORT_STAGES:
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason="field.stage")

    def _require_same(self, operation: str, reason: str, asked: object, answered: object) -> None:
        if asked != answered:
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason=reason)


def verify_report(secret: SecretStr, body: bytes, signature: str | None) -> PostReport:
    """The report, if the post signed exactly these bytes. Raises RejectedCallback (an InvalidInput) if not.

    `signature` is the value of the header REPORT_SIGNATURE_HEADER, None when it is missing.
    """
    refusals = CallbackRefusal.REPORT_SIGNATURE, CallbackRefusal.REPORT_UNREADABLE
    return read_signed(PostReport, secret, body, signature, unsigned=refusals[0], unreadable=refusals[1])
