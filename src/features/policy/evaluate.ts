import { createHash } from 'node:crypto';
import type { Announcement } from '../../domain/announcement.ts';
import type { ReasonCode, VerdictStatus } from '../../domain/verdict.ts';
import type { Database, Queryable, Tx } from '../../platform/database/index.ts';
import { type ImageFacts, readImages } from '../images/index.ts';
import { verdictChanged } from './changes.ts';
import { judgeImage } from './kinds/sonarqube-quality-gates.ts';
import { compileMapping, type Mapping } from './mappings/rules.ts';
import { type Analysis, type ImageVerdict, type Platform, type PolicySettings, qualityGatesPolicy } from './model.ts';
import { type JudgedFacts, platformsToJudge } from './platforms.ts';
import { registriesRequiringSignatures, registryHosts } from './registries.ts';
import { readAnalyses, readConditions } from './store/analyses.ts';
import {
  type CurrentResult,
  currentResults,
  endResults,
  insertResults,
  lockImages,
  type NewResult,
  readClock,
} from './store/results.ts';
import { listRules, readSettings } from './store/settings.ts';

export interface EvaluationOptions {
  db: Database;
  /** Tells outgoing webhooks, in the transaction of the change. */
  announce(tx: Queryable, event: Announcement): Promise<void>;
  /** Tells other rooms, in the transaction of the change. */
  tell?(tx: Tx, changes: readonly { kind: string; id: number }[]): Promise<void>;
}

/** Above this many in one batch all verdicts are named instead of each. */
const mostNamed = 20;

export interface EvaluationCount {
  /** Images judged. */
  evaluated: number;
  /** Of these, images whose verdict or evidence differs from what was stored. */
  changed: number;
}

const batchSize = 250;

/**
 * Judges images by what is stored now and writes only what differs. Batches are transactions of their own, so that a
 * killed process leaves whole ones behind; order and repetition are harmless.
 */
export async function evaluateImages(
  options: EvaluationOptions,
  imageIds: readonly number[],
  signal?: AbortSignal,
): Promise<EvaluationCount> {
  const count = { evaluated: 0, changed: 0 };
  const ids = [...new Set(imageIds)].sort((a, b) => a - b);
  for (let start = 0; start < ids.length; start += batchSize) {
    signal?.throwIfAborted();
    const batch = ids.slice(start, start + batchSize);
    const done = await options.db.transaction((tx) => evaluateNow(options, tx, batch));
    count.evaluated += done.evaluated;
    count.changed += done.changed;
  }
  return count;
}

/** One batch in the caller’s transaction; ids ascending. */
export async function evaluateNow(
  { announce, tell }: EvaluationOptions,
  tx: Tx,
  ids: readonly number[],
): Promise<EvaluationCount> {
  // What is read after the lock is what the last evaluation of these images left behind.
  await lockImages(tx, ids);
  const images = await readImages(tx, ids);
  const verdicts = await judgeImages(tx, images);
  const stored = Map.groupBy(await currentResults(tx, ids), (row) => row.imageId);
  const ended: number[] = [];
  const added: NewResult[] = [];
  const turned: { image: ImageFacts; before: VerdictStatus | null; verdict: ImageVerdict }[] = [];
  const changed = new Set<number>();
  for (const image of images) {
    const verdict = verdicts.get(image.id) as ImageVerdict;
    const before = stored.get(image.id) ?? [];
    const wanted = toRows(image, verdict);
    const keeps = (row: CurrentResult): boolean =>
      wanted.some((one) => one.platformDigest === row.platformDigest && one.hash === row.hash);
    const gone = before.filter((row) => !keeps(row));
    const fresh = wanted.filter(
      (one) => !before.some((row) => one.platformDigest === row.platformDigest && one.hash === row.hash),
    );
    if (gone.length + fresh.length > 0) changed.add(image.id);
    ended.push(...gone.map((row) => row.id));
    added.push(...fresh);
    const whole = before.find((row) => row.platformDigest === null);
    if (whole?.status !== verdict.status && image.goneAt === null)
      turned.push({ image, before: whole?.status ?? null, verdict });
  }
  const at = ended.length + added.length === 0 ? '' : await readClock(tx);
  await endResults(tx, ended, at);
  await insertResults(tx, added, at);
  await tell?.(
    tx,
    (changed.size > mostNamed ? [0] : [...changed]).map((id) => ({ kind: verdictChanged, id })),
  );
  const hosts = turned.length === 0 ? undefined : await registryHosts(tx);
  for (const { image, before, verdict } of turned) {
    const host = hosts?.get(image.integrationId) ?? '';
    const [tag] = image.tags;
    const name = `${host}/${image.repository}`;
    const reference = tag === undefined ? `${name}@${image.digest}` : `${name}:${tag}`;
    await announce(tx, {
      type: 'policy.changed',
      data: {
        image: { reference, digest: image.digest },
        policy: qualityGatesPolicy,
        before,
        after: verdict.status,
        reason: verdict.reason,
      },
    });
  }
  return { evaluated: images.length, changed: changed.size };
}

/** Of these images those whose stored verdict is not the one they would be given now. Writes nothing. */
export async function findStale(db: Queryable, ids: readonly number[]): Promise<number[]> {
  const images = await readImages(db, ids);
  const verdicts = await judgeImages(db, images);
  const stored = Map.groupBy(await currentResults(db, ids), (row) => row.imageId);
  const words = (rows: readonly Pick<NewResult, 'platformDigest' | 'hash'>[]): string =>
    rows
      .map(({ platformDigest, hash }) => `${platformDigest} ${hash}`)
      .toSorted()
      .join('\n');
  const stale = images.filter(
    (image) => words(stored.get(image.id) ?? []) !== words(toRows(image, verdicts.get(image.id) as ImageVerdict)),
  );
  return stale.map(({ id }) => id);
}

/** Judges images by what is stored now; writes nothing. */
export async function judgeImages(db: Queryable, images: readonly JudgedFacts[]): Promise<Map<number, ImageVerdict>> {
  const settings = await readSettings(db);
  const mapping = compileMapping(await listRules(db));
  const strict = await registriesRequiringSignatures(db);
  const platformsOf = new Map(
    images.map((image) => {
      const signatureRequired = image.signatureRequired || strict.has(image.integrationId);
      return [image.id, platformsToJudge({ ...image, signatureRequired }, mapping, settings)];
    }),
  );
  const analysesOf = await loadAnalyses(db, [...platformsOf.values()].flat(), mapping, settings);
  return new Map(
    images.map((image) => {
      const platforms = platformsOf.get(image.id) ?? [];
      const problem: ReasonCode | null = image.problem === null ? null : 'IMAGE_UNREADABLE';
      const judged = { platforms, problem, required: mapping.requiredOf(image) };
      return [image.id, judgeImage(judged, analysesOf, settings)];
    }),
  );
}

/** Analyses of what platforms claim, of the integrations that take part. */
export async function loadAnalyses(
  db: Queryable,
  platforms: readonly Platform[],
  mapping: Mapping,
  settings: PolicySettings,
): Promise<(commit: string, exact: boolean) => readonly Analysis[]> {
  const resolved = platforms.filter((platform) => platform.outcome === 'resolved' && platform.commit !== null);
  const commitsOf = (exact: boolean): string[] =>
    resolved.filter((platform) => platform.commitExact === exact).map((platform) => platform.commit as string);
  const rows = await readAnalyses(db, {
    commits: [...new Set([...commitsOf(true), ...resolved.flatMap(({ narrowedTo }) => narrowedTo ?? [])])],
    prefixes: [...new Set(commitsOf(false))],
    excludedIntegrations: settings.excludedIntegrations,
  });
  const conditions = await readConditions(
    db,
    rows.map((row) => row.id),
  );
  const analyses = rows.map((row): Analysis => {
    const source = mapping.sourceOf(row);
    return {
      ...row,
      projectDeletedAt: row.projectDeletedAt?.toISOString() ?? null,
      analyzedAt: row.analyzedAt.toISOString(),
      changedAt: row.changedAt.toISOString(),
      repository: source?.repository ?? null,
      directory: source?.directory ?? null,
      conditions: conditions.get(row.id) ?? [],
    };
  });
  const byRevision = Map.groupBy(analyses, (analysis) => analysis.revision);
  return (commit, exact) =>
    exact ? (byRevision.get(commit) ?? []) : analyses.filter(({ revision }) => revision.startsWith(commit));
}

/** A row for the image and one for each platform. Ids of platforms are left out: a new reading gives them new ones. */
function toRows(image: ImageFacts, verdict: ImageVerdict): NewResult[] {
  const place = { imageId: image.id, registryId: image.integrationId, repositoryId: image.repositoryId };
  const summary = verdict.platforms.map(({ platform, status, reason }) => ({
    digest: platform.digest,
    platform: platform.name,
    status,
    reason,
  }));
  const row = (
    facts: Pick<NewResult, 'platformDigest' | 'platform' | 'status' | 'reason' | 'message' | 'projects'>,
    evidence: object,
  ): NewResult => {
    const text = JSON.stringify(evidence);
    const hash = createHash('sha256').update(`${facts.status} ${facts.reason} ${facts.message} ${text}`).digest('hex');
    return { ...place, ...facts, evidence: text, hash };
  };
  const { status, reason, message } = verdict;
  const problem = image.problem === null ? {} : { problem: image.problem };
  return [
    row(
      { platformDigest: null, platform: null, status, reason, message, projects: [] },
      { platforms: summary, ...problem },
    ),
    ...verdict.platforms.map(({ platform, claim, flags, projects, ...judged }) =>
      row(
        { platformDigest: platform.digest, platform: platform.name, ...judged, message: '', projects },
        { claim, flags, projects },
      ),
    ),
  ];
}
