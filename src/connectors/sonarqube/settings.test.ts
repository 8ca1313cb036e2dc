import { describe, expect, test } from 'vitest';
import { isCloudUrl, normaliseUrl, Settings, tokenKind } from './settings.ts';

describe('the address a person pastes', () => {
  test.each([
    ['http://localhost:9000', 'http://localhost:9000'],
    ['http://localhost:9000/', 'http://localhost:9000'],
    ['  https://sonar.example.com/sonar/  ', 'https://sonar.example.com/sonar'],
    ['https://sonar.example.com/api', 'https://sonar.example.com'],
    ['https://sonar.example.com/sonar/api/issues/search?ps=1', 'https://sonar.example.com/sonar'],
    ['https://sonar.example.com/dashboard?id=my-project#x', 'https://sonar.example.com'],
    ['https://sonar.example.com/sonar/project/issues?id=p&open=k', 'https://sonar.example.com/sonar'],
    ['https://sonarcloud.io/organizations/acme/projects', 'https://sonarcloud.io'],
    ['sonar.example.com', 'https://sonar.example.com'],
    ['HTTPS://Sonar.Example.com:443//', 'https://sonar.example.com'],
  ])('%s', (pasted, expected) => {
    expect(normaliseUrl(pasted)).toBe(expected);
  });

  test.each(['', 'ftp://sonar.example.com', 'https://user:secret@sonar.example.com', 'https://', 'file:///etc/passwd'])(
    'refuses “%s” without repeating credentials',
    (pasted) => {
      const parsed = Settings.safeParse({ url: pasted });
      expect(parsed.success).toBe(false);
      expect(JSON.stringify(parsed.error)).not.toContain('secret');
    },
  );

  test('Cloud is told by its host', () => {
    expect(isCloudUrl('https://sonarcloud.io')).toBe(true);
    expect(isCloudUrl('https://sonarqube.us')).toBe(true);
    expect(isCloudUrl('https://sonarcloud.io.example.com')).toBe(false);
  });
});

test('lists come from commas, lines or arrays, each once; keys keep their case', () => {
  const settings = Settings.parse({ url: 'http://h', projectKeys: 'a, B\r\nc,,a', organization: ['x,y', 'x'] });
  expect(settings).toMatchObject({
    projectKeys: ['a', 'B', 'c'],
    organization: ['x', 'y'],
    branches: 'all',
    backfillMonths: 6,
  });
});

test('the kind of a token is its prefix', () => {
  const kinds = ['squ_1', 'sqa_1', 'sqp_1', 'sqco_1', '0123456789abcdef0123456789abcdef01234567'].map(tokenKind);
  expect(kinds).toEqual(['user', 'global_analysis', 'project_analysis', 'scoped_organization', 'unknown']);
});

test('times that are none are refused with what to write instead', () => {
  const refusal = (settings: object) => Settings.safeParse({ url: 'http://h', ...settings }).error?.issues[0]?.message;
  expect(refusal({ blackouts: 'Mon-Fri 08:00-18:00 UTC\nsome day' })).toMatch(/^This is no weekly time\. \S/);
  expect(refusal({ auditTime: 'at night' })).toBe('Write a time and a time zone, e.g. “03:00 UTC”, or “off”.');
  expect(Settings.parse({ url: 'http://h', auditTime: ' off ' }).auditTime).toBe('off');
  expect(refusal({ url: 'ftp://h' })).toContain('Enter the server’s address, e.g. https://sonarqube.example.com');
});
