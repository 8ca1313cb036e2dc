import type { Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';

/**
 * Removes rows from the beginning of the trail, as many as are older and no younger one stands before, and writes down where
 * it was cut, so that what is left goes on from there. What has no place in the trail goes with its age. Returns how many.
 */
export async function shortenAuditTrail(tx: Tx, before: Date, limit: number): Promise<number> {
  // Who writes a row meanwhile waits, and what verifies sees all of it or nothing.
  const head = await tx.query('select from access.audit_head for update');
  if (head.length === 0) throw new PlumblineError('audit_head_missing');
  const { removed } = await tx.one<{ removed: number }>(
    `with first as (
       select c.sequence, c.event_id, c.hash, e.at from access.audit_chain c left join access.audit_events e on e.id = c.event_id
        order by c.sequence limit $2
     ), young as (select min(sequence) as sequence from first where at >= $1
     ), old as (
       select * from first where sequence < coalesce((select sequence from young), 'infinity'::float8)
          and sequence <= (select max(sequence) from first where at < $1)
     ), cut as (
       update access.audit_head set removed_sequence = last.sequence, removed_hash = last.hash, removed_at = now()
         from (select sequence, hash from old order by sequence desc limit 1) last
     ), unchained as (delete from access.audit_chain c using old where c.sequence = old.sequence
     ), gone as (delete from access.audit_events e using old where e.id = old.event_id returning e.id)
     select count(*) as removed from gone`,
    [before, limit],
  );
  const strays = await tx.execute(
    `delete from access.audit_events where id in (
       select e.id from access.audit_events e
        where e.at < $1 and not exists (select from access.audit_chain c where c.event_id = e.id) order by e.id limit $2)`,
    [before, limit - removed],
  );
  return removed + strays;
}
