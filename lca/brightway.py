"""The only room that imports bw2*. Run as a program of its own (`python -m lca.brightway`), so that what Brightway
prints, its environment variable and its current project never touch the user's process."""

import contextlib
import io
import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

PROJECT, BACKGROUND, WATER, BIOSPHERE = "lca", "lca background", "lca water flows", "biosphere3"
SPELLED = {
    "kWh": "kilowatt hour", "MJ": "megajoule", "W": "watt", "kW": "kilowatt", "MW": "megawatt", "g": "gram", "kg": "kilogram", "t": "ton",
    "km": "kilometer", "t*km": "ton kilometer", "cm2": "square centimeter", "m2": "square meter", "m3": "cubic meter", "Sm3": "standard cubic meter",
    "GB": "gigabyte", "TB": "terabyte",
}  # fmt: skip
Say = Callable[[str], None]


def spell(unit: str) -> str:
    """A unit in Brightway's words: kg is kilogram, person*km is person kilometer."""
    words = re.sub(r"[A-Za-z]\w*", lambda match: SPELLED.get(match.group(), match.group()), unit)
    return " ".join(words.replace("*", " ").replace("/", " per ").split())


def _open_project(folder: Path) -> None:
    """Brightway reads BRIGHTWAY2_DIR when it is imported; the folder must exist before."""
    os.environ["BRIGHTWAY2_DIR"] = str(folder)
    import bw2data as bd

    bd.projects.set_current(PROJECT)


def write_project(request: dict[str, Any], folder: Path, say: Say) -> None:
    """The flows, the methods in use and the background as one Brightway project, and its matrices as numbers."""
    say("flows")
    _open_project(folder)
    import bw2data as bd
    from bw2io.importers import Ecospold2BiosphereImporter

    flows = Ecospold2BiosphereImporter(BIOSPHERE)  # what bw2io.create_default_biosphere3 does, without an index of words
    flows.apply_strategies()
    flows.write_database(searchable=False, check_typos=False)
    shape = {"categories": ("natural resource", "in water"), "unit": "cubic meter", "type": "natural resource", "exchanges": []}
    own = {(WATER, flow["key"]): {"name": flow["name"], **shape} for flow in request["flows"] if not flow["uuid"]}
    bd.Database(WATER).write(own, searchable=False, check_typos=False)
    say("methods")
    factors = write_methods(request)
    say("background")
    nodes = {flow["key"]: (BIOSPHERE, flow["uuid"]) if flow["uuid"] else (WATER, flow["key"]) for flow in request["flows"]}
    nodes |= {product["key"]: (BACKGROUND, product["key"]) for product in request["products"]}
    bd.Database(BACKGROUND).write(_activities(request["products"], request["exchanges"], nodes, BACKGROUND), searchable=False, check_typos=False)
    say("matrices")
    _write_matrices(request, factors, nodes, folder / "matrices.npz")


def _activities(products: list[dict[str, Any]], exchanges: list[list[Any]], nodes: dict[str, tuple[str, str]], database: str) -> dict[tuple[str, str], Any]:
    """Processes in Brightway's own shape; every one states its production exchange."""
    activities: dict[tuple[str, str], Any] = {}
    for product in products:
        code = (database, product["key"])
        activities[code] = {"name": product["label_en"], "reference product": product["label_en"], "code": product["key"],
                            "unit": SPELLED.get(product["unit"], product["unit"]), "location": product["location"], "type": "processwithreferenceproduct",
                            "production amount": 1.0, "exchanges": [{"input": code, "amount": 1.0, "type": "production"}]}  # fmt: skip
    for process, name, amount in exchanges:
        kind = "technosphere" if nodes[name][0] in (BACKGROUND, database) else "biosphere"
        activities[(database, process)]["exchanges"].append({"input": nodes[name], "amount": amount, "type": kind})
    return activities


def _ids() -> dict[tuple[str, str], int]:
    """The number of every node by database and code, in one query."""
    from bw2data.backends.schema import ActivityDataset as Row

    return {(database, code): number for database, code, number in Row.select(Row.database, Row.code, Row.id).tuples()}


def write_methods(request: dict[str, Any], biosphere: str = BIOSPHERE) -> dict[str, dict[tuple[str, str], float]]:
    """Write the wanted methods from the list inside bw2io (its own loader crashes); returns their factors."""
    import bw2data as bd
    import bw2io as bi

    ids, factors = _ids(), {}
    with zipfile.ZipFile(Path(bi.__file__).parent / "data" / "lcia" / "lcia_39_ecoinvent.zip") as archive:
        shipped = archive.read("data.json").decode()  # hundreds of methods: only those that are wanted are parsed
    for indicator in request["indicators"]:
        name = tuple(indicator["method"])
        if indicator["factors"]:
            factors[indicator["key"]] = {(WATER, flow): amount for flow, amount in indicator["factors"].items()}
        elif (place := shipped.find(f'"name": {json.dumps(name)}')) > 0:
            found = json.JSONDecoder().raw_decode(shipped, shipped.rindex("{", 0, place))[0]
            factors[indicator["key"]] = {(biosphere, each["input"][1]): each["amount"] for each in found["exchanges"]}
        else:
            raise LookupError(f"Brightway ships no method {name}")
        method = bd.Method(name)
        method.register(unit=indicator["unit"])
        method.write([(ids[key], amount) for key, amount in factors[indicator["key"]].items()])
    return factors


def _write_matrices(request: dict[str, Any], factors: dict[str, dict[tuple[str, str], float]], nodes: dict[str, tuple[str, str]], path: Path) -> None:
    """A, B and C as bw2calc builds them (stored as float32), in our order of products and flows."""
    import bw2calc as bc
    import bw2data as bd

    flows, products = [each["key"] for each in request["flows"]], [each["key"] for each in request["products"]]
    first = tuple(request["indicators"][0]["method"])
    lca = bc.LCA({bd.get_node(database=BACKGROUND, code=products[0]): 1}, first)
    lca.load_lci_data()
    lca.load_lcia_data()
    ids = _ids()
    numbers = {key: ids[nodes[key]] for key in (*products, *flows)}
    rows = [lca.dicts.product[numbers[key]] for key in products]
    columns = [lca.dicts.activity[numbers[key]] for key in products]
    technosphere = lca.technosphere_matrix.tocsr()[rows][:, columns].tocoo()
    inside = {key: lca.dicts.biosphere[numbers[key]] for key in flows if numbers[key] in lca.dicts.biosphere}
    biosphere = lca.biosphere_matrix.tocsr()[list(inside.values())][:, columns].tocoo()
    places = np.array([flows.index(key) for key in inside])
    characterisation = np.zeros((len(request["indicators"]), len(flows)))
    for number, indicator in enumerate(request["indicators"]):
        lca.switch_method(tuple(indicator["method"]))
        lca.load_lcia_data()
        diagonal = lca.characterization_matrix.diagonal()
        characterisation[number, places] = diagonal[list(inside.values())]
    full = np.array([[factors[each["key"]].get(nodes[flow], 0.0) for flow in flows] for each in request["indicators"]], dtype=np.float32)
    np.savez(path, a_row=technosphere.row, a_column=technosphere.col, a=technosphere.data.astype(float),
             b_row=places[biosphere.row], b_column=biosphere.col, b=biosphere.data.astype(float), c=characterisation, factors=full.astype(float))  # fmt: skip


def judge(request: dict[str, Any], project: Path) -> dict[str, Any]:
    """Scores of foreground demands by bw2calc, one LCA each and one MultiLCA for all, in a copy of the project."""
    import bw2data as bd

    database = "lca foreground"
    nodes = {flow["key"]: (BIOSPHERE, flow["uuid"]) if flow["uuid"] else (WATER, flow["key"]) for flow in request["flows"]}
    nodes |= {key: (BACKGROUND, key) for key in request["products"]}
    nodes |= {each["key"]: (database, each["key"]) for each in request["processes"]}
    bd.Database(database).write(_activities(request["processes"], request["exchanges"], nodes, database))
    for process, name, amount in request["changes"]:
        kind = "technosphere" if nodes[name][0] == BACKGROUND else "biosphere"
        bd.get_node(database=BACKGROUND, code=process).new_exchange(input=nodes[name], amount=amount, type=kind).save()
    bd.Database(BACKGROUND).process()
    demands = {label: {bd.get_node(database=database, code=code).id: amount} for label, (code, amount) in request["demands"].items()}
    methods = [tuple(each["method"]) for each in request["indicators"]]
    if lacking := [each for each in request["indicators"] if tuple(each["method"]) not in bd.methods]:
        write_methods({"indicators": lacking})
    return {"lca": _score_each(demands, methods), "multilca": _score_together(demands, methods)}


def _score_each(demands: dict[str, dict[int, float]], methods: list[tuple[str, ...]]) -> dict[str, list[float]]:
    import bw2calc as bc
    import bw2data as bd

    scores: dict[str, list[float]] = {}
    for label, demand in demands.items():
        inputs, objects, remap = bd.prepare_lca_inputs({bd.get_node(id=number): amount for number, amount in demand.items()}, methods[0])
        lca = bc.LCA(demand=inputs, data_objs=objects, remapping_dicts=remap)
        lca.lci()
        lca.lcia()
        scores[label] = []
        for method in methods:
            lca.switch_method(method)
            lca.lcia()
            scores[label].append(float(lca.score))
    return scores


def _score_together(demands: dict[str, dict[int, float]], methods: list[tuple[str, ...]]) -> dict[str, list[float]]:
    import bw2calc as bc
    import bw2data as bd

    config = {"impact_categories": methods}
    objects = bd.get_multilca_data_objs(functional_units=demands, method_config=config)
    lca = bc.MultiLCA(demands=demands, method_config=config, data_objs=objects)
    lca.lci()
    lca.lcia()
    return {label: [float(lca.scores[(method, label)]) for method in methods] for label in demands}


def main(task: str, request: Path, folder: Path) -> None:
    """`write REQUEST FOLDER` and `pack` fill a folder; `judge REQUEST PROJECT` and `export REQUEST -` answer beside the request."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def say(text: str) -> None:
        channel.write(f"{text}\n")
        channel.flush()

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever Brightway prints ends here
    asked = json.loads(request.read_text(encoding="utf-8"))
    with contextlib.redirect_stdout(io.StringIO()):
        if task == "write":
            write_project(asked, folder, say)
            return
        if task == "export":
            from lca.brightway_export import export

            answer = export(asked, say)
        elif task == "pack":
            from lca.brightway_export import pack

            answer = pack(asked, folder, say)
        else:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as copy:  # Windows keeps open databases
                shutil.copytree(folder, copy, dirs_exist_ok=True)
                _open_project(Path(copy))
                answer = judge(asked, Path(copy))
        request.with_suffix(".answer.json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
