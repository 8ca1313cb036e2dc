import type { z } from 'zod';
import { containing, type Database, type Queryable, type Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { bindingsChanged } from '../changes.ts';
import type * as contract from '../contract.ts';
import { namedRepository } from './address.ts';
import { answersOf, originOf } from './answer.ts';
import { scannerCommands } from './scanner.ts';
import { type BindingProblem, bindingProblem, type BoundProject, normalPrefix } from './rules.ts';
import {
  boundTo,
  deleteBinding,
  findBinding,
  findBindings,
  findingsOutside,
  insertBinding,
  lockRepository,
  repositoriesNamed,
  updateBinding,
} from './store.ts';

type Settings = z.output<typeof contract.BindingSettings>;

const pageSize = 50;

/** What changing bindings takes. */
export interface BindingOptions {
  db: Database;
  /** Tells other rooms, in the transaction of the change. */
  tell(tx: Tx, changes: readonly { kind: string; id: number }[]): Promise<void>;
}

const told = (repositoryId: number) => [{ kind: bindingsChanged, id: repositoryId }];

export async function listBindings(
  db: Queryable,
  query: z.output<typeof contract.BindingQuery>,
): Promise<contract.BindingList> {
  const { search, repository, page } = query;
  const filter = { containing: containing(search), repository: repository ?? null };
  const { rows, total } = await findBindings(db, filter, { limit: pageSize, offset: (page - 1) * pageSize });
  return { bindings: await answersOf(db, rows), total, page, pageSize };
}

/**
 * Binds a project. Throws `project_not_found`, `code_repository_not_found`, `binding_exists`, `binding_conflict`,
 * `binding_invalid`.
 */
export function addBinding(
  { db, tell }: BindingOptions,
  actor: Actor,
  wanted: z.output<typeof contract.BindingInput>,
): Promise<contract.Binding> {
  return db.transaction(async (tx) => {
    const repositoryId = await theRepository(tx, wanted);
    return bindInside(tx, { tell }, actor, { ...wanted, repositoryId });
  });
}

/**
 * Binds a project in the transaction of whoever made it. Throws `project_not_found`, `binding_exists`,
 * `binding_conflict`, `binding_invalid`.
 */
export async function bindInside(
  tx: Tx,
  { tell }: Pick<BindingOptions, 'tell'>,
  actor: Actor,
  wanted: Settings & { project: number; repositoryId: number },
): Promise<contract.Binding> {
  const { repositoryId } = wanted;
  const project = await theProject(tx, wanted.project);
  await lockRepository(tx, repositoryId);
  const settings = settingsOf(wanted);
  const others = await boundTo(tx, [repositoryId]);
  if (others.some(({ projectId }) => projectId === wanted.project)) throw new PlumblineError('binding_exists');
  refuse(bindingProblem({ ...project, ...settings }, others));
  const id = await insertBinding(tx, { projectId: wanted.project, repositoryId, ...settings, createdBy: actor.name });
  if (id === undefined) throw new PlumblineError('binding_exists');
  const binding = await oneBinding(tx, id);
  await audit(tx, actor, 'binding.add', { kind: 'binding', id, name: nameOf(binding) }, auditedOf(binding));
  await tell(tx, told(repositoryId));
  return binding;
}

/** Changes how a project is bound. Throws `binding_not_found`, `binding_conflict`, `binding_invalid`. */
export function changeBinding(
  { db, tell }: BindingOptions,
  actor: Actor,
  { id, wanted }: { id: number; wanted: Settings },
): Promise<contract.Binding> {
  return db.transaction(async (tx) => {
    const found = await findBinding(tx, id);
    if (found === undefined) throw new PlumblineError('binding_not_found');
    await lockRepository(tx, found.repositoryId);
    const settings = settingsOf(wanted);
    const others = (await boundTo(tx, [found.repositoryId])).filter((other) => other.id !== id);
    refuse(bindingProblem({ ...found, ...settings }, others));
    await updateBinding(tx, id, settings);
    const binding = await oneBinding(tx, id);
    await audit(tx, actor, 'binding.change', { kind: 'binding', id, name: nameOf(binding) }, auditedOf(binding));
    await tell(tx, told(found.repositoryId));
    return binding;
  });
}

/** Throws `binding_not_found`. */
export async function removeBinding({ db, tell }: BindingOptions, actor: Actor, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const found = await findBinding(tx, id);
    if (found === undefined || !(await deleteBinding(tx, id))) throw new PlumblineError('binding_not_found');
    const name = `${found.projectKey} of ${found.project}/${found.slug}`;
    await audit(tx, actor, 'binding.remove', { kind: 'binding', id, name });
    await tell(tx, told(found.repositoryId));
  });
}

/** As they are stored. */
export const settingsOf = ({ mono, annotations, buildStatus, summaryComment, prefix, reportKey }: Settings) => ({
  mono,
  annotations,
  buildStatus,
  summaryComment,
  prefix: normalPrefix(prefix),
  chosenKey: reportKey === '' ? null : reportKey,
});

const problems: Readonly<Record<BindingProblem, () => PlumblineError>> = {
  not_mono: () => new PlumblineError('binding_conflict'),
  key_taken: () =>
    new PlumblineError('binding_conflict', {
      message: 'Another project of the repository writes its report under this key.',
      remedy: 'Choose another key.',
    }),
  key_invalid: () =>
    new PlumblineError('binding_invalid', { message: 'A key has 1 to 50 letters, digits, and any of . _ : and -.' }),
  prefix_invalid: () =>
    new PlumblineError('binding_invalid', {
      message: 'A path prefix is a folder of the repository, e.g. services/ledger.',
    }),
};

/** Throws what a problem is called. */
export function refuse(problem: BindingProblem | null): void {
  if (problem !== null) throw problems[problem]();
}

/** Throws `code_repository_not_found`. */
export async function theRepository(
  tx: Queryable,
  { repository, integration }: Pick<z.output<typeof contract.BindingInput>, 'repository' | 'integration'>,
): Promise<number> {
  const named = namedRepository(repository);
  const found = named === null ? [] : await repositoriesNamed(tx, { ...named, integration: integration ?? null });
  const [first, second] = found;
  if (first === undefined) throw new PlumblineError('code_repository_not_found');
  if (second === undefined) return first.id;
  throw new PlumblineError('code_repository_not_found', {
    message: `Several servers have such a repository: ${found.map((one) => one.integration).join(', ')}.`,
    remedy: 'Name the integration, or paste the address of the repository.',
  });
}

async function theProject(tx: Tx, id: number): Promise<Pick<BoundProject, 'projectId' | 'projectKey' | 'projectName'>> {
  const project = await tx.maybeOne<{ projectId: number; projectKey: string; projectName: string }>(
    'select id as "projectId", source_key as "projectKey", name as "projectName" from shared.projects where id = $1',
    [id],
  );
  if (project === undefined) throw new PlumblineError('project_not_found');
  return project;
}

async function oneBinding(tx: Tx, id: number): Promise<contract.Binding> {
  const row = await findBinding(tx, id);
  const [answer] = row === undefined ? [] : await answersOf(tx, [row]);
  if (answer === undefined) throw new Error(`binding ${id} was just stored and is not there`);
  return answer;
}

/** One binding with what a pipeline runs. Throws `binding_not_found`. */
export async function showBinding(db: Queryable, id: number): Promise<contract.BindingDetail> {
  const row = await findBinding(db, id);
  const [binding] = row === undefined ? [] : await answersOf(db, [row]);
  if (row === undefined || binding === undefined) throw new PlumblineError('binding_not_found');
  const pullRequests = originOf(row)?.pullRequests ?? null;
  const scanner = scannerCommands({
    url: row.sonarqubeUrl ?? '',
    key: row.projectKey,
    name: row.projectName,
    mainBranch: null,
    mono: row.mono,
    prefix: row.prefix,
    limited: row.inclusionState === 'set',
    pullRequests,
  });
  return { binding, outside: await findingsOutside(db, id), scanner, pullRequests };
}

const nameOf = ({ project, repository }: contract.Binding): string =>
  `${project.key} of ${repository.project}/${repository.slug}`;

const auditedOf = ({ mono, annotations, buildStatus, summaryComment, prefix, reportKey }: contract.Binding) => ({
  mono,
  annotations,
  buildStatus,
  summaryComment,
  prefix,
  reportKey,
});
