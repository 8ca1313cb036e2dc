import type { Database } from '../../platform/database/index.ts';
import type { FreshIntegration, Overview, Step, StepName } from './contract.ts';

export interface Present {
  /** Deployments are known, or somebody said what an environment runs. */
  deployments: boolean;
  bindings: boolean;
  trees: boolean;
}

/** What there is, and what to connect next. */
export async function readSetup(db: Database, freshness: readonly FreshIntegration[]): Promise<Overview['setup']> {
  const present = await db.one<Present>(
    `select exists (select from shared.deployments) or exists (select from shared.environment_images where valid_to is null) as deployments,
            exists (select from shared.bindings) as bindings, exists (select from shared.org_trees) as trees`,
  );
  const steps = stepsOf(freshness, present);
  return { steps, next: steps.find(({ state }) => state === 'open')?.name ?? null };
}

/** A step that is done is not taken back by a later failure: that is what health tells. */
export function stepsOf(freshness: readonly FreshIntegration[], present: Present): Step[] {
  const ofKind = (kind: string): Step['state'] => {
    const own = freshness.filter((one) => one.kind === kind);
    if (own.length === 0) return 'open';
    return own.some(({ lastGoodAt }) => lastGoodAt !== null) ? 'done' : 'waiting';
  };
  const told = (is: boolean): Step['state'] => (is ? 'done' : 'open');
  const states: Record<StepName, Step['state']> = {
    sonarqube: ofKind('sonarqube'),
    registry: ofKind('oci-registry'),
    deployments: present.deployments ? 'done' : ofKind('harness') === 'open' ? 'open' : 'waiting',
    repositories: ofKind('bitbucket-server'),
    bindings: told(present.bindings),
    teams: told(present.trees),
  };
  return order.map((name) => ({ name, state: states[name] }));
}

const order: readonly StepName[] = ['sonarqube', 'registry', 'deployments', 'repositories', 'bindings', 'teams'];
