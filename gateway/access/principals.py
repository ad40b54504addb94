"""Who asks: the verified identity behind a request.

A principal says only who it is. What it may do today is looked up in the staff of now, so that a change of post, an
absence or a revoked service counts at once.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.roles import Role
from domain.values import Code, Value


class ServicePrincipal(Value):
    """Software of the back office that signed in with its own credentials.

    Its scopes are in the province's people.yaml.
    """

    kind: Literal["service"] = "service"
    service: Code


class PersonPrincipal(Value):
    """A person of the staff who signed in."""

    kind: Literal["person"] = "person"
    person: Code
    carried_by: Code | None = None
    """The client program through which the person came, as the issuer names it."""
    role: Role | None = None
    """The only role in which the person may act under this sign-in; None: in every role of their posts."""
    unit: Code | None = None
    """The only unit in which the person may act under this sign-in; None: in every unit of their posts."""

    def covers(self, role: Role, unit: str | None) -> bool:
        """Whether the sign-in is also for this role in this unit."""
        return self.role in (None, role) and self.unit in (None, unit)


class ApplicantPrincipal(Value):
    """A citizen or business that signed in. It sees and drives only its own dossiers."""

    kind: Literal["applicant"] = "applicant"
    applicant: Code
    """The issuer's identifier of the applicant: never a name or an identity number."""
    carried_by: Code | None = None


class MachineAccount(Value):
    """The account of this machine, which holds the database's password: the command line, programs in the same process.

    It may carry the acts of anybody who holds a post; the record names the account as the carrier.
    """

    kind: Literal["machine_account"] = "machine_account"
    account: Code


Principal = Annotated[
    ServicePrincipal | PersonPrincipal | ApplicantPrincipal | MachineAccount, Field(discriminator="kind")
]
