/** A run of Harness, or what it deployed, is new or changed. The id is the execution's. */
export const executionChanged = 'execution';
/** Many of one project changed at once. The id is that of the level at which its pipelines are defined. */
export const executionsOfLevel = 'executions_of_level';
/** What a pipeline reported of a deployment is new or changed. The id is the deployment's. */
export const deploymentChanged = 'deployment';

export const deploymentChanges: readonly string[] = [executionChanged, executionsOfLevel, deploymentChanged];

/** Above this many in one publish, which is a first reading, the project is named instead of each. */
const mostNamed = 20;

export function changesOfExecutions(ids: readonly number[], levelId: number): { kind: string; id: number }[] {
  if (ids.length > mostNamed) return [{ kind: executionsOfLevel, id: levelId }];
  return ids.map((id) => ({ kind: executionChanged, id }));
}
