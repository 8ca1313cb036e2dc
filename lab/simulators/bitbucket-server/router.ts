import { decodedPart } from '../wire/decoded-part.ts';
import type { Endpoint } from './call.ts';
import { isAtLeast, type Profile } from './profiles.ts';

interface Route {
  endpoint: Endpoint;
  parts: readonly string[];
}

export interface Found {
  endpoint: Endpoint;
  params: Record<string, string>;
}

/** Finds endpoints by method and path; `other`: the path is known, with another method. */
export function createRouter(endpoints: readonly Endpoint[]) {
  const routes: Route[] = endpoints.map((endpoint) => ({ endpoint, parts: endpoint.path.split('/') }));
  return (profile: Profile, method: string, path: string): Found | 'other' | undefined => {
    const parts = path.split('/').map(decodedPart);
    let other = false;
    for (const { endpoint, parts: pattern } of routes) {
      if (!isOn(profile, endpoint)) continue;
      const params = match(pattern, parts);
      if (params === undefined) continue;
      if (endpoint.method === method) return { endpoint, params };
      other = true;
    }
    return other ? 'other' : undefined;
  };
}

const isOn = (profile: Profile, { since, until }: Endpoint): boolean =>
  (since === undefined || isAtLeast(profile, since)) && (until === undefined || !isAtLeast(profile, until));

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = parts[index];
    if (expected.endsWith('*}')) {
      params[expected.slice(1, -2)] = parts.slice(index).join('/');
      return params;
    }
    if (actual === undefined) return undefined;
    if (expected === '{version}') {
      if (actual !== '1.0' && actual !== 'latest') return undefined;
    } else if (expected.startsWith('{')) {
      const close = expected.indexOf('}');
      const suffix = expected.slice(close + 1);
      if (actual === '' || !actual.endsWith(suffix)) return undefined;
      params[expected.slice(1, close)] = actual.slice(0, actual.length - suffix.length);
    } else if (actual !== expected) return undefined;
  }
  // A slash at the end is forgiven.
  const rest = parts.slice(pattern.length);
  return rest.length === 0 || (rest.length === 1 && rest[0] === '') ? params : undefined;
}
