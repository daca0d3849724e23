"""Start-up, warm run and cold set-up, as figures and as ratios to `import numpy, pandas` in the same run. Run with: make bench"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

REPEATS = 7
BASE = [sys.executable, "-c", "import numpy, pandas"]
HELP = [sys.executable, "-m", "lca", "--help"]
RUN = [sys.executable, "-m", "lca", "run", "fraud_detection"]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BRIGHTWAY2_DIR": folder}
        cold = seconds(RUN, environment)
        series: dict[str, list[float]] = {"import numpy, pandas": [], "lca --help": [], "lca run, warm": []}
        for _ in range(REPEATS):  # interleaved, so that a busy machine slows all alike
            for name, command in zip(series, (BASE, HELP, RUN), strict=True):
                series[name].append(seconds(command, environment))
    middle = {name: statistics.median(values) for name, values in series.items()}
    base = middle["import numpy, pandas"]
    print(f"{'':24} median s   lowest   highest   ratio to the import")
    for name, values in series.items():
        print(f"{name:24} {middle[name]:8.2f} {min(values):8.2f} {max(values):9.2f} {middle[name] / base:12.2f}")
    print(f"{'lca run, cold set-up':24} {cold:8.2f} {'':18} {cold / base:12.2f}")


if __name__ == "__main__":
    main()
