import type { HarnessSimulator } from '../simulators/harness/index.ts';
import type { Deployment, Pipeline, Stage } from '../simulators/harness/model.ts';

/** Name of the token's file, mode 0600. */
export const tokenFile = 'reader.token';

const minute = 60_000;

/**
 * Fills a new server: two generated projects with two months behind them and two weeks to come, and `pay/ledger`, whose
 * last run waits for its approval. Returns the token of a service account that sees everything.
 */
export function fillSample({ state, world }: HarnessSimulator): string {
  const now = world.now().getTime();
  const day = 1440 * minute;
  state.fill({ projects: 2, executions: 1000, from: new Date(now - 60 * day), to: new Date(now + 14 * day) });
  state.addOrganization({ identifier: 'pay', name: 'Payments' });
  const ledger = state.addProject({ organization: 'pay', identifier: 'ledger', name: 'The ledger' });
  state.addService(ledger, { identifier: 'web', name: 'Web' });
  for (const { identifier, name, type } of [staging, production])
    state.addEnvironment(ledger, { identifier, name, type });
  const pipeline = state.addPipeline(ledger, {
    identifier: 'release',
    name: 'Release',
    stages: ['staging', 'approve', 'production'],
  });
  const ago = (minutes: number): Date => new Date(now - minutes * minute);
  const first = run({ state }, pipeline, { tag: '1.0', at: ago(600) });
  for (const stage of ['approve', 'production']) state.move(first, 'Success', { stage, at: ago(570) });
  state.move(first, 'Success', { at: ago(570) });
  state.move(run({ state }, pipeline, { tag: '1.1', at: ago(30) }), 'ApprovalWaiting', { at: ago(20) });
  return state.addToken({ owner: { name: 'reader', email: 'reader@example.com' } });
}

const staging = { identifier: 'staging', name: 'Staging', type: 'PreProduction' } as const;
const production = { identifier: 'production', name: 'Production', type: 'Production' } as const;

/** Its first stage has deployed to staging. */
function run({ state }: Pick<HarnessSimulator, 'state'>, pipeline: Pipeline, { tag, at }: { tag: string; at: Date }) {
  const image = {
    host: 'registry.example.com',
    path: 'pay/web',
    tag,
    digest: `sha256:${tag.replace('.', '').padStart(64, '0')}`,
  };
  const to = (environment: Deployment['environment']) => ({
    identifier: environment.identifier,
    type: 'Deployment' as const satisfies Stage['type'],
    deployment: {
      service: { identifier: 'web', name: 'Web', type: 'Kubernetes' },
      environment,
      infrastructure: 'k8s',
      image,
    },
  });
  const stages = [to(staging), { identifier: 'approve', type: 'Approval' as const }, to(production)];
  const execution = state.start(pipeline, { at, stages });
  const later = new Date(at.getTime() + 5 * minute);
  state.move(execution, 'Success', { stage: 'staging', at: later });
  state.move(execution, 'ApprovalWaiting', { stage: 'approve', at: later });
  return execution;
}
