import { describe, expect, it } from 'vitest';
import type { FileChange, LineRanges, MeasuredLine } from '../../../connectors/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type LineReader, readChangedCode } from './changed-code.ts';

const root = { prefix: '', fromRoot: true };
const line = (number: number, more: Partial<MeasuredLine> = {}): MeasuredLine => ({
  line: number,
  covered: true,
  conditions: 0,
  coveredConditions: 0,
  duplicated: false,
  ...more,
});
const change = (path: string | null, ...added: [newLine: number, newSpan: number][]): FileChange => ({
  path,
  oldPath: path,
  hunks: added.map(([newLine, newSpan]) => ({ oldLine: newLine, oldSpan: 0, newLine, newSpan })),
});

/** A server whose files have so many lines; null: no source code. Lines are as `as` says. */
function server(files: Record<string, number | null>, as: (number: number) => Partial<MeasuredLine> = () => ({})) {
  const asked: LineRanges[] = [];
  const reader: LineReader = {
    async read(wanted) {
      asked.push(...wanted);
      return wanted.map(({ path, ranges }) => {
        const most = files[path] ?? null;
        if (most === null) return null;
        return ranges.flatMap(({ from, to }) =>
          Array.from({ length: Math.max(0, Math.min(to, most) - from + 1) }, (_, at) => line(from + at, as(from + at))),
        );
      });
    },
    ignoresSmallChanges: async () => true,
  };
  return { asked, reader };
}

describe('changed lines', () => {
  it('alone are counted, not those between them', async () => {
    const { reader } = server({ 'a.ts': 100 }, (number) => ({
      covered: number === 11 ? null : number > 10,
      duplicated: number < 20,
      conditions: 2,
      coveredConditions: 1,
    }));
    const { code } = await readChangedCode(reader, [change('a.ts', [9, 3], [50, 1])], root);
    expect(code).toEqual({
      lines: 4,
      toCover: 3,
      covered: 1,
      conditions: 6,
      coveredConditions: 3,
      duplicated: 3,
      ignoresSmall: true,
    });
  });

  it('are asked for together where they are close, and by 1,000 where they are many', async () => {
    const { reader, asked } = server({ 'a.ts': 5_000 });
    await readChangedCode(reader, [change('a.ts', [1, 1], [900, 1], [2_000, 2_500])], root);
    expect(asked[0]?.ranges).toEqual([
      { from: 1, to: 900 },
      { from: 2_000, to: 2_999 },
      { from: 3_000, to: 3_999 },
      { from: 4_000, to: 4_499 },
    ]);
  });

  it('of tests, of what is not analysed, and of what is gone are none', async () => {
    const { reader } = server({ 'a.ts': 10, 'a.test.ts': null });
    const files = [change('a.ts', [1, 2]), change('a.test.ts', [1, 9]), change('README.md', [1, 9]), change(null)];
    expect((await readChangedCode(reader, files, root)).code?.lines).toBe(2);
  });

  it('are those of its own folder, by the paths of the project', async () => {
    const files = [change('services/pay/a.ts', [1, 1]), change('services/other/b.ts', [1, 1])];
    const own = server({ 'a.ts': 10 });
    await readChangedCode(own.reader, files, { prefix: 'services/pay', fromRoot: false });
    expect(own.asked.map(({ path }) => path)).toEqual(['a.ts']);
    const whole = server({});
    await readChangedCode(whole.reader, files, { prefix: 'services/pay', fromRoot: true });
    expect(whole.asked.map(({ path }) => path)).toEqual(['services/pay/a.ts']);
  });
});

describe('nothing is known', () => {
  it('where a changed line was not told', async () => {
    const { reader } = server({ 'a.ts': 5 });
    const read = await readChangedCode(reader, [change('a.ts', [4, 3])], root);
    expect([read.code, read.why]).toEqual([null, 'SonarQube did not tell each changed line']);
  });

  it('where there is more than is asked for, and nobody is asked', async () => {
    const { reader, asked } = server({});
    const many = Array.from({ length: 201 }, (_, at) => change(`${at}.ts`, [1, 1]));
    expect((await readChangedCode(reader, many, root)).code).toBeNull();
    expect((await readChangedCode(reader, [change('a.ts', [1, 2_000_000_000])], root)).why).toContain('20000 lines');
    expect(asked).toEqual([]);
  });

  it('where the token may not, and a server that is away is asked again', async () => {
    const failing = (code: 'invalid_permissions' | 'unreachable'): LineReader => ({
      read: () => Promise.reject(new PlumblineError(code)),
      ignoresSmallChanges: async () => true,
    });
    const files = [change('a.ts', [1, 1])];
    const refused = await readChangedCode(failing('invalid_permissions'), files, root);
    expect([refused.code, refused.why]).toEqual([null, 'the token may not read lines of code']);
    await expect(readChangedCode(failing('unreachable'), files, root)).rejects.toMatchObject({ code: 'unreachable' });
  });
});
