import type { IncomingHttpHeaders } from 'node:http';
import { badRequest, badToken, type ApiError } from './errors.ts';
import type { Account, Token } from './model.ts';
import type { World } from './world.ts';

/** Who asks, or why he is refused. */
export type Subject = { token: Token; account: Account } | { error: ApiError; shown: boolean };

/** The account that a request names, where the server looks for it first. */
function accountNamed(headers: IncomingHttpHeaders, query: URLSearchParams, path: string): string | undefined {
  const header = headers['harness-account'];
  const inPath = /^ng\/api\/accounts\/([^/]+)/.exec(path)?.[1];
  const named = [header, query.get('accountId'), query.get('accountIdentifier'), inPath];
  return named.find((value): value is string => typeof value === 'string' && value !== '');
}

/** The checks of the layer in front of every endpoint, in its order. */
export function subjectOf(
  world: World,
  { headers, query, path }: { headers: IncomingHttpHeaders; query: URLSearchParams; path: string },
): Subject {
  const shown = headers['x-api-key'];
  if (typeof shown !== 'string' || shown === '')
    return { error: badToken(world.badTokens, 'Token is not present'), shown: false };
  const refuse = (message: string, code?: string): Subject => ({
    error: badToken(world.badTokens, message, code),
    shown: true,
  });
  const named = accountNamed(headers, query, path);
  if (named === undefined) return { error: badRequest('Account detail is not present in the request'), shown: true };
  const parts = shown.split('.');
  if (parts.length !== 3 && parts.length !== 4)
    return refuse('Invalid API Token: Token length not matching for API token');
  const id = parts.at(-2) ?? '';
  const token = world.tokens.find((one) => one.id === id);
  if (token === undefined || token.revoked) return refuse(`Invalid API token ${id}: Token not found`);
  const { account } = token;
  if (named !== account.id) return refuse(`Invalid account token access ${id}`);
  if (parts.length === 4 && parts[1] !== account.id) return refuse(`Invalid accountId in token ${id}`);
  if (parts[0] !== token.kind) return refuse(`${id} Invalid prefix for API token`);
  if (parts.at(-1) !== token.value.split('.').at(-1)) return refuse(`${id} Raw password not matching for API token`);
  if (token.expiresAt !== null && token.expiresAt <= world.now().getTime())
    return refuse(`Incoming API token ${id} has expired. Token id: ${id}`, 'EXPIRED_TOKEN');
  return { token, account };
}
