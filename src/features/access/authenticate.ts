import { BlockList, isIP } from 'node:net';
import type { Database } from '../../platform/database/index.ts';
import { lesserRole } from './model.ts';
import { hashToken, looksLikeApiToken, sameToken } from './opaque-tokens.ts';
import type { Actor } from './route.ts';
import type { Standing } from './single-sign-on/recheck.ts';
import { findLiveSession, type LiveSession, touchSession } from './store/sessions.ts';
import { findLiveToken, type LiveToken, touchToken } from './store/tokens.ts';

/** What a request shows to say who it is. */
export interface Evidence {
  /** After `Authorization: Bearer `. */
  bearer: string | undefined;
  /** Value of the session cookie. */
  sessionToken: string | undefined;
  /** Address of the socket's other end, before any header is believed. */
  socketAddress: string;
  /** True when a header says that somebody else sent it on. */
  forwarded: boolean;
}

export interface AuthenticateOptions {
  db: Database;
  /** SHA-256 of the token in the state directory; undefined where there is none. */
  localTokenHash: Buffer | undefined;
  /** Asks the provider of a session of single sign-on whether it may go on. */
  recheck(sessionId: number): Promise<Standing>;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** True for 127.0.0.0/8 and ::1, also in their mapped form. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Who is asking; undefined when nothing shown is valid. A bearer token, once shown, is the only thing looked at. */
export async function authenticate(options: AuthenticateOptions, evidence: Evidence): Promise<Actor | undefined> {
  const { bearer, sessionToken } = evidence;
  if (bearer !== undefined) {
    return looksLikeApiToken(bearer) ? byApiToken(options.db, bearer) : byLocalToken(options, bearer, evidence);
  }
  return sessionToken === undefined ? undefined : bySession(options, sessionToken);
}

async function byApiToken(db: Database, bearer: string): Promise<Actor | undefined> {
  const token = await findLiveToken(db, hashToken(bearer));
  if (token === undefined) return undefined;
  if (token.stale) await touchToken(db, token.id);
  return actorOfToken(token);
}

/** Never more than its service account has, nor than who bounds it has now. */
export function actorOfToken(token: LiveToken): Actor {
  const { id, userId, serviceAccount, nodes, accountNodes, makerNodes } = token;
  const roles = [token.accountRole, token.makerRole].filter((role) => role !== null);
  const name = serviceAccount === null ? token.name : `${serviceAccount} (${token.name})`;
  const only = token.only === null ? {} : { only: token.only };
  const within = withinOf(nodes, accountNodes, makerNodes);
  return { kind: 'token', userId, tokenId: id, name, role: roles.reduce(lesserRole, token.role), ...only, ...within };
}

function byLocalToken(options: AuthenticateOptions, bearer: string, evidence: Evidence): Actor | undefined {
  const { localTokenHash } = options;
  // A reverse proxy on this machine also connects from loopback: what it forwards comes from elsewhere.
  if (localTokenHash === undefined || evidence.forwarded || !isLoopbackAddress(evidence.socketAddress))
    return undefined;
  if (!sameToken(bearer, localTokenHash)) return undefined;
  return { kind: 'local', userId: null, tokenId: null, name: 'local command line', role: 'admin' };
}

async function bySession(options: AuthenticateOptions, sessionToken: string): Promise<Actor | undefined> {
  const { db } = options;
  let session = await findLiveSession(db, hashToken(sessionToken));
  if (session?.toConfirm === true) session = await confirmed(options, session, sessionToken);
  if (session === undefined) return undefined;
  if (session.stale) await touchSession(db, session.id);
  const { id, userId, email, role } = session;
  return { kind: 'user', userId, tokenId: null, name: email, role, sessionId: id, ...withinOf(session.nodes) };
}

/** Of the sets of nodes that bound a caller; null bounds nothing. */
export function withinOf(...sets: (readonly number[] | null)[]): Pick<Actor, 'within'> {
  const within = sets.filter((set) => set !== null);
  return within.length === 0 ? {} : { within };
}

/** As it is after its provider was asked: that may have said another role, or that it has ended. */
async function confirmed(
  { db, recheck }: AuthenticateOptions,
  session: LiveSession,
  sessionToken: string,
): Promise<LiveSession | undefined> {
  const standing = await recheck(session.id);
  if (standing === 'ended') return undefined;
  return standing === 'goes_on' ? session : findLiveSession(db, hashToken(sessionToken));
}
