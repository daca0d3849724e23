// Numbers and texts as the other outputs write them: three significant figures, in French with a decimal comma.
const THIN = "\u202f", SPACE = "\u00a0";
const localise = (text, lang) => lang === "fr" ? text.replace(/,/g, THIN).replace(".", ",") : text;
const raise = text => [...text].map(each => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789-".indexOf(each)] ?? "").join("");

function powers(text) {
  return text.replace(/e([+-])0*([0-9]+)/, (_, sign, power) => `${SPACE}×${SPACE}10${raise((sign === "-" ? "-" : "") + power)}`).replace(/^-/, "\u2212");
}

function figure(value, lang, none = "–") {
  if (!Number.isFinite(value)) return none;
  if (value === 0) return "0";
  const size = Math.abs(value), decimals = Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(size))));
  if (size < 1e-4 || size >= 1e9) return powers(localise(value.toExponential(2), lang));
  const [whole, part] = Number(value.toPrecision(3)).toFixed(decimals).split(".");
  return powers(localise(whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : ""), lang));
}

function written(value, lang) {
  const [whole, part] = plainNumber(value).split(".");
  return powers(localise(/e/.test(whole) || /e/.test(part ?? "") ? plainNumber(value) : whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : ""), lang));
}

function percent(share, lang, none = "–") {
  if (!Number.isFinite(share)) return none;
  const value = 100 * share, size = Math.abs(value);
  const text = size > 0 && size < 0.05 ? "< 0.1" : size < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return localise(text, lang).replace(/^-/, "\u2212") + (lang === "fr" ? THIN : " ") + "%";
}

const plainNumber = value => String(Number(value.toPrecision(12)));  // as it is typed, without the noise of a change of units
