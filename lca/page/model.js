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
  return {values, levels, parts, totals, quality: MODEL.qualities.map(each => amounts[each]), unmet, outside, sound};
}
