import { conditionVerdict } from '../../../domain/gate.ts';
import type { NamedCondition } from '../model.ts';

const ratings = ['A', 'B', 'C', 'D', 'E'];

/** A condition in one line, e.g. `Coverage on new code: 61.2% (required >= 80%)`. */
export function conditionLine(condition: NamedCondition): string {
  const { name, operator, threshold, actualValue, unit } = condition;
  const actual = actualValue === null ? 'no data' : valueWords(actualValue, unit);
  const ignored = conditionVerdict(condition) === 'ignored' ? ', ignored on few new lines' : '';
  if (threshold === null) return `${name}: ${actual}${ignored}`;
  return `${name}: ${actual} (required ${operator === 'GT' ? '<=' : '>='} ${valueWords(threshold, unit)}${ignored})`;
}

function valueWords(value: string, unit: NamedCondition['unit']): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  if (unit === 'rating') return ratings[Math.round(number) - 1] ?? value;
  const rounded = String(Math.round(number * 100) / 100);
  return unit === 'percent' ? `${rounded}%` : rounded;
}
