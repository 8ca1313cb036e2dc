import type { Tx } from '../../../platform/database/index.ts';

/**
 * Notes what an integration takes part in verdicts with: that it does, its name, and whether its images must be signed.
 * True when that differs from what was noted before.
 */
export async function noteIntegration(tx: Tx, id: number): Promise<boolean> {
  const present = await tx.maybeOne<{ words: string }>(
    `select jsonb_build_object('counts', state <> 'deleting', 'name', name, 'url', url,
            'requireSignature', require_signature)::text as words
       from shared.integrations where id = $1`,
    [id],
  );
  if (present === undefined) {
    await tx.execute('delete from policy.noted_integrations where integration_id = $1', [id]);
    // It may have taken part without ever having been noted.
    return true;
  }
  const changed = await tx.execute(
    `insert into policy.noted_integrations as n (integration_id, facts) values ($1, $2::jsonb)
     on conflict (integration_id) do update set facts = excluded.facts where n.facts is distinct from excluded.facts`,
    [id, present.words],
  );
  return changed > 0;
}
