import type { ErrorAnswer } from '../../features/access/contract.ts';

/** How a command reaches the hub; chosen by `choose-hub.ts`. */
export interface HubAddress {
  url: string;
  token: string | undefined;
  /** Where the usual one would not trust the hub's certificate. */
  fetch?: (url: URL, init: RequestInit) => Promise<Response>;
}

/** The hub's own words for what went wrong; `status` 0 when it could not be reached at all. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;
  readonly upstream: string | null;
  readonly details: Record<string, unknown>;

  constructor(
    status: number,
    error: Omit<ErrorAnswer['error'], 'requestId' | 'details'>,
    details: Record<string, unknown> = {},
  ) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.remedy = error.remedy;
    this.upstream = error.upstream;
    this.details = details;
  }
}

export interface ApiClient {
  get<T>(path: string, query?: Record<string, string | number | undefined>): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** The raw answer, for CSV files and line streams. A `Blob` is sent as the file it is. */
  open(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Response>;
}

export function createApiClient(hub: HubAddress): ApiClient {
  const open = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (hub.token !== undefined) headers['authorization'] = `Bearer ${hub.token}`;
    if (body !== undefined) headers['content-type'] = body instanceof Blob ? body.type : 'application/json';
    const response = await (hub.fetch ?? fetch)(
      new URL(path.replace(/^\//, ''), hub.url.endsWith('/') ? hub.url : `${hub.url}/`),
      {
        method,
        headers,
        ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
      },
    ).catch((cause: unknown) => {
      throw hubUnreachable(hub.url, cause);
    });
    if (!response.ok) throw await failure(response);
    return response;
  };
  return {
    open,
    async get(path, query = {}) {
      const pairs = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as [string, string]],
      );
      const suffix = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
      return bodyOf<never>(hub.url, await open('GET', `${path}${suffix}`));
    },
    async send(method, path, body) {
      return bodyOf<never>(hub.url, await open(method, path, body));
    },
  };
}

/** A hub that stops while it answers breaks its answer off. */
async function bodyOf<T>(url: string, response: Response): Promise<T> {
  const text = await response.text().catch((cause: unknown) => {
    throw hubUnreachable(url, cause);
  });
  try {
    return JSON.parse(text) as T;
  } catch {
    throw notAHub(response.status);
  }
}

async function failure(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => undefined)) as ErrorAnswer | undefined;
  // A proxy in between may answer in its own words, as JSON too.
  if (typeof body?.error?.code === 'string') return new ApiFailure(response.status, body.error, body.error.details);
  return notAHub(response.status);
}

function notAHub(status: number): ApiFailure {
  return new ApiFailure(status, {
    code: 'not_a_plumbline_hub',
    message: `The address answers with status ${status}, but not as a Plumbline hub.`,
    remedy: 'Set PLUMBLINE_URL to the address the hub printed when it started.',
    upstream: null,
  });
}

function hubUnreachable(url: string, cause: unknown): ApiFailure {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
  return new ApiFailure(0, {
    code: 'hub_unreachable',
    message: `The hub at ${url} does not answer.`,
    remedy: 'Start it with ./plumbline up, or set PLUMBLINE_URL to where it runs.',
    upstream: reason,
  });
}
