import type { Answer, Question, QuestionName } from '../../../connectors/work/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { LeasedTask } from '../store/tasks.ts';
import type { StoredState } from '../receiving/stored-slice.ts';
import type { OpenReading } from './open-reading.ts';

interface Asked {
  db: Database;
  task: LeasedTask;
  reading: OpenReading;
}

type Answers = { [Name in QuestionName]: (question: Question<Name>, asked: Asked) => Promise<Answer<Name>> };

const rowsPerPage = 10_000;

const answers: Answers = {
  stagedKeys: ({ stream, scope, from }, { reading }) => reading.stager.keys(stream, scope, from),
  async bookmark({ stream, scope }, asked) {
    const bookmark = await changes(asked).bookmark(stream, scope);
    return bookmark === null ? null : { value: bookmark.value, touchedAt: bookmark.touchedAt };
  },
  fingerprints: async ({ stream, scope }, asked) =>
    (await changes(asked).bookmark(stream, scope))?.fingerprints() ?? null,
  counts: ({ stream, scope }, asked) => changes(asked).counts(stream, scope),
  async rows({ stream, scope, filter, after }, { db, task, reading }) {
    const holdings = reading.sink.holdings?.(db, task.integrationId, task.slice);
    const rows = (await holdings?.rows(stream, scope, filter, { after, limit: rowsPerPage })) ?? [];
    return { rows, next: rows.length < rowsPerPage ? null : (rows.at(-1)?.key ?? null) };
  },
  known: async (_, { db, task, reading }) => [...((await reading.sink.known?.(db, task.integrationId)) ?? [])],
};

/** Answers what a connector asks while it reads; of which integration and slice, its task says. */
export function answer<Name extends QuestionName>(
  name: Name,
  question: Question<Name>,
  asked: Asked,
): Promise<Answer<Name>> {
  return answers[name](question, asked);
}

/** Where everything is listed whole, nothing that is stored is built upon. */
function changes({ reading, task }: Asked): StoredState {
  if (reading.stored === undefined) throw new Error(`${task.slice} is listed whole`);
  return reading.stored;
}
