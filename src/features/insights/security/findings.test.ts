import { expect, test } from 'vitest';
import { linkOf, vulnerabilityId } from './findings.ts';

const row = {
  base_url: 'https://sonar.example/ctx/',
  class: 'vulnerability',
  source_key: 'AY-1',
  project_key: 'org:a&b c',
  branch: 'release/1.x',
  is_main: true,
};

test('the link leads to the issue in its project, on its branch, below the server’s own path', () => {
  expect(linkOf(row)).toBe('https://sonar.example/ctx/project/issues?id=org%3Aa%26b+c&issues=AY-1&open=AY-1');
  expect(linkOf({ ...row, is_main: false })).toMatch(/&open=AY-1&branch=release%2F1.x$/);
  expect(linkOf({ ...row, class: 'hotspot' })).toBe(
    'https://sonar.example/ctx/security_hotspots?id=org%3Aa%26b+c&hotspots=AY-1',
  );
});

test('there is no link without an address, and none that a browser would run', () => {
  expect(linkOf({ ...row, base_url: null })).toBeNull();
  expect(linkOf({ ...row, base_url: 'javascript:alert(1)' })).toBeNull();
});

test('a CVE named by rule or message comes first, then the rule’s CWE, then the rule', () => {
  const finding = { rule: 'java:S2076', rule_name: 'Injection', message: 'Fix it', cwe: ['CWE-78', 'CWE-88'] };
  expect(vulnerabilityId({ ...finding, message: 'Upgrade log4j (cve-2021-44228)' })).toBe('CVE-2021-44228');
  expect(vulnerabilityId({ ...finding, rule: 'external_trivy:CVE-2020-1234567' })).toBe('CVE-2020-1234567');
  expect(vulnerabilityId(finding)).toBe('CWE-78');
  expect(vulnerabilityId({ ...finding, cwe: [] })).toBe('java:S2076');
  expect(vulnerabilityId({ rule: null, rule_name: null, message: 'x', cwe: null })).toBe('unknown rule');
});
