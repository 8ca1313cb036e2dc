import { describe, expect, it } from 'vitest';
import { type FindingRow, newFinding } from './new-finding.ts';

const row = (over: Partial<FindingRow>): FindingRow => ({
  key: 'k',
  kind: 'issue',
  path: 'src/a.ts',
  line: 3,
  message: 'm',
  standardClass: 'code_smell',
  standardLevel: 'MINOR',
  rawLevel: 'LOW',
  security: null,
  reliability: null,
  maintainability: null,
  byImpact: true,
  ...over,
});
const weight = (over: Partial<FindingRow>) => {
  const { severity, type } = newFinding(row(over));
  return [severity, type];
};

describe('a finding of new code', () => {
  it('weighs as its highest impact, security before reliability before maintainability', () => {
    expect(weight({ maintainability: 'HIGH', reliability: 'LOW' })).toEqual(['HIGH', 'CODE_SMELL']);
    expect(weight({ maintainability: 'MEDIUM', reliability: 'MEDIUM' })).toEqual(['MEDIUM', 'BUG']);
    expect(weight({ security: 'INFO', maintainability: 'INFO' })).toEqual(['LOW', 'VULNERABILITY']);
    expect(weight({ security: 'BLOCKER', reliability: 'HIGH' })).toEqual(['HIGH', 'VULNERABILITY']);
  });

  it('weighs by its type where the server counts so, or where it has no impact', () => {
    const standard = { standardClass: 'bug', standardLevel: 'MAJOR', maintainability: 'HIGH' };
    expect(weight({ ...standard, byImpact: false })).toEqual(['MEDIUM', 'BUG']);
    expect(weight({ standardClass: 'vulnerability', standardLevel: 'CRITICAL' })).toEqual(['HIGH', 'VULNERABILITY']);
  });

  it('weighs most where nobody knows its level', () => {
    expect(weight({ security: 'LOW', maintainability: 'unknown' })).toEqual(['HIGH', 'CODE_SMELL']);
    expect(weight({ byImpact: false, standardLevel: 'unknown', standardClass: 'unknown' })).toEqual([
      'HIGH',
      'CODE_SMELL',
    ]);
  });

  it('of a hotspot weighs as its probability', () => {
    expect(weight({ kind: 'hotspot', rawLevel: 'MEDIUM' })).toEqual(['MEDIUM', 'VULNERABILITY']);
  });
});
