// Adds to package-lock.json the platform packages npm left out. npm skips an optional dependency it cannot fetch (a
// registry mirror that holds one platform only) without a word and without an entry, and `npm ci` then refuses the
// lock: "Missing ... from lock file". Their versions are exact in the parent, their platform is in their name.
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];

/** Entries that are missing, as `[path, entry]`; throws on one whose version or platform cannot be told. */
export function missingPlatformPackages(packages) {
  const missing = new Map();
  for (const [path, parent] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (isLocked(packages, path, name)) continue;
      const at = `${path.slice(0, path.lastIndexOf('node_modules/'))}node_modules/${name}`;
      missing.set(at, entryFor(name, version, parent));
    }
  }
  return [...missing];
}

/** Looks where Node would: in the parent's own node_modules, then upwards. */
function isLocked(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}

function entryFor(name, version, parent) {
  const words = name.split(/[/-]/);
  const index = words.findIndex((word) => systems.includes(word));
  const cpu = words[index + 1];
  if (index === -1 || cpu === undefined || !/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) {
    throw new Error(`cannot complete the lock: ${name}@${version} names no platform or no exact version`);
  }
  const flavour = words[index + 2] ?? '';
  const libc = flavour.startsWith('musl') ? ['musl'] : flavour === 'gnu' ? ['glibc'] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(parent.dev === true ? { dev: true } : {}),
    ...(libc === undefined || cpu === 'arm' ? {} : { libc }),
    optional: true,
    os: [words[index]],
  };
}

/** Rewrites the file only when something is missing. Returns how many entries were added. */
export function completeLock(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingPlatformPackages(lock.packages);
  if (missing.length === 0) return 0;
  for (const [path, entry] of missing) lock.packages[path] = entry;
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  return missing.length;
}
