import { formatCount, formatDecimal } from './numbers.ts';
import { formatDuration, formatExact } from './times.ts';

const ratings = ['A', 'B', 'C', 'D', 'E'];
const levels: Record<string, string> = { OK: 'Passed', ERROR: 'Failed', WARN: 'Warning', NONE: 'No data' };

/**
 * A SonarQube measure in the reader's form. `value` is the server's text, `type` its metric type (PERCENT, RATING,
 * WORK_DUR, MILLISEC, INT, FLOAT, LEVEL, BOOL …); what is not understood is shown as it came.
 */
export function formatMeasure(value: string, type: string | null): string {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (type === 'LEVEL') return levels[value] ?? value;
  if (type === 'BOOL') return value === 'true' ? 'Yes' : value === 'false' ? 'No' : value;
  if (type === 'DATA' && value.startsWith('{')) return totalOf(value) ?? value;
  if (Number.isNaN(number)) return value;
  if (type === 'PERCENT') return `${formatDecimal(number)} %`;
  if (type === 'RATING') return ratings[Math.round(number) - 1] ?? value;
  // SonarQube counts working time: eight hours a day.
  if (type === 'WORK_DUR') return formatWork(number);
  // Some metrics of this type are a moment (date of the last commit), which no duration comes near.
  if (type === 'MILLISEC') return number > 1e12 ? formatExact(new Date(number).toISOString()) : formatDuration(number);
  return Number.isInteger(number) ? formatCount(number) : formatDecimal(number);
}

/** SonarQube’s counts by level, `{"HIGH":2,"total":5}`: their total. */
function totalOf(value: string): string | undefined {
  try {
    const { total } = JSON.parse(value) as { total?: unknown };
    return typeof total === 'number' ? formatCount(total) : undefined;
  } catch {
    return undefined;
  }
}

function formatWork(minutes: number): string {
  const days = Math.floor(minutes / 480);
  const hours = Math.floor((minutes % 480) / 60);
  const rest = Math.round(minutes % 60);
  const parts = [
    days > 0 ? `${formatCount(days)} d` : '',
    hours > 0 ? `${hours} h` : '',
    rest > 0 ? `${rest} min` : '',
  ];
  return (
    parts
      .filter((part) => part !== '')
      .slice(0, 2)
      .join(' ') || '0 min'
  );
}

/** `85.1 %`; null is said, never a zero. */
export const formatPercent = (value: number | null): string =>
  value === null ? 'no data' : `${formatDecimal(value)} %`;

/** `greater than 80 %` is what makes the condition fail. */
export function formatThreshold(operator: 'GT' | 'LT', threshold: string | null, type: string | null): string {
  if (threshold === null) return 'unknown';
  const word = type === 'RATING' ? { GT: 'worse than', LT: 'better than' } : { GT: 'greater than', LT: 'less than' };
  return `${word[operator]} ${formatMeasure(threshold, type)}`;
}
