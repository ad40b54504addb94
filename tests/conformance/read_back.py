"""Reads event logs with pm4py, as an analyst would, and prints what it found as JSON.

It runs in an environment of its own, because pm4py brings half a gigabyte of libraries: `make conformance` makes it. It
imports nothing of this project.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

warnings.filterwarnings("ignore")


def main(xes: str, ocel: str, table: str) -> None:
    import pandas
    import pm4py

    log = pm4py.read_xes(xes, return_legacy_log_object=False)
    rows = pandas.read_csv(table, dtype=str)
    states = log.copy()
    states["concept:name"] = states["state"]
    objects = pm4py.read_ocel2_json(ocel)
    of_dossiers = pm4py.ocel_flattening(objects, "dossier")
    done = log[log["concept:name"] == "step_completed"].copy()
    done["concept:name"] = done["step"]
    net, begin, end = pm4py.discover_petri_net_inductive(log)
    fitness = pm4py.fitness_token_based_replay(log, net, begin, end)
    found: dict[str, Any] = {
        "xes": {"events": len(log), "dossiers": log["case:concept:name"].nunique()},
        "csv": {"events": len(rows), "dossiers": rows["case:concept:name"].nunique()},
        "ocel2": {"events": len(objects.events), "dossiers": int((objects.objects["ocel:type"] == "dossier").sum())},
        "starts": pm4py.get_start_activities(log),
        "follows": follows(pm4py, log),
        "ocel_follows": follows(pm4py, of_dossiers),
        "steps": [[*pair] for *pair, _ in follows(pm4py, done)],
        "states": sorted([*pair] for pair in pm4py.discover_dfg(states)[0]),
        "variants": sorted(len(one) for one in pm4py.get_variants(log)),
        "fitness": fitness["log_fitness"],
    }
    json.dump(found, sys.stdout)


def follows(pm4py: Any, log: Any) -> list[list[Any]]:
    """Each pair of activities that follow each other within a case, and how often."""
    return sorted([*pair, count] for pair, count in pm4py.discover_dfg(log)[0].items())


if __name__ == "__main__":
    main(*sys.argv[1:])
