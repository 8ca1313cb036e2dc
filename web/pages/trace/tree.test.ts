import { describe, expect, it } from 'vitest';
import type { Line, Link, Missing, Station } from '../../../src/features/trace/contract.ts';
import { costOf } from './station-keys.ts';
import { type Stack, treeOf } from './tree.ts';

const station = (ref: string, more: Partial<Station> = {}): Station => ({
  ref,
  station: ref.slice(0, ref.indexOf(':')) as Station['station'],
  title: ref,
  state: null,
  standing: 'neutral',
  at: null,
  integration: null,
  link: null,
  readAt: null,
  staleSince: null,
  tooOld: false,
  facts: {},
  ...more,
});
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
const missing = (at: string, expects: Missing['expects'], code = 'trace_no_image'): Missing => ({
  at,
  expects,
  code,
  message: '',
  remedy: '',
  details: [],
});
const line = (refs: string[], links: Link[], more: Partial<Line> = {}): Line => ({
  start: refs[0] ?? '',
  worst: [],
  stations: refs.map((ref) => station(ref)),
  links,
  missing: [],
  cut: [],
  ...more,
});

/** `commit:a(pull_request:1(image:1))`; a gap is `?`, an empty column `-`. */
const drawn = (stacks: readonly Stack[]): string =>
  stacks
    .map(({ cards, gaps, next, again }) => {
      const names = [...cards.map((one) => one.station.ref), ...gaps.map(() => '?')].join('+') || '-';
      return `${names}${again ? '*' : ''}${next.length === 0 ? '' : `(${drawn(next)})`}`;
    })
    .join(' ');
const tree = (of: Line): string => drawn(treeOf(of).roots);

describe('the drawn line', () => {
  it('goes from the commit to environments, with what built and ran beside what it is of', () => {
    const links = [
      link('merge', 'pull_request:1', 'commit:a'),
      link('analyzed', 'analysis:1', 'commit:a'),
      link('built_from', 'image:1', 'commit:a'),
      link('built', 'execution:1', 'image:1'),
      link('checked_out', 'execution:1', 'commit:a'),
      link('deployed', 'deployment:1', 'image:1'),
      link('ran_in', 'deployment:1', 'execution:2'),
      link('into', 'deployment:1', 'environment::prod'),
    ];
    const refs = [
      'commit:a',
      'pull_request:1',
      'analysis:1',
      'image:1',
      'execution:1',
      'execution:2',
      'deployment:1',
      'environment::prod',
    ];
    expect(tree(line(refs, links))).toBe(
      'commit:a(pull_request:1+analysis:1(image:1+execution:1(deployment:1+execution:2(environment::prod))))',
    );
  });

  it('parts where there are several, and the branch with the worst station comes first', () => {
    const links = [
      link('built_from', 'image:1', 'commit:a'),
      link('built_from', 'image:2', 'commit:a'),
      link('deployed', 'deployment:1', 'image:1'),
      link('deployed', 'deployment:2', 'image:2'),
    ];
    const of = line(['commit:a', 'image:1', 'image:2', 'deployment:1', 'deployment:2'], links);
    expect(tree(of)).toBe('commit:a(-(image:1(deployment:1) image:2(deployment:2)))');
    expect(tree({ ...of, worst: ['deployment:2'] })).toBe('commit:a(-(image:2(deployment:2) image:1(deployment:1)))');
  });

  it('shows what may be of several images with each of them, and goes on once', () => {
    const links = [
      link('built_from', 'image:1', 'commit:a'),
      link('built_from', 'image:2', 'commit:a'),
      link('deployed', 'deployment:1', 'image:1'),
      link('deployed', 'deployment:1', 'image:2'),
      link('into', 'deployment:1', 'environment::prod'),
    ];
    const of = line(['commit:a', 'image:1', 'image:2', 'deployment:1', 'environment::prod'], links, {
      missing: [missing('deployment:1', 'image', 'trace_image_ambiguous')],
    });
    expect(tree(of)).toBe('commit:a(-(image:1(deployment:1(environment::prod)) image:2(deployment:1*)))');
    const doubts = treeOf(of).roots[0]?.next[0]?.next.flatMap(({ next }) =>
      next.flatMap(({ cards }) => cards[0]?.doubts ?? []),
    );
    expect(doubts).toHaveLength(2);
    expect(treeOf(of).left).toEqual([]);
  });

  it('has a gap where a station is missing, and empty columns before what begins late', () => {
    expect(
      tree(line(['commit:a'], [], { missing: [missing('commit:a', 'analysis'), missing('commit:a', 'image')] })),
    ).toBe('commit:a(?(?))');
    expect(
      tree(line(['image:1'], [], { missing: [missing('image:1', 'commit'), missing('image:1', 'deployment')] })),
    ).toBe('?(-(image:1(?)))');
    const deployed = line(['deployment:1', 'environment::prod'], [link('into', 'deployment:1', 'environment::prod')], {
      missing: [missing('deployment:1', 'image')],
    });
    expect(tree(deployed)).toBe('-(-(?(deployment:1(environment::prod))))');
    expect(tree(line(['execution:1'], [], { missing: [missing('execution:1', 'image')] }))).toBe('-(-(execution:1+?))');
  });

  it('loses no station and no reason, wherever they hang', () => {
    const of = line(['analysis:1', 'environment::prod', 'pull_request:1'], [], {
      missing: [missing('commit:zz', 'image')],
    });
    expect(tree(of)).toBe('-(analysis:1) -(-(-(-(environment::prod)))) -(pull_request:1)');
    expect(treeOf(of).left).toHaveLength(1);
  });

  it('begins with what a pull request was merged as, then its pushes from the newest on', () => {
    const links = [
      link('head', 'pull_request:1', 'commit:a', { validFrom: '2026-11-30T10:00:00.000Z' }),
      link('head', 'pull_request:1', 'commit:b', { validFrom: '2026-11-30T11:00:00.000Z' }),
      link('merge', 'pull_request:1', 'commit:c', { validFrom: '2026-11-30T09:00:00.000Z' }),
    ];
    const roots = treeOf(line(['pull_request:1', 'commit:a', 'commit:b', 'commit:c'], links)).roots;
    expect(roots.map(({ cards }) => cards[0]?.station.ref)).toEqual(['commit:c', 'commit:b', 'commit:a']);
  });
});

describe('arrows', () => {
  const from = { x: 100, y: 100 };
  it('go on to what is drawn that way, the straightest first', () => {
    const right = { x: 1, y: 0 };
    expect(costOf(from, { x: 300, y: 100 }, right)).toBe(200);
    expect(costOf(from, { x: 300, y: 400 }, right)).toBe(800);
    expect(costOf(from, { x: 90, y: 100 }, right)).toBeUndefined();
  });

  it('up and down stay in their column', () => {
    const down = { x: 0, y: 1 };
    expect(costOf(from, { x: 110, y: 220 }, down)).toBe(140);
    expect(costOf(from, { x: 300, y: 220 }, down)).toBeUndefined();
    expect(costOf(from, { x: 100, y: 80 }, down)).toBeUndefined();
  });
});
