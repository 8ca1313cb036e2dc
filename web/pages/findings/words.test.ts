import { describe, expect, test } from 'vitest';
import type { FindingDetail } from '../../../src/features/code-quality/contract.ts';
import { levelReasons, valueLabel } from './words.ts';

const finding = (change: Partial<FindingDetail>, level: Partial<FindingDetail['level']> = {}): FindingDetail =>
  ({
    type: 'vulnerability',
    severity: 'critical',
    sourceLevel: 'BLOCKER',
    severitySource: 'impact',
    ...change,
    level: {
      mode: 'mqr',
      told: true,
      impacts: [{ quality: 'security', level: 'BLOCKER' }],
      serverType: 'VULNERABILITY',
      serverSeverity: 'MAJOR',
      probability: null,
      mapping: { axis: 'impact', level: 'BLOCKER', severity: 'critical' },
      otherwise: { type: 'vulnerability', severity: 'medium', sourceLevel: 'MAJOR' },
      ...level,
    },
  }) as FindingDetail;

describe('why a finding has its level', () => {
  test('by its impact in MQR mode', () => {
    expect(levelReasons(finding({}))).toEqual([
      'The server is in MQR mode: it counts by its impacts on software qualities.',
      'The server gives it the impact BLOCKER on security.',
      'The mapping of levels reads the impact BLOCKER as Critical.',
      'In Standard mode it would count as vulnerability, medium (MAJOR).',
    ]);
  });

  test('by its type where the server counts so, or gives no impacts', () => {
    const standard = { severitySource: 'standard', sourceLevel: 'MAJOR', severity: 'medium' } as const;
    const [mode, given] = levelReasons(finding(standard, { mode: 'standard' }));
    expect(mode).toBe('The server is in Standard mode: it counts by its type and severity.');
    expect(given).toBe('The server gives it the type vulnerability and the severity MAJOR.');
    expect(levelReasons(finding(standard, { told: false }))[0]).toBe(
      'The server did not say its mode, so MQR is assumed, and gives no impact for it: it counts by its type and severity.',
    );
  });

  test('a level that the mapping does not know is never harmless', () => {
    const odd = finding({ severity: 'unrated', sourceLevel: 'EXTREME' }, { mapping: null });
    expect(levelReasons(odd)[2]).toMatch(/no line for the impact EXTREME.*never as harmless/);
  });

  test('a hotspot has a priority in either mode', () => {
    const reasons = levelReasons(finding({ type: 'hotspot', severitySource: 'probability', sourceLevel: 'HIGH' }));
    expect(reasons).toHaveLength(3);
    expect(reasons[1]).toBe('The server gives it the review priority HIGH.');
  });
});

test('values of facets are named for people', () => {
  expect(valueLabel('severity', 'high', null)).toBe('High');
  expect(valueLabel('assignee', '(none)', null)).toBe('Nobody');
  expect(valueLabel('project', '7', 'shop')).toBe('shop');
  expect(valueLabel('rule', 'java:S1', 'Name')).toBe('java:S1');
});
