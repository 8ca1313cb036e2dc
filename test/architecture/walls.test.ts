import { beforeAll, describe, expect, it } from 'vitest';
import { type CodeBase, readCodeBase } from './code-base.ts';
import { rules } from './rules/index.ts';

let code: CodeBase;
beforeAll(async () => {
  code = await readCodeBase();
});

describe('the walls of the code base', () => {
  it('stand in all of it', () => {
    expect(code.length).toBeGreaterThan(600);
    expect(code.flatMap(({ imports }) => imports).length).toBeGreaterThan(2_000);
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expect(rule.offenders(code)).toEqual([]);
  });
});
