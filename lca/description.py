"""What a name stands for: its value, range and source, and who uses it."""

from collections import defaultdict

from lca.background import Background, background_rows
from lca.devices import SPANS, of_study
from lca.errors import UnknownName, nearest
from lca.grades import Comparison, grades
from lca.ranges import OWN, RangedExchange, default_kinds
from lca.scopes import Variable, read_names
from lca.sources import ASSUMPTION, Source
from lca.study import Study
from lca.wording import number, say, tag_keys, tag_label, unit_words

Facts = list[tuple[str, str]]
MOST = 4  # published values that are told one by one


def describe(name: str, study: Study, background: Background, lang: str) -> Facts:
    """Facts on a parameter, process, product, flow, indicator, source, scenario or alternative."""
    model = study.model
    if name in model.variables:
        return describe_parameter(model.variables[name], study, lang)
    if name in study.scopes.processes:
        return _process(name, study, background, lang)
    if name in background.products or name in background.flows:
        return _thing(name, study, background, lang)
    if name in background.indicators:
        indicator = background.indicators[name]
        unit, method = unit_words(indicator.unit, lang), " | ".join(indicator.method)
        return [(say("name", lang), indicator.label(lang)), (say("unit", lang), unit), (say("method", lang), method),
                (say("note", lang), getattr(indicator, f"note_{lang}"))]  # fmt: skip
    if name in study.sources:
        return _source(study.sources[name], study, background, lang)
    own = [each for each in model.variables if each.split(".")[-1] == name]
    if own:
        return [(each, value_text(model.variables[each], lang)) for each in own]
    known = [*model.variables, *study.scopes.processes, *background.products, *background.flows, *background.indicators, *study.sources]
    raise UnknownName(f"there is no '{name}' in the study '{study.key}'. {nearest(name, known)}")


def stated(study: Study) -> dict[str, Variable]:
    """The variables that the study's own files state, not the inventories that it uses."""
    places = [each.place for each in study.scopes.study.values()] + [each.place for each in study.scopes.processes.values() if each.from_study]
    files = {each.partition(":")[0] for each in places}
    return {name: each for name, each in study.model.variables.items() if each.parameter.place.partition(":")[0] in files}


def describe_parameter(variable: Variable, study: Study, lang: str) -> Facts:
    parameter, about = variable.parameter, variable.parameter.about
    size, bounds = parameter.unit.factor, (parameter.low, parameter.high)
    ends = [] if variable.formula else [number(each / size, lang) for each in bounds if each is not None]
    told = {
        "name": about.get(f"label_{lang}", variable.name), "value": value_text(variable, lang),
        "range": f"{' - '.join(ends)} {parameter.unit.text}" if ends else "", "choices": ", ".join(parameter.choices),
        "distribution": parameter.distribution, "together": parameter.together,
        "correlated": ", ".join(f"{other} ({number(rank, lang)})" for other, rank in parameter.correlated.items()),
        "source": source_text(parameter.source, study.sources, lang, about.get("locator", "")) if parameter.source else "",
        "basis": tag_label("basis", parameter.basis, lang) if parameter.basis else "",
        **{key: about.get(key, "") for key in ("year", "geography", "note")}, "find": about.get(f"find_{lang}", ""), "place": parameter.place,
        "used_by": "\n".join(readers(study).get(variable.name, ())) or say("nobody", lang),
    }  # fmt: skip
    return [(say(key, lang), text) for key, text in told.items() if text or key in ("name", "value")]


def value_text(variable: Variable, lang: str) -> str:
    parameter = variable.parameter
    if parameter.choices:
        return variable.alias or parameter.choice
    if variable.formula:
        return variable.formula.text if variable.formula.kind == "name" else parameter.written
    return parameter.written


def source_text(key: str, sources: dict[str, Source], lang: str, locator: str = "") -> str:
    """A citation that a reader can open, or the word for an assumption."""
    if key == ASSUMPTION or key not in sources:
        return tag_label("basis", ASSUMPTION, lang) if key == ASSUMPTION else key
    source = sources[key]
    return ", ".join(each for each in (source.citation, locator) if each) + (f" {source.url}" if source.url else "")


def readers(study: Study) -> dict[str, list[str]]:
    """Per variable the parameters, lines and qualities that read it, each once."""
    model, found = study.model, defaultdict[str, dict[str, None]](dict)
    for name, reader in (
        *((name, each.name) for each in model.variables.values() for name in [*(read_names(each.formula) if each.formula else ()), each.alias]),
        *((name, f"{model.nodes[each.caller].process.key}: {each.exchange.key}") for each in model.calls for name in read_names(each.amount)),
        *((name, f"{model.nodes[each.node].process.key}: {each.exchange.key}") for each in model.lines for name in [*read_names(each.amount), each.choice]),
        *((name, f"{say('quality', 'en')}: {each.key}") for each in study.alternatives.values() for name in read_names(each.quality)),
    ):
        found[name][reader] = None
    return {name: list(each) for name, each in found.items()}


def _process(name: str, study: Study, background: Background, lang: str) -> Facts:
    process = study.scopes.processes[name]
    facts = [(say("name", lang), process.about.get(f"label_{lang}", name)), (say("unit", lang), process.unit)]
    facts += [(tag, tag_label(tag, value, lang)) for tag, value in process.tags.items()]
    facts += [(say("like", lang), process.like)] if process.like else []
    facts += _device(name, study, background, lang) if process.device else []
    facts += [(exchange.direction, f"{exchange.input}: {exchange.written}") for exchange in process.exchanges]
    facts += [(say("parameters", lang), ", ".join(f"{name}.{each}" for each in study.scopes.parameters(process)))]
    facts += [(say("note", lang), process.about["note"])] if process.about.get("note") else []
    callers = [each.key for each in study.scopes.processes.values() if any(exchange.input == name for exchange in each.exchanges)]
    return [*facts, (say("used_by", lang), ", ".join(callers) or say("nobody", lang)), (say("place", lang), process.place)]


def _device(name: str, study: Study, background: Background, lang: str) -> Facts:
    """What one unit of a device scores as the study has it, with grades."""
    found, facts = of_study(study, background, [name]), list[tuple[str, str]]()
    for key, device in found.devices.items():
        for each, value in zip(background.indicators.values(), device.scores.sum(axis=0), strict=True):
            if each.role == "headline":
                told = _grade(found.grade(key, each.key), found.beside(key, each.key), key, study, lang)
                facts.append((each.label(lang), f"{number(value, lang)} {unit_words(each.unit, lang)}/{device.process.unit} ({told})"))
    return facts + ([(say("grade", lang), say("grade_meaning", lang))] if facts else [])


def _thing(name: str, study: Study, background: Background, lang: str) -> Facts:
    """A background product or an elementary flow, with its scores and the rows that make or use it."""
    is_product = name in background.products
    thing = background.products[name] if is_product else background.flows[name]
    facts = [(say("name", lang), getattr(thing, f"label_{lang}")), (say("unit", lang), thing.unit)]
    scores = background.table[background.places[name]].sum(axis=0)
    known = grades(background) if is_product else None
    for i, each in enumerate(background.indicators.values()):
        if scores[i]:
            told = f" ({_grade(known.of(name, each.key), known.evidence.get((name, each.key), ()), name, study, lang)})" if known else ""
            facts.append((each.label(lang), f"{number(scores[i], lang)} {unit_words(each.unit, lang)}/{thing.unit}{told}"))
    facts += [(say("grade", lang), say("grade_meaning", lang))] if known else []
    rows = background_rows(background.key)
    for row in rows:
        if row.process == name:
            only = f" [{row.row['when']}]" if row.when else ""
            origin = source_text(row.row["source"], study.sources, lang, row.row.text("locator"))
            amount, basis = f"{row.row['amount']} {row.row['unit']}{_spread(row, lang)}{only}", tag_label("basis", row.row["basis"], lang)
            facts.append((row.input, f"{amount}, {basis}: {origin}. {row.row.text('note')}"))
    callers = [row.process for row in rows if row.input == name]
    callers += [f"{study.model.nodes[line.node].process.key}: {line.exchange.key}" for line in study.model.lines if name in line.inputs]
    return [*facts, (say("used_by", lang), ", ".join(dict.fromkeys(callers)) or say("nobody", lang))]


def _grade(letter: str, values: tuple[Comparison, ...], name: str, study: Study, lang: str) -> str:
    """The grade for an indicator, and the published values behind it, those of the product itself first."""
    texts = []
    for each in sorted(values, key=lambda each: each.product != name):
        span = " - ".join(number(value, lang) for value in sorted({each.low, each.high}))
        text = f"{source_text(each.source, study.sources, lang)}: {span} {each.unit}{_part(each.part, lang)}"
        text += "" if each.independent else f", {say('not_independent', lang)}"
        texts.append(text if each.product == name else f"{each.product} {text}")
    return "; ".join([f"{say('grade', lang)} {letter}", *texts[:MOST], *([say("q_more", lang, count=len(texts) - MOST)] if texts[MOST:] else [])])


def _spread(row: RangedExchange, lang: str) -> str:
    """The range of a background row in the unit in which it is written, and where it comes from unless it is the row's own; a default
    names its kind."""
    kind = default_kinds().get(row.kind)
    named = f"{':' if lang == 'en' else ' :'} {kind.label(lang)}" if kind else ""
    told = f"{say(f'range_{row.origin}', lang)}{named}" if row.origin != OWN else ""
    together = f"{say('together', lang)}: {row.row['together']}" if row.row.text("together") else ""
    bounds = ""
    if row.row["low"]:
        bounds = f"{row.row['low']} - {row.row['high']}"
    elif row.low is not None and row.high is not None:
        size = float(row.row["amount"]) / row.amount
        bounds = f"{number(row.low * size, lang)} - {number(row.high * size, lang)}"
    inside = "; ".join(filter(None, (bounds, told, together)))
    return f" ({inside})" if inside else ""


def _part(part: str, lang: str) -> str:
    """The part of ours beside which a value stands: a stage or several, a part of a result."""
    return f" ({say(f'span_{part}', lang) if part in SPANS else tag_label('stage' if part in tag_keys('stage') else 'part', part, lang)})" if part else ""


def _source(source: Source, study: Study, background: Background, lang: str) -> Facts:
    facts = [(say("name", lang), source.citation), ("url", source.url), (say("licence", lang), source.licence), ("class", source.licence_class),
             (say("note", lang), source.note)]  # fmt: skip
    users = [name for name, each in study.model.variables.items() if each.parameter.source == source.key]
    users += [f"{row.process} <- {row.input}" for row in background_rows(background.key) if row.row["source"] == source.key]
    return [each for each in facts if each[1]] + [(say("used_by", lang), ", ".join(dict.fromkeys(users)) or say("nobody", lang))]
