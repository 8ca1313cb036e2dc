import { describe, expect, it } from 'vitest';
import type { Link, Station } from '../contract.ts';
import { standingOf, worstStations } from './standing.ts';

const station = (ref: string, state: string | null, more: Partial<Station> = {}): Station => {
  const kind = ref.slice(0, ref.indexOf(':')) as Station['station'];
  const facts = more.facts ?? {};
  return {
    ref,
    station: kind,
    title: ref,
    state,
    standing: standingOf({ station: kind, state, facts }),
    at: '2026-11-30T12:00:00.000Z',
    integration: null,
    link: null,
    readAt: null,
    staleSince: null,
    tooOld: false,
    facts,
    ...more,
  };
};
const link = (kind: string, from: string, to: string, more: Partial<Link> = {}): Link => ({
  kind,
  from,
  to,
  certainty: 'stated',
  note: null,
  source: { integration: null, stream: 's', record: 'r' },
  seenAt: '2026-11-30T12:00:00.000Z',
  validFrom: '2026-11-30T12:00:00.000Z',
  validTo: null,
  ...more,
});
const worst = (stations: Station[], links: Link[] = [], start = 'commit:a'): string[] =>
  worstStations({ start, stations, links });

describe('what a state comes to', () => {
  it.each([
    ['analysis', 'ERROR', 'failed'],
    ['analysis', 'OK', 'good'],
    ['analysis', 'NOT_EVALUATED', 'unknown'],
    ['analysis', 'NONE', 'unknown'],
    ['execution', 'failure', 'failed'],
    ['execution', 'running', 'neutral'],
    ['deployment', 'rolled_back', 'failed'],
    ['deployment', 'aborted', 'warning'],
    ['pull_request', 'merged', 'neutral'],
    ['pull_request', 'failed', 'neutral'],
    ['commit', null, 'neutral'],
  ] as const)('of %s %s is %s', (kind, state, standing) => {
    expect(standingOf({ station: kind, state, facts: {} })).toBe(standing);
  });

  it('is in doubt where something happened since that a success does not survive', () => {
    expect(standingOf({ station: 'deployment', state: 'succeeded', facts: { doubt: 'failed' } })).toBe('warning');
    expect(standingOf({ station: 'deployment', state: 'failed', facts: { doubt: 'failed' } })).toBe('failed');
  });

  it.each([
    ['image', 'tagged', 'failed', 'failed'],
    ['image', 'gone', 'failed', 'failed'],
    ['image', 'tagged', 'waived', 'warning'],
    ['image', 'tagged', 'no_verdict', 'unknown'],
    ['image', 'tagged', 'passed', 'good'],
    ['image', 'gone', 'passed', 'unknown'],
    ['deployment', 'succeeded', 'failed', 'failed'],
    ['deployment', 'succeeded', 'waived', 'warning'],
    ['deployment', 'succeeded', 'no_verdict', 'unknown'],
    ['deployment', 'succeeded', 'passed', 'good'],
    ['deployment', 'failed', 'passed', 'failed'],
  ] as const)('of %s %s with the verdict %s is %s', (kind, state, verdict, standing) => {
    expect(standingOf({ station: kind, state, facts: { verdict, runsNow: true } })).toBe(standing);
    const before = standingOf({ station: 'deployment', state: 'succeeded', facts: { verdict, runsNow: false } });
    expect(before).toBe('good');
  });

  it('is not well for a verdict that is passed where something leaves the deployment in doubt', () => {
    const facts = { verdict: 'passed', runsNow: true, doubt: 'failed' };
    expect(standingOf({ station: 'deployment', state: 'succeeded', facts })).toBe('warning');
  });
});

describe('the worst', () => {
  it('is what failed, the newest first, and then what is in doubt; what is well is not among it', () => {
    const found = worst([
      station('deployment:1', 'succeeded'),
      station('deployment:2', 'aborted'),
      station('deployment:3', 'failed', { at: '2026-11-29T12:00:00.000Z' }),
      station('analysis:4', 'ERROR'),
      station('analysis:5', 'NONE'),
    ]);
    expect(found).toEqual(['analysis:4', 'deployment:3', 'deployment:2']);
  });

  it('leaves out an analysis that was made again, of the same branch only', () => {
    const facts = { projectId: 1, scope: 'branch', branch: 'main' };
    const again = [
      station('analysis:1', 'ERROR', { facts, at: '2026-11-30T10:00:00.000Z' }),
      station('analysis:2', 'OK', { facts, at: '2026-11-30T11:00:00.000Z' }),
    ];
    expect(worst(again)).toEqual([]);
    expect(worst(again.toReversed())).toEqual([]);
    const elsewhere = station('analysis:3', 'ERROR', { facts: { ...facts, branch: 'release' } });
    expect(worst([...again, elsewhere])).toEqual(['analysis:3']);
  });

  it('leaves out what was tried again or is gone, with the execution that is of nothing else', () => {
    const stations = [
      station('deployment:1', 'failed', { facts: { superseded: true } }),
      station('execution:1', 'failure'),
      station('execution:2', 'failure'),
      station('analysis:1', 'ERROR', { facts: { gone: true } }),
    ];
    const links = [link('ran_in', 'deployment:1', 'execution:1')];
    expect(worst(stations, links)).toEqual(['execution:2']);
  });

  it('of a pull request leaves out what is of an earlier push alone', () => {
    const of = (branch: string): Pick<Station, 'facts'> => ({ facts: { projectId: branch, scope: 'branch', branch } });
    const stations = [station('analysis:1', 'ERROR', of('a')), station('analysis:2', 'ERROR', of('b'))];
    const heads = [
      link('head', 'pull_request:1', 'commit:a', { validTo: '2026-11-30T13:00:00.000Z' }),
      link('head', 'pull_request:1', 'commit:b'),
      link('analyzed', 'analysis:1', 'commit:a'),
      link('analyzed', 'analysis:2', 'commit:b'),
    ];
    expect(worst(stations, heads, 'pull_request:1')).toEqual(['analysis:2']);
    expect(worst(stations, heads, 'commit:a')).toEqual(['analysis:1', 'analysis:2']);
    const merged = [...heads, link('merge', 'pull_request:1', 'commit:c')];
    expect(worst(stations, merged, 'pull_request:1')).toEqual([]);
    expect(worst(stations, [...merged, link('merge', 'pull_request:1', 'commit:b')], 'pull_request:1')).toEqual([
      'analysis:2',
    ]);
  });
});
