// Numbers on an axis, as the server writes them: 217k and 21.7 万, a minus that is one, money before.

const STEPS = {
  en: [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]],
  zh: [[1e12, "万亿"], [1e8, "亿"], [1e4, "万"]],
};
const MONEY = { CNY: "¥", USD: "$", GBP: "£", EUR: "€" };
const TOUCHING = ["%", "‰", "°", "°C"];

/** A function that writes the numbers of one axis, whose marks are `step` apart. */
export function axisNumbers({ unit = "", language = "en", step = 1, largest = 0 }) {
  const [size, name] = (largest >= 10_000 && STEPS[language]?.find(([each]) => largest >= each)) || [1, ""];
  const digits = Math.min(6, Math.max(0, -Math.floor(Math.log10(step / size) + 1e-9)));
  const [money] = unit.split("/");
  const sign = MONEY[money] ?? (Object.values(MONEY).includes(money) ? money : "");
  const after = TOUCHING.includes(unit) ? unit : "";
  return (value) => {
    const figure = Math.abs(value / size).toLocaleString("en", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    const minus = value < 0 && Number(figure.replaceAll(",", "")) !== 0 ? "\u2212" : "";
    return `${minus}${sign}${figure}${name}${after}`;
  };
}

/** Three to five round marks that enclose the values. */
export function axisMarks(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || Math.abs(high) || 1;
  const rough = span / 3.5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const min = Math.floor(low / step + 1e-9) * step;
  const max = Math.ceil(high / step - 1e-9) * step;
  return max > min ? { min, max, step } : { min: min - step, max: max + step, step };
}
