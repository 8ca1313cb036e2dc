import { describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import type { Connector, ConnectorContext, SliceRequest } from '../../connectors/contract.ts';
import { fakeConnector } from '../../../test/support/fake-connector.ts';
import { silentLog } from '../../platform/telemetry/log.ts';
import { callRule, heldToEndpoints } from './allow-list.ts';

const of = (kind: string): Connector => connectors.find((one) => one.kind === kind) as Connector;

type Call = [verdict: boolean, method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', url: string];

const calls: [kind: string, base: string, calls: Call[]][] = [
  [
    'sonarqube',
    'https://sonarqube.internal/sonar',
    [
      [true, 'GET', 'https://sonarqube.internal/sonar/api/issues/search?ps=500'],
      [true, 'GET', 'https://sonarqube.internal/sonar/api/system/status'],
      [false, 'GET', 'https://sonarqube.internal/sonar/api/user_groups/search'],
      [false, 'GET', 'https://sonarqube.internal/api/issues/search'],
      [false, 'GET', 'https://sonarqube.internal/sonar/api/issues/search/../../users/search'],
      [false, 'POST', 'https://sonarqube.internal/sonar/api/webhooks/create'],
      [false, 'POST', 'https://sonarqube.internal/sonar/api/issues/search'],
      [false, 'GET', 'https://wiki.internal/sonar/api/issues/search'],
      [false, 'GET', 'http://sonarqube.internal/sonar/api/issues/search'],
      [false, 'GET', 'https://sonarqube.internal:8443/sonar/api/issues/search'],
    ],
  ],
  [
    'bitbucket-server',
    'https://bitbucket.internal',
    [
      [true, 'GET', 'https://bitbucket.internal/rest/api/1.0/projects/PAY/repos/shop/pull-requests/7'],
      [false, 'GET', 'https://bitbucket.internal/rest/api/1.0/projects/PAY/repos/shop/raw/secrets.txt'],
      [false, 'PUT', 'https://bitbucket.internal/rest/insights/1.0/projects/P/repos/r/commits/c/reports/k'],
    ],
  ],
  [
    'oci-registry',
    'https://registry.internal',
    [
      [true, 'HEAD', 'https://registry.internal/v2/team/deep/checkout/manifests/main'],
      [true, 'GET', 'https://registry.internal/v2/team/checkout/blobs/sha256:00'],
      [true, 'GET', 'https://registry.internal/v2/'],
      [true, 'GET', 'https://auth.internal/token?scope=x'],
      [false, 'POST', 'https://registry.internal/v2/team/checkout/blobs/uploads/'],
      [false, 'DELETE', 'https://registry.internal/v2/team/checkout/manifests/main'],
    ],
  ],
  [
    'harness',
    'https://harness.internal',
    [
      [true, 'POST', 'https://harness.internal/gateway/pipeline/api/pipelines/execution/summary'],
      [true, 'POST', 'https://harness.internal/pipeline/api/pipelines/execution/summary'],
      [true, 'GET', 'https://harness.internal/ng/api/organizations'],
      [false, 'POST', 'https://harness.internal/ng/api/organizations'],
      [false, 'POST', 'https://harness.internal/pipeline/api/pipeline/execute/deploy'],
      [false, 'GET', 'https://harness.internal/ng/api/v2/secrets'],
    ],
  ],
];

describe('what a satellite calls', () => {
  it.each(calls)('is what %s declares for reading, below %s', (kind, base, each) => {
    const allows = callRule(of(kind), new URL(base));
    const judged = each.map(([, method, url]) => [allows({ method, url: new URL(url) }), method, url]);
    expect(judged).toEqual(each);
  });

  it('is never anything else, whatever a connector tries', async () => {
    const { connector } = fakeConnector();
    const tried: string[] = [];
    const trying: Connector = {
      ...connector,
      async *read({ http, signal }: ConnectorContext<unknown, unknown>) {
        yield { type: 'progress', stage: 'Things', done: 0, total: null };
        await http.request({ url: new URL('https://things.internal/api/things'), signal });
        await http.request({ url: new URL('https://vault.internal/v1/secret'), signal });
      },
    };
    const context = {
      settings: { url: 'https://things.internal/' },
      secrets: {},
      http: {
        request: async ({ url }: { url: URL }) => void tried.push(url.host),
        concurrency: () => 1,
        stats: () => ({ requests: 0, retries: 0, bytes: 0 }),
        close: async () => undefined,
      },
      log: silentLog,
      signal: new AbortController().signal,
      now: () => new Date(),
    } as unknown as ConnectorContext<unknown, unknown>;
    const reading = async (): Promise<void> => {
      for await (const event of heldToEndpoints(trying).read(context, {} as SliceRequest)) void event;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'satellite_call_refused' });
    expect(tried).toEqual(['things.internal']);
  });
});
