import { ownerKey } from '../../../domain/code-owners.ts';
import type { ProjectRule } from './contract.ts';

interface Looked {
  key: string;
  tags: readonly string[];
  repository: string | null;
  owners(): readonly string[];
}

type Named<Project> = readonly [name: string, project: Project];

/**
 * Says which projects a rule may take, so that not every project is held against every rule: what a rule takes is always
 * among them, in no order.
 */
export function candidatesOf<Project extends Looked>(
  projects: readonly Project[],
): (rule: ProjectRule) => readonly Project[] {
  const byTag = byWord(projects, ({ tags }) => tags);
  // Owners are looked for where a rule asks for them, and then once.
  let byOwner: Map<string, Project[]> | undefined;
  const keys = sorted(projects.map((project) => [project.key, project]));
  const repositories = sorted(
    projects.flatMap((project): Named<Project>[] =>
      project.repository === null ? [] : [[project.repository.toLowerCase(), project]],
    ),
  );
  return ({ kind, value }) => {
    if (kind === 'tag') return byTag.get(value) ?? [];
    if (kind === 'key') return beginningWith(keys, value);
    if (kind === 'glob') return beginningWith(keys, beforeWildcards(value));
    if (kind === 'repository') return beginningWith(repositories, beforeWildcards(value.toLowerCase()));
    byOwner ??= byWord(projects, (project) => project.owners());
    return byOwner.get(ownerKey(value)) ?? [];
  };
}

function byWord<Project>(
  projects: readonly Project[],
  wordsOf: (project: Project) => readonly string[],
): Map<string, Project[]> {
  const found = new Map<string, Project[]>();
  for (const project of projects)
    for (const word of wordsOf(project)) {
      const same = found.get(word);
      if (same === undefined) found.set(word, [project]);
      else same.push(project);
    }
  return found;
}

const sorted = <Project>(names: Named<Project>[]): Named<Project>[] =>
  names.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

const beforeWildcards = (pattern: string): string => pattern.split(/[*?]/, 1)[0] ?? '';

function beginningWith<Project>(names: readonly Named<Project>[], start: string): Project[] {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle]?.[0] ?? '') < start) low = middle + 1;
    else high = middle;
  }
  const found: Project[] = [];
  for (let at = low; names[at]?.[0].startsWith(start); at++) {
    const project = names[at]?.[1];
    if (project !== undefined) found.push(project);
  }
  return found;
}
