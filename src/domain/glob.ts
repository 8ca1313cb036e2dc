/**
 * A pattern as people write it for names with slashes: `*` and `?` stay within one segment, `**` crosses them. The whole
 * name must match.
 */
export function globToRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/?|[*?]|[.+^${}()|[\]\\]/g, (found) => {
    if (found === '**/') return '(?:[^/]+/)*';
    if (found === '**') return '.*';
    if (found === '*') return '[^/]*';
    return found === '?' ? '[^/]' : `\\${found}`;
  });
  return new RegExp(`^${source}$`);
}

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}
