import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ErrorCode } from '../../platform/errors/index.ts';

/** What a role may do. admin: all; team_manager: every `:read`, settings and targets of teams, accounts of people; viewer: every `:read` but people and audit. */
export type Permission =
  | 'integrations:read'
  | 'integrations:write'
  | 'runs:read'
  | 'runs:write'
  | 'findings:read'
  | 'images:read'
  | 'policy:read'
  | 'policy:write'
  | 'insights:read'
  | 'sql:read'
  | 'analysts:write'
  | 'users:read'
  | 'users:write'
  | 'tokens:write'
  | 'audit:read'
  | 'companions:write'
  | 'deployments:read'
  | 'deployments:report'
  | 'people:read'
  | 'people:write'
  | 'identities:write'
  | 'teams:read'
  | 'teams:write'
  | 'team_settings:write'
  | 'settings:read'
  | 'settings:write';

/**
 * Whose rows a route is about, so that no route forgets those who may see a part only.
 * `organization`: all of them, or none that belong to a team: refused to who works in some teams only.
 * `rows`: those of the caller; what it reads is cut to them by the database.
 * `node`: a node of an org tree, whose number is `:id`: refused to who works in some teams for any but theirs and those below.
 * `own`: the caller's own account alone, or nothing that belongs to anybody.
 */
export type RouteScope = 'organization' | 'rows' | 'node' | 'own';

export interface Actor {
  kind: 'user' | 'token' | 'local';
  userId: number | null;
  tokenId: number | null;
  /** Shown in the audit trail. */
  name: string;
  role: 'admin' | 'team_manager' | 'viewer';
  /** A token that is for one purpose may do nothing else, whatever its role may. */
  only?: 'deployments';
  /**
   * Nodes of org trees: sees and changes only what lies within each of these sets, which is nothing for an empty one.
   * Left out: the whole organization.
   */
  within?: readonly (readonly number[])[];
  /** The browser session in use, so that signing out and a change of password know which one to end or keep. */
  sessionId?: number;
  /** Where the call came from, for the audit trail. */
  origin?: { remoteAddress: string; requestId: string };
}

/** How the request reached the hub: encrypted, from this machine, or in the clear over a network. */
export type Transport = 'https' | 'loopback' | 'http';

export interface RouteRequest<Params, Query, Body, RequestActor = Actor> {
  params: Params;
  query: Query;
  body: Body;
  /** The file that was sent, as it comes, of a route that takes one; empty where none was sent. */
  file: AsyncIterable<Uint8Array>;
  /** On public routes undefined unless the caller happens to be signed in. */
  actor: RequestActor;
  requestId: string;
  /** Address the request came from, for the audit trail. */
  remoteAddress: string;
  transport: Transport;
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
  scope: RouteScope;
  /** One sentence for the OpenAPI document. */
  summary: string;
  tag: string;
  /** Codes beside those every route can answer with (invalid_request, not_authed, not_authorized …), for OpenAPI. */
  errors: readonly ErrorCode[];
  /**
   * `sign_in`: few calls per minute and address, for what a guesser would call. `outside`: at most 120, for what asks an
   * outside system at each key that somebody types.
   */
  rateLimit: 'normal' | 'sign_in' | 'outside';
  params: z.ZodType | undefined;
  query: z.ZodType | undefined;
  body: z.ZodType | undefined;
  /** Takes a file of this content type as its body, and no JSON; more bytes are refused before they are read. */
  upload: { type: string; maxBytes: number } | undefined;
  /** `outside_program`: another system calls it, from its own machine and with its own proof; no cookie counts there. */
  caller: 'page_or_program' | 'outside_program';
  /** `rpc`: failures are `{ok: false, error}` with 401, 404 or 422, and a body may be a form. */
  style: 'resource' | 'rpc';
  /** Shape of the answer in JSON; undefined where it comes in other forms only. */
  response: z.ZodType | undefined;
  /** Content types in which it may be streamed, such as `text/csv`. */
  streams: readonly string[];
  handle(request: RouteRequest<never, never, never, never>): Promise<unknown>;
}

type RequestActor<P extends Route['permission']> = P extends 'public' ? Actor | undefined : Actor;

type Output<T> = T extends z.ZodType<infer O> ? O : undefined;

/** Declares one route; rooms export arrays of these and the HTTP surface mounts them. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
  Allowed extends Route['permission'] = Route['permission'],
>(declaration: {
  method: Route['method'];
  path: string;
  permission: Allowed;
  scope: RouteScope;
  summary: string;
  tag: string;
  errors?: readonly ErrorCode[];
  rateLimit?: Route['rateLimit'];
  style?: Route['style'];
  caller?: Route['caller'];
  params?: P;
  query?: Q;
  body?: B;
  upload?: NonNullable<Route['upload']>;
  response?: R;
  streams?: readonly string[];
  handle(
    request: RouteRequest<Output<P>, Output<Q>, Output<B>, RequestActor<Allowed>>,
  ): Promise<(R extends z.ZodType ? z.input<R> | Answer<z.input<R>> : never) | StreamedAnswer>;
}): Route {
  const { rateLimit = 'normal', errors = [] } = declaration;
  return {
    style: 'resource',
    caller: 'page_or_program',
    params: undefined,
    query: undefined,
    body: undefined,
    upload: undefined,
    response: undefined,
    streams: [],
    ...declaration,
    rateLimit,
    errors: rateLimit === 'normal' ? errors : [...errors, 'too_many_requests'],
  } as unknown as Route;
}
