import { describe, expect, it } from 'vitest';
import type { StreamOutcome, StreamPublished } from '../sink.ts';
import { judgeTask, lostStreams, placesOf } from './judge-task.ts';
import type { SliceReading } from './read-slice.ts';

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
