"""`lca serve`: this machine only, under its own name; the page follows the files, and says what is wrong with them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from conftest import SMALL

from lca.commands_serve import HOST, Pages, make_site, serve
from lca.errors import LCAError

Asked = tuple[int, str]


class Site:
    def __init__(self, path: Path) -> None:
        self.path, self.server = path, make_site(Pages(str(path)), 0)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def ask(self, path: str = "/", method: str = "GET", host: str = "", **headers: str) -> Asked:
        port = self.server.server_port
        connection = HTTPConnection(HOST, port, timeout=60)
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Host": host or f"{HOST}:{port}", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    found = Site(path)
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_it_listens_on_this_machine_alone(site: Site) -> None:
    assert site.server.server_address[0] == "127.0.0.1"


def test_the_page_is_served_and_follows_the_file(site: Site) -> None:
    status, page = site.ask()
    assert status == 200 and "connect-src 'self'" in page
    first = site.ask("/version")[1]
    assert f'"poll":"{first}"' in page and site.ask("/version")[1] == first
    site.path.write_text(SMALL.replace("title_en: Small", "title_en: Changed title"), encoding="utf-8")
    assert site.ask("/version")[1] != first
    assert "Changed title" in site.ask()[1]


def test_a_method_that_changes_is_followed_too(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = site.ask("/version")[1]
    (tmp_path / "impact_methods").mkdir()
    assert site.ask("/version")[1] == first
    (tmp_path / "impact_methods" / "own.csv").write_text("flow,factor\n", encoding="utf-8")
    assert site.ask("/version")[1] != first


def test_a_port_that_is_taken_is_told(site: Site) -> None:
    with pytest.raises(LCAError, match=f"--port {site.server.server_port}: cannot listen there .*Another one, or 0"):
        serve("fraud_detection", port=site.server.server_port)


def test_a_fault_of_the_study_is_shown_as_text_until_it_is_mended(site: Site) -> None:
    site.path.write_text(SMALL.replace("quality: care", "quality: '<script>alert(1)</script>'"), encoding="utf-8")
    status, page = site.ask()
    assert status == 200 and "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    assert "Traceback" not in page and "small.yaml" in page
    site.path.write_text(SMALL, encoding="utf-8")
    assert "page-data" in site.ask()[1]


def test_a_study_that_went_away_is_told(site: Site) -> None:
    site.path.unlink()
    status, page = site.ask()
    assert status == 200 and "there is no file" in page
    site.path.write_text(SMALL, encoding="utf-8")
    assert "page-data" in site.ask()[1]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example"])
def test_another_host_is_refused(site: Site, host: str) -> None:
    assert site.ask(host=host)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://localhost", "file://", "http://127.0.0.1.evil.example"])
def test_another_origin_is_refused(site: Site, origin: str) -> None:
    status, text = site.ask("/version", Origin=origin)
    assert status == 403 and "page-data" not in text


def test_its_own_names_are_answered(site: Site) -> None:
    for name in (HOST, "localhost"):
        own = f"{name}:{site.server.server_port}"
        assert site.ask("/version", host=own, Origin=f"http://{own}")[0] == 200


@pytest.mark.parametrize("path", ["/../setup.cfg", "/etc/passwd", "/index.html", "/version/", "/?x=1", "/%2e%2e/x", "http://evil.example/"])
def test_no_other_path(site: Site, path: str) -> None:
    assert site.ask(path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_nothing_but_reading(site: Site, method: str) -> None:
    assert site.ask("/version", method=method)[0] == 501


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another signal on Windows")
def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    run = subprocess.Popen([sys.executable, "-u", "-m", "lca", "serve", str(path), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # fmt: skip  # tests in the background ignore it
    assert run.stdout
    assert re.search(r"http://127\.0\.0\.1:\d+/ .*Ctrl-C", run.stdout.readline())
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=20)
    assert run.returncode == 0 and "Traceback" not in out + err


def test_a_name_that_is_no_study_is_told_at_once() -> None:
    done = subprocess.run([sys.executable, "-m", "lca", "serve", "fraud_detectoin"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "fraud_detection" in done.stderr and "Traceback" not in done.stderr


def test_the_policy_lets_only_its_own_script_run(site: Site) -> None:
    page = site.ask()[1]
    assert json.loads(re.search(r'id="page-data">(.*?)</script>', page, re.DOTALL)[1])["poll"]  # type: ignore[index]
    assert "unsafe" not in page.partition("<style>")[0]
