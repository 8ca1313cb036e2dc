import { describe, expect, it } from 'vitest';
import { failuresInWords, outcomesOf, outOfTime, replaced, sumOf, type VitestReport } from './outcomes.ts';

type File = VitestReport['testResults'][number];

const passed = { status: 'passed', fullName: 'holds' };
const failed = (message: string) => ({ status: 'failed', fullName: 'breaks', failureMessages: [message] });
const file = (name: string, ...assertionResults: File['assertionResults']): File => ({
  name: `/project/${name}`,
  status: assertionResults.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
  assertionResults,
});
const read = (files: readonly File[], status = 0) => outcomesOf({ testResults: files }, status, '/project');

const late = 'Error: Test timed out in 60000ms.\nIf this is a long-running test …';
const wrong = 'AssertionError: expected 1 to be 2';

describe('outcomes of a run', () => {
  it('are counted by file, with what was skipped', () => {
    const outcomes = read(
      [file('a.test.ts', passed, failed(wrong)), file('b.test.ts', passed, { status: 'skipped', fullName: 'rests' })],
      1,
    );
    expect(sumOf(outcomes)).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(outcomes.map(({ name }) => name)).toEqual(['a.test.ts', 'b.test.ts']);
  });

  it('never hide a run that failed without a failed test', () => {
    expect(sumOf(outcomesOf(null, 1, '/project'))).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(sumOf(read([file('a.test.ts', passed)], 1))).toEqual({ passed: 1, failed: 1, skipped: 0 });
    const unloadable = { ...file('c.test.ts'), status: 'failed', message: 'no such module' };
    expect(sumOf(read([unloadable], 1))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('name what failed, with the beginning of why', () => {
    const words = failuresInWords(read([file('a.test.ts', failed(`${wrong}\n${'at somewhere\n'.repeat(40)}`))], 1));
    expect(words.split('\n').slice(0, 2)).toEqual(['✕ a.test.ts › breaks', `    ${wrong}`]);
    expect(words.split('\n')).toHaveLength(13);
  });
});

describe('asking again', () => {
  it('is for files in which only limits of time failed', () => {
    const outcomes = read(
      [
        file('late.test.ts', passed, failed(late)),
        file('wrong.test.ts', failed(wrong)),
        file('both.test.ts', failed(late), failed(wrong)),
        file('good.test.ts', passed),
        { ...file('hook.test.ts'), status: 'failed', message: 'Hook timed out in 120000ms.' },
        { ...file('lost.test.ts'), status: 'failed', message: 'no such module' },
      ],
      1,
    );
    expect(outOfTime(outcomes)).toEqual(['late.test.ts', 'hook.test.ts']);
  });

  it('takes the later answer for whole files, and leaves the others', () => {
    const first = read([file('late.test.ts', passed, failed(late)), file('wrong.test.ts', failed(wrong))], 1);
    expect(sumOf(replaced(first, read([file('late.test.ts', passed, passed)])))).toEqual({
      passed: 2,
      failed: 1,
      skipped: 0,
    });
    expect(sumOf(replaced(first, read([file('late.test.ts', passed, failed(late))], 1)))).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
    });
    // A second run that broke down takes nothing away.
    expect(sumOf(replaced(first, outcomesOf(null, 1, '/project')))).toEqual({ passed: 1, failed: 3, skipped: 0 });
  });
});
