import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type ApiClient, ApiFailure } from '../api-client.ts';
import type { ApplySection } from '../apply/section.ts';
import type { CommandContext } from '../context.ts';
import { apply, applyCommand } from './apply.ts';

const applied = { changed: false, created: false, changes: [], integration: null, report: null };
const active = { scope: 'global', target: '', state: 'active', error: null };
const refused = {
  scope: 'global',
  target: '',
  state: 'failed',
  error: { code: 'webhook_limit_reached', message: 'The limit is ten.', remedy: 'Remove one.', upstream: 'Maximum' },
};

interface Outcome {
  code: number;
  out: string;
  err: string;
  sent: string[];
}

/** Applies a file with one integration against a hub that has these webhooks, and makes of a wish what `becomes` says. */
async function applyFile(
  webhook: object | undefined,
  present: object[],
  becomes: object[],
  args: string[] = [],
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-apply-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'plumbline.yaml');
  await writeFile(file, JSON.stringify({ integrations: [{ name: 'sonar', kind: 'sonarqube', webhook }] }));
  const outcome: Outcome = { code: -1, out: '', err: '', sent: [] };
  const api: ApiClient = {
    get: async () => ({ webhooks: present }) as never,
    async send(method, path, body) {
      outcome.sent.push(`${method} ${path} ${JSON.stringify(body)}`);
      return (path.endsWith('/webhook') ? { webhooks: becomes } : applied) as never;
    },
    open: () => Promise.reject(new Error('unused')),
  };
  const terminal = {
    out: (text: string) => void (outcome.out += text),
    err: (text: string) => void (outcome.err += text),
    interactive: false,
  };
  const program = new Command();
  const secretSources = { environment: {}, stateDirectory: folder };
  const examineThisMachine = () => Promise.reject(new Error('unused'));
  const context = { api, terminal, secretSources, examineThisMachine };
  applyCommand(program, context, async (action) => {
    outcome.code = await action();
  });
  await program.parseAsync(['apply', '-f', file, ...args], { from: 'user' });
  return outcome;
}

const global = { scope: 'global' };

it('sets up the webhook the file wants, and asks for nothing when it is there', async () => {
  const first = await applyFile(global, [], [active]);
  expect(first).toMatchObject({ code: 0, err: 'integration sonar: webhook set up\n' });
  expect(first.sent.at(-1)).toBe('PUT api/v1/integrations/sonar/webhook {"scope":"global"}');
  const again = await applyFile(global, [active], []);
  expect(again).toMatchObject({ code: 0, out: 'integration sonar: unchanged\n', err: '' });
  // Looked at, then applied.
  expect(again.sent.map((call) => call.split(' ')[1])).toEqual([
    'api/v1/integrations/by-name/sonar?dryRun=true',
    'api/v1/integrations/by-name/sonar',
  ]);
});

it('leaves the webhook as it is when the file says nothing of it', async () => {
  expect((await applyFile(undefined, [], [])).sent).toHaveLength(2);
});

it('only says what it would do on a dry run', async () => {
  const dry = await applyFile({ scope: 'projects', projects: ['a'] }, [active], [], ['--dry-run']);
  expect(dry).toMatchObject({ code: 0, err: 'integration sonar: its webhook would be set up\n' });
  expect(dry.sent.filter((call) => !call.includes('?dryRun=true'))).toEqual([]);
});

it('ends with 1 and the server’s words when it refuses', async () => {
  const outcome = await applyFile(global, [refused], [refused]);
  expect(outcome).toMatchObject({
    code: 1,
    err: 'integration sonar: webhook: The limit is ten. (Maximum) Remove one.\n',
  });
});

it('ends with 2 when a check failed, shows the checks, and applies the others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-apply-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'plumbline.yaml');
  const integrations = ['bad', 'good'].map((name) => ({ name, kind: 'sonarqube' }));
  await writeFile(file, JSON.stringify({ integrations }));
  const failed = { name: 'token_valid', title: 'Token is valid', outcome: 'failed', message: 'It is not.', code: 'x' };
  const api: ApiClient = {
    get: () => Promise.reject(new Error('unused')),
    async send(_method, path) {
      if (!path.includes('/bad')) return applied as never;
      const words = { code: 'invalid_credentials', message: 'Not accepted.', remedy: 'Make another.', upstream: null };
      throw new ApiFailure(422, words, { checks: [failed] });
    },
    open: () => Promise.reject(new Error('unused')),
  };
  for (const json of [false, true]) {
    let [code, out, err] = [-1, '', ''];
    const terminal = {
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
      interactive: false,
    };
    const program = new Command();
    const examineThisMachine = () => Promise.reject(new Error('unused'));
    const context = { api, terminal, secretSources: { environment: {}, stateDirectory: folder }, examineThisMachine };
    applyCommand(program, context, async (action) => {
      code = await action();
    });
    await program.parseAsync(['apply', '-f', file, ...(json ? ['--json'] : [])], { from: 'user' });
    expect(code).toBe(2);
    if (json) expect(JSON.parse(out)).toMatchObject([{ name: 'bad', error: { checks: [failed] } }, { name: 'good' }]);
    else {
      expect(out).toContain('✕ Token is valid: It is not. (x)');
      expect(out).toContain('integration good: unchanged');
      expect(err).toBe('integration bad: not applied, invalid_credentials: Not accepted.\n');
    }
  }
});

it('wherever the token may: asks each time, since projects may be new, and says only what changed', async () => {
  const one = { id: 1, scope: 'project', target: 'a', state: 'active', error: null };
  const two = { ...one, id: 2, target: 'b' };
  const first = await applyFile({ scope: 'available' }, [], [one]);
  expect(first).toMatchObject({ code: 0, err: 'integration sonar: webhook set up\n' });
  expect(first.sent.at(-1)).toBe('PUT api/v1/integrations/sonar/webhook {"scope":"available"}');
  expect(await applyFile({ scope: 'available' }, [one], [one])).toMatchObject({ code: 0, err: '' });
  expect((await applyFile({ scope: 'available' }, [one], [one, two])).err).toBe('integration sonar: webhook set up\n');
});

it('does not send a webhook it cannot mean', async () => {
  await expect(applyFile({ scope: 'galaxy' }, [], [])).rejects.toMatchObject({ code: 'config_invalid' });
});

it('changes nothing when one entry of the file names an unknown kind or setting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-apply-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'plumbline.yaml');
  const integrations = ['good', 'odd', 'misspelt'].map((name) => ({ name, kind: 'sonarqube' }));
  await writeFile(file, JSON.stringify({ integrations }));
  const answers: Record<string, string> = { odd: 'connector_unknown', misspelt: 'invalid_request' };
  const sent: string[] = [];
  const api: ApiClient = {
    get: () => Promise.reject(new Error('unused')),
    async send(_method, path) {
      sent.push(path);
      const name = /by-name\/(\w+)/.exec(path)?.[1] ?? '';
      const code = answers[name];
      if (code === undefined) return applied as never;
      throw new ApiFailure(422, { code, message: `No ${name}.`, remedy: 'Correct it.', upstream: null });
    },
    open: () => Promise.reject(new Error('unused')),
  };
  const terminal = { out: () => undefined, err: () => undefined, interactive: false };
  const examineThisMachine = () => Promise.reject(new Error('unused'));
  const context = { api, terminal, secretSources: { environment: {}, stateDirectory: folder }, examineThisMachine };
  let failure: unknown;
  const program = new Command();
  applyCommand(program, context, async (action) => {
    failure = await action().catch((error: unknown) => error);
  });
  await program.parseAsync(['apply', '-f', file], { from: 'user' });
  expect(failure).toMatchObject({ code: 'config_invalid' });
  expect((failure as Error).message).toMatch(/integration odd: No odd\. integration misspelt: No misspelt\./);
  expect(sent.every((path) => path.endsWith('?dryRun=true'))).toBe(true);
});

it('takes a section that a room adds: its key, its mistakes, its turn and its code', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-apply-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'plumbline.yaml');
  const told: string[] = [];
  const teams: ApplySection<{ name: string; token: string }[]> = {
    name: 'teams',
    shape: z.array(z.strictObject({ name: z.string(), token: z.string() })),
    async resolve(entries, sources) {
      for (const team of entries) team.token = sources.environment[team.token] ?? '';
      return entries.flatMap(({ name, token }) => (token === '' ? [`teams.${name}: has no token`] : []));
    },
    problems: async (entries) => entries.flatMap(({ name }) => (name === 'nobody' ? ['team nobody: is empty'] : [])),
    async apply(entries, { dryRun }) {
      told.push(`teams ${entries.map(({ name, token }) => `${name}:${token}`).join()}${dryRun ? ' dry' : ''}`);
      return { code: 2, results: [{ teams: entries.length }] };
    },
  };
  const before: ApplySection<unknown> = {
    name: 'before',
    shape: z.literal('all'),
    async apply() {
      told.push('before');
      return { code: 0, results: [] };
    },
  };
  let out = '';
  const context: CommandContext = {
    api: { get: () => expect.unreachable(), send: () => expect.unreachable(), open: () => expect.unreachable() },
    terminal: { out: (text) => void (out += text), err: () => undefined, interactive: false },
    secretSources: { environment: { T: 'secret' }, stateDirectory: folder },
    examineThisMachine: () => expect.unreachable(),
  };
  const applied = async (wanted: object, dryRun = false): Promise<unknown> => {
    await writeFile(file, JSON.stringify(wanted));
    return apply({ file, dryRun, json: true }, context, [before, teams]).catch((error: Error) => error.message);
  };
  expect(await applied({ teams: [{ name: 'a', token: 'T' }], before: 'all' })).toBe(2);
  expect(told).toEqual(['before', 'teams a:secret']);
  expect(JSON.parse(out)).toEqual([{ teams: 1 }]);
  expect(await applied({ before: 'all' })).toBe(0);
  expect(told).toHaveLength(3);
  expect(await applied({ teams: [{ name: 'a', token: 'T' }] }, true)).toBe(2);
  expect(told.at(-1)).toBe('teams a:secret dry');
  expect(await applied({ teams: [{ name: 'a' }] })).toContain('teams.0.token');
  expect(await applied({ teams: [{ name: 'a', token: 'X' }] })).toContain('teams.a: has no token');
  expect(await applied({ teams: [{ name: 'nobody', token: 'T' }], before: 'all' })).toContain('team nobody: is empty');
  expect(await applied({ team: [] })).toContain('is not valid');
  expect(told).toHaveLength(4);
});
