import { expect, it } from 'vitest';
import { type CodeReport, longestComment } from '../../../connectors/contract.ts';
import { commentMarker, summaryComment } from './summary-comment.ts';

const report: CodeReport = {
  title: 'SonarQube',
  reporter: 'SonarQube',
  result: 'FAIL',
  details: 'Quality Gate failed\n- Coverage on new code: 61.2% (required >= 80%)',
  link: 'https://sonar.example.com/dashboard?id=a(b)&pullRequest=1',
  createdDate: 1,
  data: [
    { title: 'New issues', type: 'NUMBER', value: 3 },
    { title: 'Coverage on new code', type: 'PERCENTAGE', value: 61.2 },
    { title: 'Analysis', type: 'LINK', value: { linktext: 'Open', href: 'https://sonar.example.com' } },
  ],
};
const at = { commit: '890590b3273a2be3c0dcf811df22fae5492e6d3a', reportKey: 'com.sonarsource.sonarqube' };

it('says result, commit, conditions and figures, leads to SonarQube, and ends with its marker', () => {
  expect(summaryComment(report, at)).toBe(
    [
      '**SonarQube: failed** at 890590b327',
      '',
      'Quality Gate failed  ',
      '',
      '* Coverage on new code\\: 61\\.2% \\(required \\>= 80%\\)',
      '',
      'New issues: 3 · Coverage on new code: 61.2%',
      '',
      '[Open in SonarQube](<https://sonar.example.com/dashboard?id=a%28b%29&pullRequest=1>)',
      '',
      '[//]: # (plumbline:com.sonarsource.sonarqube)',
    ].join('\n'),
  );
});

it('calls nobody and makes no link or markup of foreign words', () => {
  const text = summaryComment({ ...report, title: '@all **x** <b> [a](http://evil)', details: '# @admin' }, at);
  expect(text).not.toMatch(/@\w/);
  expect(text).not.toContain('](http://evil');
  expect(text).not.toContain('<b>');
  expect(text).not.toMatch(/^# /m);
});

it('stays short however much there is to say', () => {
  const text = summaryComment({ ...report, details: `${'- (((((((\n'.repeat(2_000)}` }, at);
  expect(text.length).toBeLessThan(Math.min(7_000, longestComment));
  expect(text).toMatch(/and \d+ more lines/);
  expect(text.endsWith(commentMarker(at.reportKey))).toBe(true);
});
