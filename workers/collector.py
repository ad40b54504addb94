"""How often Python's collector looks for garbage in a process of this program."""

from __future__ import annotations

import gc

NEW_OBJECTS = 10_000
"""After so many new objects the collector looks through them."""


def collect_rarely() -> None:
    """Makes the collector look after every 10,000 new objects, not after every 700.

    Loading the modules makes several hundred thousand objects, none of them garbage: to look through them again and
    again took a sixth of the CPU of a start.
    """
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


def keep_for_good() -> None:
    """Tells the collector that what has been loaded until now stays for the life of the process.

    The province, the models and the code are some 300,000 objects. To look through them again and again for garbage
    holds up every request of the process for a tenth of a second and more. Most objects that a page makes end with it:
    to look through them after every 700 cost a tenth of the CPU of a long time line.
    """
    gc.collect()
    gc.freeze()
    collect_rarely()
