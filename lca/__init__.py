"""Life-cycle assessment of machine-learning services, compared with the same function done without machine learning."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lca.results import Results

try:
    __version__ = version("lca-ml")
except PackageNotFoundError:  # a bare checkout
    __version__ = "0.1.0"


def run(study: str | Path, scenarios: Iterable[str] = (), settings: Mapping[str, str] | None = None, methods: Sequence[str] = (),
        choices: Mapping[str, str] | None = None) -> "Results":  # fmt: skip
    """Run a study by path or name: `lca.run("scenarios/fraud_detection.yaml").compare()` gives a pandas table.

    `settings` are values of parameters, `methods` are methods of Brightway as indicators more, `choices` are value choices."""
    from lca.calculation import run as run_study

    return run_study(study, scenarios, settings, methods=methods, choices=choices)
