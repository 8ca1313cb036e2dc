/** The server's output form: `2026-11-21T07:06:21+0000`. */
export function formatInstant(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}+0000`;
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
