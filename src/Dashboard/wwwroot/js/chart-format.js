// Numbers of axes and legends, in the same words as the pages' own.

const thousands = ["", " k", " M", " G"];
const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

function threeDigits(value) {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function short(value) {
  if (value < 10_000)
    return Number.isInteger(value) || value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(1);
  let power = 0;
  for (; value >= 1000 && power < thousands.length - 1; power++) value /= 1000;
  return threeDigits(value) + thousands[power];
}

function bytes(value) {
  let power = 0;
  for (; value >= 1024 && power < byteUnits.length - 1; power++) value /= 1024;
  return power === 0 ? `${Math.round(value)} B` : `${threeDigits(value)} ${byteUnits[power]}`;
}

const formats = {
  count: short,
  rate: value => `${short(value)}/s`,
  bytes,
  byterate: value => `${bytes(value)}/s`,
};

export function format(value, unit) {
  return value === null || value === undefined ? "–" : (formats[unit] ?? short)(value);
}

/** The smallest round number at or above `value` that has `lines` round parts. */
export function niceMax(value, unit) {
  const base = unit.startsWith("byte") ? 1024 : 10;
  if (value <= 0) return unit.startsWith("byte") ? 1024 : 4;
  const power = base ** Math.floor(Math.log(value) / Math.log(base));
  const steps = base === 10 ? [1, 2, 4, 6, 8, 10] : [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
  const nice = power * steps.find(step => step * power >= value * 1.0001 || step === steps.at(-1));
  return base === 10 ? Math.max(nice, 4) : nice;
}
