import type { z } from 'zod';
import { type ReasonCode, reasonCodes, reasons } from '../../../domain/verdict.ts';
import { escaped, type Queryable } from '../../../platform/database/index.ts';
import type { BriefVerdict, PolicyOverview, PolicyTrend, ResultList, ResultQuery } from '../contract.ts';
import { qualityGatesPolicy } from '../model.ts';
import { readSettings } from '../store/settings.ts';
import { inForce, inForceAt } from '../store/waivers.ts';
import { besideNow } from './beside-now.ts';
import { requirePast } from './past.ts';
import { placeOf, registries } from './read-verdicts.ts';

export const pageSize = 50;

export const waiverOf = (force: string): string => `
  left join lateral (
       select w.id from policy.waivers w
        where r.status = 'failed' and w.policy = r.policy and w.repository_id = r.repository_id
          and (w.image_id is null or w.image_id = r.image_id) and ${force}
        order by w.id desc limit 1) waiver on true`;
const waiverInForce = waiverOf(inForce);
/** A gate behind row `r` is OK although it evaluated nothing. */
export const notEvaluatedIn = (period: string): string => `exists (
  select from policy.results p
   where p.image_id = r.image_id and p.policy = r.policy and ${period} and p.platform_digest is not null
     and p.evidence @? '$.projects[*].flags[*] ? (@ == "GATE_NOT_EVALUATED")')`;
const notEvaluated = notEvaluatedIn('p.valid_to is null');

/** Verdicts on images that a tag points to now; `w` is set where a waiver is in force. */
export const currentVerdicts = `
  policy.results r
  join shared.images i on i.id = r.image_id and i.untagged_at is null and i.gone_at is null
  join shared.image_repositories repo on repo.id = r.repository_id ${waiverInForce}`;
export const isCurrent = `r.policy = '${qualityGatesPolicy}' and r.valid_to is null and r.platform_digest is null`;

/** Which rows are listed: what is said now, or what was said at the moment $7 of images that a tag pointed to then. */
interface Listed {
  from: string;
  where: string;
  notEvaluated: string;
  tags: string;
}
const during = (from: string, to: string): string =>
  `${from} <= $7::timestamptz and (${to} is null or ${to} > $7::timestamptz)`;
const listedNow: Listed = {
  from: currentVerdicts,
  where: isCurrent,
  notEvaluated,
  tags: 'shared.image_tags t where t.image_id = i.id',
};
const tagsThen = `shared.image_tag_periods t where t.image_id = i.id and ${during('t.from_at', 't.to_at')}`;
const listedThen: Listed = {
  from: `policy.results r
    join shared.images i on i.id = r.image_id and (i.gone_at is null or i.gone_at > $7::timestamptz)
     and exists (select from ${tagsThen})
    join shared.image_repositories repo on repo.id = r.repository_id ${waiverOf(inForceAt('$7::timestamptz'))}`,
  where: `r.policy = '${qualityGatesPolicy}' and r.platform_digest is null and ${during('r.valid_from', 'r.valid_to')}`,
  notEvaluated: notEvaluatedIn(during('p.valid_from', 'p.valid_to')),
  tags: tagsThen,
};
export const shown = `case when r.status = 'failed' and waiver.id is not null then 'waived' else r.status end`;

/** What the page of the policy shows first. */
export async function readOverview(db: Queryable): Promise<PolicyOverview> {
  const rows = await db.query<{ shown: string; reason: ReasonCode; n: number }>(
    `select ${shown} as shown, r.reason, count(*) as n from ${currentVerdicts} where ${isCurrent} group by 1, 2`,
  );
  const sum = (wanted: string): number => rows.filter((row) => row.shown === wanted).reduce((n, row) => n + row.n, 0);
  const images = {
    passed: sum('passed'),
    failed: sum('failed'),
    waived: sum('waived'),
    noData: sum('no_data'),
    error: sum('error'),
    total: rows.reduce((n, row) => n + row.n, 0),
  };
  const byReason = reasonCodes.map((reason) => ({
    reason,
    status: reasons[reason].status,
    count: rows.filter((row) => row.reason === reason).reduce((n, row) => n + row.n, 0),
  }));
  return {
    policy: qualityGatesPolicy,
    images,
    reasons: byReason.filter(({ count }) => count > 0),
    setup: await readSetup(db),
    settings: await readSettings(db),
  };
}

async function readSetup(db: Queryable): Promise<PolicyOverview['setup']> {
  const present = await db.one<Omit<PolicyOverview['setup'], 'next'>>(
    `select (select count(*) from shared.integrations where kind = 'sonarqube' and state <> 'deleting') as "sonarqubeIntegrations",
            (select count(*) from shared.integrations where kind = 'oci-registry' and state <> 'deleting') as "registryIntegrations",
            exists (select from shared.analyses where revision is not null and counts) as "analysedCommits",
            exists (select from shared.images where gone_at is null) as images`,
  );
  const { sonarqubeIntegrations, registryIntegrations, analysedCommits, images } = present;
  const steps = [
    ['connect_sonarqube', sonarqubeIntegrations === 0],
    ['analyse', !analysedCommits],
    ['connect_registry', registryIntegrations === 0],
    ['push', !images],
  ] as const;
  return { ...present, next: steps.find(([, missing]) => missing)?.[0] ?? null };
}

/**
 * Images by what was said of them at the end of each UTC day, today as it is now. Every image counts from its first
 * verdict until the registry had it no more, whether a tag pointed to it or not. A day without any verdict is left out.
 */
export async function readTrend(db: Queryable, days: number, now: Date): Promise<PolicyTrend> {
  const rows = await db.query<{ day: string; status: string; change: number }>(
    `with periods as (
       select r.status, r.valid_from, least(r.valid_to, i.gone_at) as valid_to
         from policy.results r left join shared.images i on i.id = r.image_id
        where r.policy = $1 and r.platform_digest is null),
     steps as (
       select greatest((valid_from at time zone 'UTC')::date, $2::date) as day, status, 1 as change from periods
        union all
       select greatest((valid_to at time zone 'UTC')::date, $2::date), status, -1 from periods where valid_to is not null)
     select day, status, sum(change)::int as change from steps group by 1, 2 order by 1`,
    [qualityGatesPolicy, dayBefore(now, days - 1)],
  );
  const steps = Map.groupBy(rows, (row) => row.day);
  const running: Record<string, number> = { passed: 0, failed: 0, no_data: 0, error: 0 };
  const trend: PolicyTrend['days'] = [];
  for (let back = days - 1; back >= 0; back--) {
    const day = dayBefore(now, back);
    for (const { status, change } of steps.get(day) ?? []) running[status] = (running[status] ?? 0) + change;
    const { passed = 0, failed = 0, no_data: noData = 0, error = 0 } = running;
    if (passed + failed + noData + error > 0) trend.push({ day, passed, failed, noData, error });
  }
  return { days: trend };
}

function dayBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * One page of images under the filter: failing first, then without data, the newest of each first. At a time: as they were
 * then, with what is said now beside each where that differs.
 */
export async function listResults(
  db: Queryable,
  filter: Omit<z.output<typeof ResultQuery>, 'node'> & {
    /** Repositories of a node. */
    of?: readonly number[] | undefined;
  },
): Promise<ResultList> {
  const { asOf } = filter;
  if (asOf !== undefined) await requirePast(db, asOf);
  const listed = asOf === undefined ? listedNow : listedThen;
  const pattern = filter.search === undefined ? null : `%${escaped(filter.search)}%`;
  const where = `${listed.where} and ($1::text[] is null or ${shown} = any ($1)) and ($2::text[] is null or r.reason = any ($2))
    and ($3::bigint[] is null or r.registry_id = any ($3)) and ($4::text is null or repo.name ilike $4)
    and ($5::timestamptz is null or r.valid_from >= $5) and ($6::bigint[] is null or r.repository_id = any ($6))`;
  const asked = [filter.status, filter.reason, filter.registry, pattern, filter.since, filter.of];
  const values = [...asked.map((value) => value ?? null), ...(asOf === undefined ? [] : [asOf])];
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from ${listed.from} where ${where}`,
    values,
  );
  const rows = await db.query<Row>(
    `select r.image_id as id, r.registry_id as "integrationId", repo.name as repository, i.digest,
            array(select t.name from ${listed.tags} order by t.name) as tags,
            r.status, r.reason, r.message, r.valid_from as "validFrom", waiver.id is not null as waived,
            ${listed.notEvaluated} as "notEvaluated"
       from ${listed.from} where ${where}
      order by array_position(array['failed', 'error', 'no_data', 'waived', 'passed'], ${shown}), r.valid_from desc, r.id desc
      limit ${pageSize} offset $${values.length + 1}`,
    [...values, (filter.page - 1) * pageSize],
  );
  const known = await registries(db);
  const results = rows.map(({ status, reason, message, validFrom, waived, notEvaluated, ...image }) => ({
    image: placeOf(image, known),
    status,
    reason,
    message,
    waived,
    notEvaluated,
    since: validFrom.toISOString(),
  }));
  const page = { results, total, page: filter.page, pageSize };
  return asOf === undefined
    ? page
    : besideNow(
        db,
        {
          ...page,
          present: await readBriefly(
            db,
            results.map(({ image }) => image.id),
          ),
        },
        asOf,
      );
}

/** What is said of some images, tagged or not, in no particular order. */
export function readBriefly(db: Queryable, imageIds: readonly number[]): Promise<BriefVerdict[]> {
  return db.query(
    `select r.image_id as "imageId", r.status, r.reason, waiver.id is not null as waived, ${notEvaluated} as "notEvaluated"
       from policy.results r ${waiverInForce} where ${isCurrent} and r.image_id = any ($1)`,
    [imageIds],
  );
}

interface Row {
  id: number;
  integrationId: number;
  repository: string;
  digest: string;
  tags: string[];
  status: 'passed' | 'failed' | 'no_data' | 'error';
  reason: string;
  message: string;
  validFrom: Date;
  waived: boolean;
  notEvaluated: boolean;
}
