"""A test that the collector leaves alone what the API has loaded when it starts."""

from __future__ import annotations

import gc

from workers.collector import NEW_OBJECTS, keep_for_good


def test_what_is_loaded_is_not_looked_through_again() -> None:
    """Afterwards a full collection has only new objects to look at, and comes more rarely."""
    before = gc.get_threshold()
    loaded = [[number] for number in range(1_000)]
    try:
        keep_for_good()
        tracked = {id(one) for one in gc.get_objects()}
        assert not tracked & {id(one) for one in loaded}
        assert gc.get_freeze_count() > len(loaded)
        assert gc.get_threshold()[0] == NEW_OBJECTS
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
