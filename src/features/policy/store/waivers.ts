import type { Queryable } from '../../../platform/database/index.ts';
import { qualityGatesPolicy } from '../model.ts';

export interface WaiverRow {
  id: number;
  repositoryId: number;
  /** Null: every image of the repository. */
  imageId: number | null;
  reason: string;
  author: string;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endedBy: string | null;
  inForce: boolean;
}

/** Condition under which row `w` lets verdicts pass now. It ends by itself, by the database’s clock. */
export const inForce = 'w.ended_at is null and w.expires_at > now()';

const columns = `w.id, w.repository_id as "repositoryId", w.image_id as "imageId", w.reason, w.author, w.valid_from as "createdAt",
  w.expires_at as "expiresAt", w.ended_at as "endedAt", w.ended_by as "endedBy", ${inForce} as "inForce"`;

/** The same at the moment that a parameter holds. */
export const inForceAt = (moment: string): string =>
  `w.valid_from <= ${moment} and w.expires_at > ${moment} and (w.ended_at is null or w.ended_at > ${moment})`;

/**
 * Waivers that speak, or spoke, of images, newest first; those of an image before those of its repository. At a time: those
 * that were in force then, as they were known then.
 */
export async function waiversOf(
  db: Queryable,
  images: readonly { id: number; repositoryId: number }[],
  at: string | null = null,
): Promise<Map<number, WaiverRow[]>> {
  const rows = await db.query<WaiverRow>(
    `select ${columns} from policy.waivers w
      where w.policy = $1 and w.repository_id = any ($2) and (w.image_id is null or w.image_id = any ($3))
        and ($4::timestamptz is null or ${inForceAt('$4')})
      order by w.image_id is null, w.id desc`,
    [qualityGatesPolicy, images.map((image) => image.repositoryId), images.map((image) => image.id), at],
  );
  const known = at === null ? rows : rows.map((row) => ({ ...row, endedAt: null, endedBy: null, inForce: true }));
  return new Map(
    images.map((image) => [
      image.id,
      known.filter(
        (row) => row.repositoryId === image.repositoryId && (row.imageId === null || row.imageId === image.id),
      ),
    ]),
  );
}

export async function insertWaiver(
  db: Queryable,
  waiver: Pick<WaiverRow, 'repositoryId' | 'imageId' | 'reason' | 'author'> & {
    registryId: number;
    authorUserId: number | null;
    expiresAt: Date;
  },
): Promise<WaiverRow> {
  return db.one(
    `insert into policy.waivers as w (policy, registry_id, repository_id, image_id, reason, author, author_user_id, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
    [
      qualityGatesPolicy,
      waiver.registryId,
      waiver.repositoryId,
      waiver.imageId,
      waiver.reason,
      waiver.author,
      waiver.authorUserId,
      waiver.expiresAt,
    ],
  );
}

/** Undefined when it has ended already. */
export function endWaiver(db: Queryable, id: number, by: string): Promise<WaiverRow | undefined> {
  return db.maybeOne(
    `update policy.waivers w set ended_at = now(), ended_by = $2 where w.id = $1 and ${inForce} returning ${columns}`,
    [id, by],
  );
}
