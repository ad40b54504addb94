# Made from asynchronous/client.py by make_sync.py: do not edit.
"""The client: one caller of one API."""

from __future__ import annotations

from copy import copy
from typing import Self

import httpx2

from luongxanh_client.models.dossiers import Tracking
from luongxanh_client.requests import Request, path
from luongxanh_client.retrying import Retries
from luongxanh_client.synchronous.builds import Builds
from luongxanh_client.synchronous.connection import Connection
from luongxanh_client.synchronous.correspondence import Correspondence
from luongxanh_client.synchronous.dossiers import Dossiers
from luongxanh_client.synchronous.event_logs import EventLogs
from luongxanh_client.synchronous.events import Events
from luongxanh_client.synchronous.interconnected import Interconnected
from luongxanh_client.synchronous.outside import Outside
from luongxanh_client.synchronous.reconciliations import Reconciliations
from luongxanh_client.synchronous.repairs import Repairs
from luongxanh_client.synchronous.replays import Replays
from luongxanh_client.synchronous.rules import Rules
from luongxanh_client.synchronous.searches import Searches
from luongxanh_client.synchronous.sending import Sender
from luongxanh_client.synchronous.sign_in import SignIn, Tokens
from luongxanh_client.synchronous.webhooks import Webhooks
from luongxanh_client.synchronous.work import Work

USUAL_RETRIES = Retries()


class LuongXanh(Dossiers, Work):
    """A caller of the API at a URL. Use it as a context manager, or close it.

    `sign_in`: a token, `ClientCredentials`, or a function that gives a token. `language`: of sentences for people,
    `vi` or `en`. `http`: a client of HTTP with settings of its own (proxy, certificates); whoever made it closes it.
    """

    def __init__(
        self,
        url: str,
        sign_in: SignIn | None = None,
        *,
        language: str = "vi",
        timeout: float = 30.0,
        retries: Retries = USUAL_RETRIES,
        http: httpx2.Client | None = None,
    ) -> None:
        self._http = httpx2.Client(timeout=timeout) if http is None else http
        self._own = http is None
        sender = Sender(self._http, retries)
        self._ask_through(Connection(url, language, sender, Tokens(sign_in, sender)))

    def _ask_through(self, connection: Connection) -> None:
        super().__init__(connection)
        self.rules = Rules(connection)
        self.events = Events(connection)
        self.builds = Builds(connection)
        self.correspondence = Correspondence(connection)
        self.outside = Outside(connection)
        self.repairs = Repairs(connection)
        self.replays = Replays(connection)
        self.interconnected = Interconnected(connection)
        self.reconciliations = Reconciliations(connection)
        self.event_logs = EventLogs(connection)
        self.webhooks = Webhooks(connection)
        self.searches = Searches(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        if self._own:
            self._http.close()

    def on_behalf_of(self, applicant: str) -> Self:
        """The same service, asking for an applicant whom it has identified: it reaches that applicant's dossiers and
        nothing else. It uses the connections of this client, which alone is closed."""
        client = copy(self)
        client._own = False
        client._ask_through(self._connection.on_behalf_of(applicant))
        return client

    def track(self, dossier: str, secret: str) -> Tracking:
        """What an applicant may see of a dossier, by the secret on the receipt. It needs no sign-in."""
        body = {"dossier": dossier, "secret": secret}
        return self._connection.send(Request("POST", path("tracking"), Tracking, body=body, signed=False))
