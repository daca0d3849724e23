"""The command `lca serve`: the page of a study for this machine alone, computed anew when a study or an inventory changes."""

import threading
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from lca.errors import LCAError
from lca.folders import find, shipped
from lca.options import ChoiceOption, LangOption, StudyArgument, read_settings

HOST = "127.0.0.1"
HEADERS = {
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port on this machine; 0 takes a free one.")]


def serve(study: StudyArgument, port: PortOption = 8350, choice: ChoiceOption = None, lang: LangOption = "en") -> None:
    """Serve the interactive page of a study on this machine; it follows changes of the study's files. Ctrl-C ends it.

    Example: lca serve my_study.yaml"""
    from lca.wording import say

    find("scenarios", study)  # a misspelt name is told here, not in the page
    try:
        site = make_site(Pages(study, lang, read_settings("--choice", choice or [])), port)
    except OSError as error:
        raise LCAError(f"--port {port}: cannot listen there ({error.strerror}). Another one, or 0 for any that is free") from None
    with site:
        try:
            typer.echo(say("serve_at", lang, address=f"http://{HOST}:{site.socket.getsockname()[1]}/"))
            site.serve_forever()
        except KeyboardInterrupt:
            typer.echo(say("serve_ended", lang))


@dataclass
class Pages:
    """The page of a study as the files are now; what is wrong with them is shown as text."""

    study: str
    lang: str = "en"
    choices: dict[str, str] = field(default_factory=dict)
    version: str = ""
    page: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> str:
        """The page; computed anew where a file changed since."""
        from lca.calculation import run
        from lca.page.write import render, render_fault

        with self.lock:
            if (version := self.state()) != self.version:
                try:
                    self.page = render(run(self.study, choices=self.choices), self.lang, version)
                except LCAError as error:
                    self.page = render_fault(str(error), self.lang, version)
                self.version = version
            return self.page

    def state(self) -> str:
        """What tells one state of the files from another: names, times and sizes of all studies, inventories and methods that may be read."""
        near = [Path(self.study).parent] if Path(self.study).suffix else []
        folders = [*near, *(base for name in ("scenarios", "inventories", "impact_methods") for base in (Path(name), shipped(name)))]
        files = {path.resolve() for n, folder in enumerate(folders) for path in (folder.glob if n < len(near) else folder.rglob)("*")}
        read = sorted(path for path in files if path.suffix in (".yaml", ".csv", ".txt") and path.is_file())
        about = [(str(path), stat.st_mtime_ns, stat.st_size) for path in read if (stat := path.stat())]
        return sha256(repr(about).encode()).hexdigest()[:16]


def make_site(pages: Pages, port: int) -> ThreadingHTTPServer:
    """A site of two addresses: the page and the version of the files. It answers none but this machine under its own name."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own = {f"{name}:{self.connection.getsockname()[1]}" for name in (HOST, "localhost")}
            origin = self.headers.get("Origin")
            if self.headers.get("Host") not in own or (origin is not None and origin.removeprefix("http://") not in own):
                self.answer(HTTPStatus.FORBIDDEN, "text/plain", "only this machine, under its own name")  # another site that points at us
            elif self.path == "/":
                self.answer(HTTPStatus.OK, "text/html", pages.now())
            elif self.path == "/version":
                self.answer(HTTPStatus.OK, "text/plain", pages.state())
            else:
                self.answer(HTTPStatus.NOT_FOUND, "text/plain", "there is nothing but / and /version")

        def answer(self, status: HTTPStatus, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body)), **HEADERS}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def version_string(self) -> str:
            return "lca"

        def log_message(self, *about: object) -> None:
            """Quiet: the page shows what there is to say."""

    site = ThreadingHTTPServer((HOST, port), Handler)
    site.daemon_threads = True
    return site
