import type { Account, Environment, Organization, Pipeline, Project, Scope, Service } from '../model.ts';
import type { World } from '../world.ts';

interface Wish {
  identifier: string;
  /** Default: the identifier with a capital. */
  name?: string;
  description?: string;
  tags?: Record<string, string>;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function named({ now }: World, { identifier, name, description = '', tags = {} }: Wish) {
  const at = now().getTime();
  return { identifier, name: name ?? capital(identifier), description, tags, createdAt: at, lastModifiedAt: at };
}

const scope = (): Scope => ({ services: new Map(), environments: new Map() });

/** A new account has the organization `default`, as on the real server. */
export function addAccount(world: World, id: string, name = capital(id)): Account {
  const account: Account = { id, name, organizations: new Map(), ...scope() };
  world.accounts.set(id, account);
  addOrganization(world, account, { identifier: 'default', harnessManaged: true });
  return account;
}

export type OrganizationWish = Wish & { harnessManaged?: boolean };

export function addOrganization(world: World, account: Account, wish: OrganizationWish): Organization {
  const { harnessManaged = false } = wish;
  const organization: Organization = {
    ...named(world, wish),
    ...scope(),
    account,
    harnessManaged,
    projects: new Map(),
  };
  account.organizations.set(organization.identifier, organization);
  return organization;
}

export type ProjectWish = Wish & { modules?: string[] };

export function addProject(world: World, organization: Organization, wish: ProjectWish): Project {
  const { modules = ['CD', 'CI'] } = wish;
  world.projectsMade += 1;
  const project: Project = {
    ...named(world, wish),
    ...scope(),
    organization,
    ordinal: world.projectsMade,
    modules,
    pipelines: new Map(),
    executions: new Map(),
    mass: null,
  };
  organization.projects.set(project.identifier, project);
  return project;
}

export type PipelineWish = Wish & { stages?: string[]; modules?: string[]; storeType?: Pipeline['storeType'] };

export function addPipeline(world: World, project: Project, wish: PipelineWish): Pipeline {
  const { stages = [], modules = ['cd', 'ci', 'pms'], storeType = 'INLINE' } = wish;
  const pipeline: Pipeline = { ...named(world, wish), project, stages, modules, storeType, deleted: false };
  project.pipelines.set(pipeline.identifier, pipeline);
  return pipeline;
}

export function addService(world: World, place: Scope, wish: Wish & { type?: string }): Service {
  const service: Service = { ...named(world, wish), type: wish.type ?? 'Kubernetes' };
  place.services.set(service.identifier, service);
  return service;
}

export function addEnvironment(world: World, place: Scope, wish: Wish & { type?: Environment['type'] }): Environment {
  const environment: Environment = { ...named(world, wish), type: wish.type ?? 'Production' };
  place.environments.set(environment.identifier, environment);
  return environment;
}
