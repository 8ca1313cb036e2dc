import { fetch } from 'undici';
import { PlumblineError } from '../../src/platform/errors/index.ts';

export interface ApiAccess {
  url: string;
  /** `user:password`, or `token:`. Basic is what every version takes. */
  credentials: string;
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** The JSON of a GET, or undefined where the server has none; throws `lab_call_failed` with the server's words. */
export async function get<T = unknown>(access: ApiAccess, path: string, parameters: Parameters = {}): Promise<T> {
  return call(access, { method: 'GET', path: `${path}?${encode(parameters)}` });
}

export async function post<T = unknown>(access: ApiAccess, path: string, parameters: Parameters = {}): Promise<T> {
  return call(access, { method: 'POST', path, body: encode(parameters) });
}

function encode(parameters: Parameters): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, String(value));
  return form.toString();
}

interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
}

async function call<T>(access: ApiAccess, { method, path, body }: Call): Promise<T> {
  const response = await fetch(`${access.url}/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(access.credentials).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new PlumblineError('lab_call_failed', {
      message: `${method} ${path.split('?', 1)[0]} was answered with ${response.status}.`,
      upstream: text,
      data: { status: response.status },
    });
  }
  // The caller states what the vendor documents for this path; the lab only talks to servers it started itself.
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** `status` of `api/system/status`; undefined while nobody answers. */
export async function serverStatus(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/api/system/status`, { signal: AbortSignal.timeout(5000) });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'status' in body ? String(body.status) : undefined;
  } catch {
    return undefined;
  }
}

export async function isValid(access: ApiAccess): Promise<boolean> {
  const answer = await get<{ valid: boolean }>(access, 'api/authentication/validate');
  return answer.valid;
}
