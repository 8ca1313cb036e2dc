import { describe, expect, it } from 'vitest';
import type { NamedCondition } from '../model.ts';
import { conditionLine } from './condition-line.ts';

const coverage: NamedCondition = {
  metric: 'new_coverage',
  name: 'Coverage on new code',
  unit: 'percent',
  operator: 'LT',
  threshold: '80',
  actualValue: '61.23456',
  status: 'ERROR',
};

describe('a condition in one line', () => {
  it('says what it came to and what is required', () => {
    expect(conditionLine(coverage)).toBe('Coverage on new code: 61.23% (required >= 80%)');
    const issues = {
      ...coverage,
      name: 'New issues',
      unit: 'number',
      operator: 'GT',
      threshold: '0',
      actualValue: '3',
    } as const;
    expect(conditionLine(issues)).toBe('New issues: 3 (required <= 0)');
  });

  it('names ratings by their letter', () => {
    const rating = {
      ...coverage,
      name: 'Security rating',
      unit: 'rating',
      operator: 'GT',
      threshold: '1',
      actualValue: '4.0',
    } as const;
    expect(conditionLine(rating)).toBe('Security rating: D (required <= A)');
    expect(conditionLine({ ...rating, actualValue: '9' })).toBe('Security rating: 9 (required <= A)');
  });

  it('says no data where nothing was measured, never zero', () => {
    expect(conditionLine({ ...coverage, actualValue: null, status: 'NO_VALUE' })).toBe(
      'Coverage on new code: no data (required >= 80%)',
    );
    expect(conditionLine({ ...coverage, actualValue: '' })).toBe('Coverage on new code:  (required >= 80%)');
    expect(conditionLine({ ...coverage, threshold: null })).toBe('Coverage on new code: 61.23%');
  });

  it('says when the server ignored it', () => {
    expect(conditionLine({ ...coverage, status: 'OK' })).toBe(
      'Coverage on new code: 61.23% (required >= 80%, ignored on few new lines)',
    );
  });
});
