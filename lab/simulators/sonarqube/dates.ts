/** The server's output form: `2026-11-21T07:06:21+0000`. */
export function formatInstant(epochSeconds: number): string {
  const second = epochSeconds % 60;
  const minute = Math.floor(epochSeconds / 60) % 60;
  const hour = Math.floor(epochSeconds / 3600) % 24;
  return `${dayText(Math.floor(epochSeconds / daySeconds))}T${two[hour]}:${two[minute]}:${two[second]}+0000`;
}

const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** Civil date of a day number, by Howard Hinnant's algorithm: `Date` is too slow for millions of issues. */
function dayText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const year = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return `${year + era * 400 + (month <= 2 ? 1 : 0)}-${two[month]}-${two[day]}`;
}

export interface ParsedDate {
  epochSeconds: number;
  dateOnly: boolean;
}

const dateForm = /^\d{4}-\d\d-\d\d$/;
const dateTimeForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([+-])(\d\d)(\d\d)$/;

/** `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ss+hhmm`; null for anything else (`Z`, `+00:00`, milliseconds). */
export function parseServerDate(text: string): ParsedDate | null {
  if (dateForm.test(text)) {
    const at = Date.parse(`${text}T00:00:00Z`);
    return Number.isNaN(at) ? null : { epochSeconds: at / 1000, dateOnly: true };
  }
  const parts = dateTimeForm.exec(text);
  if (!parts) return null;
  const at = Date.parse(`${parts[1]}${parts[2]}${parts[3]}:${parts[4]}`);
  return Number.isNaN(at) ? null : { epochSeconds: at / 1000, dateOnly: false };
}

export const daySeconds = 86_400;
