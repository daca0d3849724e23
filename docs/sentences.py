"""Writes sentences.md: every text of the banks once, in English and French, its slots filled, for a reader who minds the language."""

from __future__ import annotations

import re
from pathlib import Path

from lca.documents import read_csv
from lca.folders import PACKAGE
from lca.report.sentences import spaced

PAGE = Path(__file__).resolve().parent / "sentences.md"
BANKS = ("wording", "sentences", "card")
LANGUAGES = ("en", "fr")
SLOT = re.compile(r"\{(\w*)\}")
PATTERNS = ("q_word_public", "q_word_not", "q_mark", "q_unverified")  # what is searched for in texts, no sentences
HEAD = """# All texts of the software in English and French

Every text that the software can show, once, from `lca/report/wording.csv`, `sentences.csv` and `card.csv`. What the software
fills in is a made-up example here, the same wherever it fits, so that numbers and names need not go together. A mistake is
mended in the row of that key in the file; this page is written anew by `make data`, or alone by `python docs/sentences.py`.
"""

# The headings, in order, and which texts (file/key) stand below each: the first that fits.
GROUPS = {
    "Patterns searched for in the texts of a study": rf"wording/({'|'.join(PATTERNS)})$",
    "Workbook and questionnaire: sheets, columns, notes": "wording/(w|range)_",
    "Questionnaire: how to fill it in": "sentences/ask",
    "Warnings": "wording/m_",
    "Lists (lca list)": "wording/(list|column|value|by|n|devices|span)_",
    "Review (lca review)": "wording/(q|review)",
    "Decisions (break-even, robustness, tornado)": "wording/decide_",
    "Draws and what to measure next": "wording/(draws|next)_",
    "Levers": "wording/lever",
    "Years": "wording/years_",
    "New study": "wording/new_",
    "Screen: all other texts": "wording/",
    "Page to play with": "sentences/i_",
    "Report: headings of its sections": "sentences/nav_",
    "Report: summary and claims": "sentences/(sum|claim|claimed|all|some)_",
    "Report: decisions": "sentences/(heat|frontier|draws|grid|tornado|break|lever|worlds)_",
    "Report: software, data centres, people of the world": "sentences/(sci|site|ai|assumed|eco|normal|weighted|equal|card|glossary)_",
    "Report: interpretation, net effect, rebound": "sentences/(cell|dominance|cut_off|influence|anomaly|anomalies|net|rebound|assess|conclude)(_|$)",
    "Report: checks": "sentences/check",
    "Report: quality of the data": "sentences/dq_",
    "Report: all other texts": "sentences/",
    "Data card (lca card)": "card/",
}

# A sample for each slot: slot, or start of a key and slot (the longest start counts) = English = French, or one for both.
_SAMPLES = """
actor = service operator = exploitant du service
address = http://127.0.0.1:8765
A = 50 % = 50 %
B = 25 % = 25 %
C = 10 % = 10 %
D = 2.5 % = 2,5 %
advice = R2, R7
totals = 12.4 kg for “Large model” = 12,4 kg pour « Grand modèle »
path = One request (100 %) → Electricity (62 %) = Une requête (100 %) → Électricité (62 %)
all = 42
claimed_.all = 4
claimed_counts.all = 12
alternative = Large model = Grand modèle
sum_lowest.alternative = Small model = Petit modèle
sum_lowest_drawn.alternative = Small model = Petit modèle
alternatives = “Large model” and “By hand” = « Grand modèle » et « À la main »
frontier_one.alternatives = Large model = Grand modèle
always = 9
applied = 12
at = 1,250 request/day = 1 250 request/day
authors = A. Martin, B. Durand
background = 18 % = 18 %
base = 0.42 kg CO₂-eq = 0,42 kg éq. CO₂
basis = measurement = mesure
by = a panel of three = un comité de trois personnes
cases = 24
cells = “Use · Inference” = « Utilisation · Inférence »
changes = “Small model” comes below “Large model” (climate change) = « Petit modèle » passe sous « Grand modèle » (changement climatique)
choice = labour
choices = labour, allocation = travail humain, affectation
closest = 12 % = 12 %
content = 3f9a1c04
count = 12
claimed_.count = 2
sum_opening.count = 3
countries = France and Germany = France et Allemagne
database = lca_background
date = 2026-03-02
day = 2026-03-02
default = average mix = mix moyen
end = low end = limite basse
error = 4
fewest = 100
fault = the background does not come to rest = l'arrière-plan ne se stabilise pas
file = results.html
find = How to find it: meter readings. = Comment la trouver : relevés de compteur.
finding = “Small model” and “Large model” meet at about 40 kWh. = « Petit modèle » et « Grand modèle » se rejoignent vers 40 kWh.
first = Small model = Petit modèle
years_.first = 2025
card_.first = 2019
sum_.first = climate change = changement climatique
flows = 31
gain = 4.2 % = 4,2 %
grades = A and B = A et B
held = 7
high = 60 kWh
spread_finding.high = 100 × N = 100 × N
how = meter readings = relevés de compteur
indicator = climate change = changement climatique
indicators = climate change and water use = changement climatique et consommation d'eau
input = electricity_lv_FRA
kind = rebound = effet rebond
list_nothing.kind = processes
card_of_kind.kind = countries = pays
label = electricity of one server = électricité d'un serveur
large = 10 % = 10 %
last = 2035
card_.last = 2025
least = 90 % = 90 %
next_few.least = 100
lever_small.least = 0.5 % = 0,5 %
ask_.least = 2 % = 2 %
less = Large model = Grand modèle
levers = smaller model; longer service life = modèle plus petit ; durée de vie plus longue
licence = CC BY 4.0
like = fraud_detection
likely = 80 % = 80 %
claimed_.likely = “By hand” for all headline indicators = « À la main » pour tous les indicateurs principaux
claimed_counts.likely = 3
line = carbon_dioxide_fossil
lines = 30
lost = 1.5 % = 1,5 %
spread_finding.low = 0.1 × N = 0,1 × N
low = 40 kWh
margin = 10 % = 10 %
measure = Share of requests answered rightly = Part des requêtes bien traitées
median = 0.8 % = 0,8 %
draws_convergence.all = 1.1 % = 1,1 %
medium = 3 % = 3 %
middle = 50 kWh
card_.middle = 2022
missing = Germany = l'Allemagne
more = Small model = Petit modèle
most = 97 % = 97 %
grid_refused.most = 64
moves = ▲ water use +3.0 %, ▼ climate change -12 % = ▲ consommation d'eau +3,0 %, ▼ changement climatique -12 %
times = 100
own = 0.30 kg CO₂-eq = 0,30 kg éq. CO₂
once = 0.12 kg CO₂-eq = 0,12 kg éq. CO₂
point = 2(d)
n = 1,000 = 1 000
name = server_power
decide_.name = Small model = Petit modèle
decide_title.name = server_power
decide_idle.name = server_power
next_.name = Small model = Petit modèle
next_total.name = Large model = Grand modèle
next_group.name = electricity mix = mix électrique
new_.name = my_study
new_title.name = Sorting of languages = Tri de langues
w_.name = Small model = Petit modèle
w_set_by.name = Base
w_grade_of.name = Climate change = Changement climatique
w_share_of.name = Climate change = Changement climatique
named = server_power
names = server_power and lifetime = server_power et lifetime
q_effects.names = rebound, substitution = effet rebond, substitution
q_left_out.names = packaging, cleaning = emballage, nettoyage
q_report.names = date, commissioner = date, commanditaire
q_sources.names = martin_2024
lever_below.names = Small model = Petit modèle
newest = 2025
none = 8.0 % = 8,0 %
on = 2026-03-02 = 2 mars 2026
status_reviewed.on = 2 March 2026 = 2 mars 2026
option = average
orders = 15
others = “Large model” and “By hand” = « Grand modèle » et « À la main »
sum_lowest.others = “Large model” comes to 2.40 times that (0.120 kWh) = « Grand modèle » atteint 2,40 fois cette valeur (0,120 kWh)
sum_lowest_drawn.others = “Large model” comes to 2.40 times that (0.120 kWh) = « Grand modèle » atteint 2,40 fois cette valeur (0,120 kWh)
ours = 14
parameters = 5
q_rests.parameters = 35 % = 35 %
w_choose.parameters = Parameters = Paramètres
part = 64 % = 64 %
phase = Hardware = Matériel
quantified = 2
span = 12 % to 34 % = 12 % à 34 %
per = per request = par requête
place = electricity.csv:12
places = in any scenario = la qualité minimale dans aucun scénario
present = 31
process = server_in_use
processes = 12
check_given.processes = embedding model = modèle de plongement
products = electricity and memory = électricité et mémoire
bundle_brightway_xlsx.project = lca brightway sorting_languages --project NAME
project = sorting_languages
quality = 84 % = 84 %
ratio = 2.40 = 2,40
rest = 5
rows = 4,096 = 4 096
rule = Whatever reaches the minimum counts as equal in quality. = Tout ce qui atteint ce minimum est réputé de qualité égale.
same = 9
scenario = Base
scenarios = Base, Germany = Base, Allemagne
schema = study.schema.json
second = Large model = Grand modèle
seed = 1
share = 34 % = 34 %
next_error.share = 34
shown = 20
source = A. Martin (2024)
stage = use (64 %) = utilisation (64 %)
i_driver.stage = use = utilisation
i_driver_stage.stage = use = utilisation
status = screening = étude préliminaire (screening)
study = sorting_languages
sure = 95 % = 95 %
claimed_.sure = “Large model” for 2 of the 4 headline indicators = « Grand modèle » pour 2 des 4 indicateurs principaux
claimed_counts.sure = 4
swing = 6.1 % = 6,1 %
task = inference = inférence
sum_driver.task = inference (72 %) = inférence (72 %)
bundle_file.text = report, to read or print = rapport, à lire ou à imprimer
text = one thousand requests = mille requêtes
lever_.text = the machines can be switched off at night = les machines peuvent être éteintes la nuit
i_sentence.text = the lowest value is 0.050 kWh (“Small model”). = la valeur la plus basse est de 0,050 kWh (« Petit modèle »).
thing = Cluster of machines = Grappe de machines
title = Sorting of languages = Tri de langues
tornado_.title = Climate change: no value alone turns the order = Changement climatique : aucune valeur seule n'inverse l'ordre
card_.title = Background of lca = Arrière-plan de lca
total = 38
ai_per.unit = request = requête
sci_per.unit = request = requête
unit = one thousand requests = mille requêtes
w_.unit = kg CO2-eq = kg éq. CO2
normal_.unit = kg CO₂-eq = kg éq. CO₂
years_per_unit.unit = request = requête
per_unit.unit = request = requête
q_yearly.unit = request
value = 0.050 kWh = 0,050 kWh
choice_other.value = residual mix = mix résiduel
normal_.value = 7,550 = 7 550
sum_quality_each.value = 94 % = 94 %
tornado_.value = electricity of one server = électricité d'un serveur
values = “Small model” 0.050 kWh; “Large model” 0.120 kWh = « Petit modèle » 0,050 kWh ; « Grand modèle » 0,120 kWh
sum_quality.values = 94 % for “Small model” and 97 % for “Large model” = 94 % pour « Petit modèle » et 97 % pour « Grand modèle »
devices_assumed.values = lifetime 5 year; country FRA = lifetime 5 year ; country FRA
q_sources.values = 18
tornado_.values = electricity of one server, service life = électricité d'un serveur, durée de vie
version = 1.0
volume = 2,000 = 2 000
water = lca_water
what = a share lies between 0 and 1 = une part est comprise entre 0 et 1
words = server, memory = serveur, mémoire
worst = C
year = 2026
years = 10
anomaly_contrast.high = 62 % = 62 %
anomaly_contrast.low = 1.2 % = 1,2 %
anomaly_contrast.first = Climate change = Changement climatique
anomaly_contrast.second = Water consumption = Consommation d'eau
anomaly_outside.name = machines.lifetime
anomaly_outside.value = 9 year
anomaly_outside.low = 3 year
anomaly_outside.high = 8 year
anomaly_outside.label = service life = durée de vie
anomaly_negative.label = heat that others use = chaleur utilisée par d'autres
anomaly_ungraded.label = Electricity, low voltage = Électricité, basse tension
anomaly_ungraded.values = 62 % (Climate change) = 62 % (Changement climatique)
anomaly_contrast.label = Use · Inference = Utilisation · Inférence
conclude_lever.label = Servers kept for two more years = Serveurs gardés deux ans de plus
cell.stage = Use = Utilisation
cell.task = Inference = Inférence
conclude_assumed.rows = 1,089 = 1 089
conclude_varied.text = Local: every value with a range alone. = Locale : chaque valeur dotée d'une plage, seule.
assess_entered.text = Tier 2. = Niveau 2.
anomaly_apart.ratio = 381
rebound_unranked.alternatives = “By hand” = « À la main »
anomaly_.indicator = climate change = changement climatique
conclude_ungraded.worst = D
anomaly_ungraded.worst = D
years_.years = 2031 and 2032 = 2031 et 2032
dq_outside.values = server_power in “Base” = server_power dans « Base »
dq_bases.values = read in a source 93 and assumption 466 = lu dans une source 93 et hypothèse 466
ranged = 680
inside = 679
dq_ranges.allowed = 108
dq_ranges.count = 694
own = 1572
dq_rows.rows = 1886
dq_rows.default = 233
exact = 81
dq_energy.count = 4
dq_energy.held = 4
carrier = electricity, medium voltage, China = électricité, moyenne tension, Chine
closed = 41
dq_carbon.count = 42
limit = 5.0 % = 5,0 %
dq_carbon_apart.processes = electricity from lignite (1.12) = électricité au lignite (1,12)
dq_masses.low = 1.03 = 1,03
dq_masses.high = 1.27 = 1,27
small = 9
worst = Technology = Technologie
worst_mean = 3.6 = 3,6
dq_dated.years = 2015–2023
dq_dated.count = 5
dq_dated.all = 16
treatments = left out (zero) 68 and stand-in 25 = omis (zéro) 68 et donnée de substitution 25
dq_gaps.count = 93
assumed = 466
dq_gaps.rows = 1089
dq_and_others.name = server = serveur
"""
SAMPLES = {key: (texts[0], texts[-1]) for key, *texts in (line.split(" = ") for line in _SAMPLES.strip().splitlines())}


def rows() -> list[tuple[str, str, dict[str, str]]]:
    """File, key and texts as they stand in the banks."""
    tables = {name: read_csv(PACKAGE / "report" / f"{name}.csv", ("key", *LANGUAGES)) for name in BANKS}
    return [(name, str(row["key"]), {lang: str(row[lang]) for lang in LANGUAGES}) for name, table in tables.items() for row in table]


def sample(key: str, slot: str, lang: str) -> str:
    """The example for a slot of a text; KeyError where there is none, so that a new slot gets one."""
    starts = [each for each in SAMPLES if each.endswith(f".{slot}") and key.startswith(each.removesuffix(f".{slot}"))]
    return SAMPLES[max(starts, key=len) if starts else slot][LANGUAGES.index(lang)]


def shown(key: str, text: str, lang: str) -> str:
    """A text as an output has it."""
    if key in PATTERNS:
        return f"`{text}`"
    return spaced(SLOT.sub(lambda each: sample(key, each[1], lang), text), lang)


def renewed_sentences() -> dict[Path, str]:
    """The page as it should be."""
    below: dict[str, list[str]] = {title: [] for title in GROUPS}
    for file, key, texts in rows():
        title = next(title for title, pattern in GROUPS.items() if re.match(pattern, f"{file}/{key}"))
        cells = (shown(key, texts[lang], lang).replace("|", r"\|").replace("*", r"\*") for lang in LANGUAGES)
        below[title].append(f"| {' | '.join(cells)} | `{key}` |")
    parts = ("\n".join((f"## {title}", "", "| English | French | key |", "| --- | --- | --- |", *lines, "")) for title, lines in below.items())
    return {PAGE: "\n".join((HEAD, *parts))}


if __name__ == "__main__":
    for path, text in renewed_sentences().items():
        path.write_text(text, encoding="utf-8")
