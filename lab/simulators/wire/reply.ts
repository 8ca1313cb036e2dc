import type { Readable } from 'node:stream';

/** What a simulator answers, before the faults and the socket get it. */
export interface Reply {
  status: number;
  /** Null: the answer has no `Content-Type`, as protobuf bodies and empty answers have. */
  contentType: string | null;
  body: string | Buffer | Readable;
  headers?: Record<string, string | string[]>;
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(value), headers };
}

export const text = (body: string, status = 200): Reply => ({ status, contentType: 'text/plain', body });

export const html = (status: number, body: string): Reply => ({
  status,
  contentType: 'text/html;charset=utf-8',
  body: `<!doctype html><html lang="en"><head><title>${body}</title></head><body><h1>${body}</h1></body></html>`,
});

export const empty = (status: number, headers: Record<string, string> = {}): Reply => ({
  status,
  contentType: null,
  body: '',
  headers,
});
