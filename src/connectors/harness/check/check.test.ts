import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckReport, CheckResult } from '../../contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { createFakeHarness, failure, type FakeHarness, success } from '../fake-harness.ts';
import { harness } from '../index.ts';
import { contextOf, now } from '../streams/testing.ts';

let fake: FakeHarness;

async function check(settings: object = {}, apiKey = 'sat.acc.id.s3cret'): Promise<CheckReport> {
  const checking = harness.check({ ...contextOf(fake, settings), secrets: { apiKey } });
  for (;;) {
    const step = await checking.next();
    if (step.done === true) return step.value;
  }
}
const outcomesOf = ({ checks }: CheckReport) => checks.map(({ name, outcome }) => `${name} ${outcome}`);
const named = ({ checks }: CheckReport, name: string): CheckResult | undefined =>
  checks.find((one) => one.name === name);
const failing = (path: string, status: number, code: string, message?: string): void => {
  fake.instead = (asked) => (asked.path.includes(path) ? failure(status, code, message) : undefined);
};

beforeEach(() => {
  fake = createFakeHarness();
  fake.rows.organizations = [{ identifier: 'default' }];
  fake.rows.projects = [{ organization: 'default', identifier: 'shop', name: 'Web Shop' }];
});

describe('a connection that is well', () => {
  it('passes the named checks in their order', async () => {
    const report = await check();
    expect(outcomesOf(report)).toEqual([
      'url_format ok',
      'token_format ok',
      'reachable ok',
      'tls_trusted ok',
      'is_harness ok',
      'credentials ok',
      'account ok',
      'identity skipped',
      'organizations skipped',
      'projects ok',
      'read_pipelines ok',
      'read_executions ok',
      'clock skipped',
      'token_expiry skipped',
    ]);
    expect(report.capabilities.map(({ name, available }) => [name, available])).toEqual(
      ['organizations', 'pipelines', 'executions', 'services', 'environments'].map((name) => [name, true]),
    );
    expect(report.facts).toEqual({ account: 'Acme' });
  });

  it('tells whose a personal key is', async () => {
    expect(named(await check({}, 'pat.acc.id.s3cret'), 'identity')).toMatchObject({
      outcome: 'ok',
      message: 'It is Ada’s.',
    });
  });

  it('is tried in at most five projects', async () => {
    fake.rows.projects = Array.from({ length: 9 }, (_, index) => ({
      organization: 'default',
      identifier: `p${index}`,
    }));
    await check();
    expect(fake.journal.filter(({ path }) => path.endsWith('/summary'))).toHaveLength(5);
  });
});

describe('what is wrong before anybody is asked', () => {
  it('is an address that does not suit the account type, which is no reason not to save', async () => {
    for (const settings of [
      { accountType: 'on_prem', url: 'https://app.harness.io' },
      { accountType: 'on_prem', url: 'https://acme.harness.io' },
      { accountType: 'cloud', url: 'https://harness.internal' },
    ])
      expect(named(await check(settings), 'url_format')).toMatchObject({ outcome: 'warning', saveAllowed: true });
    expect(named(await check({ accountType: 'on_prem', url: 'https://h.internal' }), 'url_format')?.outcome).toBe('ok');
  });

  it('is a key that is none, or one of another account: nothing is asked then', async () => {
    const other = await check({}, 'pat.other.id.s3cret');
    expect(named(other, 'token_format')).toMatchObject({
      outcome: 'failed',
      code: 'account_mismatch',
      suggestions: [{ field: 'accountId', entered: 'acc', instead: 'other' }],
    });
    expect(named(await check({}, 'squ_123'), 'token_format')).toMatchObject({ code: 'harness_token_malformed' });
    expect(fake.journal).toEqual([]);
    expect(JSON.stringify(other)).not.toContain('s3cret');
  });
});

describe('the first call', () => {
  it.each([
    [401, 'INVALID_TOKEN', 'credentials', 'invalid_credentials'],
    [400, 'EXPIRED_TOKEN', 'credentials', 'expired_credentials'],
    [500, 'UNKNOWN_ERROR', 'is_harness', 'upstream_error'],
  ])('that is answered %i %s fails %s as %s, and nothing after it is tried', async (status, code, name, ours) => {
    failing('/organizations', status, code);
    const report = await check({}, 'sat.id.s3cret');
    expect(named(report, name)).toMatchObject({ outcome: 'failed', code: ours, saveAllowed: false });
    expect(named(report, 'projects')).toMatchObject({ outcome: 'skipped', untried: true });
  });

  it('that is answered by a page is no matter of the key', async () => {
    fake.instead = () => new Response('<html>Sign in</html>', { status: 401 });
    expect(named(await check(), 'is_harness')).toMatchObject({ outcome: 'failed', code: 'not_a_harness_api' });
  });

  it.each([
    ['tls_error', 'tls_trusted'],
    ['address_not_allowed', 'reachable'],
  ] as const)('that ends with %s fails %s', async (code, name) => {
    fake.http.request = async () => {
      throw new PlumblineError(code);
    };
    expect(named(await check(), name)).toMatchObject({ outcome: 'failed', code });
  });

  it('that a key of one project may not make does not fail it', async () => {
    failing('/organizations', 403, 'NG_ACCESS_DENIED');
    const report = await check();
    expect(named(report, 'credentials')?.outcome).toBe('ok');
    expect(named(report, 'read_executions')?.outcome).toBe('ok');
  });
});

describe('names', () => {
  it('that match nothing fail, with what was most likely meant', async () => {
    expect(named(await check({ organizations: 'Default' }), 'organizations')).toMatchObject({
      outcome: 'failed',
      code: 'organization_not_found',
      suggestions: [{ field: 'organizations', entered: 'Default', instead: 'default' }],
    });
    expect(named(await check({ projects: 'default/web shop' }), 'projects')).toMatchObject({
      code: 'project_not_found',
      saveAllowed: false,
      suggestions: [{ field: 'projects', entered: 'default/web shop', instead: 'default/shop' }],
    });
    // Of organizations nothing is said that was not looked at.
    expect(named(await check({ projects: 'default/web shop' }), 'organizations')?.message).toBe(
      'None is named: the projects say which.',
    );
    expect(named(await check({}), 'organizations')?.message).toBe('None is named: 1 organization can be seen.');
  });

  it('of projects outside of the named organizations fail', async () => {
    fake.rows.organizations.push({ identifier: 'pay' });
    expect(named(await check({ organizations: 'pay', projects: 'default/shop' }), 'projects')).toMatchObject({
      code: 'project_outside_organizations',
    });
  });

  it('of several things are a warning', async () => {
    fake.rows.projects.push({ organization: 'default', identifier: 'shop2', name: 'Web Shop' });
    expect(named(await check({ projects: 'default/Web Shop' }), 'projects')?.outcome).toBe('warning');
  });

  it('are none where the key sees no project', async () => {
    fake.rows.projects = [];
    const report = await check();
    expect(named(report, 'projects')).toMatchObject({ outcome: 'failed', code: 'no_resources' });
    expect(named(report, 'read_executions')).toMatchObject({ untried: true });
  });
});

describe('rights', () => {
  it('that are missing in one of several projects hinder nobody from saving, in all of them they do', async () => {
    fake.rows.projects.push({ organization: 'default', identifier: 'closed' });
    fake.instead = ({ path, query }) =>
      path.endsWith('/summary') && query.get('projectIdentifier') === 'closed'
        ? failure(403, 'NG_ACCESS_DENIED')
        : undefined;
    expect(named(await check(), 'read_executions')).toMatchObject({ outcome: 'failed', saveAllowed: true });
    failing('/summary', 403, 'NG_ACCESS_DENIED');
    expect(named(await check(), 'read_executions')).toMatchObject({ outcome: 'failed', saveAllowed: false });
  });

  it('to see the account are not needed', async () => {
    failing('/accounts/', 403, 'NG_ACCESS_DENIED');
    expect(named(await check(), 'account')).toMatchObject({ outcome: 'warning', saveAllowed: true });
    failing('/accounts/', 401, 'INVALID_TOKEN', 'Invalid account token access abc');
    expect(named(await check(), 'account')).toMatchObject({ outcome: 'failed', code: 'account_mismatch' });
  });
});

describe('what the key can do', () => {
  const lacking = ({ capabilities }: CheckReport) =>
    capabilities.filter(({ available, untried }) => !available && untried !== true).map(({ name }) => name);

  it.each([
    ['/organizations', 'organizations', ['organizations']],
    ['/pipelines/list', 'pipelines', ['pipelines']],
    ['/summary', 'executions', ['executions', 'execution_history', 'stage_outcomes']],
    ['/servicesV2', 'services', ['services']],
    ['/environmentsV2', 'environments', ['environments']],
  ])('lacks what %s refuses, so that no run fails for it', async (path, name, streams) => {
    failing(path, 403, 'NG_ACCESS_DENIED');
    const report = await check();
    expect(lacking(report)).toEqual([name]);
    expect(report.capabilities.find((one) => one.name === name)?.streams).toEqual(streams);
    const known = harness.streams.map((one) => one.name);
    for (const stream of streams) expect(known).toContain(stream);
  });

  it('is not known where nothing was tried', async () => {
    failing('/organizations', 401, 'INVALID_TOKEN');
    const { capabilities } = await check();
    expect(capabilities.every(({ untried, available }) => untried === true && !available)).toBe(true);
  });
});

it('clocks that differ are told', async () => {
  const at = (minutes: number) => {
    fake.instead = ({ path }) => {
      if (!path.endsWith('/summary')) return undefined;
      const answer = success({ content: [], totalElements: 0 });
      answer.headers.set('date', new Date(now.getTime() + minutes * 60_000).toUTCString());
      return answer;
    };
    return check();
  };
  expect(named(await at(4), 'clock')?.outcome).toBe('ok');
  expect(named(await at(10), 'clock')?.message).toBe('This clock is 10 minutes behind that of Harness.');
  expect(named(await at(-10), 'clock')?.message).toBe('This clock is 10 minutes ahead of that of Harness.');
});
