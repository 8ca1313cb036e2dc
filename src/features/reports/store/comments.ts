import type { Queryable } from '../../../platform/database/index.ts';

/** The comment of a pull request, as it was left. */
export interface KeptComment {
  /** Null: somebody deleted it twice. */
  id: string | null;
  version: number | null;
  /** Of what it says; null while that is not certain. */
  textHash: string | null;
  /** Somebody deleted it, and it was made anew. */
  removed: boolean;
}

/** Remembers the comment of one pull request and key. */
export interface CommentMemory {
  read(): Promise<KeptComment | undefined>;
  keep(comment: KeptComment): Promise<void>;
}

interface CommentOf {
  pullRequestId: number;
  reportKey: string;
  integrationId: number;
}

export function commentMemory(db: Queryable, { pullRequestId, reportKey, integrationId }: CommentOf): CommentMemory {
  return {
    read: () =>
      db.maybeOne<KeptComment>(
        `select comment_id as id, version, text_hash as "textHash", removed from reports.comments
          where pull_request_id = $1 and report_key = $2`,
        [pullRequestId, reportKey],
      ),
    async keep({ id, version, textHash, removed }) {
      await db.execute(
        `insert into reports.comments as c (pull_request_id, report_key, integration_id, comment_id, version, text_hash, removed)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (pull_request_id, report_key) do update
            set comment_id = excluded.comment_id, version = excluded.version, text_hash = excluded.text_hash,
                removed = excluded.removed, changed_at = now()`,
        [pullRequestId, reportKey, integrationId, id, version, textHash, removed],
      );
    },
  };
}
