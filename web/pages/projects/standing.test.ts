import { describe, expect, it } from 'vitest';
import type { Measure, Project } from '../../../src/features/code-quality/contract.ts';
import {
  completenessWords,
  languagesOf,
  measureOf,
  ratingOf,
  reconciled,
  standingLines,
  whyNoValue,
} from './standing.ts';

const measure = (metric: string, value: string): Measure => ({
  metric,
  name: metric,
  type: null,
  domain: null,
  direction: null,
  value,
  number: Number(value),
  isNewCode: metric.startsWith('new_'),
  bestValue: null,
  period: null,
});

type Stream = Project['completeness'][number];
const stream = (change: Partial<Stream>): Stream => ({
  stream: 'issues',
  branch: 'main',
  outcome: 'complete',
  source: 4,
  stored: 4,
  proof: 'key_set',
  method: 'test',
  measuredAt: '2026-11-21T09:41:00.000Z',
  ...change,
});

const project = (change: Partial<Project>): Project =>
  ({
    lastAnalysisAt: '2026-11-21T08:00:00.000Z',
    readAt: '2026-11-21T09:00:00.000Z',
    branches: [{ name: 'main', isMain: true }],
    completeness: [stream({})],
    openVulnerabilities: 3,
    issues: { security: 3, reliability: null, maintainability: null, mode: 'mqr' },
    ...change,
  }) as Project;

describe('ratings', () => {
  it('are letters with a word; anything else is none, never a good one', () => {
    expect(['1.0', '2', '5.0'].map((value) => ratingOf(measure('x', value))?.letter)).toEqual(['A', 'B', 'E']);
    expect(['', '0', '6', '1.5', 'A', ' '].map((value) => ratingOf(measure('x', value)))).toEqual(
      Array.from({ length: 6 }, () => null),
    );
    expect(ratingOf(undefined)).toBeNull();
  });

  it('follow the mode of the server, and the other axis where it gave nothing else', () => {
    const both = [measure('software_quality_security_rating', '5.0'), measure('security_rating', '1.0')];
    const letter = (mode: 'mqr' | 'standard', measures: Measure[], side: 'overall' | 'fresh' = 'overall') => {
      const [security] = standingLines(mode);
      return ratingOf(measureOf(measures, security?.rating?.[side] ?? []))?.letter;
    };
    expect([letter('mqr', both), letter('standard', both)]).toEqual(['E', 'A']);
    expect(letter('mqr', [measure('security_rating', '2.0')])).toBe('B');
    expect(letter('mqr', both, 'fresh')).toBeUndefined();
    const maintainability = standingLines('standard')[2];
    expect(
      measureOf([measure('new_maintainability_rating', '3.0')], maintainability?.rating?.fresh ?? []),
    ).toBeDefined();
    expect(measureOf([measure('sqale_rating', '3.0')], maintainability?.rating?.overall ?? [])).toBeDefined();
  });
});

describe('what is not there', () => {
  it('says why', () => {
    expect(whyNoValue(project({ lastAnalysisAt: null }), false)).toBe('never analysed');
    expect(whyNoValue(project({ readAt: null }), false)).toBe('not read yet');
    const refused = [stream({ stream: 'measures', outcome: 'unavailable' })];
    expect(whyNoValue(project({ completeness: refused }), true)).toBe('could not be read');
    expect(whyNoValue(project({}), true)).toBe('no new code measured');
    expect(whyNoValue(project({}), false)).toBe('the server gave none');
  });

  it('is no language', () => {
    expect(languagesOf([measure('ncloc_language_distribution', 'xml=20;java=1000;=3;odd;js=x;a=b=5')])).toEqual([
      { name: 'java', lines: 1000 },
      { name: 'xml', lines: 20 },
      { name: 'a=b', lines: 5 },
    ]);
  });
});

describe('completeness in one line', () => {
  it('is complete only when every stream is proven', () => {
    expect(completenessWords([])).toMatchObject({ whole: false });
    expect(completenessWords([stream({}), stream({ proof: 'counts_equal' })])).toMatchObject({ whole: true });
    for (const amiss of [{ proof: 'unproven' as const }, { outcome: 'unavailable' as const }, { stored: 3 }])
      expect(completenessWords([stream({}), stream(amiss)]).whole).toBe(false);
  });

  it('names the worst', () => {
    const streams = [stream({}), stream({ proof: 'unproven' }), stream({ stream: 'hotspots', outcome: 'unavailable' })];
    expect(completenessWords(streams).words).toBe(
      '1 of 3 streams proven: security hotspots of main could not be read, and 1 more',
    );
    expect(completenessWords([stream({ source: 9 })]).words).toContain('4 of 9 stored');
  });
});

it('two numbers of vulnerabilities are reconciled in one line, or nothing is claimed', () => {
  expect(reconciled(project({}))).toContain('the same: 3');
  expect(reconciled(project({ openVulnerabilities: 2 }))).toMatch(/says 3; 2 are open/);
  expect(reconciled(project({ openVulnerabilities: null }))).toBeNull();
});
