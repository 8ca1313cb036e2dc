import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../lab/simulators/certificate.ts';
import { type Sample, startSample } from '../../lab/simulators/harness/testing.ts';
import type { CheckReport, CheckResult, ConnectorContext } from '../../src/connectors/contract.ts';
import { harness } from '../../src/connectors/harness/index.ts';
import { type Secrets, Settings } from '../../src/connectors/harness/settings.ts';
import type { OutboundRequest } from '../../src/platform/outbound/types.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';

let sample: Sample;
beforeEach(async () => {
  sample = await startSample();
  const { state } = sample.harness;
  state.addOrganization({ identifier: 'Pay', name: 'Payments' });
  state.addProject({ organization: 'Pay', identifier: 'cards', name: 'The ledger' });
  state.addOrganization({ identifier: 'empty', name: 'Empty' });
  state.addProject({ organization: 'default', identifier: 'shop', name: 'Web shop' });
});
afterEach(() => sample.harness.close());

interface Way {
  loopbackAllowed?: boolean;
  /** As long as one call may take, which is not made again. */
  timeoutMs?: number;
}

async function check(
  settings: object = {},
  apiKey = sample.token,
  { loopbackAllowed = true, timeoutMs }: Way = {},
): Promise<CheckReport> {
  const outbound = createOutbound({ configuredHost: '127.0.0.1', loopbackAllowed }, { random: () => 0 });
  const limits = timeoutMs === undefined ? {} : { timeoutMs, maxRetries: 0 };
  const http = { ...outbound, request: (wish: OutboundRequest) => outbound.request({ ...wish, ...limits }) };
  const entered = { accountId: 'acc', accountType: 'on_prem', url: sample.harness.url, ...settings };
  const context: ConnectorContext<Settings, Secrets> = {
    settings: Settings.parse(entered),
    secrets: { apiKey },
    http,
    log: silentLog,
    signal: new AbortController().signal,
    now: sample.clock.now,
  };
  try {
    const checking = harness.check(context);
    for (;;) {
      const step = await checking.next();
      if (step.done === true) return step.value;
    }
  } finally {
    await http.close();
  }
}

const named = ({ checks }: CheckReport, name: string): CheckResult | undefined =>
  checks.find((one) => one.name === name);

type Wanted = [what: string, run: () => Promise<CheckReport>, name: string, code: string, words: RegExp];

const { stringify } = JSON;
const token = (wish: Parameters<Sample['harness']['state']['addToken']>[0]): string =>
  sample.harness.state.addToken(wish);

const failures: readonly Wanted[] = [
  ['a key of two parts', () => check({}, 'sat.one'), 'token_format', 'harness_token_malformed', /three or four parts/],
  [
    'a key of another kind',
    () => check({}, 'xyz.acc.id.secret'),
    'token_format',
    'harness_token_malformed',
    /pat\. or sat\./,
  ],
  [
    'a key that names another account',
    () => check({}, 'sat.other.id.secret'),
    'token_format',
    'account_mismatch',
    /account other/,
  ],
  [
    'an older key of another account',
    () => check({ accountId: 'another' }, token({ parts: 3 })),
    'credentials',
    'account_mismatch',
    /another account/,
  ],
  [
    'a port on which nobody listens',
    () => check({ url: 'http://127.0.0.1:9' }),
    'reachable',
    'unreachable',
    /127\.0\.0\.1:9/,
  ],
  ['a server that never answers', silence, 'reachable', 'timeout', /did not answer|in time|took/],
  [
    'an address of this machine where those are not allowed',
    () => check({}, sample.token, { loopbackAllowed: false }),
    'reachable',
    'address_not_allowed',
    /127\.0\.0\.1/,
  ],
  ['a certificate that nobody vouches for', selfSigned, 'tls_trusted', 'tls_error', /certificate/],
  ['a web page', webPage, 'is_harness', 'not_a_harness_api', /web page/],
  ['a web page that says 401', webPage401, 'is_harness', 'not_a_harness_api', /web page/],
  ['a server in trouble', trouble, 'is_harness', 'upstream_error', /status 500/],
  [
    'a key that is not known',
    () => check({}, 'sat.acc.nobody.secret'),
    'credentials',
    'invalid_credentials',
    /does not accept/,
  ],
  ['a key that was revoked', revoked, 'credentials', 'invalid_credentials', /does not accept/],
  [
    'a key that has expired',
    () => check({}, token({ expiresAt: new Date(sample.clock.now().getTime() - 1) })),
    'credentials',
    'expired_credentials',
    /expired/,
  ],
  [
    'an organization of other letters',
    () => check({ organizations: 'PAY' }),
    'organizations',
    'organization_not_found',
    /“PAY”/,
  ],
  [
    'a project that is not there',
    () => check({ projects: 'pay/ledgr' }),
    'projects',
    'project_not_found',
    /“pay\/ledgr”/,
  ],
  [
    'a project elsewhere',
    () => check({ organizations: 'default', projects: 'pay/ledger' }),
    'projects',
    'project_outside_organizations',
    /“pay\/ledger” lies in an organization/,
  ],
  [
    'an organization without a project',
    () => check({ organizations: 'empty' }),
    'projects',
    'no_resources',
    /in the organizations that are named/,
  ],
  ['a key that sees no project', () => check({}, token({ sees: [] })), 'projects', 'no_resources', /sees no project/],
  [
    'a key that may not see pipelines',
    () => check({}, token({ lacks: ['pipelines'] })),
    'read_pipelines',
    'invalid_permissions',
    /Not in /,
  ],
  [
    'the same for what ran',
    () => check({}, token({ lacks: ['executions'] })),
    'read_executions',
    'invalid_permissions',
    /Not in /,
  ],
];

function silence(): Promise<CheckReport> {
  sample.harness.faults.add({ times: Infinity, kind: { type: 'hang' } });
  return check({}, sample.token, { timeoutMs: 300 });
}
async function selfSigned(): Promise<CheckReport> {
  const behind = await startSample({ tls: await makeCertificate() });
  try {
    return await check({ url: behind.harness.url }, behind.token);
  } finally {
    await behind.harness.close();
  }
}

const html = '<!doctype html><title>Log in</title>';

function webPage(): Promise<CheckReport> {
  sample.harness.faults.add({ times: Infinity, kind: { type: 'html' } });
  return check();
}
function webPage401(): Promise<CheckReport> {
  sample.harness.faults.add({
    times: Infinity,
    kind: { type: 'status', status: 401, body: html, contentType: 'text/html' },
  });
  return check();
}
function trouble(): Promise<CheckReport> {
  sample.harness.faults.add({ times: Infinity, kind: { type: 'status', status: 500 } });
  return check();
}
function revoked(): Promise<CheckReport> {
  sample.harness.state.revokeToken(sample.token);
  return check();
}

describe('each failure of a validation', () => {
  it.each(failures)('%s', async (_, run, name, code, words) => {
    const report = await run();
    const failed = named(report, name);
    expect(failed).toMatchObject({ outcome: 'failed', code });
    expect(failed?.message).toMatch(words);
    expect(failed?.message).toMatch(/\.$/);
    expect(failed?.remedy).toMatch(/\S \S/);
    // No part of a key but its account stands in what people see.
    expect(stringify(report)).not.toContain(sample.token.split('.').at(-1));
    // What a person sees of an outage says in each later check that it was not tried.
    if (['token_format', 'reachable', 'tls_trusted', 'is_harness', 'credentials'].includes(name)) {
      expect(named(report, 'projects')).toMatchObject({ outcome: 'skipped', untried: true });
    }
  });
});

describe('each rule of the filter', () => {
  const projectsOf = async (settings: object): Promise<string | undefined> =>
    named(await check(settings), 'projects')?.message;

  it.each<[string, object, string]>([
    ['nothing named: everything that the key sees', {}, '3 projects will be read.'],
    ['organizations alone: all of their projects', { organizations: 'pay, Pay' }, '2 projects will be read.'],
    ['one by its name', { organizations: 'Payments' }, '2 projects will be read.'],
    ['spaces, empty parts and repetitions', { organizations: ' default ,, default' }, '1 project will be read.'],
    ['projects alone', { projects: 'pay/ledger,default/shop' }, '2 projects will be read.'],
    ['a project by its name', { projects: 'default/Web shop' }, '1 project will be read.'],
    [
      'a project without its organization, in those that are named',
      { organizations: 'default', projects: 'shop' },
      '1 project will be read.',
    ],
    ['projects of organizations by name', { projects: 'Payments/cards' }, '1 project will be read.'],
  ])('%s', async (_, settings, message) => {
    expect(await projectsOf(settings)).toBe(message);
  });

  it('a name that several have: each of them, and a warning', async () => {
    expect(named(await check({ organizations: 'Payments' }), 'organizations')).toMatchObject({ outcome: 'warning' });
    const several = named(await check({ projects: 'The ledger' }), 'projects');
    expect(several).toMatchObject({
      outcome: 'warning',
      message: expect.stringContaining('“pay/ledger”, “Pay/cards”'),
    });
  });

  it.each([
    [{ organizations: 'PAY' }, 'organizations', 'PAY', 'pay'],
    [{ organizations: 'DEFAULT' }, 'organizations', 'DEFAULT', 'default'],
    [{ projects: 'default/web shop' }, 'projects', 'default/web shop', 'default/shop'],
    [{ projects: 'DEFAULT/shop' }, 'projects', 'DEFAULT/shop', 'default/shop'],
  ])('what matches nothing is told with the near match: %o', async (settings, field, entered, instead) => {
    expect(named(await check(settings), field)?.suggestions).toEqual([{ field, entered, instead }]);
  });

  it('an address of the vendor for a server of one’s own is warned of, and no reason not to save', async () => {
    const report = await check({ url: 'https://app.harness.io' }, 'sat.other.id.secret');
    expect(named(report, 'url_format')).toMatchObject({ outcome: 'warning', saveAllowed: true });
  });
});
