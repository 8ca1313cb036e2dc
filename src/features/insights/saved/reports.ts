import type { z } from 'zod';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { ReportDefinition } from '../reports/contract.ts';
import { requireSound } from '../reports/definition.ts';
import type { ChangeReport, SavedReport, SaveReport } from './contract.ts';
import { ownerOf } from './owner.ts';
import { requireNodeAsked } from './requires-node.ts';

interface Row {
  id: number;
  name: string;
  owner_key: string;
  created_by: string;
  shared: boolean;
  definition: unknown;
  updated_at: Date;
}

const columns = 'id, name, owner_key, created_by, shared, definition, updated_at';

/** The caller's own, and what others share; an administrator who did not make one sees it only where it is shared. */
export async function savedReports(db: Queryable, actor: Actor): Promise<SavedReport[]> {
  const rows = await db.query<Row>(
    `select ${columns} from insights.saved_reports where shared or owner_key = $1 order by lower(name), id`,
    [ownerOf(actor)],
  );
  return rows.map((row) => toSaved(row, actor));
}

/** Throws `saved_report_not_found`. */
export async function savedReport(db: Queryable, actor: Actor, id: number): Promise<SavedReport> {
  return toSaved(await find(db, actor, id), actor);
}

/** Throws `invalid_request`, `saved_name_taken`, `org_node_not_found`, `org_node_not_then`. */
export async function saveReport(
  db: Database,
  actor: Actor,
  wanted: z.output<typeof SaveReport>,
): Promise<SavedReport> {
  const definition = requireSound(wanted.definition);
  await requireNodeAsked(db, actor, definition);
  return db.transaction(async (tx) => {
    const row = await tx.maybeOne<Row>(
      `insert into insights.saved_reports (name, owner_key, created_by, shared, definition) values ($1, $2, $3, $4, $5)
       on conflict (owner_key, lower(name)) do nothing returning ${columns}`,
      [wanted.name, ownerOf(actor), actor.name, wanted.shared, JSON.stringify(definition)],
    );
    if (row === undefined) throw new PlumblineError('saved_name_taken');
    await audit(tx, actor, 'saved_report.created', { kind: 'saved_report', id: row.id, name: row.name });
    return toSaved(row, actor);
  });
}

/** As for a new one, and throws `saved_report_not_found`, `saved_report_not_yours`. */
export async function changeReport(
  db: Database,
  actor: Actor,
  id: number,
  change: z.output<typeof ChangeReport>,
): Promise<SavedReport> {
  if (change.definition !== undefined) await requireNodeAsked(db, actor, requireSound(change.definition));
  return db.transaction(async (tx) => {
    const old = await findEditable(tx, actor, id);
    const name = change.name ?? old.name;
    const taken = await tx.maybeOne(
      'select from insights.saved_reports where owner_key = $1 and lower(name) = lower($2) and id <> $3',
      [old.owner_key, name, id],
    );
    if (taken !== undefined) throw new PlumblineError('saved_name_taken');
    const row = await tx.one<Row>(
      `update insights.saved_reports set name = $2, shared = $3, definition = $4, updated_at = now() where id = $1 returning ${columns}`,
      [id, name, change.shared ?? old.shared, JSON.stringify(change.definition ?? old.definition)],
    );
    await audit(tx, actor, 'saved_report.changed', { kind: 'saved_report', id, name: row.name });
    return toSaved(row, actor);
  });
}

/** Throws `saved_report_not_found`, `saved_report_not_yours`. */
export async function removeReport(db: Database, actor: Actor, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { name } = await findEditable(tx, actor, id);
    await tx.execute('delete from insights.saved_reports where id = $1', [id]);
    await audit(tx, actor, 'saved_report.deleted', { kind: 'saved_report', id, name });
  });
}

/** What is somebody else's and not shared is not there. */
async function find(db: Queryable, actor: Actor, id: number): Promise<Row> {
  const row = await db.maybeOne<Row>(
    `select ${columns} from insights.saved_reports where id = $1 and (shared or owner_key = $2)`,
    [id, ownerOf(actor)],
  );
  if (row === undefined) throw new PlumblineError('saved_report_not_found');
  return row;
}

async function findEditable(db: Queryable, actor: Actor, id: number): Promise<Row> {
  const row = await find(db, actor, id);
  if (!isEditable(row, actor)) throw new PlumblineError('saved_report_not_yours');
  return row;
}

const isEditable = (row: Row, actor: Actor): boolean => actor.role === 'admin' || row.owner_key === ownerOf(actor);

function toSaved(row: Row, actor: Actor): SavedReport {
  return {
    id: row.id,
    name: row.name,
    shared: row.shared,
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    own: row.owner_key === ownerOf(actor),
    editable: isEditable(row, actor),
    definition: ReportDefinition.parse(row.definition),
  };
}
