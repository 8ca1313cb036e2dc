import { type Filling, fillMass } from '../generate/fill.ts';
import type { Account, Execution, Moment, Organization, Pipeline, Project, Scope } from '../model.ts';
import { happenings, tell } from '../notifications/deliver.ts';
import type { EventType, Rule } from '../notifications/model.ts';
import { truthOf, type TruthRow } from '../truth.ts';
import { projectsOf, type World } from '../world.ts';
import { moveExecution, type MoveWish, rollBack, runAgain, type StartWish, startExecution } from './executions.ts';
import * as places from './places.ts';
import { addToken, type TokenWish } from './tokens.ts';

export interface RuleWish {
  project: Project;
  pipeline?: string;
  url: string;
  events?: readonly EventType[];
  headers?: Record<string, string>;
  gzip?: boolean;
}

export type HarnessState = ReturnType<typeof createState>;

/** How tests change the server. Times are the server's own clock's unless they are given. */
export function createState(world: World, firstAccount: string) {
  const account = places.addAccount(world, firstAccount);
  const told = new WeakSet<Moment>();
  const organization = (identifier: string): Organization => present(account.organizations.get(identifier), identifier);

  /** Sends the notifications that became due; the generated executions have none. */
  const tellDue = (): void => {
    if (world.rules.length === 0) return;
    const now = world.now().getTime();
    for (const one of world.accounts.values())
      for (const { executions } of projectsOf(one))
        for (const execution of executions.values())
          for (const happening of happenings(execution, now, told)) tell(world, happening);
  };
  const start = (pipeline: Pipeline, wish: StartWish = {}): Execution => {
    const execution = startExecution(world, pipeline, wish);
    tellDue();
    return execution;
  };
  const again =
    (kind: 'whole' | 'from stage') =>
    (earlier: Execution, wish: StartWish = {}): Execution => {
      const execution = runAgain(world, earlier, kind, wish);
      tellDue();
      return execution;
    };
  return {
    account,
    addAccount: (id: string, name?: string): Account => places.addAccount(world, id, name),
    addOrganization: (wish: places.OrganizationWish & { account?: Account }): Organization =>
      places.addOrganization(world, wish.account ?? account, wish),
    addProject: (wish: places.ProjectWish & { organization: string | Organization }): Project => {
      const { organization: where } = wish;
      return places.addProject(world, typeof where === 'string' ? organization(where) : where, wish);
    },
    organization,
    /** By `org/project`. */
    project: (name: string): Project => {
      const [org = '', identifier = ''] = name.split('/');
      return present(organization(org).projects.get(identifier), name);
    },
    removeProject: (project: Project): void => void project.organization.projects.delete(project.identifier),
    addPipeline: (project: Project, wish: places.PipelineWish): Pipeline => places.addPipeline(world, project, wish),
    /** Its executions are listed no more. */
    deletePipeline: (pipeline: Pipeline): void => void (pipeline.deleted = true),
    addService: (place: Scope, wish: Parameters<typeof places.addService>[2]) => places.addService(world, place, wish),
    addEnvironment: (place: Scope, wish: Parameters<typeof places.addEnvironment>[2]) =>
      places.addEnvironment(world, place, wish),
    addToken: (wish: TokenWish = {}): string => addToken(world, account, wish),
    revokeToken: (value: string): void => {
      for (const token of world.tokens) if (token.value === value) token.revoked = true;
    },
    start,
    move: (execution: Execution, status: string, wish: MoveWish = {}): void => {
      moveExecution(world, execution, status, wish);
      tellDue();
    },
    /** From the stage that failed: the list shows only this one from now on. */
    retry: again('from stage'),
    rerun: again('whole'),
    rollBack: (execution: Execution, at?: Date): void => {
      rollBack(world, execution, at);
      tellDue();
    },
    /** The run that rolls another pipeline's run back; no list shows it. */
    startRollback: (execution: Execution, wish: StartWish = {}): Execution => {
      const rollback = start(execution.pipeline, { stages: execution.stages, ...wish });
      rollback.mode = 'PIPELINE_ROLLBACK';
      return rollback;
    },
    /** Many executions as functions of their number. */
    fill: (wish: Filling = {}): Project[] => fillMass(world, account, wish),
    /** A rule that notifies of what happens from now on. */
    notify: ({ events = ['AllEvents'], headers = {}, gzip = false, ...rest }: RuleWish): Rule => {
      for (const { executions } of projectsOf(account))
        for (const execution of executions.values()) happenings(execution, world.now().getTime(), told);
      const rule: Rule = { ...rest, events, headers, gzip };
      world.rules.push(rule);
      return rule;
    },
    tellDue,
    /** No notification is on its way any more. */
    settled: async (): Promise<void> => void (await Promise.all(world.sending)),
    /** Every execution as it stands now, hidden ones too, from the model and not from what the API answers. */
    truth: (): Generator<TruthRow> => truthOf(account, world.now().getTime()),
  };
}

function present<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`The simulator has no ${name}.`);
  return found;
}
