import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flags, hints, isWorse, reasonCodes, reasons, verdictStatuses, worstOf, type Judged } from './verdict.ts';

const judged = fc.constantFrom(...reasonCodes).map((reason): Judged => ({ status: reasons[reason].status, reason }));

describe('the verdict that decides', () => {
  it('is the worst: failed before error before no data before passed', () => {
    const of = (...codes: Judged['reason'][]): Judged['reason'] => {
      const [first, ...others] = codes.map((reason): Judged => ({ status: reasons[reason].status, reason }));
      return worstOf([first!, ...others]).reason;
    };
    expect(of('GATES_PASSED', 'GATE_FAILED')).toBe('GATE_FAILED');
    expect(of('REGISTRY_AUTH', 'GATE_FAILED')).toBe('GATE_FAILED');
    expect(of('NO_ANALYSIS', 'REGISTRY_AUTH', 'GATES_PASSED')).toBe('REGISTRY_AUTH');
    expect(of('GATES_PASSED', 'NO_ANALYSIS')).toBe('NO_ANALYSIS');
    expect(of('GATES_PASSED', 'GATE_WARN')).toBe('GATE_WARN');
    expect(of('NO_ANALYSIS', 'NO_PROVENANCE')).toBe('NO_PROVENANCE');
  });

  it('passes only when every one passed, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(judged, { minLength: 1, maxLength: 6 }), (all) => {
        const worst = worstOf(all as [Judged, ...Judged[]]);
        expect(worst.status === 'passed').toBe(all.every(({ status }) => status === 'passed'));
        expect(worstOf(all.toReversed() as [Judged, ...Judged[]])).toEqual(worst);
        expect(all).toContain(worst);
      }),
    );
  });

  it('follows the order of the reasons, which name failed first, then error, no data and passed', () => {
    const statuses = reasonCodes.map((code) => reasons[code].status);
    expect(statuses.filter((status, index) => status !== statuses[index - 1])).toEqual([
      'failed',
      'error',
      'no_data',
      'passed',
    ]);
  });

  it('keeps the first of two that are the same', () => {
    const [first, second]: [Judged, Judged] = [
      { status: 'failed', reason: 'GATE_FAILED' },
      { status: 'failed', reason: 'GATE_FAILED' },
    ];
    expect(worstOf([first, second])).toBe(first);
  });
});

it('only what was good can become worse, and an error says nothing', () => {
  const worse = verdictStatuses.flatMap((before) =>
    verdictStatuses.filter((after) => isWorse(before, after)).map((after) => [before, after]),
  );
  expect(worse).toEqual([
    ['passed', 'failed'],
    ['passed', 'no_data'],
  ]);
});

describe('what is said of a verdict', () => {
  const sentence = /^[A-Z].+\.$/;

  it.each(reasonCodes)('%s has a status, and a title and a remedy in a sentence', (code) => {
    const { status, title, remedy } = reasons[code];
    expect(verdictStatuses).toContain(status);
    expect(title).toMatch(sentence);
    expect(remedy).toMatch(sentence);
  });

  it('only gates make an image pass or fail', () => {
    const byStatus = (wanted: string) => reasonCodes.filter((code) => reasons[code].status === wanted);
    expect(byStatus('passed')).toEqual(['GATE_WARN', 'GATES_PASSED']);
    expect(byStatus('failed')).toEqual(['GATE_FAILED']);
    expect(byStatus('error')).toEqual([
      'IMAGE_NOT_FOUND',
      'REGISTRY_AUTH',
      'REGISTRY_UNREACHABLE',
      'REGISTRY_RATE_LIMITED',
      'IMAGE_UNREADABLE',
      'UNSUPPORTED_ARTIFACT',
    ]);
  });

  it.each([...Object.entries(hints), ...Object.entries(flags)])('%s is a sentence', (_, words) => {
    expect(words).toMatch(sentence);
  });
});
