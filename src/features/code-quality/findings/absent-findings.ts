import type { ListingSpec } from '../../ingestion/index.ts';

export interface MergedBranch {
  id: number;
  integrationId: number;
  projectId: number;
  kind: 'issue' | 'hotspot';
  analyzedSinceLastPublish: boolean;
  /** True when parts of the change were merged before. */
  partlyMerged: boolean;
  /** Findings of this kind that the branch has now. */
  stored: number;
  inserted: number;
  updated: number;
  /** Those of the updated that were gone before, or another branch's. */
  returned: number;
}

/**
 * The findings of one kind of one branch, after the records of all branches were merged at once. What is missing is gone
 * at an unknown date; what was open ends now.
 */
export function findingListing(branch: MergedBranch): ListingSpec {
  return {
    write: async () => branch,
    absence: {
      present: {
        text: `select f.source_key from code_quality.findings f
                where f.integration_id = $1 and f.project_id = $2 and f.branch_id = $3 and f.kind = $4 and f.deleted_at is null`,
        values: [branch.integrationId, branch.projectId, branch.id, branch.kind],
      },
      count: branch.stored,
      explained: branch.analyzedSinceLastPublish,
      partlyMerged: branch.partlyMerged,
      mark({ tx, now, runId, integrationId }, absent) {
        const next = absent.values.length + 1;
        return tx.execute(
          `update code_quality.findings f
              set deleted_at = $${next}, period_to = coalesce(f.period_to, greatest($${next}, f.period_from)), synced_at = now(), run_id = $${next + 1}
            where f.integration_id = $${next + 2} and f.source_key in (${absent.text})`,
          [...absent.values, now, runId, integrationId],
        );
      },
    },
  };
}
