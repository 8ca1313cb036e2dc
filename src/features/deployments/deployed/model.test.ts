import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Report, type Reported, reported } from './model.ts';

const now = new Date('2026-11-30T12:00:00Z');
const minute = (n: number): Date => new Date(now.getTime() + n * 60_000);
const nothing = { image: null, digest: null, version: null, commit: null, environmentType: null, link: null };
const report = (state: Report['state'], at: Date, more: Partial<Report> = {}): Report => ({
  ...nothing,
  state,
  at,
  startedAt: null,
  ...more,
});
const after = (...reports: Report[]): Reported | undefined =>
  reports.reduce<Reported | undefined>((known, one) => reported(known, one, now), undefined);
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing was thrown';
};

describe('reports of one deployment', () => {
  it('come to the same in every order and however often each is sent', () => {
    const end = fc.constantFrom('succeeded' as const, 'failed' as const, 'aborted' as const);
    fc.assert(
      fc.property(end, fc.boolean(), fc.infiniteStream(fc.nat()), (ending, rolledBack, random) => {
        const told = [
          report('started', minute(-30), { image: 'registry.example.com/shop:1' }),
          report(ending, minute(-20), { commit: 'a'.repeat(40), startedAt: minute(-30) }),
          ...(rolledBack ? [report('rolled_back', minute(-10), { startedAt: minute(-30) })] : []),
        ];
        const shuffled = [...told, ...told]
          .map((one) => ({ one, key: random.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const known = after(...told);
        expect(known).toMatchObject({
          status: ending,
          startedAt: minute(-30),
          endedAt: minute(-20),
          rolledBackAt: rolledBack ? minute(-10) : null,
        });
        expect(after(...shuffled)).toEqual(known);
      }),
    );
  });

  it('never move it back', () => {
    const ended = after(report('started', minute(-9)), report('failed', minute(-5)));
    expect(reported(ended, report('started', minute(-4)), now)).toEqual(ended);
    const takenBack = reported(ended, report('rolled_back', minute(-3)), now);
    expect(reported(takenBack, report('started', minute(-2)), now)).toEqual(takenBack);
    expect(reported(takenBack, report('failed', minute(-1)), now)).toEqual(takenBack);
    expect(takenBack).toMatchObject({ status: 'failed', rolledBackAt: minute(-3) });
  });

  it('are refused where they say otherwise than what is known', () => {
    const known = after(report('succeeded', minute(-5), { commit: 'a'.repeat(40), version: '1' }));
    expect(code(() => reported(known, report('failed', minute(-4)), now))).toBe('deployment_ended_otherwise');
    for (const other of [{ commit: 'b'.repeat(40) }, { version: '2' }])
      expect(code(() => reported(known, report('succeeded', minute(-5), other), now))).toBe('deployment_differs');
    const more = reported(known, report('succeeded', minute(-5), { digest: 'sha256:1', version: '1' }), now);
    expect(more).toMatchObject({ commit: 'a'.repeat(40), digest: 'sha256:1' });
  });

  it('are refused with times that cannot be right, but not for clocks that differ a little', () => {
    for (const state of ['started', 'succeeded', 'rolled_back'] as const) {
      expect(code(() => after(report(state, minute(11))))).toBe('deployment_time_invalid');
      expect(code(() => after(report(state, new Date('1999-01-01'))))).toBe('deployment_time_invalid');
      expect(code(() => after(report(state, minute(9))))).toBe('nothing was thrown');
    }
    expect(code(() => after(report('started', minute(0)), report('failed', minute(-11))))).toBe(
      'deployment_time_invalid',
    );
    expect(after(report('started', minute(0)), report('failed', minute(-9)))).toMatchObject({ endedAt: minute(0) });
  });

  it('that only say that it was taken back tell nothing of how it ended', () => {
    expect(after(report('rolled_back', minute(-1)))).toMatchObject({ status: 'unknown', rolledBackAt: minute(-1) });
  });
});
