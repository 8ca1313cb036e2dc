import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportLimits } from '../../../connectors/contract.ts';
import { documentedKey, isReportKey, reportKey } from './report-key.ts';

const monoReportKey = (projectKey: string): string => reportKey(projectKey, { mono: true });

it('the key of a report is the documented one in a repository of one project', () => {
  expect(reportKey('k'.repeat(400), { mono: false })).toBe('com.sonarsource.sonarqube');
});

describe('the key of a report in a mono repository', () => {
  it('is the documented one as long as the server takes it', () => {
    expect(monoReportKey('pay-ledger')).toBe('com.sonarsource.sonarqube_pay-ledger');
    const longest = 'k'.repeat(reportLimits.key - 'com.sonarsource.sonarqube_'.length);
    expect(monoReportKey(longest)).toBe(documentedKey(longest));
    expect(monoReportKey(longest)).toHaveLength(50);
  });

  it('is cut, with a digest, where it would be longer', () => {
    expect(monoReportKey('com.example.payments:ledger-service-parent-module')).toBe(
      'com.sonarsource.sonarqube_com.example.pay-44f5b6b3',
    );
  });

  it('differs for projects that begin alike, and is never too long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.string({ maxLength: 400 }), (one, other) => {
        const begin = 'a-project-of-some-length:';
        const keys = [monoReportKey(begin + one), monoReportKey(begin + other)];
        expect(keys.every((key) => key.length <= reportLimits.key)).toBe(true);
        if (one !== other) expect(keys[0]).not.toBe(keys[1]);
      }),
    );
  });
});

it('a chosen key has 1 to 50 plain characters', () => {
  expect(['a', 'com.acme:gate_1-x', 'k'.repeat(50)].filter(isReportKey)).toHaveLength(3);
  expect(['', 'k'.repeat(51), 'a b', 'a/b', 'ä', 'a\n'].filter(isReportKey)).toEqual([]);
});
