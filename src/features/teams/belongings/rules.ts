import { ownerKey } from '../../../domain/code-owners.ts';
import { compileGlob } from '../../../domain/glob.ts';
import { candidatesOf } from './candidates.ts';
import type { ProjectRule } from './contract.ts';

/** A project as rules look at it. */
export interface RuledProject {
  id: number;
  key: string;
  tags: readonly string[];
  /** Nobody could read its tags: those it has here were read last, and it may have others now. */
  tagsUnread: boolean;
  /** The server it is read from. */
  integrationId: number;
  /** `PROJECT/slug` of the repository it is bound to; null: none. */
  repository: string | null;
  /** Who owns its folder of that repository, as `ownerKey` writes them. */
  owners(): readonly string[];
  /** The file that says so could not be read. */
  ownersUnread: boolean;
}

/** Says whether a project is one of a rule’s. Keys and tags are as SonarQube has them; Bitbucket knows no capitals in names. */
export function compileRule({ kind, value }: ProjectRule): (project: RuledProject) => boolean {
  if (kind === 'key') return ({ key }) => key === value;
  if (kind === 'tag') return ({ tags }) => tags.includes(value);
  if (kind === 'owner') {
    const owner = ownerKey(value);
    return ({ owners }) => owners().includes(owner);
  }
  if (kind === 'glob') {
    const fits = compileGlob(value);
    return ({ key }) => fits(key);
  }
  const fits = compileGlob(value.toLowerCase());
  return ({ repository }) => repository !== null && fits(repository.toLowerCase());
}

/** Says whether it cannot be said now if a project is one of a rule’s: it stays what it was when that could be read. */
export function unreadBy({ kind }: Pick<ProjectRule, 'kind'>): (project: RuledProject) => boolean {
  return ({ tagsUnread, ownersUnread }) => (kind === 'tag' && tagsUnread) || (kind === 'owner' && ownersUnread);
}

/**
 * What each team’s rules take of the servers that count for it. A project of two teams is both’s: who shares it is shown,
 * not decided here.
 */
export function takenBy(
  rules: readonly (ProjectRule & { team: number })[],
  projects: readonly RuledProject[],
  allows: (team: number, integration: number) => boolean,
): Map<number, Set<number>> {
  const candidates = candidatesOf(projects);
  const taken = new Map<number, Set<number>>();
  for (const rule of rules) {
    const { team } = rule;
    const fits = compileRule(rule);
    const own = taken.get(team) ?? new Set<number>();
    for (const project of candidates(rule))
      if (fits(project) && allows(team, project.integrationId)) own.add(project.id);
    taken.set(team, own);
  }
  return taken;
}
