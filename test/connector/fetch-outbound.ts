import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { Outbound } from '../../src/platform/outbound/types.ts';

export interface FetchOutbound extends Outbound {
  /** Method and path of every call, in order of sending. */
  readonly journal: { path: string; url: URL; headers: Record<string, string> }[];
}

/** The smallest outbound client there is, with a journal: the real one has its own tests. */
export function createFetchOutbound({ width = 4, rewrite = (url: URL): URL => url } = {}): FetchOutbound {
  const journal: FetchOutbound['journal'] = [];
  let bytes = 0;
  return {
    journal,
    async request({ url, headers = {}, signal, timeoutMs = 60_000 }) {
      journal.push({ path: url.pathname.slice(1), url, headers });
      const both = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(rewrite(url), { headers, signal: both, redirect: 'manual' }).catch(
        (cause: unknown) => {
          signal.throwIfAborted();
          throw new PlumblineError('unreachable', { cause });
        },
      );
      const read = async (): Promise<Uint8Array> => {
        const body = new Uint8Array(await response.arrayBuffer());
        bytes += body.length;
        return body;
      };
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: response.body ?? (async function* () {})(),
        text: async () => new TextDecoder().decode(await read()),
        bytes: read,
      };
    },
    concurrency: () => width,
    stats: () => ({ requests: journal.length, retries: 0, bytes }),
    close: async () => {},
  };
}
