import type { Database, Queryable } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import { effectiveKey } from '../repositories/index.ts';
import {
  askAgain,
  askForHeads,
  type Asking,
  type BindingRow,
  bindingsOfProjects,
  bindingsOfRepository,
} from './store/reports.ts';

/** Something of a project was published. Key: the project’s id. */
const projectReaction = 'reports.project';
/** A pull request is new or changed. Key: its id. */
const pullRequestReaction = 'reports.pull_request';
/** A repository is bound otherwise now. Key: the repository’s id. */
const bindingsReaction = 'reports.bindings';
/** An integration was made or changed, e.g. its token. Key: its id. */
const integrationReaction = 'reports.integration';
/** Now and then everything open is looked at. */
const reconcileReaction = 'reports.reconcile';

/** Which reaction answers which change of other rooms; the key is the change’s id. */
export const reportsReactTo: Readonly<Record<string, string>> = {
  project: projectReaction,
  analyses_of_project: projectReaction,
  pull_request_changed: pullRequestReaction,
  bindings_changed: bindingsReaction,
  integration: integrationReaction,
};

/** Reactions only mark what is to be looked at: whoever works on reports does the rest. */
export function reportReactions(db: Database): Reaction[] {
  return [
    {
      name: projectReaction,
      handle: (key) => projectsPublished(db, [key]),
      handleTogether: (keys) => projectsPublished(db, keys),
    },
    { name: pullRequestReaction, handle: (key) => pullRequestChanged(db, Number(key)) },
    {
      name: bindingsReaction,
      async handle(key) {
        const repository = Number(key);
        await askAgain(db, { repository }, { cause: 'binding' });
        await askFor(db, await bindingsOfRepository(db, repository), { cause: 'binding' });
      },
    },
    {
      name: integrationReaction,
      async handle(key) {
        await askAgain(db, { integration: Number(key), failedOnly: true }, { cause: 'integration' });
      },
    },
    {
      name: reconcileReaction,
      sweep: '*/10 * * * *',
      async handle() {
        const rows = await db.query<{ id: number }>(
          'select distinct repository_id as id from shared.bindings order by 1',
        );
        for (const { id } of rows) await askFor(db, await bindingsOfRepository(db, id), { cause: 'reconcile' });
      },
    },
  ];
}

async function askFor(db: Queryable, bindings: readonly BindingRow[], asking: Asking): Promise<void> {
  for (const binding of bindings) await askForHeads(db, { binding, reportKey: effectiveKey(binding) }, asking);
}

async function projectsPublished(db: Database, keys: readonly string[]): Promise<void> {
  for (const binding of await bindingsOfProjects(db, keys.map(Number))) {
    await askFor(db, [binding], { cause: 'analysis' });
    await askAgain(db, { binding: binding.id, failedOnly: true }, { cause: 'analysis' });
  }
}

/** Its new head, and what was wanted on the one before. */
async function pullRequestChanged(db: Database, pullRequest: number): Promise<void> {
  const asking: Asking = { cause: 'pull_request' };
  await askAgain(db, { pullRequest }, asking);
  await askForPullRequest(db, pullRequest, asking);
}

/** The head of one pull request, for every project of its repository. Returns how many reports that are. */
export async function askForPullRequest(db: Queryable, pullRequest: number, asking: Asking): Promise<number> {
  const row = await db.maybeOne<{ repositoryId: number }>(
    'select repository_id as "repositoryId" from shared.pull_requests where id = $1',
    [pullRequest],
  );
  if (row === undefined) return 0;
  let asked = 0;
  for (const binding of await bindingsOfRepository(db, row.repositoryId)) {
    asked += await askForHeads(db, { binding, reportKey: effectiveKey(binding), pullRequest }, asking);
  }
  return asked;
}
