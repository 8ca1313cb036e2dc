import { afterEach, expect, it } from 'vitest';
import type { BitbucketSimulatorOptions } from '../../lab/simulators/bitbucket-server/index.ts';
import { type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import { CodeOwnersRecord } from '../../src/connectors/bitbucket-server/records.ts';
import type { SliceRequest } from '../../src/connectors/contract.ts';
import { bitbucketContext } from './bitbucket-stage.ts';

/* Files that say who owns the code of a repository. */

let started: Sample[] = [];
afterEach(async () => {
  await Promise.all(started.map(({ bitbucket }) => bitbucket.close()));
  started = [];
});

const root = 'rest/api/1.0/projects/PAY/repos/ledger/browse';

async function sample(options: BitbucketSimulatorOptions = {}) {
  const one = await startSample(options);
  started.push(one);
  const { bitbucket, bot } = one;
  /** What a reading says of the file: what is in it, or the code of what was in the way; undefined: nothing. */
  const read = async (more: Partial<SliceRequest> = {}): Promise<CodeOwnersRecord | string | undefined> => {
    const request: SliceRequest = {
      phase: 'current',
      slice: 'repository:PAY/ledger',
      since: new Date(0),
      purpose: 'ingest',
      cursors: {},
      resume: {},
      facts: { owners: true },
      ...more,
    };
    let said: CodeOwnersRecord | string | undefined;
    for await (const event of bitbucketServer.read(bitbucketContext({ url: bitbucket.url, token: bot }), request)) {
      if (!('stream' in event) || event.stream !== 'code_owners') continue;
      if (event.type === 'records') said = CodeOwnersRecord.parse(event.records[0]);
      if (event.type === 'unavailable') said = event.code;
    }
    return said;
  };
  const push = (files: Record<string, string>) => bitbucket.state.push(one.repository, { branch: 'main', files });
  return { ...one, read, push };
}

const rule = (line: number, pattern: string, ...owners: string[]) => ({ line, pattern, owners });

it('are read of the default branch, from the first of the known places, by every version', async () => {
  for (const version of ['5.15', '7.21', '9.4', '10.2'] as const) {
    const { read, push, bitbucket } = await sample({ version, contextPath: '/bitbucket' });
    expect(await read()).toEqual({ key: 'owners', file: null, rules: [], notUnderstood: 0 });
    await push({ 'docs/CODEOWNERS': '* @docs\n' });
    expect(await read()).toMatchObject({ file: 'docs/CODEOWNERS', rules: [rule(1, '*', '@docs')] });
    await push({ CODEOWNERS: '# all\n\n* @root' });
    expect(await read()).toMatchObject({ file: 'CODEOWNERS', rules: [rule(3, '*', '@root')] });
    await push({ '.bitbucket/CODEOWNERS': '* @@pay\r\nnot a rule\r\n' });
    const last = { file: '.bitbucket/CODEOWNERS', rules: [rule(1, '*', '@@pay')], notUnderstood: 1 };
    bitbucket.journal.clear();
    expect(await read()).toEqual({ key: 'owners', ...last });
    const asked = bitbucket.journal.entries.map(({ url }) => new URL(url, 'http://x').pathname);
    expect(asked.filter((path) => path.includes('/browse'))).toHaveLength(3);
  }
});

it('are read whole, over pages', async () => {
  const { read, push } = await sample();
  const lines = Array.from({ length: 4_900 }, (_nothing, n) => `d${n}/ @o${n}\n`).join('');
  await push({ CODEOWNERS: `${'# a comment\n'.repeat(5_200)}${lines}` });
  const found = (await read()) as CodeOwnersRecord;
  expect([found.rules.length, found.rules.at(-1)]).toEqual([4_900, rule(10_100, 'd4899/', '@o4899')]);
});

it('are asked for where somebody goes by them, and for nothing else', async () => {
  const { read, push, bitbucket } = await sample();
  await push({ CODEOWNERS: '* @ada' });
  bitbucket.journal.clear();
  for (const other of [
    { facts: {} },
    { facts: { owners: false } },
    { purpose: 'audit' as const },
    { named: ['pull_request:1'] },
  ])
    expect(await read(other)).toBeUndefined();
  expect(bitbucket.journal.entries.filter(({ url }) => url.includes('/browse'))).toEqual([]);
});

it('are none of a repository without a commit, and of none where only a folder has the name', async () => {
  const { read, push, bitbucket, project, repository } = await sample();
  await push({ 'CODEOWNERS/readme.md': 'x', 'docs/api/CODEOWNERS': '* @x' });
  expect(await read()).toMatchObject({ file: null });
  bitbucket.state.deleteRepository(repository);
  await bitbucket.state.addRepository({ project, name: 'ledger' });
  expect(await read()).toMatchObject({ file: null });
});

it('are unread, and never none, where a place or the file is refused', async () => {
  const { read, push, bitbucket } = await sample();
  await push({ '.bitbucket/CODEOWNERS': '* @ada' });
  const refusals = [
    [root, 403, 'bitbucket_forbidden'],
    [`${root}/.bitbucket`, 404, 'endpoint_unavailable'],
    [`${root}/.bitbucket/CODEOWNERS`, 404, 'endpoint_unavailable'],
  ] as const;
  for (const [path, status, code] of refusals) {
    bitbucket.faults.add({
      match: { path },
      kind: { type: 'status', status, body: '{"errors":[{"message":"no"}]}', contentType: 'application/json' },
    });
    expect([path, await read()]).toEqual([path, code]);
  }
  expect(await read()).toMatchObject({ file: '.bitbucket/CODEOWNERS' });
  await push({ '.bitbucket/CODEOWNERS': 'a/ @x\n'.repeat(5_001) });
  expect(await read()).toBe('response_too_large');
  await push({ '.bitbucket/CODEOWNERS': 'a\u0000b' });
  expect(await read()).toBe('malformed_response');
});
