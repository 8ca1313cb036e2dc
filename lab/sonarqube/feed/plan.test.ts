import { describe, expect, it } from 'vitest';
import { feedPlan, revisionOf } from './plan.ts';

const [small, full] = [feedPlan('small'), feedPlan('full')];

describe('feedPlan', () => {
  it('feeds nothing, the small projects, or also the largest', () => {
    expect(feedPlan('none')).toEqual([]);
    expect(small.map(({ key }) => key)).toContain('lab-twelve-thousand');
    expect(full.map(({ key }) => key)).toEqual(['lab-thirty-thousand', ...small.map(({ key }) => key)]);
  });

  it('has 12,000 equal issues in 300 directories and 30,000 in one file', () => {
    const bulk = (key: string) => full.find((project) => project.key === key)?.analyses[0];
    const [twelve, thirty] = [bulk('lab-twelve-thousand'), bulk('lab-thirty-thousand')];
    expect(twelve?.issues).toHaveLength(12_000);
    expect(Object.keys(twelve?.files ?? {})).toHaveLength(300);
    expect(new Set(twelve?.issues.map(({ rule }) => rule.id)).size).toBe(1);
    expect(thirty?.issues).toHaveLength(30_000);
    expect(new Set(thirty?.issues.map(({ file }) => file)).size).toBe(1);
  });

  it.each(full.map((project) => [project.key, project] as const))(
    '%s can be analysed in its order',
    (_key, project) => {
      const days = project.analyses.map(({ daysAgo }) => daysAgo ?? 0);
      expect(days).toEqual(days.toSorted((a, b) => b - a));
      expect(Math.max(...days)).toBeLessThan(183);
      const versions = project.analyses.map(({ version }) => version);
      expect(new Set(versions).size).toBe(versions.length);
      for (const { files, issues } of project.analyses) {
        expect(new Set(issues.map(({ message }) => message)).size).toBe(issues.length);
        for (const path of new Set(issues.map(({ file }) => file))) {
          const highest = Math.max(
            ...issues
              .filter(({ file }) => file === path)
              .map(({ line = 1 }) => line)
              .slice(-2000),
          );
          expect(files[path]?.split('\n').length).toBeGreaterThan(highest);
        }
      }
    },
  );

  it('keeps the line of an issue from version to version, and changes it when it is fixed', () => {
    const [first, , third] = small.find(({ key }) => key === 'lab-checkout')?.analyses ?? [];
    const line = (files: Readonly<Record<string, string>> | undefined, index: number): string | undefined =>
      files?.['src/vulnerability/sql-injection.txt']?.split('\n')[index];
    expect(line(first?.files, 0)).toBe('sql-injection at place 1');
    expect(line(third?.files, 0)).toBe('what was sql-injection at place 1 is fixed');
    expect(line(third?.files, 5)).toBe(line(first?.files, 5));
  });

  it('decides only about issues that the last analysis still has, and closes some in it', () => {
    for (const { analyses, decisions } of small.filter(({ key }) => key !== 'lab-batch')) {
      const messages = analyses.at(-1)?.issues.map(({ message }) => message);
      expect(messages).toEqual(expect.arrayContaining(Object.keys(decisions)));
    }
    const undated = small.filter(({ analyses }) => analyses.length > 1 && analyses.at(-1)?.daysAgo === undefined);
    expect(undated.length).toBeGreaterThanOrEqual(5);
  });

  it('names commits by 40 hex digits, the same each time', () => {
    expect(revisionOf('lab-checkout', '6.0')).toBe('a72be20f0880ffa32101f761f61f698e87c316bd');
  });
});
