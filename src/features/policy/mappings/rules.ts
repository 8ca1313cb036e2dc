import { compileGlob } from '../../../domain/glob.ts';
import type { Analysis, RequiredProject } from '../model.ts';

export interface MappedProject {
  projectKey: string;
  /** Null: whichever integration has a project of this key. */
  integrationId: number | null;
  /** Base directory in a mono repository, '' for the root; only of `source` rules. */
  directory: string | null;
}

/** What the operator says. `image`: images demand projects. `source`: projects are of a git repository. */
export type MappingRule = { id: number; projects: MappedProject[] } & (
  | { kind: 'image'; registryId: number | null; pattern: string }
  | { kind: 'source'; repositoryKey: string }
);

export interface ImagePlace {
  integrationId: number;
  repository: string;
}

/** The rules in a form that answers quickly for many images. */
export interface Mapping {
  /** Projects demanded of an image; empty when no rule matches. Of several rules all count. */
  requiredOf(image: ImagePlace): RequiredProject[];
  /** Where a project is, as a `source` rule says. */
  sourceOf(project: {
    projectKey: string;
    integrationId: number;
  }): { repository: NonNullable<Analysis['repository']>; directory: string | null } | undefined;
  repositoryKnown(key: string): boolean;
}

export function compileMapping(rules: readonly MappingRule[]): Mapping {
  const patterns = rules.flatMap((rule) => (rule.kind === 'image' ? [{ rule, matches: imageMatcher(rule) }] : []));
  const sources = new Map<string, { key: string; project: MappedProject }[]>();
  const known = new Set<string>();
  for (const rule of rules) {
    if (rule.kind !== 'source') continue;
    known.add(rule.repositoryKey);
    for (const project of rule.projects) {
      const before = sources.get(project.projectKey) ?? [];
      sources.set(project.projectKey, [...before, { key: rule.repositoryKey, project }]);
    }
  }
  const answered = new Map<string, RequiredProject[]>();
  return {
    requiredOf(image) {
      const place = `${image.integrationId} ${image.repository}`;
      const before = answered.get(place);
      // Stryker disable next-line ConditionalExpression: what is not remembered is worked out again, alike
      if (before !== undefined) return before;
      const required = distinct(patterns.filter(({ matches }) => matches(image)).flatMap(({ rule }) => rule.projects));
      // Stryker disable next-line CallExpression: as above
      answered.set(place, required);
      return required;
    },
    sourceOf({ projectKey, integrationId }) {
      const meant = (sources.get(projectKey) ?? []).filter(
        ({ project }) => project.integrationId === null || project.integrationId === integrationId,
      );
      const found = meant.find(({ project }) => project.integrationId !== null) ?? meant[0];
      if (found === undefined) return undefined;
      return { repository: { key: found.key, source: 'mapping' }, directory: found.project.directory };
    },
    repositoryKnown: (key) => known.has(key),
  };
}

/** Whether an `image` rule speaks of an image. */
export function imageMatcher(rule: { registryId: number | null; pattern: string }): (image: ImagePlace) => boolean {
  const pattern = compileGlob(rule.pattern);
  return ({ integrationId, repository }) =>
    (rule.registryId === null || rule.registryId === integrationId) && pattern(repository);
}

function distinct(projects: readonly MappedProject[]): RequiredProject[] {
  const byKey = new Map(projects.map((project) => [`${project.integrationId} ${project.projectKey}`, project]));
  return [...byKey.values()].map(({ projectKey, integrationId }) => ({ projectKey, integrationId }));
}
