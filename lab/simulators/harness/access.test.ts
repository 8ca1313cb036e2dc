import { afterEach, describe, expect, it } from 'vitest';
import type { HarnessSimulator } from './index.ts';
import { ask, listExecutions, startSample } from './testing.ts';

let harness: HarnessSimulator;
afterEach(() => harness.close());

const codeOf = (told: { status: number; body: { status: string; code: string } }): unknown => [
  told.status,
  told.body.status,
  told.body.code,
];
const organizations = 'ng/api/organizations';

describe('tokens', () => {
  it('of three and of four parts are good, and of nothing else', async () => {
    const sample = await startSample();
    harness = sample.harness;
    const three = harness.state.addToken({ kind: 'pat', parts: 3 });
    for (const token of [sample.token, three]) expect((await ask(harness, organizations, { token })).status).toBe(200);
    expect([sample.token.split('.').length, three.split('.').length]).toEqual([4, 3]);
    for (const token of [`${sample.token}.x`, 'sat.x', 'word']) {
      const told = await ask(harness, organizations, { token });
      expect(codeOf(told)).toEqual([401, 'ERROR', 'INVALID_TOKEN']);
      expect(told.body.message).toContain('Token length not matching');
    }
    expect(harness.journal.entries.map(({ tokenKind }) => tokenKind)).toEqual([
      'sat',
      'pat',
      'invalid',
      'invalid',
      'invalid',
    ]);
  });

  it('are looked at in the order of the server, each fault with its message', async () => {
    const { token, clock, ...sample } = await startSample();
    harness = sample.harness;
    const { state } = harness;
    const [kind, account, id, secret] = token.split('.');
    const message = async (shown: string, where = 'acc'): Promise<string> =>
      (await ask(harness, organizations, { token: shown, account: where })).body.message;
    expect(await message(`${kind}.${account}.nobody.${secret}`)).toBe('Invalid API token nobody: Token not found');
    expect(await message(token, 'other')).toBe(`Invalid account token access ${id}`);
    expect(await message(`${kind}.other.${id}.${secret}`)).toBe(`Invalid accountId in token ${id}`);
    expect(await message(`pat.${account}.${id}.${secret}`)).toContain('Invalid prefix');
    expect(await message(`${kind}.${account}.${id}.wrong`)).toContain('Raw password not matching');
    const short = state.addToken({ expiresAt: new Date(clock.now().getTime() + 1000) });
    expect((await ask(harness, organizations, { token: short })).status).toBe(200);
    clock.forward(1000);
    expect(codeOf(await ask(harness, organizations, { token: short }))).toEqual([401, 'ERROR', 'EXPIRED_TOKEN']);
    state.revokeToken(token);
    expect(await message(token)).toContain('Token not found');
  });

  it('are refused by 400 where the server is said to, and in the older envelope by an older server', async () => {
    const sample = await startSample({ profile: 'self-managed', badTokens: 400 });
    harness = sample.harness;
    const { status, body } = await ask(harness, organizations, { token: 'sat.a.b.c' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ metaData: {}, resource: null, responseMessages: [{ code: 'INVALID_TOKEN' }] });
    expect(body.code).toBeUndefined();
  });

  it('name their account in a header, in the query, or not at all', async () => {
    const { token, ...sample } = await startSample();
    harness = sample.harness;
    expect((await ask(harness, organizations, { token, account: null })).body.message).toContain('Account detail');
    const headers = { 'Harness-Account': 'acc' };
    const told = await ask(harness, organizations, { token, account: null, headers });
    expect(told.body).toMatchObject({
      status: 'FAILURE',
      code: 'INVALID_REQUEST',
      errors: [{ fieldId: 'accountIdentifier', error: 'must not be null' }],
    });
    expect((await ask(harness, organizations, { token, headers })).status).toBe(200);
  });
});

describe('what a token sees', () => {
  it('is its organizations and projects, and the rest is denied', async () => {
    const sample = await startSample();
    harness = sample.harness;
    const { state } = harness;
    state.addProject({ organization: 'pay', identifier: 'card' });
    state.addProject({ organization: 'default', identifier: 'ledger' });
    const token = state.addToken({ sees: ['pay/ledger'] });
    const names = async (path: string, member: string): Promise<string[]> =>
      (await ask(harness, path, { token })).body.data.content.map(
        (row: Record<string, { identifier: string }>) => row[member]?.identifier,
      );
    expect(await names(organizations, 'organization')).toEqual(['pay']);
    expect(await names('ng/api/projects/list', 'project')).toEqual(['ledger']);
    expect(await names('ng/api/projects?orgIdentifier=default', 'project')).toEqual([]);
    expect((await listExecutions(harness, token)).status).toBe(200);
    const other = 'pipeline/api/pipelines/list?orgIdentifier=pay&projectIdentifier=card';
    const told = await ask(harness, other, { token, body: {} });
    expect(codeOf(told)).toEqual([403, 'ERROR', 'NG_ACCESS_DENIED']);
    expect((await ask(harness, 'ng/api/organizations/default', { token })).status).toBe(404);
  });

  it('may lack single permissions, and see single pipelines only', async () => {
    const { project, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const { state, world } = harness;
    const blind = state.addToken({ lacks: ['account', 'executions', 'services'] });
    const services = 'ng/api/servicesV2?orgIdentifier=pay&projectIdentifier=ledger';
    for (const path of ['ng/api/accounts/acc', services])
      expect((await ask(harness, path, { token: blind })).status).toBe(403);
    expect((await listExecutions(harness, blind)).status).toBe(403);
    const other = state.addPipeline(project, { identifier: 'other' });
    const [seen, unseen] = [state.start(pipeline), state.start(other)];
    const narrow = state.addToken({ pipelines: ['deploy'] });
    expect((await listExecutions(harness, narrow)).body.data.content).toMatchObject([{ planExecutionId: seen.id }]);
    const detail = `pipeline/api/pipelines/execution/v2/${unseen.id}?orgIdentifier=pay&projectIdentifier=ledger`;
    expect((await ask(harness, detail, { token: narrow })).status).toBe(400);
    world.partialPipelines = 'denied';
    expect((await listExecutions(harness, narrow)).status).toBe(403);
  });

  it('answers a person who he is, and a service account that it is none', async () => {
    const sample = await startSample();
    harness = sample.harness;
    const pat = harness.state.addToken({ kind: 'pat', owner: { name: 'Ada', email: 'ada@example.com' } });
    expect((await ask(harness, 'ng/api/user/currentUser', { token: pat })).body.data).toMatchObject({
      email: 'ada@example.com',
      accounts: [{ uuid: 'acc' }],
    });
    expect((await ask(harness, 'ng/api/user/currentUser', { token: sample.token })).body.status).toBe('ERROR');
  });

  it('is limited by the minute, without a word of how long to wait', async () => {
    const { token, clock, ...sample } = await startSample({ rateLimit: 2 });
    harness = sample.harness;
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await ask(harness, organizations, { token })).status);
    expect(statuses).toEqual([200, 200, 429]);
    harness.world.rateLimitBody = 'html';
    const limited = await ask(harness, organizations, { token });
    expect([limited.status, limited.headers.get('retry-after'), limited.body]).toEqual([429, null, undefined]);
    clock.forward(60_000);
    expect((await ask(harness, organizations, { token })).status).toBe(200);
  });
});

describe('what belongs to the account or an organization itself', () => {
  it('is not for a token of one project', async () => {
    const sample = await startSample();
    harness = sample.harness;
    const { state } = harness;
    const [one, all] = [state.addToken({ sees: ['pay/ledger'] }), state.addToken({ sees: ['pay'] })];
    const status = async (path: string, token: string): Promise<number> => (await ask(harness, path, { token })).status;
    expect([await status('ng/api/accounts/acc', one), await status('ng/api/accounts/acc', sample.token)]).toEqual([
      403, 200,
    ]);
    expect([await status('ng/api/servicesV2', all), await status('ng/api/servicesV2', sample.token)]).toEqual([
      403, 200,
    ]);
    const shared = 'ng/api/environmentsV2?orgIdentifier=pay';
    expect([await status(shared, one), await status(shared, all)]).toEqual([403, 200]);
  });
});

describe('faults', () => {
  it('strike one project, and speak as the server does', async () => {
    const { token, ...sample } = await startSample();
    harness = sample.harness;
    const { faults, state } = harness;
    state.addProject({ organization: 'pay', identifier: 'card' });
    const read = (identifier: string) =>
      ask(harness, `ng/api/servicesV2?orgIdentifier=pay&projectIdentifier=${identifier}`, { token });
    const strike = (kind: Parameters<typeof faults.add>[0]['kind']): void =>
      faults.add({ match: { project: 'card' }, kind });
    strike({ type: 'rate_limit' });
    expect((await read('ledger')).status).toBe(200);
    const limited = await read('card');
    expect([limited.status, limited.headers.get('retry-after'), limited.body.status]).toEqual([429, null, 'ERROR']);
    strike({ type: 'server_error' });
    expect((await read('card')).body).toMatchObject({ status: 'ERROR', code: 'UNKNOWN_ERROR' });
    strike({ type: 'edit', edit: (body) => ({ ...body, status: 'ERROR' }) });
    expect((await read('card')).body).toMatchObject({ status: 'ERROR', data: { totalItems: 0 } });
    strike({ type: 'status', status: 200 });
    expect((await read('card')).text).toBe('');
    strike({ type: 'blocked' });
    expect((await read('card')).text).toContain('<!doctype html>');
    expect(faults.pending()).toEqual([]);
  });
});

describe('where the API answers', () => {
  it.each([
    ['both', [true, true]],
    ['bare', [true, false]],
    ['gateway', [false, true]],
  ] as const)('%s', async (prefixes, answers) => {
    const { token, ...sample } = await startSample({ prefixes });
    harness = sample.harness;
    const isJson = async (path: string): Promise<boolean> => (await ask(harness, path, { token })).body !== undefined;
    expect([await isJson(organizations), await isJson(`gateway/${organizations}`)]).toEqual(answers);
  });

  it('says 404 in JSON below the API and shows a page elsewhere', async () => {
    const { token, ...sample } = await startSample();
    harness = sample.harness;
    const told = await ask(harness, 'ng/api/nothing', { token });
    expect([told.status, told.body.code]).toEqual([404, 404]);
    const page = await ask(harness, 'anything', { token });
    expect([page.status, page.text.slice(0, 15)]).toEqual([200, '<!doctype html>']);
    expect(harness.journal.entries.map(({ known }) => known)).toEqual([false, false]);
  });
});
