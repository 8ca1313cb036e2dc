import type { Queryable } from '../../../platform/database/index.ts';
import type { MappingAnswer, VerdictAnswer } from '../contract.ts';
import { listRulesAt } from '../store/settings.ts';
import { integrationNames, toMapping } from './mappings.ts';
import { imageMatcher, type MappingRule } from './rules.ts';

/** For each verdict the mappings in force at a time that speak of its image, of its git repository or of its projects. */
export async function mappingsAt(
  db: Queryable,
  verdicts: readonly VerdictAnswer[],
  at: string,
): Promise<MappingAnswer[][]> {
  const rules = await listRulesAt(db, at);
  const names = await integrationNames(db);
  return verdicts.map((verdict) =>
    rules.filter((rule) => speaksOf(rule, verdict)).map((rule) => toMapping(rule, names)),
  );
}

function speaksOf(rule: MappingRule, { image, platforms }: VerdictAnswer): boolean {
  if (rule.kind === 'image')
    return imageMatcher(rule)({ integrationId: image.registry.id ?? 0, repository: image.repository });
  return platforms.some(
    ({ claim, projects }) =>
      claim?.repositoryKey === rule.repositoryKey ||
      projects.some((project) =>
        rule.projects.some(
          ({ projectKey, integrationId }) =>
            projectKey === project.projectKey && (integrationId === null || integrationId === project.integrationId),
        ),
      ),
  );
}
