import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { FreshIntegration } from './contract.ts';
import { type Counted, figureOf, stillReading, unknownFigure } from './figure.ts';
import { type Behind, behind } from './freshness.ts';

const good: Behind = { connected: true, whole: true, stale: null, readAt: '2026-11-20T10:00:00.000Z' };
const counted: Counted = { value: 0, of: 10, unsaid: 2, change30Days: -3, asOf: '2026-11-20T10:00:00.000Z', gap: null };
const figure = (own: Partial<Behind>, more: Partial<Counted> = {}) =>
  figureOf('gates_failed', '/rows', { ...good, ...own }, { ...counted, ...more });

describe('a figure', () => {
  it('that was read whole is what it is, 0 among them', () => {
    expect(figure({})).toEqual({
      name: 'gates_failed',
      rows: '/rows',
      state: 'known',
      value: 0,
      of: 10,
      unsaid: 2,
      change30Days: -3,
      asOf: '2026-11-20T10:00:00.000Z',
      stale: null,
      why: null,
    });
  });

  it('that is not whole is at least as much, never 0, without a change, and says why', () => {
    const gap = { state: 'incomplete', change30Days: null, why: stillReading };
    expect(figure({}, { value: 4, gap: stillReading })).toMatchObject({ ...gap, value: 4 });
    expect(figure({}, { value: 0, gap: stillReading })).toMatchObject({ ...gap, value: null });
    expect(figure({ whole: false }, { value: 0 })).toMatchObject({
      state: 'incomplete',
      value: null,
      why: { code: 'first_reading' },
    });
  });

  it('of nothing connected has no number, whatever was counted', () => {
    expect(figure({ connected: false }, { value: 7 })).toMatchObject({ state: 'not_connected', value: null, of: null });
  });

  it('keeps its number when it is late', () => {
    const stale = { since: null, integrations: ['sonar'] };
    expect(figure({ stale }, { value: 4 })).toMatchObject({ state: 'known', value: 4, stale });
  });

  it('that could not be read has the code of what went wrong, and no words of the database', () => {
    expect(unknownFigure('gates_failed', '/rows', new PlumblineError('findings_timeout')).why?.code).toBe(
      'findings_timeout',
    );
    const why = unknownFigure('gates_failed', '/rows', new Error('relation "secret" does not exist')).why;
    expect(why?.code).toBe('internal_server_error');
    expect(JSON.stringify(why)).not.toContain('secret');
  });
});

describe('what lies behind a figure', () => {
  const one = (name: string, kind: string, more: Partial<FreshIntegration> = {}): FreshIntegration => ({
    id: 1,
    name,
    kind,
    paused: false,
    lastGoodAt: '2026-11-20T10:00:00.000Z',
    stale: false,
    ...more,
  });

  it('is connected when one of each kind it needs is', () => {
    expect(behind([one('a', 'sonarqube')], ['sonarqube'])).toEqual(good);
    expect(behind([one('a', 'sonarqube')], ['sonarqube', 'oci-registry']).connected).toBe(false);
    expect(behind([], ['sonarqube']).connected).toBe(false);
  });

  it('is late since the reading of the oldest that is late, one that was never read before all', () => {
    const list = [
      one('fresh', 'sonarqube'),
      one('late', 'sonarqube', { stale: true, lastGoodAt: '2026-11-19T10:00:00.000Z' }),
      one('later', 'sonarqube', { stale: true, lastGoodAt: '2026-11-18T10:00:00.000Z' }),
      one('other', 'harness', { stale: true, lastGoodAt: null }),
    ];
    expect(behind(list, ['sonarqube'])).toEqual({
      connected: true,
      whole: true,
      readAt: '2026-11-18T10:00:00.000Z',
      stale: { since: '2026-11-18T10:00:00.000Z', integrations: ['late', 'later'] },
    });
    expect(behind(list, ['sonarqube', 'harness'])).toMatchObject({
      whole: false,
      readAt: null,
      stale: { since: null, integrations: ['late', 'later', 'other'] },
    });
  });
});
