import { join, resolve } from 'node:path';

/** What the two directories depend on; by argument so that tests and the lab can play another machine. */
export interface DirectorySource {
  /** Variables read: PLUMBLINE_HOME, PLUMBLINE_CACHE, XDG_STATE_HOME, XDG_CACHE_HOME, HOME. */
  env: Readonly<Record<string, string | undefined>>;
  /** Effective user id; undefined where the system has none. */
  uid: number | undefined;
}

export function currentDirectorySource(): DirectorySource {
  return { env: process.env, uid: process.getuid?.() };
}

/**
 * Where the product keeps its state. As root it lies outside the home directory, because the database and lab
 * servers run as users to whom a 0700 home is closed.
 */
export function stateDirectory(source: DirectorySource): string {
  return chosen(source, { own: 'PLUMBLINE_HOME', xdg: 'XDG_STATE_HOME', inHome: '.local/state', asRoot: '/var/lib' });
}

/** Where downloads are kept that can be fetched again at any time; never below the clone. */
export function cacheDirectory(source: DirectorySource): string {
  return chosen(source, { own: 'PLUMBLINE_CACHE', xdg: 'XDG_CACHE_HOME', inHome: '.cache', asRoot: '/var/cache' });
}

interface Places {
  own: string;
  xdg: string;
  inHome: string;
  asRoot: string;
}

function chosen({ env, uid }: DirectorySource, places: Places): string {
  const own = env[places.own];
  if (own) return resolve(own);
  const xdg = env[places.xdg];
  if (xdg) return resolve(xdg, 'plumbline');
  if (uid === 0) return join(places.asRoot, 'plumbline');
  return join(env['HOME'] ?? '/tmp', places.inHome, 'plumbline');
}
