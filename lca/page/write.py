"""Writes the page: one file that loads nothing, runs nothing but its own script and holds the texts of a study as data only."""

import json
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lca.folders import write_whole
from lca.page.contents import LANGUAGES, contents_of
from lca.page.model import FOLDER, code_of, numbers_of
from lca.report import figures
from lca.report.sentences import spaced
from lca.report.years import over_years
from lca.results import Results
from lca.tables_years import per, title
from lca.wording import say
from lca.years import foresee

READ = 'const PAGE = JSON.parse(document.getElementById("page-data").textContent), MODEL = PAGE.model;\n'


def write_page(results: Results, path: Path, lang: str) -> Path:
    """Write the page of a run; the file appears once it is whole."""
    return write_whole(path, lambda temporary: temporary.write_text(render(results, lang), encoding="utf-8"))


def render(results: Results, lang: str, version: str = "") -> str:
    """The page as text; with a version it asks where it came from whether that is still the one."""
    data = {"poll": version, "model": numbers_of(results), **contents_of(results)}
    script = "\n".join([f'"use strict";\n{READ}', code_of(results), _own("format.js"), _own("page.js")])
    return _fill("page.html", lang, script, title=spaced(results.study.text("title", lang), lang), data=Markup(as_data(data)),
                 patterns=figures.patterns(), years=_ahead(results), connect="'self'" if version else "")  # fmt: skip


def _ahead(results: Results) -> dict[str, dict[str, Any]]:
    """The years that the study looks ahead, as the engine has them: figures in both languages."""
    if results.study.horizon is None:
        return {}
    found = foresee(results)
    charts = {lang: [(results.indicators[i].label(lang), over_years(found, i, lang)) for i in results.headline] for lang in LANGUAGES}
    return {lang: {"title": title(found, lang), "per": per(found, lang), "figures": charts[lang]} for lang in LANGUAGES}


def render_fault(text: str, lang: str, version: str) -> str:
    """What `lca serve` shows of a study that cannot be read: the message as text, until a file changes."""
    return _fill("fault.html", lang, _own("fault.js"), fault=text, version=version, connect="'self'")


def as_data(data: Any) -> str:
    """JSON that no text can leave: what would end the element or open another is written as its number."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _fill(template: str, lang: str, script: str, connect: str = "", **contents: Any) -> str:
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    style = _own("page.css")
    policy = (f"default-src 'none'; script-src {_allowed(script)}; style-src {_allowed(style)}; base-uri 'none'; form-action 'none'"
              + (f"; connect-src {connect}" if connect else ""))  # fmt: skip
    return environment.get_template(template).render(
        lang=lang, style=Markup(style), code=Markup(script), policy=Markup(policy), say=lambda key: spaced(say(key, lang), lang), **contents
    )


def _allowed(text: str) -> str:
    """The one text that a policy allows, by its hash."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@lru_cache
def _own(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
