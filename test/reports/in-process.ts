import { answering } from '../../lab/simulators/bitbucket-server/answer.ts';
import type { BitbucketSimulator } from '../../lab/simulators/bitbucket-server/index.ts';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from '../../src/platform/outbound/types.ts';

/** What becomes of a call: it arrives, it never arrives, or its answer is lost. */
export type Fate = 'arrives' | 'lost before' | 'lost after';

/**
 * Calls the simulator without a socket between, for tests of very many calls. `fate` is asked before each call, `told`
 * once the server has done what was asked.
 */
export function inProcess(
  { world, url: base }: Pick<BitbucketSimulator, 'world' | 'url'>,
  { fate = (): Fate => 'arrives', told = (_request: OutboundRequest): Promise<void> => Promise.resolve() } = {},
): Outbound {
  const answer = answering(world);
  const ask = async ({ method = 'GET', url, headers = {}, body = '' }: OutboundRequest): Promise<OutboundResponse> => {
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const { reply } = await answer({
      method,
      path: url.href.slice(base.length + 1).replace(/\?.*$/, ''),
      url: url.pathname + url.search,
      query: url.searchParams,
      headers: lower,
      body: Buffer.from(body),
      baseUrl: base,
      faults: [],
    });
    if (typeof reply.body !== 'string' && !Buffer.isBuffer(reply.body)) throw new Error('A stream needs a socket.');
    const text = reply.body.toString();
    return {
      status: reply.status,
      headers: {
        'content-type': reply.contentType ?? '',
        ...Object.fromEntries(
          Object.entries(reply.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
        ),
      },
      body: (async function* () {
        yield Buffer.from(text);
      })(),
      text: async () => text,
      bytes: async () => Buffer.from(text),
    };
  };
  return {
    async request(request) {
      const what = fate();
      if (what === 'lost before') throw new PlumblineError('unreachable');
      const response = await ask(request);
      await told(request);
      if (what === 'lost after') throw new PlumblineError('unreachable');
      return response;
    },
    concurrency: () => 1,
    stats: () => ({ requests: 0, retries: 0, bytes: 0 }),
    close: async () => {},
  };
}
