import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PlumblineError } from '../../platform/errors/index.ts';
import { createClient, type HarnessClient } from './client.ts';
import { createFakeHarness, failure, type FakeHarness, success } from './fake-harness.ts';
import { createRunCaches } from '../work/run-cache.ts';

const apiKey = 'pat.acc.id.s3cret';
const waits: number[] = [];

function clientOf(fake: FakeHarness, more: Partial<Parameters<typeof createClient>[0]> = {}): HarnessClient {
  waits.length = 0;
  return createClient({
    http: fake.http,
    url: 'https://h.example',
    accountId: 'acc',
    apiKey,
    signal: new AbortController().signal,
    wait: async (milliseconds) => void waits.push(milliseconds),
    random: () => 1,
    ...more,
  });
}

const list = (client: HarnessClient) =>
  client.get(z.object({ content: z.array(z.unknown()) }), 'ng/api/organizations', { subject: 'organizations' });
const ask = (client: HarnessClient) =>
  client.ask(z.unknown(), 'pipeline/api/pipelines/list', {
    subject: 'pipelines',
    body: { filterType: 'PipelineSetup' },
  });

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    return (error as PlumblineError).code;
  }
}

describe('every call', () => {
  it('carries the key in its header and the account in header and query', async () => {
    const fake = createFakeHarness();
    await ask(clientOf(fake));
    const [asked] = fake.journal;
    expect(asked).toMatchObject({
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'harness-account': 'acc', 'content-type': 'application/json' },
      body: { filterType: 'PipelineSetup' },
    });
    expect(asked?.query.get('accountIdentifier')).toBe('acc');
    expect(asked?.query.toString()).not.toContain('s3cret');
  });

  it('sends a list as a parameter for each value', async () => {
    const fake = createFakeHarness();
    const params = { identifiers: ['a', 'b'], left: undefined };
    await clientOf(fake).get(z.unknown(), 'ng/api/projects', { subject: 'x', params });
    expect(fake.journal[0]?.query.getAll('identifiers')).toEqual(['a', 'b']);
    expect(fake.journal[0]?.query.has('left')).toBe(false);
  });
});

describe('the way to the API', () => {
  it('is found once, below the address or below its gateway', async () => {
    const fake = createFakeHarness({ prefix: '/gateway' });
    const client = clientOf(fake);
    await list(client);
    await list(client);
    expect(fake.journal.map(({ path }) => path)).toEqual([
      '/ng/api/organizations',
      '/gateway/ng/api/organizations',
      '/gateway/ng/api/organizations',
    ]);
  });

  it('is looked for below the gateway also where pages are answered for everything else', async () => {
    for (const status of [200, 401, 403]) {
      const fake = createFakeHarness({ prefix: '/gateway' });
      fake.instead = ({ path }) =>
        path.startsWith('/gateway/') ? undefined : new Response('<!doctype html><p>Harness</p>', { status });
      expect(await codeOf(list(clientOf(fake)))).toBe('none');
    }
  });

  it('is remembered for a whole run', async () => {
    const fake = createFakeHarness({ prefix: '/gateway' });
    const runCache = createRunCaches()(1);
    await list(clientOf(fake, { runCache }));
    await list(clientOf(fake, { runCache }));
    expect(fake.journal).toHaveLength(3);
  });

  it('and the pace of a key are kept apart from those of another key', async () => {
    const names: string[] = [];
    const runCache = {
      get: async <T>(name: string, _age: number, make: () => Promise<T>): Promise<T> => {
        names.push(name);
        return make();
      },
    };
    for (const key of ['pat.a.b.c', 'pat.a.b.d']) clientOf(createFakeHarness(), { runCache, apiKey: key });
    expect(new Set(names).size).toBe(2);
    expect(names.join()).not.toMatch(/pat/);
  });

  it('is none where both ways lead to a page, and a failed call is not remembered as one', async () => {
    const fake = createFakeHarness({ prefix: '/elsewhere' });
    const client = clientOf(fake);
    expect(await codeOf(list(client))).toBe('not_a_harness_api');
    fake.instead = () => success({ content: [] });
    expect(await codeOf(list(client))).toBe('none');
  });

  it('is not looked for elsewhere because a key is refused', async () => {
    const fake = createFakeHarness();
    fake.instead = () => failure(401, 'INVALID_TOKEN');
    expect(await codeOf(list(clientOf(fake)))).toBe('invalid_credentials');
    expect(fake.journal).toHaveLength(1);
  });
});

describe('an answer', () => {
  const answered = async (response: () => Response): Promise<string> => {
    const fake = createFakeHarness();
    const client = clientOf(fake);
    await list(client);
    fake.instead = response;
    return codeOf(list(client));
  };

  it('without success is a failure, whatever its status', async () => {
    expect(await answered(() => failure(200, 'EXPIRED_TOKEN'))).toBe('expired_credentials');
  });

  it('without a body, cut off or of another shape is no answer', async () => {
    expect(await answered(() => new Response(''))).toBe('malformed_response');
    expect(await answered(() => new Response('{"status":"SUCCESS","data":{"conte'))).toBe('malformed_response');
    expect(await answered(() => success({ content: 7 }))).toBe('malformed_response');
  });

  it('never repeats the key', async () => {
    const fake = createFakeHarness();
    fake.instead = () => failure(401, 'INVALID_TOKEN', `Invalid API token ${apiKey}`);
    const error = await list(clientOf(fake)).catch((one: unknown) => one as PlumblineError);
    expect(JSON.stringify([error, (error as PlumblineError).upstream])).not.toContain('s3cret');
  });
});

describe('a server that is busy', () => {
  it('is asked again, also for a list by POST, and patiently after 429', async () => {
    const fake = createFakeHarness();
    const client = clientOf(fake);
    await list(client);
    const answers = [new Response('', { status: 429 }), failure(503, 'X'), new Response('', { status: 429 })];
    fake.instead = () => answers.shift();
    await ask(client);
    expect(waits).toEqual([15_000, 2_000, 60_000]);
  });

  it('that refuses five times is left alone', async () => {
    const fake = createFakeHarness();
    const client = clientOf(fake);
    await list(client);
    fake.instead = () => new Response('', { status: 429 });
    expect(await codeOf(ask(client))).toBe('rate_limited');
    expect([fake.journal.length, waits.length]).toEqual([6, 4]);
  });

  it('that does not answer is asked again, and a certificate that is not trusted is not', async () => {
    const calls: string[] = [];
    const http = (code: 'unreachable' | 'tls_error') => ({
      ...createFakeHarness().http,
      request: async () => {
        calls.push(code);
        throw new PlumblineError(code);
      },
    });
    const fake = createFakeHarness();
    expect(await codeOf(list(clientOf({ ...fake, http: http('unreachable') })))).toBe('unreachable');
    expect(await codeOf(list(clientOf({ ...fake, http: http('tls_error') })))).toBe('tls_error');
    expect(calls).toEqual(['unreachable', 'unreachable', 'unreachable', 'unreachable', 'tls_error']);
  });
});
