"""The client: one caller of one API."""

from __future__ import annotations

from copy import copy
from typing import Self

import httpx2

from luongxanh_client.asynchronous.builds import AsyncBuilds
from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.asynchronous.correspondence import AsyncCorrespondence
from luongxanh_client.asynchronous.dossiers import AsyncDossiers
from luongxanh_client.asynchronous.event_logs import AsyncEventLogs
from luongxanh_client.asynchronous.events import AsyncEvents
from luongxanh_client.asynchronous.interconnected import AsyncInterconnected
from luongxanh_client.asynchronous.outside import AsyncOutside
from luongxanh_client.asynchronous.reconciliations import AsyncReconciliations
from luongxanh_client.asynchronous.repairs import AsyncRepairs
from luongxanh_client.asynchronous.replays import AsyncReplays
from luongxanh_client.asynchronous.rules import AsyncRules
from luongxanh_client.asynchronous.searches import AsyncSearches
from luongxanh_client.asynchronous.sending import AsyncSender
from luongxanh_client.asynchronous.sign_in import AsyncSignIn, AsyncTokens
from luongxanh_client.asynchronous.webhooks import AsyncWebhooks
from luongxanh_client.asynchronous.work import AsyncWork
from luongxanh_client.models.dossiers import Tracking
from luongxanh_client.requests import Request, path
from luongxanh_client.retrying import Retries

USUAL_RETRIES = Retries()


class AsyncLuongXanh(AsyncDossiers, AsyncWork):
    """A caller of the API at a URL. Use it as a context manager, or close it.

    `sign_in`: a token, `ClientCredentials`, or a function that gives a token. `language`: of sentences for people,
    `vi` or `en`. `http`: a client of HTTP with settings of its own (proxy, certificates); whoever made it closes it.
    """

    def __init__(
        self,
        url: str,
        sign_in: AsyncSignIn | None = None,
        *,
        language: str = "vi",
        timeout: float = 30.0,
        retries: Retries = USUAL_RETRIES,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        self._http = httpx2.AsyncClient(timeout=timeout) if http is None else http
        self._own = http is None
        sender = AsyncSender(self._http, retries)
        self._ask_through(AsyncConnection(url, language, sender, AsyncTokens(sign_in, sender)))

    def _ask_through(self, connection: AsyncConnection) -> None:
        super().__init__(connection)
        self.rules = AsyncRules(connection)
        self.events = AsyncEvents(connection)
        self.builds = AsyncBuilds(connection)
        self.correspondence = AsyncCorrespondence(connection)
        self.outside = AsyncOutside(connection)
        self.repairs = AsyncRepairs(connection)
        self.replays = AsyncReplays(connection)
        self.interconnected = AsyncInterconnected(connection)
        self.reconciliations = AsyncReconciliations(connection)
        self.event_logs = AsyncEventLogs(connection)
        self.webhooks = AsyncWebhooks(connection)
        self.searches = AsyncSearches(connection)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        if self._own:
            await self._http.aclose()

    def on_behalf_of(self, applicant: str) -> Self:
        """The same service, asking for an applicant whom it has identified: it reaches that applicant's dossiers and
        nothing else. It uses the connections of this client, which alone is closed."""
        client = copy(self)
        client._own = False
        client._ask_through(self._connection.on_behalf_of(applicant))
        return client

    async def track(self, dossier: str, secret: str) -> Tracking:
        """What an applicant may see of a dossier, by the secret on the receipt. It needs no sign-in."""
        body = {"dossier": dossier, "secret": secret}
        return await self._connection.send(Request("POST", path("tracking"), Tracking, body=body, signed=False))
