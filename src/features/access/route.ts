import type { Readable } from 'node:stream';
import type { z } from 'zod';

/** What a role may do. admin: all; team_manager: every `:read`, and its own teams; viewer: every `:read` but people and audit. */
export type Permission =
  | 'integrations:read'
  | 'integrations:write'
  | 'runs:read'
  | 'runs:write'
  | 'findings:read'
  | 'insights:read'
  | 'sql:read'
  | 'analysts:write'
  | 'users:read'
  | 'users:write'
  | 'tokens:write'
  | 'audit:read'
  | 'settings:read'
  | 'settings:write';

export interface Actor {
  kind: 'user' | 'token' | 'local';
  userId: number | null;
  tokenId: number | null;
  /** Shown in the audit trail. */
  name: string;
  role: 'admin' | 'team_manager' | 'viewer';
}

export interface RouteRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** Present on every route but public ones. */
  actor: Actor;
  requestId: string;
  /** Address the request came from, for the audit trail. */
  remoteAddress: string;
  headers: Record<string, string | string[] | undefined>;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
}

/** An answer that is not JSON: a CSV file, a server-sent event stream. */
export class StreamedAnswer {
  readonly contentType: string;
  readonly stream: Readable;
  readonly fileName: string | undefined;

  constructor(contentType: string, stream: Readable, fileName?: string) {
    this.contentType = contentType;
    this.stream = stream;
    this.fileName = fileName;
  }
}

/** An answer that sets or clears the session cookie, or another status than 200. */
export class Answer<Body> {
  readonly body: Body;
  readonly options: { status?: number; session?: { token: string; expiresAt: Date } | 'clear' };

  constructor(body: Body, options: { status?: number; session?: { token: string; expiresAt: Date } | 'clear' }) {
    this.body = body;
    this.options = options;
  }
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** e.g. `/api/v1/integrations/:id`. */
  path: string;
  /** A route without authorisation does not compile. */
  permission: Permission | 'public' | 'signed_in';
  /** One sentence for the OpenAPI document. */
  summary: string;
  tag: string;
  params: z.ZodType | undefined;
  query: z.ZodType | undefined;
  body: z.ZodType | undefined;
  /** Shape of the answer; undefined for streamed ones. */
  response: z.ZodType | undefined;
  handle(request: RouteRequest<never, never, never>): Promise<unknown>;
}

type Output<T> = T extends z.ZodType<infer O> ? O : undefined;

/** Declares one route; rooms export arrays of these and the HTTP surface mounts them. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(declaration: {
  method: Route['method'];
  path: string;
  permission: Route['permission'];
  summary: string;
  tag: string;
  params?: P;
  query?: Q;
  body?: B;
  response?: R;
  handle(
    request: RouteRequest<Output<P>, Output<Q>, Output<B>>,
  ): Promise<(R extends z.ZodType ? z.input<R> | Answer<z.input<R>> : never) | StreamedAnswer>;
}): Route {
  return {
    params: undefined,
    query: undefined,
    body: undefined,
    response: undefined,
    ...declaration,
  } as unknown as Route;
}
