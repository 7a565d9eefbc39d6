// Times in the form in which prepkit writes them: UTC, with microseconds unless they are 0. Pure.

const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:Z|([+-])(\d\d):?(\d\d))$/;

// Null if `value` isn't a time with a time zone.
export const readMoment = (value) => {
  const [, date, time, seconds = "00", fraction = "", sign, hours = "0", minutes = "0"] =
    (typeof value === "string" && MOMENT.exec(value)) || [];
  const local = new Date(`${date}T${time}:${seconds}Z`);
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${date}T${time}`)) return null;
  const shift = (Number(hours) * 60 + Number(minutes)) * 60000;
  const utc = new Date(local.getTime() + (sign === "-" ? shift : -shift)).toISOString();
  const micro = fraction.padEnd(6, "0").slice(0, 6);
  return /^\d{4}-/.test(utc) ? `${utc.slice(0, 19)}${micro === "000000" ? "" : `.${micro}`}Z` : null;
};

export const momentOf = (date) => readMoment(date.toISOString());

// For sorting; without the "Z", because "…:00Z" must be before "…:00.5Z".
export const compareMoments = (one, other) => (one.replace("Z", "") < other.replace("Z", "") ? -1 : 1);
