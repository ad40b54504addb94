"""The synchronous client, made from the asynchronous one (make_sync.py)."""
