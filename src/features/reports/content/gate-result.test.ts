import { describe, expect, it } from 'vitest';
import { gateResult, sharedResult } from './gate-result.ts';

const lenient = { notEvaluatedIsNoData: false };
const strict = { notEvaluatedIsNoData: true };
const gate = (status: 'OK' | 'WARN' | 'ERROR' | 'NONE' | null, evaluated: boolean | null = true) => ({
  status,
  evaluated,
  conditions: [],
});

describe('what a gate comes to', () => {
  it('passes where the server says OK or warns, fails where it says error', () => {
    expect(gateResult(gate('OK'), strict)).toEqual({ result: 'PASS', headline: 'Quality Gate passed' });
    expect(gateResult(gate('WARN'), strict)).toEqual({ result: 'PASS', headline: 'Quality Gate passed with warnings' });
    expect(gateResult(gate('ERROR'), lenient)).toEqual({ result: 'FAIL', headline: 'Quality Gate failed' });
  });

  it('has no result where nothing was computed', () => {
    for (const status of ['NONE', null] as const) {
      expect(gateResult(gate(status), lenient)).toEqual({ result: null, headline: 'Quality Gate not computed' });
    }
  });

  it('says of a gate that looked at nothing that it did not, and passes only where the settings accept that', () => {
    expect(gateResult(gate('OK', false), lenient).result).toBe('PASS');
    expect(gateResult(gate('OK', false), strict).result).toBeNull();
    expect(gateResult(gate('WARN', false), strict).result).toBeNull();
    for (const settings of [lenient, strict]) {
      expect(gateResult(gate('OK', false), settings).headline).toContain('not evaluated');
      expect(gateResult(gate('ERROR', false), settings).result).toBe('FAIL');
      expect(gateResult(gate('OK', null), settings).result).toBe('PASS');
    }
  });
});

describe('a commit that is the head of several pull requests', () => {
  const of = (...results: ('PASS' | 'FAIL' | null)[]) =>
    sharedResult(results.map((result, at) => ({ pullRequest: String(at), result })));

  it('passes only when each of them passed, as its report opens them all', () => {
    expect(of('PASS', 'PASS')).toBe('PASS');
    expect(of('PASS', 'FAIL')).toBe('FAIL');
    expect(of('PASS', null)).toBe('FAIL');
    expect(of('FAIL', null)).toBe('FAIL');
  });

  it('has no result where none of them has one', () => {
    expect(of(null, null)).toBeNull();
    expect(of()).toBeNull();
  });
});
