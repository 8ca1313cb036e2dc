/**
 * The text without user names, passwords and query secrets of the addresses in it, however they are written: with a
 * scheme or without, with one slash or two, escaped for JSON, encoded inside another address, in `scp` form. Finds
 * them by what an address is made of, not by known prefixes, and takes out rather too much than too little. Looks at each
 * character a bounded number of times.
 */
export function redactUrls(text: string): string {
  return withoutQuerySecrets(withoutNames(withoutUserInfo(text)));
}

/** What stands before the authority of an address: two slashes, or the one that is left of them, also encoded or escaped. */
const beforeAuthority = /:?\\?\/\\?\/|\\\\|%(?:25){0,3}2f%(?:25){0,3}2f|:\\?\//gi;
const encodedAt = /%(?:25){0,3}40/i;
const longestPassword = 512;

/** Takes out `user:password@` and `token@` before the host of an authority. */
function withoutUserInfo(text: string): string {
  let kept = '';
  let from = 0;
  beforeAuthority.lastIndex = 0;
  for (let found = beforeAuthority.exec(text); found !== null; found = beforeAuthority.exec(text)) {
    const start = found.index + found[0].length;
    const end = endOfUserInfo(text.slice(start, start + longestPassword), found[0].startsWith('%'));
    kept += text.slice(from, start);
    from = start + end;
    beforeAuthority.lastIndex = from;
  }
  return kept + text.slice(from);
}

/** How long the user information is that `rest` begins with, its `@` included; 0: there is none. */
function endOfUserInfo(rest: string, encoded: boolean): number {
  const run = rest.split(/[\s<>]/, 1)[0] ?? '';
  const authority = run.split(encoded ? /[/?#\\&]|%(?:25){0,3}2f/i : /[/?#\\]/, 1)[0] ?? '';
  const end = afterLastAt(authority, encoded);
  if (end > 0) return end;
  // `user:pa/ss@host`: what looks like a port is none, so the password goes on behind the slash.
  const port = /:([^:\]]*)$/.exec(authority)?.[1];
  return port === undefined || /^\d*$/.test(port) ? 0 : afterLastAt(run, encoded);
}

function afterLastAt(text: string, encoded: boolean): number {
  const plain = text.lastIndexOf('@') + 1;
  if (!encoded) return plain;
  const tail = text.split(encodedAt).at(-1) ?? '';
  return Math.max(plain, text.length - tail.length);
}

/** Words with a colon that are no user names; the one after `scm:` names what kind of repository follows. */
const schemes = new Set(['http', 'https', 'ssh', 'ftp', 'svn', 'pkg', 'mailto', 'acct']);
const breaks = /[\s"'<>`]/;
const openings = '=(,;{[';

/** Takes out `user:password@` of addresses without slashes before the host, e.g. `user:password@host:path`. */
function withoutNames(text: string): string {
  let kept = '';
  let from = 0;
  let start = 0;
  let colon = -1;
  let slash = false;
  let hasAuthority = false;
  const begin = (at: number): void => {
    start = at;
    colon = -1;
    slash = false;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (breaks.test(character)) {
      begin(at + 1);
      hasAuthority = false;
    } else if (colon === -1 && openings.includes(character)) begin(at + 1);
    else if (character === '/') {
      slash = true;
      hasAuthority ||= text[at + 1] === '/';
    } else if (character === ':' && colon === -1) {
      const word = text.slice(start, Math.min(at, start + 20)).toLowerCase();
      const provider = text.slice(Math.max(0, start - 4), start).toLowerCase() === 'scm:';
      if (word === 'scm' || provider || schemes.has(word)) begin(at + 1);
      else colon = at;
    } else if (character === '@' && !hasAuthority && colon !== -1 && at > colon + 1 && isHost(text, at + 1, slash)) {
      kept += text.slice(from, start);
      from = at + 1;
      begin(from);
    }
  }
  return kept + text.slice(from);
}

/** After a run with slashes only what cannot be a branch or tag counts as a host: `host/team/name@v1` names none. */
function isHost(text: string, at: number, slash: boolean): boolean {
  const rest = text.slice(at, at + 256);
  if (/^sha(?:256|512):[0-9a-f]{8}/i.test(rest)) return false;
  const host = /^(?:\[[0-9a-f:.]+\]|[\w.-]+)/i.exec(rest)?.[0];
  if (host === undefined || rest[host.length] === '@') return false;
  return !slash || host.includes('.') || rest[host.length] === ':';
}

const secretName = /token|passw|secret|key|sig|auth|credential|code/i;

function withoutQuerySecrets(text: string): string {
  return text.replace(/([?&;#])([\w.%-]{1,100})=([^&\s"'#<>]+)/g, (whole, mark: string, name: string) =>
    secretName.test(name) ? `${mark}${name}=redacted` : whole,
  );
}
