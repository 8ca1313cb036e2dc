import { z } from 'zod';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { CheckReport, CheckResult, Connector, ConnectorContext } from '../../src/connectors/contract.ts';

const Settings = z.object({
  url: z.url().transform((text) => new URL(text).href),
  projectKeys: z.array(z.string()).default([]),
  proxy: z.string().optional(),
  caCertificate: z.string().optional(),
  depth: z.enum(['whole', 'newest']).optional(),
});
const Secrets = z.object({ apiToken: z.string().trim().min(1, 'Enter a token.') });
type Settings = z.infer<typeof Settings>;
type Secrets = z.infer<typeof Secrets>;

export interface FakeConnector {
  connector: Connector;
  /** What each check was called with. */
  seen: { settings: Settings; secrets: Secrets }[];
  /** Replaces what a check says; the token decides by default. */
  answer(next: ((secrets: Secrets) => CheckReport | Promise<CheckReport>) | undefined): void;
}

const ok = (name: string): CheckResult => ({ name, title: name, outcome: 'ok', message: 'Fine.' });

/** A report as a connector makes it, with the checks given after a good one. */
export function report(...more: CheckResult[]): CheckReport {
  return {
    checks: [ok('reachable'), ...more],
    capabilities: [
      { name: 'issues', title: 'Issues', available: true },
      { name: 'history', title: 'History', available: false, streams: ['measure_history'] },
      { name: 'hotspots', title: 'Hotspots', available: false, streams: ['hotspots'], untried: true },
    ],
    facts: { serverId: 'server-1', version: '26.9', tokenKind: 'user', tokenExpiresAt: '2030-01-01T00:00:00.000Z' },
  };
}

export const failedCheck = (code: CheckResult['code'], extra: Partial<CheckResult> = {}): CheckResult => ({
  name: 'token_valid',
  title: 'Token is valid',
  outcome: 'failed',
  message: `It failed with ${code}.`,
  remedy: 'Do the right thing.',
  upstream: 'HTTP 401',
  ...(code === undefined ? {} : { code }),
  ...extra,
});

/** A connector whose outside system is a function: tokens beginning with `bad` are refused. */
export function fakeConnector(): FakeConnector {
  const seen: FakeConnector['seen'] = [];
  const byToken = (secrets: Secrets): CheckReport =>
    secrets.apiToken.startsWith('bad') ? report(failedCheck('invalid_credentials')) : report(ok('token_valid'));
  let answer: (secrets: Secrets) => CheckReport | Promise<CheckReport> = byToken;
  const connector: Connector<Settings, Secrets> = {
    kind: 'fake',
    title: 'Fake',
    description: 'A system for tests.',
    settings: Settings,
    secrets: Secrets,
    checkErrors: ['not_a_sonarqube_server'],
    form: [
      { name: 'apiToken', label: 'API token', step: 'connection', kind: 'secret', required: true },
      { name: 'projectKeys', label: 'Project keys', step: 'scope', kind: 'textarea', required: false },
      {
        name: 'depth',
        label: 'Depth',
        step: 'advanced',
        kind: 'choice',
        required: false,
        options: [
          { value: 'whole', label: 'Everything' },
          { value: 'newest', label: 'Only the newest' },
        ],
      },
    ],
    endpoints: [
      {
        method: 'GET',
        path: 'api/things',
        why: 'Lists things.',
        since: '1.0',
        without: 'Everything.',
        permission: 'Browse',
      },
    ],
    streams: [],
    hashVersion: 1,
    multipleCredentials: true,
    backfillMonths: () => 6,
    baseUrl: (settings) => new URL(settings.url),
    secretsTravelBy: ['url'],
    choices: {
      async projectKeys({ settings, secrets }, text) {
        seen.push({ settings, secrets });
        if (text === 'echo') throw new PlumblineError('upstream_error', { upstream: `You said ${secrets.apiToken}` });
        return { items: [{ value: `${text}-1`, label: null }], total: 1 };
      },
    },
    async *check(context: ConnectorContext<Settings, Secrets>) {
      seen.push({ settings: context.settings, secrets: context.secrets });
      const result = await answer(context.secrets);
      for (const check of result.checks) yield check;
      return result;
    },
    async *read() {},
    lookup: async () => [],
  };
  return {
    connector: connector as unknown as Connector,
    seen,
    answer(next) {
      answer = next ?? byToken;
    },
  };
}
