import type { Queryable } from '../../../platform/database/index.ts';
import type { NewFinding } from '../model.ts';
import type { BoundProject } from './source.ts';

/** How paths of a project become paths of its repository. */
export interface Places {
  prefix: string;
  /** The project was analysed from the root of the repository: its paths begin with the prefix already. */
  fromRoot: boolean;
}

export async function placesOf(db: Queryable, { projectId, prefix }: BoundProject): Promise<Places> {
  if (prefix === '') return { prefix, fromRoot: true };
  const { fromRoot } = await db.one<{ fromRoot: boolean }>(
    `select exists (select from shared.paths where project_id = $1 and starts_with(path, $2)) as "fromRoot"`,
    [projectId, `${prefix}/`],
  );
  return { prefix, fromRoot };
}

/** A path of the repository as the project has it; null for what lies outside its folder. */
export function projectPath(path: string, { prefix, fromRoot }: Places): string | null {
  if (prefix === '') return path;
  if (!path.startsWith(`${prefix}/`)) return null;
  return fromRoot ? path : path.slice(prefix.length + 1);
}

/** Findings by their path in the repository; those outside the prefix belong to another project and are only counted. */
export function inRepository(
  findings: readonly NewFinding[],
  { prefix, fromRoot }: Places,
): { findings: NewFinding[]; outside: number } {
  if (prefix === '') return { findings: [...findings], outside: 0 };
  const within = ({ path }: NewFinding): boolean => path === null || path.startsWith(`${prefix}/`);
  if (fromRoot) {
    const kept = findings.filter(within);
    return { findings: kept, outside: findings.length - kept.length };
  }
  const placed = findings.map((finding) =>
    finding.path === null ? finding : { ...finding, path: `${prefix}/${finding.path}` },
  );
  return { findings: placed, outside: 0 };
}
