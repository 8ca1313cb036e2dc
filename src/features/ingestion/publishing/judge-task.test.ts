import { describe, expect, it } from 'vitest';
import type { StreamOutcome, StreamPublished } from '../sink.ts';
import { judgeTask, lostStreams, placesOf } from './judge-task.ts';
import type { SliceReading } from './slice-reading.ts';

const outcome: StreamOutcome = {
  stream: 'issues',
  scope: 'branch:main',
  outcome: 'complete',
  sourceCount: 60,
  method: 'test',
  proof: 'counts_equal',
  sourceMoved: false,
  absenceTrusted: true,
};
const published: StreamPublished = {
  stream: 'issues',
  scope: 'branch:main',
  stored: 60,
  inserted: 0,
  updated: 0,
  gone: 0,
  held: false,
};

function judge(
  reading: { outcome?: Partial<StreamOutcome>; setAside?: number },
  stored: Partial<StreamPublished> = {},
): ReturnType<typeof judgeTask> {
  const whole = {
    outcomes: [{ ...outcome, ...reading.outcome }],
    unavailable: [],
    setAside: new Map(reading.setAside === undefined ? [] : [['issues branch:main', reading.setAside]]),
  } as unknown as SliceReading;
  return judgeTask(whole, [{ ...published, ...stored }], new Set(), 'project:shop');
}

describe('a published task', () => {
  it('is a success when everything was proven, stored and understood', () => {
    expect(judge({})).toEqual({ state: 'success', failure: undefined });
  });

  it.each<[string, Parameters<typeof judge>, string]>([
    ['listed without a proof, though the counts are equal', [{ outcome: { proof: 'unproven' } }], 'incomplete_listing'],
    ['stored less than the source counts', [{}, { stored: 59 }], 'incomplete_listing'],
    ['stored more than the source counts', [{}, { stored: 61 }], 'incomplete_listing'],
    ['read while the source moved', [{ outcome: { sourceMoved: true } }], 'source_moved'],
    ['read with a record that was not understood', [{ setAside: 1 }], 'record_set_aside'],
    ['holds something back', [{}, { held: true }], 'absence_held'],
  ])('is partial when it %s', (_, [reading, stored], code) => {
    expect(judge(reading, stored)).toMatchObject({ state: 'partial', failure: { code } });
  });

  it('says how many of how many are held, where, and in how many more lists', () => {
    const missing = { count: 59, before: 60, fingerprint: 'f', examples: [] };
    expect(judge({}, { held: true, missing }).failure?.message).toBe(
      '59 of 60 issues of branch main of shop are missing at once; none was marked as gone.',
    );
    const reading = { outcomes: [outcome], unavailable: [], setAside: new Map() } as unknown as SliceReading;
    const held = [
      { ...published, stream: 'repositories', scope: '', held: true, missing },
      { ...published, held: true },
    ];
    expect(judgeTask(reading, held, new Set(), 'discovery').failure?.message).toBe(
      '59 of 60 repositories are missing at once; none was marked as gone. So it is in 1 more list.',
    );
  });

  const judged = (
    more: Partial<Record<'unavailable' | 'outcomes', readonly object[]>>,
    stored: readonly StreamPublished[] = [published],
    known: readonly string[] = [],
  ) =>
    judgeTask(
      { outcomes: [outcome], unavailable: [], setAside: new Map(), ...more } as unknown as SliceReading,
      stored,
      new Set(known),
      'project:shop:a',
    );
  const lost = { stream: 'hotspots', scope: '', code: 'invalid_permissions', message: 'no', upstream: 'Denied' };

  it('is partial for what could not be read, in the words of the source, unless that is known since validation', () => {
    expect(judged({ unavailable: [lost] })).toEqual({
      state: 'partial',
      failure: { code: 'invalid_permissions', message: 'no', upstream: 'Denied' },
    });
    expect(judged({ unavailable: [lost] }, [published], ['hotspots'])).toEqual({
      state: 'success',
      failure: undefined,
    });
    expect(judged({ unavailable: [lost] }, [published], ['issues'])).toMatchObject({ state: 'partial' });
    const two = [lost, { ...lost, stream: 'rules', code: 'timeout' }];
    expect(judged({ unavailable: two }, [published], ['hotspots'])).toMatchObject({ failure: { code: 'timeout' } });
  });

  it('names what matches nothing', () => {
    const unmatched = (names: readonly string[]) =>
      judged({ outcomes: [outcome, { ...outcome, unmatched: { code: 'nothing_matches', names } }] }).failure;
    expect(unmatched(['held-*'])).toEqual({
      code: 'nothing_matches',
      message: 'Nothing that the credential sees matches “held-*”; check the names in the settings.',
      upstream: null,
    });
    expect(unmatched(['a', 'b', 'c', 'd', 'e'])?.message).toContain(' “a”, “b”, “c”, “d”, “e”; check');
    expect(unmatched(['a', 'b', 'c', 'd', 'e', 'f', 'g'])?.message).toContain(
      ' “a”, “b”, “c”, “d”, “e” and 2 more; check',
    );
  });

  it('names what was closed to the token', () => {
    const judgedOf = (keys: readonly string[]) => judged({ outcomes: [{ ...outcome, unreadable: keys }] });
    expect(judgedOf(['shop'])).toEqual({
      state: 'partial',
      failure: {
        code: 'invalid_permissions',
        message: 'The token may not read “shop” any more; what is stored stays as it was.',
        upstream: null,
      },
    });
    expect(judgedOf([])).toMatchObject({ state: 'success' });
  });

  it('says in each case what is wrong', () => {
    const words = (...[reading, stored]: Parameters<typeof judge>) => judge(reading, stored).failure?.message;
    expect(words({ outcome: { sourceMoved: true } })).toBe('Issues of branch main changed while it was being read.');
    expect(words({ setAside: 2 })).toBe('2 records could not be understood and were set aside.');
    expect(words({ outcome: { proof: 'unproven', doubt: 'the server stopped at 500' } })).toBe(
      'Issues of branch main: the server stopped at 500.',
    );
    expect(words({ outcome: { proof: 'unproven' } }, { stored: 59 })).toBe(
      'Issues of branch main: 59 stored, the server says 60; not proven complete.',
    );
    expect(words({}, { stored: 59 })).toBe('Issues of branch main: 59 stored, the server says 60.');
    expect(judge({ outcome: { proof: 'unproven', doubt: 'x' } })).toMatchObject({
      failure: { code: 'incomplete_listing' },
    });
  });

  it('minds a doubt only where nothing is proven, and counts only where the source has counted', () => {
    expect(judge({ outcome: { doubt: 'an old one' } })).toMatchObject({ state: 'success' });
    expect(judge({ outcome: { sourceCount: null } }, { stored: 7 })).toMatchObject({ state: 'success' });
    expect(judge({ outcome: { sourceCount: null, proof: 'unproven' } })).toMatchObject({ state: 'success' });
    expect(judge({ outcome: { outcome: 'unavailable' } }, { stored: 7 })).toMatchObject({ state: 'success' });
  });

  it('compares what is stored of each scope of each stream with what the source counts of that very one', () => {
    const outcomes = [
      outcome,
      { ...outcome, scope: 'branch:next', sourceCount: 7 },
      { ...outcome, stream: 'hotspots', sourceCount: 3 },
      { ...outcome, stream: 'rules', scope: '', sourceCount: 9 },
    ];
    const stored = [
      { ...published, stream: 'rules', scope: '', stored: 9 },
      { ...published, stream: 'hotspots', stored: 3 },
      { ...published, scope: 'branch:next', stored: 7 },
      published,
    ];
    expect(judged({ outcomes }, stored)).toMatchObject({ state: 'success' });
    expect(judged({ outcomes }, stored.slice(0, 3)).failure?.message).toBe(
      'Issues of branch main: 0 stored, the server says 60.',
    );
    expect(judged({ outcomes }, stored.slice(1)).failure?.message).toBe('Rules in use: 0 stored, the server says 9.');
  });

  it('says what is held of a project whose key has colons, and in how many more lists', () => {
    const held = { ...published, held: true };
    expect(judged({}, [held, held, held]).failure?.message).toBe(
      '0 of 0 issues of branch main of shop:a are missing at once; none was marked as gone. So it is in 2 more lists.',
    );
  });
});

describe('streams that could not be read', () => {
  const blocked = {
    stream: 'measures',
    scope: 'branch:main',
    code: 'endpoint_unavailable',
    message: '',
    upstream: null,
  } as const;

  it('are lost unless it was known since validation that they are out of reach', () => {
    const reading = { unavailable: [blocked, { ...blocked, stream: 'hotspots' }] };
    expect(lostStreams(reading, new Set(['hotspots']))).toEqual([blocked]);
  });

  it('are named with their scopes, unless one of them hid what else there is', () => {
    expect(placesOf([blocked])).toEqual([{ stream: 'measures', scope: 'branch:main' }]);
    expect(placesOf([blocked, { ...blocked, stream: 'branches', scope: '', hidesOthers: true }])).toBeNull();
    expect(placesOf([])).toBeNull();
  });
});
