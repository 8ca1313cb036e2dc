import type { Announcement } from '../../../domain/announcement.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { HeldReport } from '../store/reports.ts';
import type { Settled } from '../store/settle.ts';
import { isLasting } from './retrying.ts';

/** Tells outgoing webhooks, in the transaction of the change. */
export type Announce = (tx: Queryable, event: Announcement) => Promise<void>;

interface Problem {
  code: string;
  message: string;
}

/** Announces a report that a person should look at, once, and that it is over. */
export async function announceReport(
  tx: Queryable,
  { held, settled }: { held: HeldReport; settled: Settled },
  announce: Announce,
): Promise<void> {
  const problem = problemOf(settled);
  const before = held.problem !== null && isLasting(held.problem, held.failures);
  const failing = problem !== null && isLasting(problem.code, held.failures + 1);
  if (before === failing) return;
  const facts = await factsOf(tx, held.id);
  if (facts === undefined) return;
  const { number, title, repository, projectId, key, name, result } = facts;
  await announce(tx, {
    type: 'report.changed',
    data: {
      pull_request: { repository, number, title },
      project: { id: projectId, key, name },
      report_key: held.reportKey,
      commit: held.commit,
      failing,
      state: settled.state,
      result,
      error: problem,
    },
  });
}

function problemOf({ failure, beside }: Settled): Problem | null {
  const found = failure ?? beside?.problems.find(({ mayBeGreen }) => mayBeGreen);
  return found === undefined ? null : { code: found.code, message: found.message };
}

interface Facts {
  number: number;
  title: string;
  repository: string;
  projectId: number;
  key: string;
  name: string;
  result: string | null;
}

const factsOf = (tx: Queryable, id: number): Promise<Facts | undefined> =>
  tx.maybeOne<Facts>(
    `select p.source_key::bigint as number, p.title, r.project || '/' || r.slug as repository, t.project_id as "projectId",
            coalesce(q.source_key, '') as key, coalesce(q.name, '') as name, t.result
       from reports.reports t join shared.pull_requests p on p.id = t.pull_request_id
       join shared.code_repositories r on r.id = t.repository_id left join shared.projects q on q.id = t.project_id
      where t.id = $1`,
    [id],
  );
