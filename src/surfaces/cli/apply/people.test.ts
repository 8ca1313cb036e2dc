import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckedPeople, Mapping } from '../../../features/teams/contract.ts';
import { people } from './people.ts';
import type { ApplyRun } from './section.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-people-'));
  await writeFile(join(folder, 'people.csv'), 'Name,Email,Manager Email\n');
});
afterAll(() => rm(folder, { recursive: true }));

const proposed: Mapping = {
  name: 'Name',
  email: 'Email',
  managerEmail: 'Manager Email',
  attributes: [{ name: 'site', column: 'Site' }],
};
const change = { added: 2, changed: 1, left: 0, unchanged: 4, sample: [] };

function runOf(checked: CheckedPeople, dryRun = false) {
  const said = { out: '', err: '', calls: [] as [string, unknown][] };
  const run = {
    dryRun,
    json: false,
    terminal: { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) },
    api: {
      get: () => Promise.reject(new Error('unused')),
      async open(_method: string, path: string, body: Blob) {
        said.calls.push([path, [body.type, await body.text()]]);
        return Response.json({ upload: { id: 7, columns: [], rows: 0, sample: [], mapping: proposed } });
      },
      async send(_method: string, path: string, body: unknown) {
        said.calls.push([path, body]);
        return path.endsWith('check') ? checked : { change };
      },
    },
  } as unknown as ApplyRun;
  return { run, said };
}

describe('people of a plumbline.yaml', () => {
  it('are sent as the file they are, looked at, and saved', async () => {
    const { run, said } = runOf({ problems: [], change });
    const outcome = await people.apply({ file: join(folder, 'people.csv'), columns: {} }, run);
    expect(said.calls).toEqual([
      ['api/v1/people/uploads', ['text/csv', 'Name,Email,Manager Email\n']],
      ['api/v1/people/uploads/7/check', { mapping: proposed }],
      ['api/v1/people/uploads/7/save', { mapping: proposed }],
    ]);
    expect(said.out).toBe('people: 2 added, 1 changed, 0 left, 4 unchanged\n');
    expect(outcome.code).toBe(0);
  });

  it('are only looked at on a dry run', async () => {
    const { run, said } = runOf({ problems: [], change }, true);
    const columns = { name: 'Full', attributes: { office: 'Site' } };
    await people.apply({ file: join(folder, 'people.csv'), columns }, run);
    const mapping = { ...proposed, name: 'Full', attributes: [{ name: 'office', column: 'Site' }] };
    expect(said.calls.slice(1)).toEqual([['api/v1/people/uploads/7/check', { mapping }]]);
    expect(said.out).toBe('people: 2 would be added, 1 would be changed, 0 would leave, 4 unchanged\n');
  });

  it('with faults are not saved, and each fault is named', async () => {
    const samples = [{ line: 3, email: 'a@x.test', name: 'Ada' }];
    const fault = { code: 'duplicate_email', errorType: 'DUPLICATE_EMAIL', field: 'email', count: 2, samples } as const;
    const { run, said } = runOf({ problems: [{ ...fault, samples: [...samples] }], change: null });
    const outcome = await people.apply({ file: join(folder, 'people.csv'), columns: {} }, run);
    expect(outcome.code).toBe(2);
    expect(said.calls).toHaveLength(2);
    expect(said.err).toContain('  duplicate_email (email): 2, first in line 3: a@x.test Ada\n');
  });

  it('whose file is not there change nothing', async () => {
    const { run } = runOf({ problems: [], change });
    expect(await people.problems?.({ file: join(folder, 'none.csv'), columns: {} }, run)).toEqual([
      expect.stringMatching(/ENOENT/),
    ]);
  });
});
