"""Requests on dossiers, whichever way they come (HTTP, Nexus): bodies, ids, capacity, reach, receipts."""
