"""Every notebook runs from top to bottom and shows what it promises; it defines no function."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
SHOWN = {  # what stands somewhere in the outputs
    "01_first_study": "People review flagged payments",
    "02_learning_against_people": "human_work",
    "03_levers": "Eight-bit floating-point arithmetic (FP8)",
    "04_uncertainty_and_what_to_measure_next": "would change the recommendation",
    "05_own_data": "Did you mean 'shop_ledger_2026'?",
    "06_own_background": "VALLEY",
    "07_by_hand_with_bw2calc": "lca background",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({path.stem for path in FOLDER.glob("*.ipynb")} | SHOWN.keys()))
def test_a_notebook_runs(name: str) -> None:
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    assert not [cell for cell in notebook.cells if cell.cell_type == "code" and "def " in cell.source]
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert SHOWN[name] in "".join(str(each.get("data", each.get("text", ""))) for each in outputs)
