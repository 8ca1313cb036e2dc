import { describe, expect, it } from 'vitest';
import type { NamedCondition } from '../model.ts';
import { detailsOf } from './details.ts';

const condition = (
  name: string,
  status: NamedCondition['status'],
  actualValue: string | null = '9',
): NamedCondition => ({
  metric: name,
  name,
  unit: 'number',
  operator: 'GT',
  threshold: '10',
  actualValue,
  status,
});
const of = { headline: 'Quality Gate failed', conditions: [], shown: 0, total: 0, notes: [] };

describe('the details of a report', () => {
  it('name the conditions that failed, then those that said nothing or were ignored, not those that passed', () => {
    const conditions = [
      condition('Passed', 'OK'),
      condition('Ignored', 'OK', '11'),
      condition('Without data', 'NO_VALUE', null),
      condition('Warned', 'WARN'),
      condition('Failed', 'ERROR', '11'),
    ];
    expect(detailsOf({ ...of, conditions }).split('\n')).toEqual([
      'Quality Gate failed',
      '- Failed: 11 (required <= 10)',
      '- Warned: 9 (required <= 10)',
      '- Without data: no data (required <= 10)',
      '- Ignored: 11 (required <= 10, ignored on few new lines)',
    ]);
  });

  it('say how many findings are shown only where it is not all of them', () => {
    expect(detailsOf({ ...of, shown: 1_000, total: 2_500 })).toContain('\nShown 1000 of 2500 new findings.');
    expect(detailsOf({ ...of, shown: 3, total: 3 })).toBe('Quality Gate failed');
  });

  it('are cut at the end of a line, and say how many conditions are left out', () => {
    const long = Array.from({ length: 60 }, (_, at) => condition(`Condition ${at} ${'x'.repeat(60)}`, 'ERROR', '11'));
    const notes = ['A note that is never cut.'];
    const lines = detailsOf({ ...of, conditions: long, notes }).split('\n');
    expect(lines.join('\n').length).toBeLessThanOrEqual(2_000);
    expect(lines[1]).toBe('A note that is never cut.');
    const shown = lines.filter((line) => line.startsWith('- '));
    expect(lines.at(-1)).toBe(`... and ${60 - shown.length} more conditions`);
    expect(shown.every((line) => line.endsWith('(required <= 10)'))).toBe(true);
    const exact = [condition('x'.repeat(2_000 - 'Quality Gate failed\n- : 11 (required <= 10)'.length), 'ERROR', '11')];
    expect(detailsOf({ ...of, conditions: exact })).toHaveLength(2_000);
    const oneTooLong = [{ ...(exact[0] as NamedCondition), name: `${exact[0]?.name}x` }];
    expect(detailsOf({ ...of, conditions: oneTooLong })).toBe('Quality Gate failed\n... and 1 more condition');
  });

  it('stay within the limit whatever the notes are', () => {
    expect(detailsOf({ ...of, notes: ['n'.repeat(3_000)] }).length).toBeLessThanOrEqual(2_000);
  });
});
