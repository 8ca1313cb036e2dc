import type { Queryable } from '../../../platform/database/index.ts';
import type { ProjectAnswer } from '../../policy/contract.ts';
import { judgeCommits, qualityGatesPolicy } from '../../policy/index.ts';

/** What is said of an image or of a commit, with what it rests on. */
export interface Said {
  by: 'policy' | 'gate';
  status: 'passed' | 'failed' | 'no_data' | 'error';
  reason: string;
  commits: string[];
  projects: ProjectAnswer[];
  flags: string[];
}

interface ResultRow {
  imageId: number;
  platform: string | null;
  status: Said['status'];
  reason: string;
  evidence: { claim?: { commit: string } | null; projects?: ProjectAnswer[]; flags?: string[] };
}

/** The verdicts of the policy on images, by image; one that was not judged is left out. */
export async function readSaid(db: Queryable, imageIds: readonly number[]): Promise<Map<number, Said>> {
  const rows = await db.query<ResultRow>(
    `select v.image_id as "imageId", v.platform_digest as platform, v.status, v.reason, v.evidence from shared.image_verdicts v
      where v.image_id = any ($1) and v.policy = $2 and v.valid_to is null order by v.image_id, v.platform_digest nulls first`,
    [imageIds, qualityGatesPolicy],
  );
  const found = new Map<number, Said>();
  for (const [imageId, own] of Map.groupBy(rows, (row) => row.imageId)) {
    const whole = own.find(({ platform }) => platform === null);
    if (whole === undefined) continue;
    found.set(imageId, {
      by: 'policy',
      status: whole.status,
      reason: whole.reason,
      commits: distinct(own.flatMap(({ evidence }) => evidence.claim?.commit ?? [])),
      projects: [
        ...new Map(
          own.flatMap(({ evidence }) => evidence.projects ?? []).map((project) => [keyOf(project), project]),
        ).values(),
      ],
      flags: distinct(own.flatMap(({ evidence }) => evidence.flags ?? [])),
    });
  }
  return found;
}

/** What the gates of commits come to, where no policy speaks of an image. */
export async function judgeByGate(db: Queryable, commits: readonly string[]): Promise<Map<string, Said>> {
  const judged = await judgeCommits(db, commits);
  return new Map(
    [...judged].map(([commit, { status, reason, projects, flags }]) => [
      commit,
      { by: 'gate' as const, status, reason, commits: [commit], projects, flags },
    ]),
  );
}

const keyOf = ({ integrationId, projectKey, analysis }: ProjectAnswer): string =>
  `${integrationId} ${projectKey} ${analysis?.id ?? ''}`;
const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].toSorted();
