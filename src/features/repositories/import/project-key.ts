/** How the key of an imported project is made of the names of its repository. */
export const keyRules = ['project_slug', 'project:slug', 'slug'] as const;
export type KeyRule = (typeof keyRules)[number];

const longest = 400;

/**
 * The key that is proposed. SonarQube takes letters, digits and - _ . : of at most 400 characters, one of them no digit;
 * whatever else a name has becomes an underscore.
 */
export function projectKeyOf(
  { project, slug, prefix }: { project: string; slug: string; prefix: string },
  rule: KeyRule,
): string {
  const name = { project_slug: `${project}_${slug}`, 'project:slug': `${project}:${slug}`, slug }[rule];
  const key = `${name}${prefix === '' ? '' : `_${prefix}`}`.replaceAll(/[^A-Za-z0-9\-_.:]/g, '_').slice(0, longest);
  return /^\d*$/.test(key) ? `_${key}`.slice(0, longest) : key;
}
