import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { Outbound, OutboundResponse } from '../../src/platform/outbound/types.ts';

export interface FetchOutbound extends Outbound {
  /** Method and path of every call, in order of sending. */
  readonly journal: { path: string; url: URL; headers: Record<string, string> }[];
}

/** What stands between us and the server: an answer of its own, or undefined to let the call pass. */
export type Intercept = (url: URL) => { status: number; contentType: string; body: string } | undefined;

/** The smallest outbound client there is, with a journal: the real one has its own tests. */
export function createFetchOutbound({
  width = 4,
  rewrite = (url: URL): URL => url,
  intercept = noIntercept,
} = {}): FetchOutbound {
  const journal: FetchOutbound['journal'] = [];
  let bytes = 0;
  return {
    journal,
    async request({ url, method = 'GET', headers = {}, body, signal, timeoutMs = 60_000 }) {
      journal.push({ path: url.pathname.slice(1), url, headers });
      const own = intercept(url);
      if (own !== undefined) return answer(own);
      const sent = { method, ...(body === undefined ? {} : { body }) };
      const both = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(rewrite(url), { ...sent, headers, signal: both, redirect: 'manual' }).catch(
        (cause: unknown) => {
          signal.throwIfAborted();
          throw new PlumblineError('unreachable', { cause });
        },
      );
      const read = async (): Promise<Uint8Array> => {
        const read = new Uint8Array(await response.arrayBuffer());
        bytes += read.length;
        return read;
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

const noIntercept: Intercept = () => undefined;

function answer({ status, contentType, body }: NonNullable<ReturnType<Intercept>>): OutboundResponse {
  const bytes = new TextEncoder().encode(body);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return {
    status,
    headers: { 'content-type': contentType },
    body: chunks(),
    text: async () => body,
    bytes: async () => bytes,
  };
}

/** A proxy that lets only some paths pass and answers the others with its page. */
export function allowOnly(paths: readonly string[], status = 403): Intercept {
  return (url) =>
    paths.some((path) => url.pathname.endsWith(`/${path}`))
      ? undefined
      : { status, contentType: 'text/html', body: '<html><body><h1>Blocked by policy</h1></body></html>' };
}

export const vendorsSix = [
  'api/projects/search',
  'api/issues/search',
  'api/hotspots/search',
  'api/measures/search_history',
  'api/measures/component',
  'api/metrics/search',
];
