"""Registers the search attributes of dossiers with a Temporal namespace."""

from __future__ import annotations

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from domain.errors import Conflict
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.values import Value
from gateway.client.engine_errors import EngineUnavailable
from workflows.search_attributes import SEARCH_ATTRIBUTES


class Registered(Value):
    """The attributes that were missing, and whether they were registered."""

    missing: tuple[str, ...]
    registered: bool


async def register(client: Client, *, dry_run: bool = False) -> Registered:
    """Registers the attributes that the namespace lacks.

    Raises Conflict `search_attribute_of_another_type` when a name is used for another type, and then adds nothing;
    EngineUnavailable when Temporal does not answer or refuses.
    """
    wanted = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES}
    try:
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace), retry=True
        )
        for name, kind in wanted.items():
            registered = known.custom_attributes.get(name, kind)
            if registered != kind:
                named = IndexedValueType.Name(registered).removeprefix("INDEXED_VALUE_TYPE_").lower()
                raise Conflict(RecordRefusal.SEARCH_ATTRIBUTE_OF_ANOTHER_TYPE, name=name, type=named)
        missing = {name: kind for name, kind in wanted.items() if name not in known.custom_attributes}
        if missing and not dry_run:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(search_attributes=missing, namespace=client.namespace)
            )
    except RPCError as failed:
        raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
    return Registered(missing=tuple(missing), registered=bool(missing) and not dry_run)
