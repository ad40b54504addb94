"""The results of the benchmark: the values of `build/bench.json`, the comparison with an earlier file, the page."""
