import type { Database } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { readImages } from '../../images/index.ts';
import type { WaiverAnswer } from '../contract.ts';
import { currentResults } from '../store/results.ts';
import { endWaiver, insertWaiver, type WaiverRow } from '../store/waivers.ts';

const longestDays = 366;

export interface NewWaiver {
  imageId: number;
  scope: 'image' | 'repository';
  reason: string;
  expiresAt: Date;
}

/**
 * Lets a failed verdict pass until a day. Throws `image_not_stored`, `verdict_not_failed`, `waiver_expiry_invalid`. The
 * verdict itself stays failed: the waiver is shown beside it.
 */
export async function addWaiver(db: Database, actor: Actor, wanted: NewWaiver, now: Date): Promise<WaiverAnswer> {
  const left = wanted.expiresAt.getTime() - now.getTime();
  if (left <= 0 || left > longestDays * 86_400_000) throw new PlumblineError('waiver_expiry_invalid');
  return db.transaction(async (tx) => {
    const [image] = await readImages(tx, [wanted.imageId]);
    if (image === undefined) throw new PlumblineError('image_not_stored');
    const whole = (await currentResults(tx, [image.id])).find((row) => row.platformDigest === null);
    if (whole?.status !== 'failed') throw new PlumblineError('verdict_not_failed');
    const row = await insertWaiver(tx, {
      registryId: image.integrationId,
      repositoryId: image.repositoryId,
      imageId: wanted.scope === 'image' ? image.id : null,
      reason: wanted.reason,
      author: actor.name,
      authorUserId: actor.userId,
      expiresAt: wanted.expiresAt,
    });
    const about = { kind: 'waiver', id: row.id, name: `${image.repository}@${image.digest}` };
    await audit(tx, actor, 'policy.waive', about, {
      scope: wanted.scope,
      reason: wanted.reason,
      expiresAt: wanted.expiresAt.toISOString(),
    });
    return toWaiver(row);
  });
}

/** Ends a waiver before its time. Throws `waiver_not_found`. */
export async function withdrawWaiver(db: Database, actor: Actor, id: number): Promise<WaiverAnswer> {
  return db.transaction(async (tx) => {
    const row = await endWaiver(tx, id, actor.name);
    if (row === undefined) throw new PlumblineError('waiver_not_found');
    await audit(tx, actor, 'policy.waiver_end', { kind: 'waiver', id });
    return toWaiver(row);
  });
}

export function toWaiver(row: WaiverRow): WaiverAnswer {
  const { id, reason, author, endedBy, inForce } = row;
  return {
    id,
    reason,
    author,
    endedBy,
    inForce,
    scope: row.imageId === null ? 'repository' : 'image',
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
