"""Registers the search attributes of dossiers with a Temporal namespace."""

from __future__ import annotations

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from domain.errors import Conflict
from domain.values import Value
from gateway.client.engine_errors import EngineUnavailable
from workflows.search_attributes import SEARCH_ATTRIBUTES


class Registered(Value):
    """What was missing, and whether it is registered now."""

    missing: tuple[str, ...]
    registered: bool


async def register(client: Client, *, dry_run: bool = False) -> Registered:
    """Adds what the namespace lacks.

    Conflict `search_attribute_of_another_type`, where a name is taken: nothing is added then. EngineUnavailable, where
    Temporal does not answer or does not let us.
    """
    wanted = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES}
    try:
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
        for name, kind in wanted.items():
            there = known.custom_attributes.get(name, kind)
            if there != kind:
                named = IndexedValueType.Name(there).removeprefix("INDEXED_VALUE_TYPE_").lower()
                raise Conflict("search_attribute_of_another_type", name=name, type=named)
        missing = {name: kind for name, kind in wanted.items() if name not in known.custom_attributes}
        if missing and not dry_run:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(search_attributes=missing, namespace=client.namespace)
            )
    except RPCError as failed:
        raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
    return Registered(missing=tuple(missing), registered=bool(missing) and not dry_run)
