import { describe, expect, it } from 'vitest';
import { besideWords, stationLook, stayLook } from './words.ts';

describe('the state of a station', () => {
  it('is grey where it is stale, whatever it was, and says so', () => {
    const passed = { station: 'analysis', state: 'OK', staleSince: null } as const;
    expect(stationLook(passed)).toEqual(['passed', '✓', 'Gate passed']);
    expect(stationLook({ ...passed, staleSince: '2026-11-30T12:00:00.000Z' })).toEqual([
      'none',
      '◷',
      'Gate passed, stale',
    ]);
  });

  it('is that of its kind, and none where it has none', () => {
    expect(stationLook({ station: 'analysis', state: 'NOT_EVALUATED', staleSince: null })?.[0]).toBe('none');
    expect(stationLook({ station: 'deployment', state: 'failed', staleSince: null })?.[0]).toBe('failed');
    expect(stationLook({ station: 'commit', state: null, staleSince: null })).toBeNull();
  });

  it('of an environment is how long something was there', () => {
    const from = '2026-11-30T12:00:00.000Z';
    expect(stayLook({ validFrom: from, validTo: null })[2]).toBe('Runs here');
    expect(stayLook({ validFrom: from, validTo: from })[2]).toBe('Never took effect');
    expect(stayLook({ validFrom: from, validTo: '2026-11-30T13:00:00.000Z' })[2]).toBe('Ran here');
  });
});

it('what is known beside a missing link is said in words', () => {
  expect(besideWords('oci-registry')).toBe('A registry is not connected');
  expect(besideWords('NO_PROVENANCE')).toBe('No provenance');
  expect(besideWords('harness never')).toBe('harness, never');
  expect(besideWords('sonar 2026-11-30T12:00:00.000Z')).toBe('sonar, 30 Nov 2026, 12:00:00 UTC');
});
