import type { ErrorAnswer } from '../../src/features/access/contract.ts';
import { ApiError, hubUnreachable, unknownAnswer } from './api-error.ts';
import type { Connection } from './connection.ts';

type QueryValue = string | number | boolean | readonly (string | number)[] | undefined | null;

type Fetch = (address: string, init: RequestInit) => Promise<Response>;

export interface ApiClient {
  get<Answer>(path: string, options?: { query?: Record<string, QueryValue>; signal?: AbortSignal }): Promise<Answer>;
  send<Answer>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Answer>;
  /** The raw response of a successful request, for streams and files; `via` another way than the usual one. */
  open(path: string, init: RequestInit, via?: Fetch): Promise<Response>;
  /** Address of an API path, with the prefix this application lives under. */
  url(path: string, query?: Record<string, QueryValue>): string;
}

export interface ApiClientOptions {
  /** `document.baseURI`: where the application lives, prefix included. */
  baseUrl: string;
  fetch: typeof fetch;
  connection: Pick<Connection, 'answered' | 'failed'>;
}

/** Paths are written without the leading slash: `api/v1/session`. */
export function createApiClient({ baseUrl, fetch, connection }: ApiClientOptions): ApiClient {
  const url: ApiClient['url'] = (path, query = {}) => {
    const address = new URL(path, baseUrl);
    for (const [name, value] of Object.entries(query)) {
      const text = Array.isArray(value) ? value.join(',') : value;
      if (text !== undefined && text !== null && text !== '') address.searchParams.set(name, String(text));
    }
    return address.href;
  };
  const open: ApiClient['open'] = async (address, init, via = fetch) => {
    const response = await via(address, { credentials: 'same-origin', ...init }).catch((error: unknown) => {
      if (init.signal?.aborted === true) throw error;
      connection.failed();
      throw hubUnreachable();
    });
    // A gateway that answers for a hub that is down.
    if (response.status === 502 || response.status === 504) connection.failed();
    else connection.answered();
    if (!response.ok) throw await readError(response);
    return response;
  };
  return {
    url,
    open,
    async get(path, { query, signal } = {}) {
      const response = await open(url(path, query), signal === undefined ? {} : { signal });
      return readJson(response);
    },
    async send(method, path, body, signal) {
      const init: RequestInit = { method, ...(signal === undefined ? {} : { signal }) };
      if (body !== undefined) {
        init.body = JSON.stringify(body);
        init.headers = { 'content-type': 'application/json' };
      }
      return readJson(await open(url(path), init));
    },
  };
}

async function readJson<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch {
    throw unknownAnswer(response.status, response.headers.get('x-request-id'));
  }
}

async function readError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as ErrorAnswer | null;
  const error = body?.error;
  if (typeof error?.code !== 'string') return unknownAnswer(response.status, response.headers.get('x-request-id'));
  return new ApiError(response.status, error);
}
