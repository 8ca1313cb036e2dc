import type { Queryable } from '../../../platform/database/index.ts';
import { leftOverCompanions } from '../../code-quality/index.ts';
import type { LeftCompanions } from '../contract.ts';
import { errorOf } from '../reading/answers.ts';

const mostShown = 100;

interface Named {
  id: number;
  name: string;
}

/** Companions that are still on their server although nobody needs them, and why. */
export async function listLeftCompanions(db: Queryable, pullRequestId: number | null): Promise<LeftCompanions> {
  const { companions, total } = await leftOverCompanions(db, { pullRequestId, limit: mostShown });
  const integrations = await db.query<Named>('select id, name from shared.integrations where id = any ($1)', [
    companions.map(({ integrationId }) => integrationId),
  ]);
  const projects = await db.query<Named & { key: string }>(
    'select id, source_key as key, name from shared.projects where id = any ($1)',
    [companions.map(({ projectId }) => projectId)],
  );
  const pullRequests = await db.query<NonNullable<LeftCompanions['companions'][number]['pullRequest']>>(
    `select p.id, p.source_key::bigint as number, p.title, r.project || '/' || r.slug as repository
       from shared.pull_requests p join shared.code_repositories r on r.id = p.repository_id where p.id = any ($1)`,
    [companions.map((one) => one.pullRequestId)],
  );
  const shown = companions.flatMap((one) => {
    const error = errorOf({ errorCode: one.failure, errorMessage: one.failureMessage, errorUpstream: null });
    if (error === null) return [];
    const project = projects.find(({ id }) => id === one.projectId);
    const name = `deleted integration ${one.integrationId}`;
    return [
      {
        key: one.key,
        project: project ?? { id: one.projectId, key: one.key, name: `deleted project ${one.projectId}` },
        integration: integrations.find(({ id }) => id === one.integrationId) ?? { id: one.integrationId, name },
        pullRequest: pullRequests.find(({ id }) => id === one.pullRequestId) ?? null,
        error,
        since: one.changedAt.toISOString(),
        nextTryAt: one.nextAttemptAt?.toISOString() ?? null,
      },
    ];
  });
  return { companions: shown, total };
}
