// From what is given (by number of variable, in base units; a choice by its position) to totals per functional unit.
function resolveGiven(given) {
  const found = new Array(MODEL.variables);
  for (const [name, value] of Object.entries(given)) found[name] = value;
  for (const [name, origins] of Object.entries(MODEL.origins)) {
    const nearest = origins.find(each => given[each] !== undefined);
    if (found[name] === undefined && nearest !== undefined) found[name] = given[nearest];
  }
  return found;
}

function levelsOf(root, amounts) {
  const [callers, called, which] = MODEL.calls, levels = new Float64Array(MODEL.nodes);
  levels[MODEL.roots[root]] = MODEL.demand[root];
  for (let n = 0; n < callers.length; n++) {
    const running = levels[callers[n]];
    if (running !== 0) levels[called[n]] += running * amounts[which[n]];
  }
  return levels;
}

function computeModel(given) {
  const values = new Float64Array(MODEL.variables);
  fillValues(resolveGiven(given), values);
  const amounts = amountsOf(values), [nodes, which, picks, groups] = MODEL.lines;
  const rows = MODEL.picks.map(([choice, options]) => MODEL.scores[options[choice < 0 ? 0 : values[choice]]]);
  const unmet = MODEL.demands.map((each, n) => [n, amounts[each]]).filter(([, held]) => held !== held || held === 0).map(([n]) => n);
  const outside = MODEL.allowed.filter(([name, low, high]) => values[name] < low || values[name] > high);
  const sound = !unmet.length && MODEL.spread.every(each => !(amounts[each] < 0));
  const levels = [], parts = MODEL.roots.map((_, root) => {
    const sums = MODEL.groups.map(() => new Float64Array(MODEL.indicators)), running = levelsOf(root, amounts);
    levels.push(running);
    for (let n = 0; n < nodes.length; n++) {
      const level = running[nodes[n]];
      if (level === 0) continue;
      const quantity = sound ? F(level * amounts[which[n]]) : NaN, row = rows[picks[n]], sum = sums[groups[n]];
      for (let i = 0; i < row.length; i++) sum[i] += quantity * row[i];
    }
    return sums;
  });
  const totals = parts.map(sums => Array.from({length: MODEL.indicators}, (_, i) => sums.reduce((total, sum) => total + sum[i], 0)));
  return {values, amounts, levels, parts, totals, quality: MODEL.qualities.map(each => amounts[each]), unmet, outside, sound};
}

// Two alternatives meet where their order changes as one value moves: a scan, then halving where the order turns.
const WIDE = 20, shareAt = (low, high, share) => low > 0 && high / low > WIDE ? low * (high / low) ** share : low + (high - low) * share;
function meetingsOf(given, name, indicator, low, high, count, most = Infinity) {  // `most` are told to the last digit
  const compute = value => computeModel({...given, [name]: value}).totals.slice(0, MODEL.alternatives).map(each => each[indicator]);
  const points = Array.from({length: count}, (_, k) => shareAt(low, high, k / (count - 1))), totals = points.map(compute), met = [];
  for (let a = 0; a < MODEL.alternatives; a++) for (let b = a + 1; b < MODEL.alternatives; b++) {
    const gap = each => each[a] - each[b];
    let last = -1;  // the last point at which one is lower
    totals.forEach((each, k) => {
      if (last >= 0 && gap(each) * gap(totals[last]) < 0) {
        let [left, right] = [points[last], points[k]];
        for (let step = 0; step < 20 && met.length < most; step++) { const middle = (left + right) / 2; if (gap(compute(middle)) * gap(totals[last]) > 0) left = middle; else right = middle; }
        met.push({first: a, second: b, value: right});
      }
      if (!Number.isFinite(gap(each))) last = -1; else if (gap(each)) last = k;
    });
  }
  return {points, totals, met};
}
