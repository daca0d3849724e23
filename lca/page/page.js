// The page: state in the address, controls left, results right. Texts of a study enter by textContent alone.
(() => {
const $ = id => document.getElementById(id), A = PAGE.alternatives, POINTS = 81, TOLD = 4, SVG = "http://www.w3.org/2000/svg";
const heads = PAGE.indicators.map((each, i) => each.headline ? i : -1).filter(i => i >= 0);
const state = {lang: document.documentElement.lang, scenario: 0, set: new Map(), curve: null, indicator: heads[0], unknown: []};
const byName = new Map(Object.entries(PAGE.controls).map(([n, each]) => [each.name, +n]));
const say = (key, slots = {}) => PAGE.texts[key][state.lang].replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);
const label = each => each[state.lang];
const listed = items => items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${say("and")} ${items.at(-1)}`;
const lower = text => text.charAt(0).toLowerCase() + text.slice(1);

function make(space, tag, attributes, children) {
  const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value === true) made.setAttribute(name, ""); else if (value !== undefined && value !== false) made.setAttribute(name, value);
  made.append(...children.filter(each => each !== null && each !== undefined));
  return made;
}
const el = (tag, attributes = {}, ...children) => make("", tag, attributes, children);
const svg = (tag, attributes = {}, ...children) => make(SVG, tag, attributes, children);
const fill = (id, ...children) => $(id).replaceChildren(...children);

// values
const given = (set = state.set) => ({...MODEL.scenarios[state.scenario], ...Object.fromEntries(set)});
const valueNow = n => state.set.get(n) ?? valueBefore(n);
const valueBefore = n => MODEL.scenarios[state.scenario][n] ?? PAGE.controls[n].value ?? before.values[n];
const shown = (n, base) => PAGE.controls[n].options ? PAGE.controls[n].options[base][state.lang === "fr" ? 2 : 1] : withUnit(base / PAGE.controls[n].size, PAGE.controls[n].unit);
const withUnit = (value, unit) => `${figure(value, state.lang)}${unit ? SPACE + readable(unit) : ""}`;
const readable = unit => (state.lang === "fr" && PAGE.units[unit] || unit).replace(/_/g, " ");
const bare = (n, base) => PAGE.controls[n].options ? shown(n, base) : written(base / PAGE.controls[n].size, state.lang);  // where the unit stands beside it
const bound = (n, pair) => ({low: bare(n, pair[0]), high: bare(n, pair[1])});
const close = (a, b) => a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));

function change(n, base) {
  if (close(base, valueBefore(n))) state.set.delete(n); else state.set.set(n, base);
  write();
  render();
}

// the address holds the state
function read() {
  const found = new URLSearchParams(location.hash.slice(1));
  Object.assign(state, {scenario: 0, unknown: [], set: new Map()});
  for (const [name, text] of found) {
    const n = byName.get(name), each = PAGE.controls[n], scenario = PAGE.scenarios.findIndex(one => one.key === text);
    if (name === "lang" && ["en", "fr"].includes(text)) state.lang = text;
    else if (name === "scenario" && scenario >= 0) state.scenario = scenario;
    else if (each && !each.fixed && each.options?.some(option => option[0] === text)) state.set.set(n, each.options.findIndex(option => option[0] === text));
    else if (each && !each.fixed && !each.options && text.trim() && Number.isFinite(Number(text)) && within(each, Number(text) * each.size)) state.set.set(n, Number(text) * each.size);
    else state.unknown.push(name);
  }
}
function write() {
  const found = new URLSearchParams({lang: state.lang, scenario: PAGE.scenarios[state.scenario].key});
  for (const [n, base] of state.set) found.set(PAGE.controls[n].name, typed(n, base));
  history.replaceState(null, "", `#${found}`);
}
const typed = (n, base) => PAGE.controls[n].options ? PAGE.controls[n].options[base][0] : plainNumber(base / PAGE.controls[n].size);
const within = (each, base) => !each.allowed || (base >= each.allowed[0] && base <= each.allowed[1]);

// controls
const drawnControls = new Map();
function control(n, place) {
  const each = PAGE.controls[n], id = `v${n}-${place}`;
  const title = el("label", {for: id}, ...nameOf(n)), about = facts(n), said = el("p", {class: "said", id: `${id}-said`});
  const box = el("div", {class: "control"}, title);
  if (each.options) {
    const select = el("select", {id, "aria-describedby": `${id}-said`}, ...each.options.map((option, k) => el("option", {value: k}, option[state.lang === "fr" ? 2 : 1])));
    select.onchange = () => change(n, Number(select.value));
    box.append(...[select, said, about].filter(Boolean));
    keep(n, () => { select.value = valueNow(n); said.textContent = says(n); });
    return box;
  }
  const field = el("input", {type: "text", inputmode: "decimal", id, "aria-describedby": `${id}-said`}), row = el("div", {class: "row"});
  const ends = each.low !== undefined && each.low < each.high ? [each.low, each.high] : null;
  const wide = ends && ends[0] > 0 && ends[1] / ends[0] > WIDE, at = share => shareAt(...ends, share);
  const slider = ends && el("input", {type: "range", min: 0, max: 1000, id: `${id}-slider`, "aria-label": fullName(n)});
  if (slider) slider.oninput = () => change(n, within(each, at(slider.value / 1000)) ? Number(at(slider.value / 1000).toPrecision(3)) : valueNow(n));
  field.onchange = () => {
    const number = Number(field.value.trim().replace(/[\s\u202f\u00a0]/g, "").replace(",", ".")), base = number * each.size, empty = !field.value.trim();
    const fault = empty ? "" : !Number.isFinite(number) ? say("i_not_number") : !within(each, base) ? say("i_not_allowed", bound(n, each.allowed)) : "";
    field.setAttribute("aria-invalid", fault ? "true" : "false");
    if (fault) said.textContent = fault; else change(n, empty ? valueBefore(n) : base);
  };
  row.append(...[slider, field].filter(Boolean));
  box.append(...[row, said, about].filter(Boolean));
  keep(n, () => {
    const now = valueNow(n);
    if (field.getAttribute("aria-invalid") !== "true" || document.activeElement !== field) {
      field.setAttribute("aria-invalid", "false");
      field.value = localise(plainNumber(now / each.size), state.lang);
      said.textContent = says(n);
    }
    if (!slider) return;
    slider.value = Math.round(1000 * (wide ? Math.log(now / ends[0]) / Math.log(ends[1] / ends[0]) : (now - ends[0]) / (ends[1] - ends[0])));
    slider.setAttribute("aria-valuetext", shown(n, now));
  });
  return box;
}
const processOf = n => PAGE.controls[n].name.includes(".") ? lower(label(PAGE.owners[PAGE.controls[n].owner])) : "";
const fullName = n => capital(label(PAGE.controls[n])) + (processOf(n) && ` – ${processOf(n)}`);
function nameOf(n) {
  const {unit} = PAGE.controls[n], owner = processOf(n);
  return [capital(label(PAGE.controls[n])), unit ? el("span", {class: "unit"}, ` ${readable(unit)}`) : "", owner ? el("span", {class: "owner"}, owner) : ""];
}
const capital = text => text.charAt(0).toUpperCase() + text.slice(1);
function keep(n, refresh) { drawnControls.set(n, [...drawnControls.get(n) ?? [], refresh]); refresh(); }
function says(n) {
  const each = PAGE.controls[n], now = valueNow(n), parts = [say("i_study_value", {value: bare(n, valueBefore(n))})];
  if (each.low !== undefined) parts.push(say("i_range", bound(n, [each.low, each.high])));
  if (n in MODEL.scenarios[state.scenario]) parts.push(say("i_set_by_scenario"));
  if (state.set.has(n) && each.low !== undefined && (now < each.low * (1 - 1e-9) || now > each.high * (1 + 1e-9))) parts.push(say("i_beyond"));
  return parts.join(" · ");
}
function facts(n) {
  const each = PAGE.controls[n], source = PAGE.sources[each.source], basis = each.basis && PAGE.bases[each.basis][state.lang];
  const named = [source?.[0] ?? each.source, each.locator, each.year && !source?.[0].includes(each.year) ? each.year : "", each.geography].filter(Boolean).join(", ");
  if (!basis && !named) return null;
  const open = el("summary", {"aria-label": say("i_about", {label: label(each)})}, "i");
  const text = basis && named ? say("i_source", {basis, source: named}) : basis || named;
  open.title = text;
  return el("details", {class: "facts"}, open, el("p", {}, text, " ", source?.[1] ? link(source[1]) : "", " ", el("code", {}, each.name)));
}
const link = url => /^https?:\/\//.test(url) ? el("a", {href: url, rel: "noreferrer noopener"}, url) : url;

function drawControls() {
  drawnControls.clear();
  fill("scenarios", el("legend", {}, say("i_start_from")), ...PAGE.scenarios.map((each, k) => {
    const radio = el("input", {type: "radio", name: "scenario", id: `scenario-${k}`, value: k});
    radio.checked = k === state.scenario;
    radio.onchange = () => { state.scenario = k; write(); render(); };
    return el("p", {}, radio, el("label", {for: radio.id}, label(each)));
  }));
  fill("first", ...PAGE.first.map(n => control(n, "first")));
  const others = Object.keys(PAGE.controls).map(Number).filter(n => !PAGE.controls[n].fixed && !PAGE.first.includes(n));
  $("others").querySelector("summary").textContent = say("i_all_values", {count: others.length});
  const search = () => {
    const words = fold($("search").value).split(" ").filter(Boolean), least = 40;
    const found = others.filter(n => words.every(word => fold(`${label(PAGE.controls[n])} ${label(PAGE.owners[PAGE.controls[n].owner])} ${PAGE.controls[n].name}`).includes(word)));
    $("found").textContent = say(found.length > least ? "i_found_more" : "i_found", {count: found.length, shown: least});
    fill("rest", ...found.slice(0, least).map(n => control(n, "rest")));
  };
  $("search").oninput = search;
  $("others").ontoggle = () => { if ($("others").open) search(); else fill("rest"); };
  if ($("others").open) search();
}
const fold = text => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

// results
let before, now;
const scaleOf = i => {
  const largest = Math.max(0, ...before.totals.slice(0, A.length).map(each => Math.abs(each[i])).filter(Number.isFinite));
  return PAGE.indicators[i].display.find(([, size]) => largest >= size) ?? PAGE.indicators[i].display.at(-1);
};
const amount = (i, value) => { const [unit, size] = scaleOf(i); return `${figure(value / size, state.lang, say("no_value"))}${SPACE}${label(unit)}`; };
const reaches = (found, a) => found.quality[a] >= PAGE.least * (1 - 1e-9);
function ranked(found, i) {
  const fit = A.map((_, a) => a).filter(a => reaches(found, a)), qualities = fit.map(a => found.quality[a]);
  if (!PAGE.ranked || !PAGE.equal && fit.length && Math.max(...qualities) - Math.min(...qualities) > 1e-9) return [];
  const sound = fit.filter(a => Number.isFinite(found.totals[a][i])).sort((a, b) => found.totals[a][i] - found.totals[b][i]);
  return sound.length > 1 && PAGE.indicators[i].headline ? sound : [];
}
const sumBy = (a, i, side, key) => MODEL.groups.reduce((sum, group, g) => group[side] === key ? sum + now.parts[a][g][i] : sum, 0);
const quoted = a => say("quoted", {text: label(A[a])});

function ranking(i) {
  const order = ranked(now, i), first = order[0];
  if (!order.length) return A.map((each, a) => say("i_bar_text", {alternative: label(each), value: amount(i, now.totals[a][i])})).join(state.lang === "fr" ? " ; " : "; ");
  const lowest = now.totals[first][i], ratio = a => figure(now.totals[a][i] / lowest, state.lang);
  const others = order.slice(1).map(a => say(lowest > 0 ? "sum_other" : "sum_other_plain", {alternative: label(A[a]), value: amount(i, now.totals[a][i]), ratio: ratio(a)}));
  const near = order.slice(1).filter(a => lowest > 0 && now.totals[a][i] / lowest - 1 <= PAGE.margin).map(quoted);
  const text = say("sum_lowest", {value: amount(i, lowest), alternative: label(A[first]), others: listed(others)});
  return near.length ? `${text} ${say("sum_close", {margin: percent(PAGE.margin, state.lang), alternatives: listed(near)})}` : text;
}
function driver(i) {
  const a = ranked(now, i)[0] ?? 0, total = now.totals[a][i];
  const top = (things, side) => things.map(each => [sumBy(a, i, side, each.key), label(each)]).sort((x, y) => y[0] - x[0])[0];
  const [task, stage] = [top(PAGE.tasks, 1), top(PAGE.stages, 0)];
  return total > 0 ? say(task[1] === label(PAGE.tasks.at(-1)) ? "i_driver_stage" : "i_driver", {alternative: label(A[a]), task: lower(task[1]), stage: lower(stage[1]), indicator: lower(label(PAGE.indicators[i])), share: percent(task[0] / total, state.lang), part: percent(stage[0] / total, state.lang)}) : "";
}
function faults() {
  const told = now.unmet.map(n => label(PAGE.demands[n]));
  for (const [n, low, high] of now.outside) {
    const each = PAGE.controls[n], size = each?.size ?? 1, unit = each?.unit ?? "";
    told.push(say("i_outside", {name: each ? label(each) : PAGE.names[n], value: withUnit(now.values[n] / size, unit), low: withUnit(low / size, unit), high: withUnit(high / size, unit)}));
  }
  if (!told.length && now.totals.slice(0, A.length).some(each => heads.some(i => !Number.isFinite(each[i])))) told.push(say("i_no_number"));
  return [...new Set(told)];
}
function drawSentence(broken) {
  if (broken.length) return fill("sentence", el("p", {class: "verdict"}, say("i_no_result")), el("ul", {class: "warning"}, ...broken.map(each => el("li", {}, each))));
  const items = heads.map(i => el("li", {}, el("strong", {}, say("i_sentence", {indicator: label(PAGE.indicators[i]), text: ""})), ranking(i)));
  fill("sentence", el("ul", {class: "verdict"}, ...items), el("p", {}, driver(heads.includes(state.indicator) ? state.indicator : heads[0])), el("p", {class: "soft small"}, say("sum_no_claim")));
}
function drawWarnings() {
  const below = A.map((each, a) => reaches(now, a) ? null : say("i_below", {alternative: label(each), quality: percent(now.quality[a], state.lang), least: percent(PAGE.least, state.lang)}));
  const unranked = !ranked(now, heads[0]).length && below.every(each => !each) && A.length > 1 ? [say(PAGE.ranked ? "i_not_ranked" : "i_side_by_side")] : [];
  const told = [...state.unknown.map(name => say("i_unknown", {name})), ...below.filter(Boolean), ...unranked], standing = PAGE.warnings.map(label);
  fill("warnings", ...told.map(each => el("p", {class: "warning"}, each)),
    ...(standing.length ? [el("details", {}, el("summary", {}, `${say("warnings")} (${standing.length})`), el("ul", {}, ...standing.map(each => el("li", {}, each))))] : []));
}

// charts are as wide as their column, so that a letter in them is as large as outside
function chartWidth() {
  const all = $("bars").clientWidth || 600, gap = 35, columns = Math.max(1, Math.floor((all + gap) / (320 + gap)));
  return Math.min(540, (all - (columns - 1) * gap) / columns);
}
const cut = (text, width) => text.length * 7 > width ? `${text.slice(0, Math.floor(width / 7) - 1)}…` : text;
const pictured = (title, unit, drawing) => el("figure", {}, el("h4", {}, title, unit ? el("span", {class: "soft"}, ` ${unit}`) : ""), drawing);
const spans = id => [...$(id).querySelectorAll("rect")].map(each => [each, each.getAttribute("x"), each.getAttribute("width")]);
function put(id, ...figures) {  // bars move from where they stood; without motion they are there at once
  const old = spans(id);
  fill(id, ...figures);
  const fresh = spans(id), set = (each, x, width) => { each.setAttribute("x", x); each.setAttribute("width", width); };
  if (old.length !== fresh.length) return;
  fresh.forEach(([each], n) => set(each, old[n][1], old[n][2]));
  $(id).getBoundingClientRect();
  fresh.forEach(each => set(...each));
}
function heap(groups, told, mark) {  // bars that are no part of a total: under each head, from one zero line
  const width = chartWidth(), room = 135, ends = groups.flatMap(each => each.rows.map(one => one.value)).concat(mark ?? 0).filter(Number.isFinite);
  const least = Math.min(0, ...ends), most = Math.max(least + 1e-300, ...ends), at = value => (width - room) * (value - least) / (most - least);
  let y = 0;
  const drawn = groups.flatMap(({head, rows}) => [svg("text", {class: "scenario", x: 0, y: (y += 20) - 5}, cut(head, 0.9 * width)), ...rows.flatMap(each => {
    const end = at(Number.isFinite(each.value) ? each.value : 0), x = Math.min(at(0), end), wide = Math.abs(end - at(0));
    y += 40;
    return [svg("text", {x: 0, y: y - 27}, cut(each.name, width)), svg("rect", {class: each.total ? "scale" : "", x, y: y - 22, width: wide, height: 14, fill: each.total ? "#999" : "url(#beside-bar)", stroke: "#555"}),
      svg("path", {class: "zero", d: `M${at(0)},${y - 25}v20`}), mark === undefined ? "" : svg("path", {class: "before", d: `M${at(mark)},${y - 25}v20`}), svg("text", {class: "value", x: Math.max(x + wide, mark === undefined ? 0 : at(mark)) + 6, y: y - 10}, each.text)];
  })]);
  return svg("svg", {viewBox: `-1 0 ${width + 1} ${y + 2}`, role: "img", "aria-label": `${told}. ${groups.map(({head, rows}) => `${head}, ${rows.map(each => `${each.name} ${each.text}`).join(", ")}`).join("; ")}`}, ...drawn);
}
function besides(i, groups) {  // amounts of one indicator, in a unit that fits them
  const values = groups.flatMap(each => each.rows.map(one => Math.abs(one.value))).filter(Number.isFinite), display = PAGE.indicators[i].display, most = Math.max(0, ...values);
  const [unit, size] = display.find(([, each]) => most >= each) ?? display.at(-1), text = each => figure(each.value / size, state.lang, say("no_value")) + (each.note ? ` (${each.note})` : "");
  const named = groups.map(({head, rows}) => ({head, rows: rows.map(each => ({...each, text: text(each)}))}));
  return pictured(label(PAGE.indicators[i]), label(unit), heap(named, `${label(PAGE.indicators[i])}, ${label(unit)}`));
}

function bars(i) {
  const width = chartWidth(), room = 110, step = 46, totals = A.map((_, a) => now.totals[a][i]), low = PAGE.drawn?.low, changed = state.set.size > 0;
  const ends = A.flatMap((_, a) => { const each = PAGE.stages.map(stage => sumBy(a, i, 0, stage.key)); return [pos(each), neg(each), before.totals[a][i], PAGE.drawn ? PAGE.drawn.high[a][state.scenario][i] : 0]; }).filter(Number.isFinite);
  const least = Math.min(0, ...ends), most = Math.max(1e-300, ...ends), at = value => (width - room) * (value - least) / (most - least);
  const drawn = A.flatMap((each, a) => {
    const y = a * step, parts = [], sums = PAGE.stages.map(stage => sumBy(a, i, 0, stage.key));
    let right = 0, left = 0;
    sums.forEach((value, s) => {
      if (!Number.isFinite(value) || !value) return;
      const from = value > 0 ? right : left + value;
      parts.push(svg("rect", {x: at(from), y: y + 18, width: Math.max(0, at(from + Math.abs(value)) - at(from)), height: 16, fill: `url(#stage-${s})`}));
      if (value > 0) right += value; else left += value;
    });
    if (changed && Number.isFinite(before.totals[a][i])) parts.push(svg("path", {class: "before", d: `M${at(before.totals[a][i])},${y + 15}v22`}));
    if (low && low[a][state.scenario][i] !== null) parts.push(svg("path", {class: "band", d: `M${at(low[a][state.scenario][i])},${y + 36}v5m0,-2.5H${at(PAGE.drawn.high[a][state.scenario][i])}m0,-2.5v5`}));
    const text = Number.isFinite(totals[a]) ? figure(totals[a] / scaleOf(i)[1], state.lang) : say("no_value"), unfit = reaches(now, a) ? "" : ` (${say("i_not_comparable")})`;
    return [svg("text", {x: 0, y: y + 13}, cut(label(each) + unfit, width)), ...parts, svg("text", {class: "value", x: at(Math.max(right, changed ? before.totals[a][i] : 0)) + 6, y: y + 31}, text)];
  });
  const order = ranked(now, i), title = say(order.length ? "figure_title" : "figure_title_plain", {indicator: label(PAGE.indicators[i]), alternative: order.length ? label(A[order[0]]) : ""});
  const told = A.map((each, a) => say("i_bar_text", {alternative: label(each), value: amount(i, totals[a])})).join("; ");
  return pictured(title, label(scaleOf(i)[0]),
    svg("svg", {viewBox: `0 0 ${width} ${A.length * step}`, role: "img", "aria-label": `${title}. ${told}`}, svg("path", {class: "zero", d: `M${at(0)},14V${A.length * step}`}), ...drawn));
}
const pos = each => each.reduce((sum, value) => sum + Math.max(0, value), 0), neg = each => each.reduce((sum, value) => sum + Math.min(0, value), 0);
function drawBars() {
  fill("legend", ...PAGE.stages.map((each, s) => el("span", {}, svg("svg", {width: 22, height: 14, "aria-hidden": "true"}, svg("rect", {width: 22, height: 14, fill: `url(#stage-${s})`})), label(each))),
    state.set.size ? el("span", {}, svg("svg", {width: 12, height: 14, "aria-hidden": "true"}, svg("path", {class: "before", d: "M6,0v14"})), say("i_mark_before")) : "",
    PAGE.drawn ? el("span", {}, svg("svg", {width: 26, height: 14, "aria-hidden": "true"}, svg("path", {class: "band", d: "M2,4v6m0,-3h22m0,-3v6"})), say("i_band", {n: PAGE.drawn.n})) : "");
  put("bars", ...heads.map(bars));
  $("bars-note").textContent = say("i_bars_note", {unit: label(PAGE.unit)});
}

const table = (head, rows) => el("table", {}, el("thead", {}, el("tr", {}, ...head.map((each, n) => el("th", {scope: "col", class: n ? "n" : ""}, each)))), el("tbody", {}, ...rows));
const row = (name, cells, kind = "") => el("tr", {class: kind}, el("th", {scope: "row"}, name), ...cells.map(each => el("td", {class: "n"}, each)));
const part = (id, present, draw) => { $(`${id}-part`).hidden = !present; if (present) draw(); };

function drawYear() {
  const volume = found => found.values[PAGE.year] * PAGE.units_per_year, first = computeModel(MODEL.scenarios[0]);
  const moved = (a, b) => close(a, b) ? "=" : `${a > b ? "▲ +" : "▼ "}${percent(a / b - 1, state.lang)}`;
  $("year-note").textContent = say("i_year_note", {scenario: label(PAGE.scenarios[0]), volume: figure(volume(now), state.lang)});
  const rows = heads.flatMap(i => {
    const display = PAGE.indicators[i].display, most = Math.max(...A.map((_, a) => Math.abs(now.totals[a][i] * volume(now)))), [unit, size] = display.find(([, each]) => most >= each) ?? display.at(-1);
    return [row(label(PAGE.indicators[i]), [label(scaleOf(i)[0]), "", label(unit), ""], "head"), ...A.map((each, a) => row(label(each), [
      figure(now.totals[a][i] / scaleOf(i)[1], state.lang), moved(now.totals[a][i], first.totals[a][i]),
      figure(now.totals[a][i] * volume(now) / size, state.lang), moved(now.totals[a][i] * volume(now), first.totals[a][i] * volume(first))]))];
  });
  const gauge = (name, ratio) => ({name, value: ratio, text: moved(ratio, 1)}), against = (a, i) => now.totals[a][i] / first.totals[a][i];
  const still = close(volume(now), volume(first)) && heads.every(i => A.every((_, a) => close(now.totals[a][i], first.totals[a][i])));
  put("gauges", ...(still ? [] : heads).map(i => {
    const title = label(PAGE.indicators[i]);
    return pictured(title, "", heap(A.map((each, a) => ({head: label(each), rows: [gauge(say("i_per_year"), against(a, i) * volume(now) / volume(first)), gauge(say("i_per_unit"), against(a, i))]})), title, 1));
  }));
  fill("year", table(["", say("i_per_unit"), say("i_change"), say("i_per_year"), say("i_change")], rows));
}
function drawFleets() {
  const found = new Map();  // the same machines under several alternatives stand once
  for (const each of PAGE.fleets) {
    const users = A.map((_, a) => a).filter(a => each.nodes.some(node => now.levels[a][node])), count = now.values[each.variable];
    const number = Number.isFinite(count) ? `${written(count, state.lang)}${SPACE}${readable(each.unit)}` : say("no_value"), key = `${label(each)} ${label(each.owner)} ${number}`;
    if (users.length || !each.nodes.length) found.set(key, {each, count, number, users: [...new Set([...found.get(key)?.users ?? [], ...users])].sort()});
  }
  const line = ({each, count, number, users}) => {
    const earlier = before.values[each.variable], most = Math.max(...[1, count, earlier].filter(Number.isFinite)), size = 10 ** Math.max(0, Math.ceil(Math.log10(most / 40)));
    const squares = value => value > 0 ? Math.max(1, Math.round(value / size)) : 0, lit = squares(count), gone = Math.max(0, squares(earlier) - lit);
    const where = users.length && users.length < A.length ? ` (${listed(users.map(a => label(A[a])))})` : "", scale = size > 1 ? ` ▮ = ${written(size, state.lang)}` : "";
    return el("tr", {}, el("th", {scope: "row"}, capital(label(each.owner) || label(each)), el("span", {class: "owner"}, where)), el("td", {class: "n"}, el("strong", {}, number)),
      el("td", {}, el("span", {class: "machines", "aria-hidden": "true"}, "▮".repeat(lit) + "▯".repeat(gone)), el("span", {class: "soft small"}, scale)));
  };
  const all = [...found.values()], kinds = [...new Set(all.map(({each}) => label(each)))];
  fill("fleets", ...kinds.flatMap(kind => [el("h4", {}, capital(kind)), el("table", {}, el("tbody", {}, ...all.filter(({each}) => label(each) === kind).map(line)))]));
}
function drawShared() {
  fill("shared", ...PAGE.shared.flatMap((each, s) => {
    const users = MODEL.uses[s].map(rule => rule.map(n => now.amounts[n])), share = (rule, u) => users[rule][u] / users[rule].reduce((sum, use) => sum + use, 0);
    const parts = i => each.rules.map((rule, r) => ({head: label(rule), rows: each.users.map((user, u) => ({name: label(user), value: share(r, u) * now.totals[each.whole][i], note: percent(share(r, u), state.lang)}))}));
    const changes = i => each.changes.map(change => ({head: label(change), rows: [{name: label(each.users[change.user]), value: now.totals[change.root][i]}]}));
    const apart = each.changes.length ? [el("h4", {}, say("shared_changes")), el("p", {class: "soft small"}, say("shared_changes_note")), el("div", {class: "charts"}, ...heads.map(i => besides(i, changes(i))))] : [];
    return [el("p", {}, say("i_shared_note", {thing: label(each), values: listed(heads.map(i => `${lower(label(PAGE.indicators[i]))} ${amount(i, now.totals[each.whole][i])}`))})), el("div", {class: "charts"}, ...heads.map(i => besides(i, parts(i)))), ...apart];
  }));
}
function drawEffects() {
  const of = a => PAGE.effects.filter(each => each.roots[a] !== null), touched = A.map((_, a) => a).filter(a => of(a).length);
  const groups = i => touched.map(a => ({head: label(A[a]), rows: [...of(a).map(each => ({name: label(each), value: now.totals[each.roots[a]][i]})), {name: say("beside_scale"), value: now.totals[a][i], total: true}]}));
  put("effect-bars", ...(touched.length ? heads.map(i => besides(i, groups(i))) : []));
  const items = PAGE.effects.flatMap(each => each.roots.flatMap((root, a) => root === null ? [] : [el("li", {}, say("i_effects_quantified", {
    label: label(each), kind: lower(label(each.kind)), alternative: label(A[a]), value: listed(heads.map(i => amount(i, now.totals[root][i])))}))]));
  const silent = PAGE.effects.filter(each => each.roots.every(root => root === null));
  fill("effects", ...items, ...silent.map(each => el("li", {}, say("i_effects_not", {label: label(each), kind: lower(label(each.kind))}))));
}

// what changed
function drawChanged() {
  const rows = [...state.set].map(([n, base]) => {
    const reset = el("button", {type: "button", "aria-label": say("i_reset_one", {label: label(PAGE.controls[n])})}, say("i_reset"));
    reset.onclick = () => change(n, valueBefore(n));
    return row(el("span", {}, ...nameOf(n)), [bare(n, valueBefore(n)), bare(n, base), reset]);
  });
  fill("changed", rows.length ? table(["", say("i_before"), say("i_now"), ""], rows) : el("p", {}, say("i_nothing_changed")));
  $("reset").disabled = !rows.length;
  const quote = text => /^[\w.=-]+$/.test(text) ? text : `"${text}"`;
  const settings = [...state.set].map(([n, base]) => ` --set ${quote(`${PAGE.controls[n].name}=${typed(n, base)}${PAGE.controls[n].unit ? ` ${PAGE.controls[n].unit}` : ""}`)}`);
  const choices = Object.entries(PAGE.commands).map(each => ` --choice ${each.join("=")}`);
  $("command").textContent = `lca run ${quote(PAGE.study)} --scenario ${PAGE.scenarios[state.scenario].key}${settings.join("")}${choices.join("")}`;
}
function save(name, kind, text) {
  const address = URL.createObjectURL(new Blob([text], {type: kind}));
  el("a", {href: address, download: `${PAGE.study}.${name}`}).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
function asObject() {
  const changed = Object.fromEntries([...state.set].map(([n, base]) => [PAGE.controls[n].name, PAGE.controls[n].options ? typed(n, base) : {value: base / PAGE.controls[n].size, unit: PAGE.controls[n].unit}]));
  const plain = value => Number.isFinite(value) ? value : null;
  return {study: PAGE.study, ...PAGE.about, scenario: PAGE.scenarios[state.scenario].key, changed, functional_unit: label(PAGE.unit), faults: faults(),
    results: PAGE.keys.map((key, a) => ({alternative: key, quality: plain(now.quality[a]), comparable: reaches(now, a),
      indicators: PAGE.indicators.map((each, i) => ({indicator: each.key, unit: each.unit, total: plain(now.totals[a][i]), stages: Object.fromEntries(PAGE.stages.map(stage => [stage.key, plain(sumBy(a, i, 0, stage.key))]))}))}))};
}
function asCsv() {
  const found = asObject(), cell = each => { const text = String(each ?? ""); return /^[=+@-]/.test(text) && !Number.isFinite(Number(text)) ? `"'${text.replace(/"/g, '""')}"` : /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text; };
  const rows = found.results.flatMap(each => each.indicators.map(one => [found.scenario, each.alternative, one.indicator, one.unit, one.total, ...Object.values(one.stages), each.quality, each.comparable]));
  return [["scenario", "alternative", "indicator", "unit", "total", ...PAGE.stages.map(each => each.key), "quality", "comparable"], ...rows].map(each => each.map(cell).join(",")).join("\r\n");
}

// where two alternatives meet
function curvePicks() {
  const able = [...new Set([...PAGE.first, ...state.set.keys()])].filter(n => PAGE.controls[n].low !== undefined && PAGE.controls[n].low < PAGE.controls[n].high);
  if (!able.includes(state.curve)) state.curve = able[0] ?? null;
  fill("curve-value", ...able.map(n => el("option", {value: n}, fullName(n))));
  fill("curve-indicator", ...heads.map(i => el("option", {value: i}, label(PAGE.indicators[i]))));
  if (state.curve !== null) $("curve-value").value = state.curve;
  $("curve-indicator").value = state.indicator;
}
function drawCurve() {
  curvePicks();
  const n = state.curve, i = state.indicator, each = PAGE.controls[n], width = Math.max(300, Math.min(736, $("curve").clientWidth || 700)), narrow = width < 560, edge = {left: 64, right: narrow ? 12 : 270, top: 12, bottom: 44};
  const height = 300 + (narrow ? 18 * A.length : 0), floor = 300 - edge.bottom;
  const wide = each.low > 0 && each.high / each.low > WIDE, {points, totals, met} = meetingsOf(given(), n, i, each.low, each.high, POINTS, TOLD);
  const finite = totals.flat().filter(Number.isFinite), most = Math.max(1e-300, ...finite), least = Math.min(0, ...finite), [unit, size] = scaleOf(i);
  const share = value => wide ? Math.log(value / each.low) / Math.log(each.high / each.low) : (value - each.low) / (each.high - each.low);
  const x = value => edge.left + share(value) * (width - edge.left - edge.right), y = value => floor - (value - least) / (most - least) * (floor - edge.top);
  const found = met.slice(0, TOLD).map(one => say("i_meet", {first: label(A[one.first]), second: label(A[one.second]), value: shown(n, one.value)}));
  const finding = found.join(" ") + (met.length > TOLD ? " …" : "") || say("i_no_meet", {low: shown(n, each.low), high: shown(n, each.high)});
  const lines = A.map((_, a) => svg("path", {class: `line dash-${a % 6}`, d: totals.map((row, k) => Number.isFinite(row[a]) ? `${k && Number.isFinite(totals[k - 1][a]) ? "L" : "M"}${x(points[k]).toFixed(1)},${y(row[a]).toFixed(1)}` : "").join("")}));
  const ends = A.map((_, a) => [a, y(totals.at(-1)[a])]).filter(([, height]) => Number.isFinite(height)).sort((p, q) => p[1] - q[1]);
  ends.forEach((end, k) => { if (k) end[1] = Math.max(end[1], ends[k - 1][1] + 15); });
  const over = ends.length ? Math.max(0, ends.at(-1)[1] - 292) : 0;
  const texts = narrow ? A.flatMap((each, a) => [svg("path", {class: `line dash-${a % 6}`, d: `M0,${314 + 18 * a}h34`}), svg("text", {x: 42, y: 318 + 18 * a}, cut(label(each), width - 42))])
    : ends.map(([a, at]) => svg("text", {x: width - edge.right + 8, y: at - over + 4}, cut(label(A[a]), edge.right)));
  const base = floor, here = valueNow(n), ticks = [0, 0.5, 1].map(s => shareAt(each.low, each.high, s));
  const axis = [svg("path", {class: "zero", d: `M${edge.left},${edge.top}V${base}H${width - edge.right}`}), ...ticks.map((value, k) => svg("text", {x: x(value), y: base + 16, "text-anchor": ["start", "middle", "end"][k]}, figure(value / each.size, state.lang))),
    ...[least, (least + most) / 2, most].map(value => svg("text", {x: edge.left - 6, y: y(value) + 4, "text-anchor": "end"}, figure(value / size, state.lang))),
    svg("text", {x: narrow ? 0 : edge.left, y: 294}, cut(`${capital(label(each))}${each.unit ? ` (${readable(each.unit)})` : ""}`, width))];
  if (here >= each.low && here <= each.high) axis.push(svg("path", {class: "here", d: `M${x(here)},${edge.top}V${base}`}));
  $("meeting").textContent = finding;
  const told = say("i_curve_label", {indicator: label(PAGE.indicators[i]), name: lower(label(each)), finding});
  fill("curve", el("p", {class: "soft small"}, `${label(PAGE.indicators[i])}, ${label(unit)}`), svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", class: "curve", "aria-label": told}, ...axis, ...lines, ...texts));
}

function drawTables() {
  const all = PAGE.indicators.map((_, i) => i), head = name => [name, ...all.map(i => `${label(PAGE.indicators[i])}, ${label(scaleOf(i)[0])}`)];
  const cells = value => all.map(i => figure(value(i) / scaleOf(i)[1], state.lang));
  const by = (things, side) => A.flatMap((each, a) => [row(label(each), all.map(() => ""), "head"),
    ...things.filter(thing => all.some(i => sumBy(a, i, side, thing.key))).map(thing => row(label(thing), cells(i => sumBy(a, i, side, thing.key)))), row(say("total"), cells(i => now.totals[a][i]), "total")]);
  fill("table", table(head(say("i_bars")), by(PAGE.stages, 0)));
  fill("tasks", table(head(say("i_by_task")), by(PAGE.tasks, 1)));
}

let waiting = 0;
function render() {
  before = computeModel(MODEL.scenarios[state.scenario]);
  now = state.set.size ? computeModel(given()) : before;
  for (const refreshes of drawnControls.values()) for (const refresh of refreshes) refresh();
  const broken = faults(), sound = !broken.length;
  drawSentence(broken);
  drawWarnings();
  drawChanged();
  $("bars").hidden = !sound;
  if (sound) drawBars();
  part("year", PAGE.year !== null && sound, drawYear);
  part("fleets", PAGE.fleets.length, drawFleets);
  part("shared", PAGE.shared.length && sound, drawShared);
  part("effects", PAGE.effects.length, drawEffects);
  if (sound) drawTables(); else { fill("table"); fill("tasks"); }
  const order = sound ? A.map((each, a) => `${label(each)} ${figure(now.totals[a][state.indicator] / scaleOf(state.indicator)[1], state.lang)}`).join(" · ") : say("i_no_result");
  $("strip").textContent = sound ? `${label(PAGE.indicators[state.indicator])}, ${label(scaleOf(state.indicator)[0])}: ${order}` : order;
  clearTimeout(waiting);  // many computations: after the hand has come to rest
  waiting = setTimeout(() => { curvePicks(); part("curve", sound && state.curve !== null, drawCurve); document.body.dataset.ready = "yes"; }, 120);
}
function drawAll() {
  document.documentElement.lang = state.lang;
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
  for (const each of document.querySelectorAll("[data-lang]")) each.hidden = each.dataset.lang !== state.lang;
  const other = state.lang === "fr" ? "en" : "fr";
  document.title = $("title").textContent = label(PAGE.title);
  $("language").textContent = say("i_language");
  $("language").lang = other;
  $("unit").textContent = `${say("functional_unit")}${state.lang === "fr" ? SPACE : ""}: ${label(PAGE.unit)}`;
  $("status").textContent = label(PAGE.status);
  $("computed").textContent = say("i_computed", {version: PAGE.about.version, date: PAGE.about.date.slice(0, 10)});
  fill("accounting", ...PAGE.choices.map(each => el("li", {}, label(each))));
  fill("sources", ...Object.values(PAGE.sources).sort().map(([text, url]) => el("li", {}, `${text} `, url ? link(url) : "")));
  before = computeModel(MODEL.scenarios[state.scenario]);
  drawControls();
  render();
}

$("language").onclick = () => { state.lang = state.lang === "fr" ? "en" : "fr"; write(); drawAll(); };
$("reset").onclick = () => { state.set.clear(); write(); render(); };
$("json").onclick = () => save("json", "application/json", JSON.stringify(asObject(), null, 2));
$("csv").onclick = () => save("csv", "text/csv", asCsv());
$("link").onclick = async () => {
  write();
  try { await navigator.clipboard.writeText(location.href); $("told").textContent = say("i_copied"); } catch { $("told").textContent = say("i_copy_by_hand"); }
};
$("curve-value").onchange = () => { state.curve = Number($("curve-value").value); render(); };
$("curve-indicator").onchange = () => { state.indicator = Number($("curve-indicator").value); render(); };
let seen = innerWidth;
addEventListener("resize", () => { if (innerWidth !== seen) { seen = innerWidth; render(); } });
addEventListener("hashchange", () => { read(); drawAll(); });
read();
drawAll();

if (PAGE.poll) {  // `lca serve`: ask whether a file of the study changed
  const ask = async () => {
    try {
      const found = await (await fetch("version", {cache: "no-store"})).text();
      if (found !== PAGE.poll) { $("told").textContent = say("i_renewed"); location.reload(); }
      $("told").textContent = "";
    } catch { $("told").textContent = say("i_stopped"); }
  };
  setInterval(ask, 1500);
}
})();
