"""The asynchronous client. The synchronous one is made from it (make_sync.py)."""
