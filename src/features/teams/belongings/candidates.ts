import type { ProjectRule } from './contract.ts';

interface Looked {
  key: string;
  tags: readonly string[];
  repository: string | null;
}

type Named<Project> = readonly [name: string, project: Project];

/**
 * Says which projects a rule may take, so that not every project is held against every rule: what a rule takes is always
 * among them, in no order.
 */
export function candidatesOf<Project extends Looked>(
  projects: readonly Project[],
): (rule: ProjectRule) => readonly Project[] {
  const byTag = new Map<string, Project[]>();
  for (const project of projects)
    for (const tag of project.tags) {
      const tagged = byTag.get(tag);
      if (tagged === undefined) byTag.set(tag, [project]);
      else tagged.push(project);
    }
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
    return projects;
  };
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
