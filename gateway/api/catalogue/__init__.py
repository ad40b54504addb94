"""The operations that read the province's procedures."""
