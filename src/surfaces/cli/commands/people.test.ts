import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckedPeople, PeopleList } from '../../../features/teams/contract.ts';
import type { CommandContext } from '../context.ts';
import { peopleCommands } from './people.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-people-'));
  file = join(folder, 'people.csv');
  await writeFile(file, 'Name,Email,Manager Email\n');
});
afterAll(() => rm(folder, { recursive: true }));

const mapping = { name: 'Name', email: 'Email', managerEmail: 'Manager Email', attributes: [] };
const change = {
  added: 1,
  changed: 0,
  left: 1,
  unchanged: 4,
  sample: [{ what: 'added' as const, name: 'Ada', email: 'ada@x.test' }],
};
const list: PeopleList = {
  people: [{ id: 1, name: 'Ada', email: 'ada@x.test', manager: null, attributes: { site: 'Rome' } }],
  total: 70,
  page: 1,
  pageSize: 50,
  attributes: ['site'],
  changedAt: null,
  changedBy: null,
};

async function run(argv: string[], checked: CheckedPeople = { problems: [], change }) {
  const said = { out: '', err: '', calls: [] as unknown[], code: -1 };
  const context = {
    terminal: { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) },
    api: {
      get: (path: string, query: object) => {
        said.calls.push([path, query]);
        return Promise.resolve(list);
      },
      open: (method: string, path: string) => {
        said.calls.push(`${method} ${path}`);
        if (method === 'GET') return Promise.resolve(new Response('name,email\r\nJürgen,j@x.test\r\n'));
        return Promise.resolve(Response.json({ upload: { id: 7, columns: [], rows: 0, sample: [], mapping } }));
      },
      send: (_method: string, path: string, body: unknown) => {
        said.calls.push([path, body]);
        return Promise.resolve(path.endsWith('check') ? checked : { change });
      },
    },
  } as unknown as CommandContext;
  const program = new Command().exitOverride();
  peopleCommands(program, context, async (action) => void (said.code = await action()));
  await program.parseAsync(['people', ...argv], { from: 'user' });
  return said;
}

describe('plumbline people', () => {
  it('import sends the file, has it looked at and saves it', async () => {
    const said = await run(['import', file]);
    expect(said.calls).toEqual([
      'POST api/v1/people/uploads',
      ['api/v1/people/uploads/7/check', { mapping }],
      ['api/v1/people/uploads/7/save', { mapping }],
    ]);
    expect([said.code, said.out]).toEqual([0, '1 added, 0 changed, 1 left, 4 unchanged\n']);
  });

  it('import --dry-run shows what would change, by the columns that are said, and saves nothing', async () => {
    const said = await run(['import', file, '--dry-run', '--name-column', 'Who', '--attribute', 'site=Office=1']);
    const wanted = { ...mapping, name: 'Who', attributes: [{ name: 'site', column: 'Office=1' }] };
    expect(said.calls.slice(1)).toEqual([['api/v1/people/uploads/7/check', { mapping: wanted }]]);
    expect(said.out).toMatch(/^1 would be added, 0 would be changed, 1 would leave, 4 unchanged\n/);
    expect(said.out).toMatch(/added +Ada +ada@x\.test\n$/);
    expect(said.code).toBe(0);
  });

  it('import of a file with faults names each and ends with 2', async () => {
    const fault = { code: 'duplicate_email', errorType: 'DUPLICATE_EMAIL', field: 'email', count: 2 } as const;
    const samples = [{ line: 3, email: 'a@x.test', name: 'Ada' }];
    const said = await run(['import', file], { problems: [{ ...fault, samples }], change: null });
    expect([said.code, said.calls.length]).toEqual([2, 2]);
    expect(said.err).toContain('duplicate_email (email): 2, first in line 3: a@x.test Ada\n');
    const json = await run(['import', file, '--json'], { problems: [{ ...fault, samples }], change: null });
    expect(JSON.parse(json.out)).toMatchObject({ problems: [{ count: 2 }], change: null });
  });

  it('import of a file that is not there sends nothing and says why', async () => {
    const said = await run(['import', join(folder, 'none.csv')]);
    expect([said.code, said.calls, said.err]).toEqual([
      1,
      [],
      expect.stringMatching(/none\.csv cannot be read \(ENOENT\)/),
    ]);
  });

  it('list shows people with their attributes, and how many there are', async () => {
    const said = await run(['list', 'ada']);
    expect(said.calls).toEqual([['api/v1/people', { search: 'ada', page: '1' }]]);
    expect(said.out).toMatch(/Ada +ada@x\.test +Rome\n$/);
    expect([said.err, said.code]).toEqual(['70 in all; page 1 of 2\n', 0]);
  });

  it('export prints the file as the hub gives it', async () => {
    const said = await run(['export']);
    expect(said).toMatchObject({ calls: ['GET api/v1/people?format=csv'], out: 'name,email\r\nJürgen,j@x.test\r\n' });
  });
});
