"""Measures what the HTTP API costs beside the client library in the same process."""
