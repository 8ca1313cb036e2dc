import type { Tx } from '../../../platform/database/index.ts';
import type { PublishContext, StreamOutcome, StreamPublished } from '../sink.ts';
import { isHeld, isListingBelieved, isShort } from './absence.ts';
import { describeMissing } from './missing-rows.ts';

/** A statement, or a part of one, with the values of its parameters. */
export interface Sql {
  text: string;
  values: readonly unknown[];
}

export interface Written {
  inserted: number;
  updated: number;
  /** Those of the updated that were not there before: marked as gone, or elsewhere. */
  returned?: number;
}

/** One stream of one scope that was listed to its end, as a room stores it. */
export interface ListingSpec {
  /** Compares first and writes what is new or differs second. */
  write(context: PublishContext, outcome: StreamOutcome): Promise<Written>;
  /** Left out where what a listing leaves out says nothing. */
  absence?: AbsenceSpec;
  /** Rows that the source's count is about; those that are present when left out. */
  stored?(context: PublishContext, outcome: StreamOutcome): Promise<number>;
}

export interface AbsenceSpec {
  /** Selects `source_key` of the rows of the scope that are not gone, and their date as `at` where they are `dated`. */
  present: Sql;
  /** Without it a listing of a window of time says nothing of what it leaves out. */
  dated?: true;
  /** How many those are, where it is known. */
  count?: number;
  /** True when something new at the source explains that much disappears. */
  explained?: boolean;
  /** True when parts of the listing were merged before: what was there before them is not known any more. */
  partlyMerged?: boolean;
  /** Marks as gone; `absent` selects their keys. */
  mark(context: PublishContext, absent: Sql): Promise<unknown>;
}

/**
 * Merges one listing: what differs is written, what is missing is marked as gone, or held where it is too much at once.
 * The one place that decides about absence, for every sink and every stream. Nothing is ever deleted.
 */
export async function mergeListing(
  context: PublishContext,
  outcome: StreamOutcome,
  spec: ListingSpec,
): Promise<StreamPublished> {
  const { stream, scope } = outcome;
  const written = await spec.write(context, outcome);
  const { present, ...absence } = await endAbsent(context, outcome, spec.absence, written);
  const stored = (await spec.stored?.(context, outcome)) ?? present - absence.gone;
  return { stream, scope, stored, inserted: written.inserted, updated: written.updated, ...absence };
}

type Ended = Pick<StreamPublished, 'gone' | 'held' | 'missing' | 'released'>;

async function endAbsent(
  context: PublishContext,
  outcome: StreamOutcome,
  spec: AbsenceSpec | undefined,
  written: Written,
): Promise<Ended & { present: number }> {
  if (spec === undefined) return { present: 0, gone: 0, held: false };
  const earlier = context.heldAbsences.find(
    ({ stream, scope }) => stream === outcome.stream && scope === outcome.scope,
  );
  const inside = presentKeys(outcome, spec);
  const absent = absentKeys(context, outcome, { ...spec, present: inside });
  const { present, missing } = await count(
    context,
    { ...spec, present: inside },
    absent,
    outcome.window === undefined ? written : undefined,
  );
  // An answer about single keys says nothing about how many there are.
  if (absent.whole && isShort(outcome, present - missing)) return { present, gone: 0, held: false };
  const settled = earlier !== undefined && absent.told ? { released: true as const } : {};
  if (absent.keys === undefined || missing === 0) return { present, gone: 0, held: false, ...settled };
  const before = spec.partlyMerged === true ? missing : present - written.inserted - (written.returned ?? 0);
  const leaving = { before, missing, explained: spec.explained ?? false };
  if (isHeld({ ...leaving, confirmed: false })) {
    const described = await describeMissing(context.tx, absent.keys);
    const confirmed = earlier !== undefined && earlier.confirmed && earlier.fingerprint === described.fingerprint;
    if (isHeld({ ...leaving, confirmed }))
      return { present, gone: 0, held: true, missing: { before, count: missing, ...described } };
  }
  await spec.mark(context, absent.keys);
  return { present, gone: missing, held: false, ...settled };
}

/** Keys of the rows that the listing is about: those of its window, where it has one. */
function presentKeys({ window }: StreamOutcome, { present, dated }: AbsenceSpec): Sql {
  if (dated !== true) return present;
  const keys = `select p.source_key from (${present.text}) p`;
  if (window === undefined) return { text: keys, values: present.values };
  const next = present.values.length + 1;
  const text = `${keys} where p.at >= $${next}::timestamptz and p.at < $${next + 1}::timestamptz`;
  return { text, values: [...present.values, window.from, window.to] };
}

interface Absent {
  /** Undefined: nothing can be missing. */
  keys: Sql | undefined;
  /** True when everything that is not listed is missing. */
  whole: boolean;
  /** True when the listing says what is missing, be it nothing. */
  told: boolean;
}

/** Keys that a believed listing leaves out, or those that the source was asked for and has no more. */
function absentKeys(
  { taskId, setAside }: PublishContext,
  outcome: StreamOutcome,
  { present, dated }: Pick<AbsenceSpec, 'present' | 'dated'>,
): Absent {
  const { stream, scope, gone } = outcome;
  const next = present.values.length + 1;
  const isTold = outcome.window === undefined || dated === true;
  if (isTold && isListingBelieved(outcome, setAside.get(`${stream} ${scope}`) ?? 0)) {
    // A set operation sorts or hashes both sides whatever the planner knows of the stage; a join may compare each with each.
    const text = `${present.text} except select s.source_key from ingestion.stage s
      where s.task_id = $${next} and s.stream = $${next + 1} and s.scope = $${next + 2}`;
    return { whole: true, told: true, keys: { text, values: [...present.values, taskId, stream, scope] } };
  }
  const asked = `select p.source_key from (${present.text}) p where p.source_key = any ($${next}::text[])`;
  const keys = gone === undefined || gone.length === 0 ? undefined : { text: asked, values: [...present.values, gone] };
  // Single things that were named say nothing of what is held back of the others.
  return { whole: false, told: gone !== undefined && outcome.coverage !== 'named', keys };
}

async function count(
  { tx }: PublishContext,
  spec: Pick<AbsenceSpec, 'present' | 'count'>,
  { keys }: Absent,
  /** Undefined for a window: what was written, or counted before, may lie outside it. */
  written: Written | undefined,
): Promise<{ present: number; missing: number }> {
  const present = (written === undefined ? undefined : spec.count) ?? (await countKeys(tx, spec.present));
  // All that is stored came just now from this listing.
  if (keys === undefined || present === written?.inserted) return { present, missing: 0 };
  return { present, missing: await countKeys(tx, keys) };
}

async function countKeys(tx: Tx, { text, values }: Sql): Promise<number> {
  return (await tx.one<{ n: number }>(`select count(*) as n from (${text}) keys`, values)).n;
}
