import type { Account, Pipeline, Project } from '../model.ts';
import { addEnvironment, addOrganization, addPipeline, addProject, addService } from '../state/places.ts';
import type { World } from '../world.ts';
import { environments, generatedServices } from './facts.ts';
import type { Kind } from './fates.ts';
import { createMass } from './mass.ts';

export interface Filling {
  /** Default 20, in four organizations. */
  projects?: number;
  /** Over all projects; default 50,000. */
  executions?: number;
  /** Between which times they start; default the last 180 days. */
  from?: Date;
  to?: Date;
  seed?: number;
  /** Whether statuses that are in no list occur; strict readers refuse them. Default as the profile. */
  unheardStatuses?: boolean;
}

const organizationCount = 4;
const dayMs = 86_400_000;

const stagesOf: Record<Kind, string[]> = {
  build: ['Build'],
  deploy: ['Deploy staging', 'Approve', 'Deploy production'],
  release: ['Build', 'Deploy dev', 'Deploy staging'],
  matrix: ['Deploy production'],
  parent: ['Chained'],
  child: ['Deploy dev'],
  retired: ['Build'],
};

/** Organizations `org1` to `org4` with projects `p01`, `p02` and so on, each with its share of the executions. */
export function fillMass(world: World, account: Account, wish: Filling): Project[] {
  const { projects: count = 20, executions = 50_000, seed = 1 } = wish;
  const to = wish.to ?? world.now();
  const from = wish.from ?? new Date(to.getTime() - 180 * dayMs);
  const unheardStatuses = wish.unheardStatuses ?? world.profile.newerStatuses;
  return Array.from({ length: count }, (_nothing, index) => {
    const project = newProject(world, account, index);
    const share = Math.floor(executions / count) + (index < executions % count ? 1 : 0);
    const plan = { count: share, from, to, seed: seed * 1000 + index, unheardStatuses };
    project.mass = createMass(project, plan, newPipelines(world, project));
    return project;
  });
}

function newProject(world: World, account: Account, index: number): Project {
  const name = `org${(index % organizationCount) + 1}`;
  const organization = account.organizations.get(name) ?? addOrganization(world, account, { identifier: name });
  const identifier = `p${String(index + 1).padStart(2, '0')}`;
  const project = addProject(world, organization, { identifier, name: `Project ${index + 1}` });
  for (const service of generatedServices) addService(world, project, service);
  for (const environment of environments) addEnvironment(world, project, environment);
  addService(world, organization, { identifier: 'shared', name: 'Shared' });
  return project;
}

function newPipelines(world: World, project: Project): Record<Kind, Pipeline> {
  const make = (kind: Kind): Pipeline => {
    const storeType = kind === 'release' ? 'INLINE_HC' : 'INLINE';
    const pipeline = addPipeline(world, project, { identifier: kind, stages: stagesOf[kind], storeType });
    pipeline.deleted = kind === 'retired';
    return pipeline;
  };
  return {
    build: make('build'),
    deploy: make('deploy'),
    release: make('release'),
    matrix: make('matrix'),
    parent: make('parent'),
    child: make('child'),
    retired: make('retired'),
  };
}
