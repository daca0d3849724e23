"""A shipped study with all that is asked of it at once: draws with the background, tornado, every world, what to measure next
and, where SALib is installed, Sobol' indices. Run with: make bench"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from importlib.util import find_spec

import lca
from lca.grid import robustness
from lca.measure_next import measure_next, targets
from lca.monte import Draws, draw
from lca.sobol import sobol
from lca.tornado import tornados


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--study", default="fraud_detection")
    reader.add_argument("--draws", type=int, default=10_000)
    options = reader.parse_args()
    results, whole, drawn = lca.run(options.study), [0.0, 0.0], list[Draws]()
    steps: dict[str, Callable[[], object]] = {
        f"{options.draws} draws": lambda: drawn.append(draw(results, options.draws)),
        "tornado": lambda: tornados(results),
        "worlds": lambda: robustness(results),
        "measure next": lambda: measure_next(drawn[0]),
    }
    if find_spec("SALib"):
        steps["Sobol"] = lambda: sobol(drawn[0], targets(drawn[0]))
    print(f"{options.study}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n{'':16}{'wall s':>10}{'CPU s':>10}")
    for name, step in steps.items():
        wall, processor = time.perf_counter(), time.process_time()
        step()
        found = time.perf_counter() - wall, time.process_time() - processor
        whole = [a + b for a, b in zip(whole, found, strict=True)]
        print(f"{name:16}{found[0]:10.1f}{found[1]:10.1f}", flush=True)
    print(f"{'together':16}{whole[0]:10.1f}{whole[1]:10.1f}")


if __name__ == "__main__":
    main()
