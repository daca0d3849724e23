"""The command as a user runs it: exit codes, one clear message, files that are whole."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lca.__main__ import main
from lca.background import Background
from lca.folders import shipped

STUDY = shipped("scenarios") / "fraud_detection.yaml"


def lca(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command within this process, which has loaded the libraries already."""
    before, code = (sys.argv, Path.cwd()), 0
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            sys.argv = ["lca", *arguments]
            os.chdir(folder or before[1])
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            sys.argv = before[0]
            os.chdir(before[1])
    return subprocess.CompletedProcess(sys.argv, code, out.getvalue(), err.getvalue())


def refuse(*arguments: str, folder: Path | None = None) -> str:
    done = lca(*arguments, folder=folder)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_run_shows_alternatives_scenarios_and_no_verdict(background: Background) -> None:
    done = lca("run", "fraud_detection")
    assert done.returncode == 0, done.stderr
    for text in ("As today", "People review flagged payments", "No verdict: uncertainty not computed.", "t CO2-eq"):
        assert text in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    assert done.stderr == ""


def test_french(background: Background) -> None:
    done = lca("run", "fraud_detection", "--lang", "fr", "--by", "stage")
    assert "Pas de verdict : l'incertitude n'a pas été calculée." in done.stdout
    assert "Fin de vie" in done.stdout and "End of life" not in done.stdout


def test_all_outputs_at_once(background: Background, tmp_path: Path) -> None:
    files = [tmp_path / f"é à {suffix}" for suffix in ("a.xlsx", "a.html", "a.csv", "a.json")]
    done = lca("run", "sorting_languages", "--scenario", "measured", *[each for file in files for each in ("-o", str(file))])
    assert done.returncode == 0, done.stderr
    assert all(file.is_file() for file in files) and len(list(tmp_path.iterdir())) == 4
    data = json.loads(files[3].read_text(encoding="utf-8"))
    assert [each["scenario"] for each in data["totals"]] == ["measured"] * 4


@pytest.mark.slow
def test_a_folder_gets_a_file_of_every_kind_named_as_the_study(background: Background, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    shutil.copy(STUDY, tmp_path / "scenarios" / "mine.yaml")
    for folder in ("new/", "new"):  # first made, then there already
        done = lca("run", "mine", "--scenario", "base", "--lang", "en", "--locale", "fr", "-o", folder, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        made = {path.name for path in (tmp_path / "new").iterdir()}
        ends = (".html", ".docx", ".xlsx", ".csv", ".json", "_page.html", "_brightway.xlsx", "_README.txt")
        assert made - {"mine.pdf"} == {f"mine{each}" for each in ends}
        assert {path.name for path in tmp_path.iterdir()} == {"new", "scenarios"}
    assert (tmp_path / "new" / "mine.csv").read_bytes().startswith("\ufeffalternative;scenario;".encode())
    (tmp_path / "file").touch()
    assert "there is a file of that name" in refuse("run", "mine", "-o", "file/", folder=tmp_path)


def test_pdf_without_its_package_is_one_clear_error(background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lca.options.find_spec", lambda name: None)
    message = refuse("run", "fraud_detection", "-o", "out.pdf", folder=tmp_path)
    assert "pip install 'lca-ml[pdf]'" in message and len(message.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_set_and_scenario(background: Background, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    done = lca("run", "fraud_detection", "--scenario", "base", "--set", "country=DEU", "--set", "facility_metered.pue=1.2", "-o", str(file))
    assert done.returncode == 0, done.stderr
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["parameters"]["facility_metered.pue"] == [1.2]
    assert data["about"]["settings"] == {"country": "DEU", "facility_metered.pue": "1.2"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("run", "fraud_detektion"), "Did you mean 'fraud_detection'?"),
        (("run", "fraud_detection", "--draws", "0"), "the number of draws is '0'; allowed is a whole number, 2 or more"),
        (("break-even", "fraud_detection", "flagged_share", "--draws", "0"), "the number of draws is '0'; allowed is a whole number, 2 or more"),
        (("run", "fraud_detection", "--scenario", "bas"), "there is no scenario 'bas'. Did you mean 'base'?"),
        (("run", "fraud_detection", "--set", "contry=DEU"), "unknown parameter 'contry'. Did you mean 'country'?"),
        (("run", "fraud_detection", "--set", "country=Germany"), "'country' cannot be 'Germany'"),
        (("run", "fraud_detection", "--set", "server_in_use.lifetime=-5 year"), "'server_in_use.lifetime' is -5 year"),
        (("run", "fraud_detection", "--set", "server_in_use.lifetime=5 kg"), "'5 kg' is kg; 'server_in_use.lifetime' is hour"),
        (("run", "fraud_detection", "--set", "country"), "write NAME=VALUE"),
        (("run", "fraud_detection", "-o", "out.odt"), "there is no output with the suffix '.odt'"),
        (("run", "fraud_detection", "-o", "no/such/"), "there is no folder no"),
        (("run", "fraud_detection", "--locale", "de"), "--locale cannot be 'de'"),
        (("run", "fraud_detection", "-o", "no/such/folder/out.xlsx"), "there is no folder"),
        (("run", "fraud_detection", "--lang", "de"), "--lang cannot be 'de'"),
        (("run", "fraud_detection", "--by", "stages"), "Did you mean 'stage'?"),
        (("show", "server_in_use.lifetme"), "Did you mean 'server_in_use.lifetime'?"),
        (("runs",), "No such command"),
    ],
)
def test_mistakes(background: Background, tmp_path: Path, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in refuse(*arguments, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_all_faults_of_a_study_at_once_with_their_lines(background: Background, tmp_path: Path) -> None:
    text = STUDY.read_text(encoding="utf-8")
    broken = text.replace("flagged_share * review_time", "flagged_shar * review_time").replace("input: rented_vcpu", "input: rented_vcpus")
    (tmp_path / "broken.yaml").write_text(broken, encoding="utf-8")
    message = refuse("check", "broken.yaml", folder=tmp_path)
    for name, nearest in (("flagged_shar", "flagged_share"), ("rented_vcpus", "rented_vcpu")):
        line = next(number for number, each in enumerate(broken.splitlines(), 1) if f"{name} " in each or f"{name}," in each)
        assert f"broken.yaml:{line}:" in message and f"'{name}'. Did you mean '{nearest}'?" in message


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a: &x 1\nb: *x\n", b"a: 1\na: 2\n"])
def test_broken_files(background: Background, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    assert "x.yaml" in refuse("run", "x.yaml", folder=tmp_path)


def test_check(background: Background) -> None:
    done = lca("check", "fraud_detection")
    assert done.returncode == 0 and "no fault found" in done.stdout


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("facility_metered.pue", ("1.4", "1.1", "1.9", "facility_metered")),
        ("gold_primary", ("kg Sb-eq/kg", "gold_in_ground", "gold_in_ground")),
        ("server", ("memory_module", "server.memory")),
        ("climate_change", ("EF v3.1",)),
        ("lifetime", ("server_in_use.lifetime",)),
        ("carbon_dioxide_fossil", ("1.00 kg CO2-eq/kg",)),
    ],
)
def test_show(background: Background, name: str, expected: tuple[str, ...]) -> None:
    done = lca("show", name)
    assert done.returncode == 0, done.stderr
    flat = " ".join(done.stdout.split())
    for each in expected:
        assert each in flat


def test_version_names_every_brightway_package() -> None:
    done = lca("--version")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["lca", "bw2data", "bw2calc", "bw2io", "bw_processing", "stats_arrays"]


def test_a_study_of_the_users_own_folder_goes_first(background: Background, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    text = STUDY.read_text(encoding="utf-8").replace("title_en: Screening online payments for fraud", "title_en: My own copy")
    (tmp_path / "scenarios" / "fraud_detection.yaml").write_text(text, encoding="utf-8")
    assert "My own copy" in lca("run", "fraud_detection", folder=tmp_path).stdout
