import { decodedPart } from '../wire/decoded-part.ts';
import type { Endpoint } from './call.ts';
import type { Profile } from './profiles.ts';

export interface Found {
  endpoint: Endpoint;
  params: Record<string, string>;
}

/** Finds endpoints by method and path; a path without a name in it goes before one that has. */
export function createRouter(endpoints: readonly Endpoint[], profile: Profile) {
  const routes = endpoints
    .filter(({ on }) => on === undefined || on(profile))
    .map((endpoint) => ({ endpoint, pattern: endpoint.path.split('/') }))
    .sort((one, other) => names(one.pattern) - names(other.pattern));
  return (method: string, path: string): Found | undefined => {
    const parts = path.split('/').map(decodedPart);
    for (const { endpoint, pattern } of routes) {
      const params = endpoint.method === method ? match(pattern, parts) : undefined;
      if (params !== undefined) return { endpoint, params };
    }
    return undefined;
  };
}

const names = (pattern: readonly string[]): number => pattern.filter((part) => part.startsWith('{')).length;

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = parts[index] ?? '';
    if (expected.startsWith('{') && actual !== '') params[expected.slice(1, -1)] = actual;
    else if (actual !== expected) return undefined;
  }
  return params;
}
