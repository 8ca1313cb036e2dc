import type { Db } from 'pg-boss';

/** As node-postgres takes a statement that its connection shall keep. */
interface Kept {
  name: string;
  text: string;
}

type Execute = (statement: string | Kept, values?: unknown[]) => Promise<{ rows: unknown[] }>;

/** PostgreSQL’s answer to a kept statement whose tables have got another shape since: a newer version migrated them. */
const outdated = '0A000';

/** The queue says some dozens of things with values. What it says beyond is not kept. */
const mostKept = 100;

/**
 * Lets the queue’s own connections keep its statements: each queue is looked at every second, and to plan such a look
 * costs several times as much as the look. Where tables have got another shape since, nothing is kept any more.
 */
export function prepareStatements(db: Db): void {
  const execute = db.executeSql.bind(db) as Execute;
  const names = new Map<string, string>();
  let kept = true;
  const nameOf = (text: string): string | undefined => {
    if (!names.has(text) && names.size < mostKept) names.set(text, `queue ${names.size}`);
    return names.get(text);
  };
  db.executeSql = async (text, values) => {
    // Without values a text may hold several statements, or the names of queues: one of many.
    const name = kept && values !== undefined && values.length > 0 ? nameOf(text) : undefined;
    if (name === undefined) return execute(text, values);
    try {
      return await execute({ name, text }, values);
    } catch (error) {
      if ((error as { code?: string }).code !== outdated) throw error;
      kept = false;
      return execute(text, values);
    }
  };
}
