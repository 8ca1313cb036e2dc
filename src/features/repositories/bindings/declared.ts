import type { z } from 'zod';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Actor } from '../../access/index.ts';
import type * as contract from '../contract.ts';
import {
  addBinding,
  type BindingOptions,
  changeBinding,
  removeBinding,
  settingsOf,
  theRepository,
} from './bindings.ts';
import { lookAtBinding, type LookOptions } from './look.ts';
import { type BindingRow, findBindingOf } from './store.ts';

type Wanted = z.output<typeof contract.DeclaredBinding>;

/** Brings one binding to what a file says; the same twice changes nothing. With `dryRun` it says what it would change. */
export async function applyBinding(
  options: BindingOptions & LookOptions,
  { actor, signal }: { actor: Actor; signal: AbortSignal },
  wanted: Wanted,
  dryRun: boolean,
): Promise<contract.AppliedBinding> {
  const { db } = options;
  const project = await projectNamed(db, wanted);
  const repositoryId = await theRepository(db, wanted);
  const present = await findBindingOf(db, project);
  const changes = present === undefined ? [] : differences(present, wanted, repositoryId);
  const created = present === undefined;
  if (dryRun || (!created && changes.length === 0)) return { created, changes };
  const elsewhere = changes.includes('repository');
  if (present !== undefined && elsewhere) await removeBinding(options, actor, present.id);
  const id =
    present === undefined || elsewhere
      ? (await addBinding(options, actor, { ...wanted, project })).id
      : (await changeBinding(options, actor, { id: present.id, wanted })).id;
  await lookAtBinding(options, { actor, signal }, id);
  return { created, changes };
}

function differences(present: BindingRow, wanted: Wanted, repositoryId: number): string[] {
  const { mono, annotations, buildStatus, summaryComment, prefix, chosenKey } = settingsOf(wanted);
  return [
    ...(present.repositoryId === repositoryId ? [] : ['repository']),
    ...(present.mono === mono ? [] : ['mono']),
    ...(present.annotations === annotations ? [] : ['annotations']),
    ...(present.buildStatus === buildStatus ? [] : ['buildStatus']),
    ...(present.summaryComment === summaryComment ? [] : ['summaryComment']),
    ...(present.prefix === prefix ? [] : ['prefix']),
    ...(present.chosenKey === chosenKey ? [] : ['reportKey']),
  ];
}

/** By its key; with the name of the SonarQube integration where several have it. Throws `project_not_found`. */
async function projectNamed(
  db: Queryable,
  { project, sonarqube }: Pick<Wanted, 'project' | 'sonarqube'>,
): Promise<number> {
  const rows = await db.query<{ id: number; integration: string }>(
    `select p.id, i.name as integration from shared.projects p join shared.integrations i on i.id = p.integration_id
      where p.source_key = $1 and p.deleted_at is null and i.state <> 'deleting' and ($2::text is null or i.name = $2)
      order by p.counts desc, p.id`,
    [project, sonarqube ?? null],
  );
  const [first, second] = rows;
  if (first === undefined) {
    throw new PlumblineError('project_not_found', {
      message: `No project with the key ${project} has been read.`,
      remedy: 'Write the key exactly, and let its integration read it first (Run now).',
    });
  }
  if (second === undefined) return first.id;
  throw new PlumblineError('project_not_found', {
    message: `Several servers have a project ${project}: ${rows.map(({ integration }) => integration).join(', ')}.`,
    remedy: 'Name the one that is meant (sonarqube).',
  });
}
