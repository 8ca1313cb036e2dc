import type { Hint, ReasonCode } from '../../../domain/verdict.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { PlatformAnswer } from '../contract.ts';
import { readSettings } from '../store/settings.ts';

interface Unanswered {
  reason: ReasonCode;
  claim: PlatformAnswer['claim'];
}

export interface FoundHint {
  code: Hint;
  detail?: string;
}

const pullRequestMerge = /^refs\/pull\/\d+\/merge$/;
const nearest = 3;

/** What may be behind a commit without an analysis, per platform. Costs nothing where every commit has one. */
export async function findHints(db: Queryable, platforms: readonly Unanswered[]): Promise<FoundHint[][]> {
  if (platforms.every(({ reason }) => reason !== 'NO_ANALYSIS')) return platforms.map(() => []);
  const settings = await readSettings(db);
  const { taking, pending } = await db.one<{ taking: number; pending: number }>(
    `select count(distinct i.id) as taking,
            count(t.id) filter (where i.state = 'active') as pending
       from shared.integrations i left join shared.tasks t
         on t.integration_id = i.id and t.phase = 'current' and t.state in ('pending', 'leased', 'staged')
      where i.kind = 'sonarqube' and i.state <> 'deleting' and i.id <> all ($1)`,
    [settings.excludedIntegrations],
  );
  return Promise.all(
    platforms.map(async ({ reason, claim }): Promise<FoundHint[]> => {
      if (reason !== 'NO_ANALYSIS' || claim === null) return [];
      if (taking === 0) return [{ code: 'NO_INTEGRATION' }];
      const found: FoundHint[] = [];
      if (pending > 0) found.push({ code: 'ANALYSIS_PENDING' });
      if (claim.ref !== null && pullRequestMerge.test(claim.ref)) found.push({ code: 'LIKELY_MERGE_COMMIT' });
      if (namesTag(claim.ref)) found.push({ code: 'LIKELY_TAG_OBJECT' });
      if (!settings.usePullRequests && (await analysedAtAll(db, claim.commit)))
        found.push({ code: 'ONLY_PULL_REQUEST_ANALYSES' });
      const others = claim.repositoryKey === null ? [] : await otherAnalyses(db, claim.repositoryKey);
      if (others.length > 0)
        found.push({ code: 'REPOSITORY_HAS_OTHER_ANALYSES', detail: `Newest: ${others.join(', ')}.` });
      return found;
    }),
  );
}

/** A plain name may be a tag or a branch; of a full one we know. */
function namesTag(ref: string | null): boolean {
  return ref !== null && (ref.startsWith('refs/tags/') || /^v?\d+(?:\.\d+)+/.test(ref));
}

async function analysedAtAll(db: Queryable, commit: string): Promise<boolean> {
  const row = await db.one<{ found: boolean }>(
    'select exists (select from shared.analyses where revision = $1 and counts) as found',
    [commit],
  );
  return row.found;
}

/** Commits of the repository that were analysed, in the projects the operator mapped to it or whose images have verdicts. */
async function otherAnalyses(db: Queryable, repositoryKey: string): Promise<string[]> {
  const rows = await db.query<{ revision: string; analyzed_at: Date }>(
    `with projects as (
       select p.id from policy.mapping_rules m
        cross join lateral jsonb_to_recordset(m.projects) as x ("projectKey" text, "integrationId" bigint)
         join shared.projects p on p.source_key = x."projectKey" and (x."integrationId" is null or p.integration_id = x."integrationId")
        where m.valid_to is null and m.repository_key = $1
        union
       select rp.project_id from shared.image_platforms pl
         join policy.results r on r.image_id = pl.image_id and r.platform_digest = pl.digest and r.valid_to is null
         join policy.result_projects rp on rp.result_id = r.id
        where pl.repository_key = $1 and rp.project_id is not null)
     select a.revision, max(a.analyzed_at) as analyzed_at
       from projects join shared.analyses a on a.project_id = projects.id
      where a.revision is not null and a.counts
      group by 1 order by 2 desc limit ${nearest}`,
    [repositoryKey],
  );
  return rows.map((row) => `${row.revision.slice(0, 12)} of ${row.analyzed_at.toISOString().slice(0, 10)}`);
}
