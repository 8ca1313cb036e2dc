import { type Queryable, visibleNow } from '../../../platform/database/index.ts';
import { catalogue } from '../../../platform/errors/index.ts';
import type { BriefVerdict, ResultList } from '../contract.ts';
import { readSettingsAt } from '../store/settings.ts';

/** A page of what was said at a time, with what is said now beside each row where that differs. */
export async function besideNow(
  db: Queryable,
  { results, present: brief, ...page }: ResultList & { present: readonly BriefVerdict[] },
  at: string,
): Promise<ResultList> {
  const present = new Map(brief.map(({ imageId, ...rest }) => [imageId, rest]));
  const words = ({ status, reason, waived, notEvaluated }: Omit<BriefVerdict, 'imageId'>): string =>
    JSON.stringify([status, reason, waived, notEvaluated]);
  const { any } = await db.one<{ any: boolean }>(
    'select exists (select from policy.results where valid_from <= $1::timestamptz) as any',
    [at],
  );
  const { title, remedy } = catalogue.nothing_said_then;
  return {
    ...page,
    results: results.map((row) => {
      const now = present.get(row.image.id);
      if (now === undefined) return { ...row, now: { status: null, reason: null, waived: false, notEvaluated: false } };
      return { ...row, now: words(now) === words(row) ? null : now };
    }),
    asOf: {
      at,
      // Settings are nobody’s who sees some images only.
      ...(visibleNow() === undefined ? { settings: await readSettingsAt(db, at) } : {}),
      nothingSaid: any ? null : { code: 'nothing_said_then', message: title, remedy },
    },
  };
}
