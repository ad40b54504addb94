"""The operations that read the units of the province."""
