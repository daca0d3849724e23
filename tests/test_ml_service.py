"""The inventories of a machine-learning service: data, development, training and answers, against sums made by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.background import Background
from lca.calculation import compute
from lca.documents import read_csv
from lca.errors import LCAError
from lca.folders import shipped
from lca.study import Study

Ask = Callable[..., dict[str, float]]
SHAPES = shipped("inventories") / "foreground"
FILES = ("ml_data", "ml_development", "ml_inference", "models")
YEAR, PARCELS = 8760.0, 10  # hours; functional units of the small study
MACHINES = """process,like,label_en,label_fr,note
server_toy,server,A toy server,Un serveur jouet,
server_in_use_toy,server_in_use,A toy server in use,Un serveur jouet en service,
facility_toy,facility_metered,A toy site,Un site jouet,
facility_store,facility_metered,The site of the drives,Le site des disques,
"""
VALUES = """process,parameter,value,low,high,source,basis
server_in_use_toy,idle_power,1 kW/server,,,assumption,derived
server_in_use_toy,full_power,1 kW/server,,,assumption,derived
server_in_use_toy,memory_and_drives,0 W/server,,,assumption,derived
server_in_use_toy,site,toy,,,assumption,derived
facility_toy,pue,1,,,assumption,derived
facility_store,pue,1.4,,,assumption,derived
"""
TOY = "{value: toy, choices: [toy]}"
OWNERS = ("data_embedded", "training_from_hours", "training_from_flops", "training_from_kwh", "fine_tuning", "inference_owned", "inference_share",
          "inference_metered", "inference_api", "rented_accelerator")  # fmt: skip


def spell(values: dict[str, str]) -> str:
    """Parameters of a study: a quantity as an assumption, a whole entry as it is."""
    entries = {key: text if text.startswith("{") else f"{{value: {text}, source: assumption, basis: derived}}" for key, text in values.items()}
    return "".join(f"  {key}: {entry}\n" for key, entry in entries.items())


def change(process: str, unit: str, values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The small study asking for one unit of a process per parcel, with toy machines and new values."""
    toys = {f"{owner}.machine": TOY for owner in OWNERS} | {"fine_tuning.pretraining_machine": TOY, "ssd_storage.site": "{value: store, choices: [store]}"}
    base = {"asked": f"1 {unit}/parcel" if unit else "1 1/parcel", "service_life": "4 year", "yearly_requests": "1e6 request/year"}
    return (
        ("second_order:", f"use: [{', '.join(f'foreground/{each}.yaml' for each in FILES)}]\ntables: [machines]\nsecond_order:"),
        ("robot_in_use: fleet / yearly", f"{process}: asked"),
        ("  yearly: {value", f"{spell(base | toys | values)}  yearly: {{value"),
    )


@pytest.fixture
def ask(small: Callable[..., Study], background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What one unit of a process calls: amounts per unit, under `process/line`."""
    monkeypatch.chdir(tmp_path)
    Path("machines_processes.csv").write_text(MACHINES, encoding="utf-8")
    Path("machines_values.csv").write_text(VALUES, encoding="utf-8")

    def read(process: str, unit: str = "", more: tuple[tuple[str, str], ...] = (), **values: str) -> dict[str, float]:
        study = small(*more, *change(process, unit, {key.replace("__", "."): text for key, text in values.items()}))
        results = compute(study, background)
        found: dict[str, float] = {}
        for number, line in enumerate(results.lines):
            key = f"{study.model.nodes[line.node].process.key}/{line.exchange.key}"
            found[key] = found.get(key, 0.0) + float(results.quantities[1, 0, number]) / PARCELS
        return found

    return read


def server_hours(found: dict[str, float]) -> float:
    """A toy server draws 1 kW at a PUE of 1: kWh are server-hours."""
    return found["facility_toy/electricity_mv_<country>"]


def test_gpt3_by_its_operations(ask: Ask) -> None:
    """6 x 175e9 x 300e9 = 3.15e23 operations (published: 3.14e23); 40 % of 312e12 per second, 8 % lost, eight per server."""
    found = server_hours(ask("training_from_flops"))
    assert found == pytest.approx(3.15e23 / (312e12 * 0.40 * 0.92) / 3600 / 8, rel=1e-9)
    assert found * 3600 * 8 * 312e12 * 0.40 * 0.92 == pytest.approx(3.14e23, rel=0.005)


def test_operations_scale_with_parameters_and_tokens(ask: Ask) -> None:
    """Llama 3.1 8B on H100: 6 x 8e9 x 15e12 over 989e12 x 40 %; its card states 1.46 million hours, longer by lower use."""
    values = {"parameters": "8e9", "tokens": "15e12 token", "peak": "989e12 flop/second", "lost_share": "0 %"}
    found = server_hours(ask("training_from_flops", **{f"training_from_flops__{key}": text for key, text in values.items()}))
    assert found == pytest.approx(7.2e23 / (989e12 * 0.40) / 3600 / 8, rel=1e-9)
    assert 0.3 < found * 8 / 1.46e6 < 1


def test_hours_are_those_of_accelerators(ask: Ask) -> None:
    assert server_hours(ask("training_from_hours")) == pytest.approx(100 / 8)
    alone = ask("training_from_hours", training_from_hours__reserved_share="12.5 %")
    assert server_hours(alone) == pytest.approx(100)


def test_metered_energy_brings_site_and_machine(ask: Ask) -> None:
    """40 kWh raised by 1.2 and by the PUE of 1.4; 100 / 8 server-hours of the making only: nothing in use."""
    found = ask("training_from_kwh")
    assert found["metered_electricity/electricity_mv_<country>"] == pytest.approx(40 * 1.2 * 1.4)
    assert not [key for key in found if key.startswith("server_in_use_toy")]
    whole = ask("training_from_hours")
    steel = [key for key in whole if key.startswith("server_two_socket/") and whole[key]]
    assert steel
    assert {key: found[key.replace("server_two_socket/", "server_toy/")] for key in steel} == pytest.approx({key: whole[key] for key in steel})


def test_a_factor_of_a_thousand_in_the_meter_is_found(ask: Ask) -> None:
    with pytest.raises(LCAError, match="kWh and Wh mixed up"):
        ask("training_from_kwh", training_from_kwh__metered="40000 kWh")


@pytest.mark.parametrize(("option", "share"), [("by_use", 0.02), ("none", 0.0), ("full", 1.0)])
def test_fine_tuning_carries_a_share_of_the_pretrained_model(ask: Ask, option: str, share: float) -> None:
    """Own: 4 x 6.74e9 x 3e7 x 5 trials; the pretraining: 82432 hours and half as much before it."""
    chosen = ("second_order:", f"choices: {{pretrained: {option}}}\nsecond_order:")
    found = ask("fine_tuning", more=(chosen,), fine_tuning__uses="2e6", fine_tuning__all_uses="1e8")
    own = 4 * 6.74e9 * 30e6 * 5 / (312e12 * 0.25) / 3600
    assert server_hours(found) == pytest.approx((own + share * 82432 * 1.5) / 8, rel=1e-9)


@pytest.mark.slow
def test_own_uses_are_among_all_uses(ask: Ask) -> None:
    with pytest.raises(LCAError, match="own uses are more than the uses by all"):
        ask("fine_tuning", fine_tuning__uses="2")


@pytest.mark.parametrize(
    ("life", "cadence", "trainings"), [("4 year", "12 1/year", 49), ("18 month", "1 1/year", 2), ("5 month", "1 1/year", 1), ("4 year", "0 1/year", 1)]
)
def test_trainings_over_the_life_of_the_service(ask: Ask, life: str, cadence: str, trainings: int) -> None:
    """The first one and whole intervals after it; each 100 accelerator-hours."""
    found = ask("retraining", "hour", service_life=life, retraining__retrainings=cadence, retraining__way="{value: hours, choices: [hours]}")
    hours = {"year": 8760, "month": 730}[life.split()[1]] * float(life.split()[0])
    assert server_hours(found) == pytest.approx(trainings * 100 / 8 / hours, rel=1e-9)


@pytest.mark.slow
def test_experiments_of_the_development(ask: Ask) -> None:
    """30 trials of 30 % of a training, 20 % of the runs lost: 11.25 trainings of 100 / 8 server-hours over four years."""
    found = ask("development", "hour", development__way="{value: hours, choices: [hours]}")
    assert server_hours(found) == pytest.approx(30 * 0.3 / 0.8 * 100 / 8 / (4 * YEAR))
    people = found["office_space/tap_water"] / ask("annotation", "item", annotation__overhead="0 %", annotation__redundancy="12")["office_space/tap_water"] / 10
    assert people == pytest.approx(1200 / (4 * YEAR) + 300 / YEAR)  # 12 labels of 30 s are a tenth of an hour


def test_annotation_is_items_times_time_times_redundancy(ask: Ask) -> None:
    one = ask("annotation", "item", annotation__redundancy="1", annotation__overhead="0 %")["office_space/tap_water"]
    many = ask("annotation", "item", annotation__redundancy="5", annotation__overhead="20 %", annotation__assisted="50 %")["office_space/tap_water"]
    mask = ask("annotation", "item", annotation__redundancy="1", annotation__overhead="0 %", annotation__kind="{value: mask, choices: [mask]}")[
        "office_space/tap_water"
    ]
    assert many == pytest.approx(one * 5 * 1.2 * 0.5)
    assert mask == pytest.approx(one * 80 / 30)


def stock(found: dict[str, float]) -> float:
    """Terabytes kept, from the electricity of the drives: 1.2 W/TB, three copies, 70 % filled, PUE 1.4."""
    return found["facility_store/electricity_mv_<country>"] / (1.2e-3 * 3 / 0.7 * 1.4)


def integrated(inflow: float, retention: float, life: float, steps: int = 200_000) -> float:
    """The mean stock over the life, summed step by step: what arrived within the retention is there."""
    return sum(inflow * min((step + 0.5) * life / steps, retention) for step in range(steps)) / steps


@pytest.mark.parametrize(("retention", "life"), [(3, 4), (0.25, 4), (10, 4), (2, 2)])
def test_the_stock_is_the_integral_of_what_is_there(ask: Ask, retention: float, life: float) -> None:
    """10 GB a month are 0.12 TB a year; half of it after compression, two sets."""
    found = ask("data_kept", "hour", service_life=f"{life} year", data_kept__retention=f"{retention} year")
    assert stock(found) == pytest.approx(integrated(0.12, retention, life) * 0.5 * 2, rel=1e-6)


@pytest.mark.slow
def test_initial_data_and_deletion(ask: Ask) -> None:
    found = ask("data_kept", "hour", data_kept__initial="2000 GB", data_kept__deleted_share="25 %", data_kept__sets="1", data_kept__compressed_size="100 %")
    assert stock(found) == pytest.approx(2 + 0.75 * integrated(0.12, 3, 4), rel=1e-6)


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(st.floats(0.01, 12), st.floats(0.01, 12)), st.floats(0.5, 10))
def test_keeping_longer_never_stores_less(ask: Ask, retentions: tuple[float, float], life: float) -> None:
    short, long = (stock(ask("data_kept", "hour", service_life=f"{life} year", data_kept__retention=f"{each} year")) for each in sorted(retentions))
    assert short <= long * (1 + 1e-12)
    assert long <= 0.12 * min(max(retentions), life) * (1 + 1e-9)  # never more than what arrives within the retention


def fleet(found: dict[str, float], requests: float) -> float:
    return server_hours(found) * requests / YEAR


def own(**values: str) -> dict[str, str]:
    return {f"inference_owned__{key}": text for key, text in values.items()}


@pytest.mark.parametrize(
    ("requests", "values", "machines"),
    [
        (1e6, {}, 2),  # 0.16 a second at the peak: one machine, 1.5 groups of it
        (1e9, {}, 80),  # 31.7 x 5 / (5 x 60 %) = 52.8 -> 53; 53 x 1.5 = 79.5 -> 80
        (1e9, {"cache_hits": "40 %"}, 48),  # 31.7 -> 32 x 1.5
        (1e9, {"redundancy": "1"}, 53),
        (1e6, {"model_size": "405e9"}, 4),  # 972 GB in 640: groups of two, 1.5 groups of them
        (1e9, {"model_size": "405e9"}, 82),  # ceil(53 / 2) = 27 groups; 27 x 1.5 = 40.5 -> 41 x 2
        (1e9, {"model_size": "405e9", "precision": "{value: fp8, choices: [fp8]}"}, 80),  # 486 GB: one machine again
    ],
)
def test_the_fleet_is_whole_machines_with_a_floor_of_memory(ask: Ask, requests: float, values: dict[str, str], machines: int) -> None:
    found = ask("inference_owned", "request", yearly_requests=f"{requests} request/year", **own(**values))
    assert fleet(found, requests) == pytest.approx(machines, rel=1e-9)


@pytest.mark.slow
def test_rate_from_tokens(ask: Ask) -> None:
    """5000 tokens a second x 2.4 x 1.4 / 211 are 79.6 requests a second; 158.5 at the peak need 158.5 / (79.6 x 0.6) = 3.3."""
    values = own(
        capacity="{value: tokens, choices: [tokens]}", batch="{value: large, choices: [large]}", precision="{value: fp8, choices: [fp8]}", redundancy="1"
    )
    assert fleet(ask("inference_owned", "request", yearly_requests="1e9 request/year", **values), 1e9) == pytest.approx(4)


def test_more_requests_than_the_machines_can_answer(ask: Ask) -> None:
    """Six servers of ours at 5 requests a second are asked for 31.7."""
    assert fleet(ask("inference_owned", "request", yearly_requests="9e8 request/year", inference_owned__fleet="6 server"), 9e8) == pytest.approx(6)
    with pytest.raises(LCAError, match="cannot answer that many requests"):
        ask("inference_owned", "request", yearly_requests="1e9 request/year", inference_owned__fleet="6 server")


def test_power_follows_the_requests(ask: Ask) -> None:
    """112.7 W at rest, 503.5 W at full load, 50 W beside; 80 machines at 31.7 / (5 x 80) = 7.9 % of their load."""
    mine = ("processes:\n", "processes:\n  server_in_use_mine: {like: server_in_use, with: {utilisation: inference_owned.mean_load}}\n")
    machine = "{value: mine, choices: [mine]}"
    found = ask("inference_owned", "request", more=(mine,), yearly_requests="1e9 request/year", inference_owned__machine=machine)
    load = 1e9 / (YEAR * 3600) / (5 * 80)
    watts = 112.7 + (503.5 - 112.7) * load + 50
    assert found["facility_metered/electricity_mv_<country>"] == pytest.approx(watts / 1000 * 1.4 * 80 * YEAR / 1e9, rel=1e-9)


@pytest.mark.slow
def test_two_virtual_machines(ask: Ask) -> None:
    """Two m5.large for 1e6 requests: 4 virtual processors of 256, of which 75 % are sold; (8 - 2 x 2) GB of memory added to each."""
    found = ask("inference_rented", "request", inference_rented__shape="{value: aws_m5_large, choices: [aws_m5_large]}")
    hours = 2 * YEAR / 1e6
    server = 112.7 + (503.5 - 112.7) * 0.4 + 50
    assert found["facility_metered/electricity_mv_<country>"] == pytest.approx(2 * server / 1000 * 1.4 / (256 * 0.75) * hours)
    assert found["metered_electricity/electricity_mv_<country>"] == pytest.approx((8 - 2 * 512 / 256) * 0.2e-3 / 0.75 * 1.4 * hours)


def test_a_shape_short_of_memory_earns_nothing(ask: Ask) -> None:
    found = ask("rented_machine", "vm*hour", rented_machine__memory="1 GB/vm")
    assert found["metered_electricity/electricity_mv_<country>"] == 0


@pytest.mark.slow
def test_a_quarter_of_our_server(ask: Ask) -> None:
    assert server_hours(ask("inference_share", "request")) == pytest.approx(0.25 * YEAR / 1e6)


def wh(found: dict[str, float]) -> float:
    return found["api_electricity/electricity_mv_<country>"] * 1000


def call(size: str, **values: str) -> dict[str, str]:
    return {"inference_api__model_class": f"{{value: {size}, choices: [{size}]}}"} | {f"inference_api__{key}": text for key, text in values.items()}


def test_tokens_of_a_call(ask: Ask) -> None:
    """(211 + 20 % of 1155) tokens x 2.4 J, 1.57 for the machine, PUE 1.12."""
    joules = (211 + 0.2 * 1155) * 2.4
    assert wh(ask("inference_api", "request")) == pytest.approx(joules * 1.57 * 1.12 / 3600, rel=1e-9)
    assert wh(ask("inference_api", "request", inference_api__cache_hits="30 %")) == pytest.approx(0.7 * joules * 1.57 * 1.12 / 3600, rel=1e-9)
    pictures = wh(ask("inference_api", "request", inference_api__images="2 image/request"))
    assert pictures == pytest.approx((joules + 2 * 7551) * 1.57 * 1.12 / 3600, rel=1e-9)


@pytest.mark.slow
def test_words_are_tokens_by_their_ratio(ask: Ask) -> None:
    words = ask(
        "inference_api",
        "request",
        **call("small", counted="{value: words, choices: [words]}", input_words="1000 word/request", output_words="200 word/request"),
    )
    tokens = ask("inference_api", "request", **call("small", input_in_tokens="1300 token/request", output_in_tokens="260 token/request"))
    assert wh(words) == pytest.approx(wh(tokens), rel=1e-9)


@pytest.mark.parametrize(
    ("size", "tokens_in", "tokens_out", "low", "high"),  # published Wh per request, site included, widened by a factor of two
    [
        ("small", 0, 400, 0.0357, 0.0357),  # EcoLogits 0.11.3, 8 billion parameters
        ("medium", 0, 400, 0.263, 0.263),  # EcoLogits 0.11.3, 70 billion
        ("large", 0, 400, 0.354, 0.354),  # EcoLogits 0.11.3, 123 billion
        ("large", 100, 300, 0.24, 0.42),  # Google 2025 (median prompt) to Jegham 2025 (GPT-4o)
        ("large", 10000, 500, 2.4, 2.5),  # Epoch 2025, long input
        ("reasoning", 100, 300, 1.18, 4.3),  # Jegham 2025: o3 and DeepSeek R1
    ],
)
def test_calls_are_of_the_order_that_is_published(ask: Ask, size: str, tokens_in: int, tokens_out: int, low: float, high: float) -> None:
    found = wh(ask("inference_api", "request", **call(size, input_in_tokens=f"{tokens_in} token/request", output_in_tokens=f"{tokens_out} token/request")))
    assert low / 2 < found < high * 2


@pytest.mark.slow
def test_the_making_of_the_provider_s_machines(ask: Ask) -> None:
    """Energy over power is time: 0.294 Wh over 550 W, held 1 / 45 % of that, eight per server."""
    found, whole = ask("inference_api", "request"), ask("training_from_hours")
    hours = (211 + 0.2 * 1155) * 2.4 / 3600 / 550 / 0.45 / 8
    key = next(key for key in whole if key.startswith("server_two_socket/") and whole[key])
    assert found[key.replace("server_two_socket/", "server_toy/")] == pytest.approx(whole[key] * hours / (100 / 8), rel=1e-9)


def test_small_batches_and_low_precision_can_cost_more(ask: Ask) -> None:
    usual = wh(ask("inference_api", "request"))
    assert wh(ask("inference_api", "request", **call("large", batch="{value: single, choices: [single]}"))) == pytest.approx(4.4 * usual)
    assert wh(ask("inference_api", "request", **call("large", precision="{value: int8_weights, choices: [int8_weights]}"))) > usual


@pytest.mark.slow
def test_energy_of_a_task_and_of_one_s_own_meter(ask: Ask) -> None:
    """1000 pictures: 1.35 kWh at the meter (Luccioni 2024)."""
    found = ask("inference_metered", "request", inference_metered__kind="{value: image_generation, choices: [image_generation]}")
    assert found["metered_electricity/electricity_mv_<country>"] * 1000 == pytest.approx(1.35 * 1.2 * 1.4)


@pytest.mark.slow
def test_monitoring(ask: Ask) -> None:
    """1e6 requests a year x 2 kB x 90 days; 24 checks a day of 0.05 vcpu-hours are 0.05 vcpus."""
    found = ask("monitoring", "hour", monitoring__logged_share="10 %")
    assert stock(found) == pytest.approx(1e6 * 2e-9 * 90 / 365 * 0.1)
    assert found["facility_metered/electricity_mv_<country>"] == pytest.approx(0.05 * (112.7 + 390.8 * 0.4 + 50) / 1000 * 1.4 / (256 * 0.75))


@pytest.mark.slow
def test_embedding_a_gigabyte(ask: Ask) -> None:
    assert server_hours(ask("data_embedded", "GB")) == pytest.approx(2 * 0.335e9 * 0.25e9 / (312e12 * 0.25) / 3600 / 8)


@pytest.mark.slow
def test_sensors_and_compression(ask: Ask) -> None:
    found = ask("data_collected", "GB", data_collected__sensor_power="5 W", data_collected__sensor_data="0.1 GB/hour")
    assert found["data_collected/sensors"] == pytest.approx(0.05)
    whole, less = (ask("data_moved", "GB", data_moved__transfer_size=each)["data_transfer/access"] for each in ("100 %", "20 %"))
    assert less == pytest.approx(0.2 * whole)


@pytest.mark.parametrize(
    ("process", "unit", "name", "text", "fault"),
    [
        ("training_from_hours", "", "training_from_hours__accelerator_hours", "100 kWh", "'training_from_hours.accelerator_hours' is"),
        ("data_kept", "hour", "data_kept__inflow", "10 GB", "'data_kept.inflow' is"),
        ("inference_api", "request", "inference_api__output_in_tokens", "100 word/request", "'inference_api.output_in_tokens' is"),
        ("inference_owned", "request", "yearly_requests", "1000000", "yearly_requests"),
        ("data_kept", "hour", "service_life", "4", "service_life"),
        ("inference_api", "hour", "service_life", "4 year", "inference_api"),
        ("training_from_flops", "", "training_from_flops__mfu", "140 %", "mfu"),
        ("inference_owned", "request", "inference_owned__machine", "{value: z9, choices: [z9]}", "no process or product 'server_in_use_z9'"),
        ("inference_rented", "request", "inference_rented__shape", "{value: moon, choices: [moon]}", "no process or product 'rented_vm_moon'"),
    ],
)
def test_wrong_dimensions_and_names_are_faults(ask: Ask, process: str, unit: str, name: str, text: str, fault: str) -> None:
    with pytest.raises(LCAError) as error:
        ask(process, unit, **{name: text})
    assert fault in str(error.value)


@pytest.mark.slow
def test_every_shape_can_be_rented(ask: Ask) -> None:
    """Processors, or a share of a server whose row another table holds; more of them never cost less."""
    rows = {str(row["process"]): str(row["like"]) for row in read_csv(SHAPES / "cloud_shapes_processes.csv", ("process", "like"))}
    values = list(read_csv(SHAPES / "cloud_shapes_values.csv", ("process", "parameter", "value")))
    assert len(rows) >= 20 and set(rows.values()) == {"rented_machine", "rented_accelerator"}
    assert {str(row["process"]) for row in values} <= set(rows)
    sizes = {
        (str(row["process"]), str(row["parameter"])): float(str(row["value"]).split()[0]) for row in values if str(row["parameter"]) in ("vcpus", "memory")
    }
    for row in (each for each, like in rows.items() if like == "rented_machine"):
        found, default = ask(row, "vm*hour"), (4.0, 16.0)
        vcpus, memory = (sizes.get((row, name), default[place]) for place, name in enumerate(("vcpus", "memory")))
        assert found["facility_metered/electricity_mv_<country>"] == pytest.approx(vcpus * (112.7 + 390.8 * 0.4 + 50) / 1000 * 1.4 / (256 * 0.75))
        assert found["metered_electricity/electricity_mv_<country>"] == pytest.approx(max(memory - 2 * vcpus, 0) * 0.2e-3 / 0.75 * 1.4)


def test_a_training_takes_the_share_of_a_pretrained_model(ask: Ask) -> None:
    """A training has no unit: base_model.share is its amount. 2e6 of 1e8 uses carry 2 % of 100 / 8 server-hours, over 1e6 parcels."""
    more = (("processes:\n", "processes:\n  base_model: {like: pretrained_model, with: {uses: 2e6, all_uses: 1e8}}\n"),)
    values = {"asked": "{formula: base_model.share / many, unit: 1/parcel}", "many": "1e6 parcel"}
    assert server_hours(ask("training_from_hours", more=more, **values)) == pytest.approx(0.02 * 100 / 8 / 1e6)


def test_a_rented_accelerator_is_an_eighth_of_a_server_and_its_unsold_part(ask: Ask) -> None:
    assert server_hours(ask("rented_accelerator", "vm*hour")) == pytest.approx(1 / (8 * 0.8))


@pytest.mark.parametrize("process", ["inference_owned", "inference_share", "inference_rented"])
def test_no_requests_at_all(ask: Ask, process: str) -> None:
    with pytest.raises(LCAError, match="there must be requests"):
        ask(process, "request", yearly_requests="0 request/year")


def test_no_life_at_all(ask: Ask) -> None:
    with pytest.raises(LCAError, match="longer than nothing"):
        ask("data_kept", "hour", service_life="0 year")
