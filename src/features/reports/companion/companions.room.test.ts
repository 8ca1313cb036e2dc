import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../../../lab/simulators/bitbucket-server/testing.ts';
import { type Simulator, startSimulator } from '../../../../lab/simulators/sonarqube/index.ts';
import { small } from '../../../../lab/simulators/sonarqube/scenarios.ts';
import { type CompanionStage, startCompanionStage } from '../../../../test/reports/companion-stage.ts';
import type { Connector } from '../../../connectors/contract.ts';
import { sonarqube as connector } from '../../../connectors/sonarqube/index.ts';
import { Secrets, Settings } from '../../../connectors/sonarqube/settings.ts';
import { createOutbound } from '../../../platform/outbound/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { exitCodes, runCli } from '../../../surfaces/cli/index.ts';
import { followMain, forgetCompanionPlace } from '../../inbox/index.ts';
import type { LeftCompanions } from '../contract.ts';
import type { ScanOptions } from './scan-parameters.ts';
import { deleteCompanions } from './sweep.ts';

let stage: CompanionStage;
let sonarqube: Simulator;
let sample: Sample;

beforeAll(async () => {
  sonarqube = await startSimulator({ profile: '26.9', scenario: small });
  sample = await startSample({ contextPath: '/bitbucket' });
  const bitbucket = { url: sample.bitbucket.url, token: sample.bot };
  stage = await startCompanionStage({ sonarqube: { url: sonarqube.url, token: sonarqube.tokens.admin }, bitbucket });
  const { repository } = sample;
  const { state } = sample.bitbucket;
  await state.push(repository, { branch: 'feature', from: 'main', files: { 'src/a.ts': lines(20, { 3: 'new' }) } });
  await state.openPullRequest({
    title: 'f',
    from: { repository, branch: 'feature' },
    to: { repository, branch: 'main' },
  });
  await stage.sync(stage.bitbucket);
  await stage.sync(stage.sonarqube);
});
afterAll(async () => {
  await stage.close();
  await sonarqube.close();
  await sample.bitbucket.close();
});

const path = '/api/v1/pull-requests/scan-parameters';
const wanted = { pullRequest: 'PAY/ledger#1' };
const key = 'shop:pr-1';
const kept = () => stage.db.query(`select source_key as key, state, failure from code_quality.companions order by id`);

async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' };
  const terminal = {
    out: (text: string) => void (texts.out += text),
    err: (text: string) => void (texts.err += text),
    interactive: false,
  };
  const hub = { url: stage.hub.url.href, token: stage.token };
  const code = await runCli(argv, {
    hub,
    terminal,
    secretSources: {},
    version: '0',
    examineThisMachine: async () => [],
  } as unknown as Parameters<typeof runCli>[1]);
  return { code, ...texts };
}

describe('parameters of a scan', () => {
  it('say what is missing: a binding, a pull request that was read, a name of one', async () => {
    for (const [named, status, code] of [
      ['PAY/ledger#1', 409, 'companion_not_possible'],
      ['PAY/ledger#99', 404, 'not_found'],
      ['ledger', 400, 'invalid_request'],
    ]) {
      expect(await stage.ask('POST', path, { pullRequest: named })).toMatchObject({
        status,
        body: { error: { code } },
      });
    }
    expect(await kept()).toEqual([]);
  });

  it('name a companion that was made for it; asked for again, by the address of a page, it is the same', async () => {
    const project = await stage.db.one<{ id: number }>(
      "select id from code_quality.projects where source_key = 'shop'",
    );
    await stage.api('POST', '/api/v1/bindings', { project: project.id, repository: 'PAY/ledger' });
    await setUpWebhook();
    const { code, out } = await cli('pr', 'scan-args', 'PAY/ledger#1');
    expect([code, out]).toEqual([
      exitCodes.good,
      `-Dsonar.projectKey=${key} '-Dsonar.projectName=${await nameOfShop()} (companion of pull request 1)'\n`,
    ]);
    expect(sonarqube.state.world.projects.get(key)?.tags).toEqual(['plumbline-companion']);
    const page = `${sample.bitbucket.url}/projects/PAY/repos/ledger/pull-requests/1/overview`;
    const again = await cli('pr', 'scan-args', page, '--format', 'dotnet');
    expect(again.out.startsWith(`/k:${key} '/n:`)).toBe(true);
    expect(await kept()).toEqual([{ key, state: 'ready', failure: null }]);
    const made = await stage.db.query("select action from access.audit_events where action = 'companion.make'");
    expect(made).toHaveLength(1);
    expect(await webhooksOf()).toEqual(['shop', key]);
    // Set up again for the project, the companion keeps its own.
    await setUpWebhook();
    expect(await webhooksOf()).toEqual(['shop', key]);
  });

  it('are those of the pull request itself where the server analyses pull requests', async () => {
    const developer = await startSimulator({ profile: '26.9-developer', scenario: small });
    await stage.db.execute(
      "update integrations.integrations set settings = jsonb_set(settings, '{url}', to_jsonb($1::text)) where id = $2",
      [developer.url, stage.sonarqube],
    );
    const answer = await stage.api<{ scans: unknown[] }>('POST', path, wanted);
    expect(answer.scans).toMatchObject([
      {
        kind: 'pull_request',
        parameters: expect.arrayContaining([
          { name: 'sonar.projectKey', value: 'shop' },
          { name: 'sonar.pullrequest.key', value: '1' },
          { name: 'sonar.pullrequest.branch', value: 'feature' },
          { name: 'sonar.pullrequest.base', value: 'main' },
        ]),
      },
    ]);
    await stage.db.execute(
      "update integrations.integrations set settings = jsonb_set(settings, '{url}', to_jsonb($1::text)) where id = $2",
      [sonarqube.url, stage.sonarqube],
    );
    await developer.close();
  });

  it('are refused with a named error where the token may not, and nothing stays', async () => {
    sonarqube.state.deleteProject(key);
    sonarqube.faults.add({
      match: { path: 'api/project_tags/set' },
      kind: { type: 'status', status: 403, body: '{"errors":[{"msg":"Insufficient privileges"}]}' },
    });
    const { code, err } = await cli('pr', 'scan-args', 'PAY/ledger#1');
    expect(code).toBe(exitCodes.failed);
    expect(err).toContain('companion_not_permitted');
    expect(err).toContain('Create Projects');
    expect(sonarqube.state.world.projects.has(key)).toBe(false);
    expect(await kept()).toEqual([{ key, state: 'deleted', failure: null }]);
    expect((await cli('pr', 'scan-args', 'PAY/ledger#1')).code).toBe(exitCodes.good);
  });

  it('never take somebody else’s project for a companion', async () => {
    await stage.db.execute('delete from code_quality.companions');
    Object.assign(sonarqube.state.world.projects.get(key) ?? {}, { tags: [] });
    expect(await stage.ask('POST', path, wanted)).toMatchObject({ body: { error: { code: 'companion_key_taken' } } });
    expect(await kept()).toEqual([]);
    Object.assign(sonarqube.state.world.projects.get(key) ?? {}, { tags: ['plumbline-companion'] });
    await stage.api('POST', path, wanted);
    expect(await kept()).toEqual([{ key, state: 'ready', failure: null }]);
  });
});

describe('a companion', () => {
  const sweep = async (): Promise<void> => {
    await stage.db.execute("update code_quality.companions set next_attempt_at = now() where state = 'deleting'");
    await deleteCompanions(
      { db: stage.db, connect, webhooks: { follow: followMain, forget: forgetCompanionPlace } },
      new AbortController().signal,
    );
  };

  it('of an open pull request stays; of a closed one it is deleted, and a failure is kept and tried again', async () => {
    await sweep();
    expect(await kept()).toEqual([{ key, state: 'ready', failure: null }]);
    await stage.db.execute("update repositories.pull_requests set state = 'declined'");
    sonarqube.faults.add({
      match: { path: 'api/projects/delete' },
      kind: { type: 'status', status: 403, body: '{"errors":[{"msg":"Insufficient privileges"}]}' },
    });
    await sweep();
    expect(await kept()).toEqual([{ key, state: 'deleting', failure: 'companion_not_permitted' }]);
    const left = await stage.api<LeftCompanions>('GET', '/api/v1/companions/left');
    expect(left).toMatchObject({
      total: 1,
      companions: [
        {
          key,
          project: { key: 'shop' },
          integration: { name: 'sonarqube' },
          pullRequest: { number: 1, repository: 'PAY/ledger' },
          error: { code: 'companion_not_permitted', message: 'The token may not delete the companion.' },
        },
      ],
    });
    expect(left.companions[0]?.nextTryAt).not.toBeNull();
    const other = left.companions[0]?.pullRequest?.id ?? 0;
    expect(await stage.api('GET', `/api/v1/companions/left?pullRequest=${other + 1}`)).toMatchObject({ total: 0 });
    await sweep();
    expect(await stage.api('GET', '/api/v1/companions/left')).toEqual({ companions: [], total: 0 });
    expect(await kept()).toEqual([{ key, state: 'deleted', failure: null }]);
    expect(sonarqube.state.world.projects.has(key)).toBe(false);
    expect(await webhooksOf()).toEqual(['shop']);
  });
});

/** For the project alone. The simulated server takes no address of this machine, which is noted with it. */
const setUpWebhook = () =>
  stage.api('PUT', `/api/v1/integrations/${stage.sonarqube}/webhook`, { scope: 'projects', projects: ['shop'] });

/** Projects that are to have a webhook of their own. */
async function webhooksOf(): Promise<string[]> {
  const rows = await stage.db.query<{ target: string }>(
    'select target from inbox.webhooks where wanted and not superseded order by target',
  );
  return rows.map(({ target }) => target);
}

/** As the hub calls the server. */
const connect: ScanOptions['connect'] = (_, signal, use) =>
  use({
    connector: connector as unknown as Connector,
    integration: {} as never,
    context: {
      settings: Settings.parse({ url: sonarqube.url }),
      secrets: Secrets.parse({ apiToken: sonarqube.tokens.admin }),
      http: createOutbound({ configuredHost: '127.0.0.1', loopbackAllowed: true }),
      log: silentLog,
      signal,
      now: () => new Date(),
    },
  });

const nameOfShop = async (): Promise<string> =>
  (await stage.db.one<{ name: string }>("select name from code_quality.projects where source_key = 'shop'")).name;
