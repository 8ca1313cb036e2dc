import type { z } from 'zod';
import type { Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { type BindingOptions, bindInside, refuse, settingsOf, showBinding } from '../bindings/bindings.ts';
import { lookAtBinding, type LookOptions } from '../bindings/look.ts';
import { bindingProblem } from '../bindings/rules.ts';
import { boundTo } from '../bindings/store.ts';
import type * as contract from '../contract.ts';
import { keepRepository, KeptRepository } from './keep.ts';
import { type Made, makeProject, type Making, takeBack } from './make-project.ts';
import { projectKeyOf } from './project-key.ts';
import { asPerson, importOf, type TokenOptions } from './tokens.ts';
import { beginImport, endImport, type ImportPlace, leaveImport } from './unfinished.ts';

export interface ImportOptions extends TokenOptions, BindingOptions, LookOptions {
  /** Stores a project that was just made, in the room that keeps projects; returns its row. */
  keepProject(tx: Tx, integrationId: number, made: Made): Promise<number>;
}

type Wanted = z.output<typeof contract.ImportInput>;
interface Call {
  actor: Actor;
  signal: AbortSignal;
}

/**
 * Makes the project of a repository on SonarQube and binds it. What can be found out beforehand is, so that little is
 * left to go wrong after the project is made; what still does takes the project back. Again for the same repository it
 * answers what is there.
 */
export async function setUp(
  options: ImportOptions,
  call: Call,
  integrationId: number,
  wanted: Wanted,
): Promise<contract.Imported> {
  const { record, mainBranch } = await seen(options, call, integrationId, wanted);
  const settings = settingsOf({ ...wanted, reportKey: null });
  const place: ImportPlace = { integrationId, repositoryKey: record.id, prefix: settings.prefix };
  const present = await presentBinding(options, place, wanted.mono);
  if (present !== null) return { already: true, ...(await showBinding(options.db, present)) };
  const names = { project: record.project, slug: record.slug, prefix: settings.prefix };
  const key = wanted.key ?? projectKeyOf(names, wanted.keyRule);
  const name = wanted.name ?? nameOf(record, settings.prefix);
  await refuseBeforehand(options, place, { projectKey: key, projectName: name, ...settings });
  const begun = await beginImport(
    options.db,
    place,
    { sonarqubeId: wanted.sonarqube, projectKey: key },
    call.actor.name,
  );
  if (begun === null) throw new PlumblineError('import_running');
  const making: Making = { connect: options.connect, sonarqubeId: begun.sonarqubeId, signal: call.signal };
  const project = {
    key: begun.projectKey,
    name,
    mainBranch: wanted.mainBranch ?? mainBranch,
    visibility: wanted.visibility ?? null,
  };
  const made = await makeProject(making, project, begun).catch(async (error: unknown) => {
    await (isUnclear(error) ? leaveImport(options.db, place) : endImport(options.db, place));
    throw error;
  });
  const id = await bind(options, call.actor, { place, making, record, made, wanted }).catch(async (error: unknown) => {
    // However the person’s call ended: what was made is not left behind.
    const anyway = { ...making, signal: AbortSignal.timeout(20_000) };
    await takeBack(anyway, made.key).catch(async (left: unknown) => {
      await leaveImport(options.db, place);
      throw left;
    });
    await endImport(options.db, place);
    throw error;
  });
  await lookAtBinding(options, call, id);
  return { already: false, ...(await showBinding(options.db, id)) };
}

/** What only the server knows: an attempt that goes on looks again. */
const isUnclear = (error: unknown): boolean =>
  !(error instanceof PlumblineError) ||
  ['timeout', 'unreachable', 'upstream_error', 'malformed_response'].includes(error.code);

const nameOf = ({ name, slug }: KeptRepository, prefix: string): string =>
  `${name ?? slug}${prefix === '' ? '' : ` ${prefix}`}`.slice(0, 500);

/** The person may read it, and so may the integration, which will report to it. */
async function seen(
  options: ImportOptions,
  call: Call,
  integrationId: number,
  { project, slug }: Wanted,
): Promise<{ record: KeptRepository; mainBranch: string | null }> {
  const place = { project, repository: slug };
  const own = await asPerson(options, call, integrationId, (codeImport, context) =>
    codeImport.repository(context, place),
  );
  const record = KeptRepository.parse(own.record);
  await options.connect(integrationId, call.signal, async (connection) => {
    const { codeImport, context } = importOf(connection);
    const { name } = connection.integration;
    const now = { project: record.project, repository: record.slug };
    const again = KeptRepository.parse((await codeImport.repository(context, now)).record);
    if (again.id !== record.id || !codeImport.isRead(context, now)) {
      throw new PlumblineError('import_out_of_scope', {
        message: `${name} does not read ${record.project}.`,
        remedy: `Add ${record.project} to the projects of ${name}.`,
      });
    }
  });
  return { record, mainBranch: own.mainBranch };
}

/** The binding that importing it would make; null: none yet. */
async function presentBinding(
  { db }: ImportOptions,
  { integrationId, repositoryKey, prefix }: ImportPlace,
  mono: boolean,
): Promise<number | null> {
  const row = await db.maybeOne<{ id: number }>(
    `select b.id from repositories.bindings b join repositories.repositories r on r.id = b.repository_id
      where r.integration_id = $1 and r.source_key = $2 and b.mono = $3 and (not $3 or b.prefix = $4) order by b.id limit 1`,
    [integrationId, repositoryKey, mono, prefix],
  );
  return row?.id ?? null;
}

/** What would forbid the binding is found before anything is made. Throws `binding_conflict`, `binding_invalid`. */
async function refuseBeforehand(
  { db }: ImportOptions,
  { integrationId, repositoryKey }: ImportPlace,
  wanted: Omit<Parameters<typeof bindingProblem>[0], 'projectId'>,
): Promise<void> {
  const row = await db.maybeOne<{ id: number }>(
    'select id from repositories.repositories where integration_id = $1 and source_key = $2',
    [integrationId, repositoryKey],
  );
  refuse(bindingProblem({ projectId: 0, ...wanted }, row === undefined ? [] : await boundTo(db, [row.id])));
}

/** Project, repository and binding become known together, or not at all. */
function bind(
  options: ImportOptions,
  actor: Actor,
  {
    place,
    making,
    record,
    made,
    wanted,
  }: { place: ImportPlace; making: Making; record: KeptRepository; made: Made; wanted: Wanted },
): Promise<number> {
  return options.db.transaction(async (tx) => {
    const repositoryId = await keepRepository(tx, place.integrationId, record);
    const project = await options.keepProject(tx, making.sonarqubeId, made);
    const { mono, annotations, buildStatus, summaryComment, prefix } = wanted;
    const how = { mono, annotations, buildStatus, summaryComment, prefix, reportKey: null };
    const { id } = await bindInside(tx, options, actor, { ...how, project, repositoryId });
    await endImport(tx, place);
    const name = `${made.key} of ${record.project}/${record.slug}`;
    await audit(tx, actor, 'project.import', { kind: 'binding', id, name }, { key: made.key, name: made.name });
    return id;
  });
}
