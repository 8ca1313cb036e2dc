import { describe, expect, it } from 'vitest';
import { acceptWord } from './admin.ts';
import { feedRule } from './feed/rules.ts';
import { genericReport, knowsRules } from './generic-issues.ts';
import { scanProperties, sonarDate } from './scan.ts';

const { tags: _, ...rule } = feedRule('resource-leak');
const issues = [
  { rule, file: 'src/a.txt', line: 3, message: 'first', effortMinutes: 7 },
  { rule, file: 'src/a.txt', message: 'of the whole file' },
];
const locations = [
  { message: 'first', filePath: 'src/a.txt', textRange: { startLine: 3 } },
  { message: 'of the whole file', filePath: 'src/a.txt' },
];

describe('genericReport', () => {
  it('states each rule once, with impacts, since 10.3', () => {
    expect(['10.3.0.1', '10.7.0.96327', '26.9.0.129388'].every(knowsRules)).toBe(true);
    expect(genericReport('26.9.0.129388', issues)).toEqual({
      rules: [
        {
          id: 'resource-leak',
          engineId: 'lab',
          name: rule.name,
          description: rule.description,
          type: 'BUG',
          severity: 'MAJOR',
          cleanCodeAttribute: 'COMPLETE',
          impacts: [
            { softwareQuality: 'RELIABILITY', severity: 'MEDIUM' },
            { softwareQuality: 'SECURITY', severity: 'LOW' },
          ],
        },
      ],
      issues: [
        { ruleId: 'resource-leak', effortMinutes: 7, primaryLocation: locations[0] },
        { ruleId: 'resource-leak', effortMinutes: 5, primaryLocation: locations[1] },
      ],
    });
  });

  it('repeats type and severity on each issue before', () => {
    expect(['9.9.0.65466', '10.2.1.1'].some(knowsRules)).toBe(false);
    const common = { engineId: 'lab', ruleId: 'resource-leak', type: 'BUG', severity: 'MAJOR' };
    expect(genericReport('9.9.0.65466', issues)).toEqual({
      issues: [
        { ...common, effortMinutes: 7, primaryLocation: locations[0] },
        { ...common, effortMinutes: 5, primaryLocation: locations[1] },
      ],
    });
  });
});

describe('scanProperties', () => {
  const tokens = { user: 'squ_1', scan: 'sqa_1', browse: 'squ_2' };
  const analysis = { projectKey: 'lab-a', version: '2.0', revision: 'f'.repeat(40), date: new Date(0) };

  it('gives the analysis token under the name the version knows', () => {
    const of = (release: string) => scanProperties({ release, url: 'http://127.0.0.1:1', tokens }, analysis);
    expect(of('9.9.0.65466')).toMatchObject({ 'sonar.login': 'sqa_1' });
    expect(of('9.9.0.65466')).not.toHaveProperty(['sonar.token']);
    expect(of('26.9.0.129388')).toMatchObject({
      'sonar.token': 'sqa_1',
      'sonar.projectDate': '1970-01-01T00:00:00+0000',
    });
    expect(of('26.9.0.129388')).not.toHaveProperty(['sonar.login']);
  });

  it('writes dates without Z and milliseconds', () => {
    expect(sonarDate(new Date('2026-06-01T10:00:00.123Z'))).toBe('2026-06-01T10:00:00+0000');
  });
});

describe('acceptWord', () => {
  it('is accept since 10.4', () => {
    expect(['9.9.0.65466', '10.3.0.1', '10.4.0.1', '26.9.0.129388'].map(acceptWord)).toEqual([
      'wontfix',
      'wontfix',
      'accept',
      'accept',
    ]);
  });
});
