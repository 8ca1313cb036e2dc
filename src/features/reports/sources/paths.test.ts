import { expect, it } from 'vitest';
import type { NewFinding } from '../model.ts';
import { inRepository } from './paths.ts';

const at = (path: string | null): NewFinding => ({
  key: String(path),
  kind: 'issue',
  path,
  line: 1,
  severity: 'LOW',
  type: 'BUG',
  message: 'm',
});
const paths = (findings: readonly NewFinding[]) => findings.map(({ path }) => path);

it('leaves paths alone where the project is the repository', () => {
  const { findings, outside } = inRepository([at('src/a.ts'), at(null)], { prefix: '', fromRoot: true });
  expect([paths(findings), outside]).toEqual([['src/a.ts', null], 0]);
});

it('keeps those below the prefix of a project that was analysed from the root, and counts the others', () => {
  const read = [at('services/api/a.ts'), at('services/api-v2/b.ts'), at('c.ts'), at(null)];
  const { findings, outside } = inRepository(read, { prefix: 'services/api', fromRoot: true });
  expect([paths(findings), outside]).toEqual([['services/api/a.ts', null], 2]);
});

it('puts the prefix before paths of a project that was analysed from its folder', () => {
  const { findings, outside } = inRepository([at('a.ts'), at(null)], { prefix: 'services/api', fromRoot: false });
  expect([paths(findings), outside]).toEqual([['services/api/a.ts', null], 0]);
});
