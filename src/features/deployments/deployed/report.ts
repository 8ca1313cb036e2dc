import type { z } from 'zod';
import { formatImageReference, isDigest, parseImageReference } from '../../../domain/image-reference.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { deploymentChanged } from '../changes.ts';
import type { ReportAnswer, ReportRequest } from './contract.ts';
import { effectiveAt, type Report, type Reported, reported } from './model.ts';
import { holdPlace, settlePlaces } from './places.ts';
import { findReportedPlace } from './reported-place.ts';
import { findDeployment } from './read.ts';
import { findReported, insertReported, updateReported } from './store.ts';

type Request = z.output<typeof ReportRequest>;

interface Reporting {
  db: Database;
  now(): Date;
  tell: ((tx: Tx, changes: readonly { kind: string; id: number }[]) => Promise<void>) | undefined;
}

/**
 * Keeps what a pipeline says of one deployment. The same report again changes nothing and is no error, so that it can be
 * sent until it is answered. Throws `image_reference_invalid` and what `findReportedPlace` and `reported` throw.
 */
export async function reportDeployment(
  { db, now: clock, tell }: Reporting,
  actor: Actor,
  request: Request,
): Promise<ReportAnswer> {
  const now = clock();
  const report = reportOf(request, now);
  return db.transaction(async (tx) => {
    const named = await findReportedPlace(tx, request);
    const names = { service: named.serviceName, environment: named.environmentName };
    const place = await holdPlace(tx, named.place, names);
    const known = await findReported(tx, place, request.key);
    // As it is defined when the deployment is told of first: it may be defined otherwise later.
    const type = report.environmentType ?? (known === undefined ? named.environmentType : null);
    const next = reported(known, { ...report, environmentType: type }, now);
    if (known !== undefined && same(known, next)) return answer(tx, 'unchanged', known.id);
    const row = { ...next, place, key: request.key, at: effectiveAt(next, report.at) };
    const told = { ...names, integrationId: named.place.integrationId, by: actor.name };
    const id = known?.id ?? (await insertReported(tx, { ...row, ...told }));
    if (known !== undefined) await updateReported(tx, id, { ...row, by: actor.name });
    await settlePlaces(tx, [place]);
    await tell?.(tx, [{ kind: deploymentChanged, id }]);
    const details = { key: request.key, environment: request.environment, status: request.status };
    await audit(tx, actor, 'deployment.report', { kind: 'deployment', id, name: request.service }, details);
    return answer(tx, known === undefined ? 'created' : 'moved_on', id);
  });
}

async function answer(tx: Tx, outcome: ReportAnswer['outcome'], id: number): Promise<ReportAnswer> {
  return { outcome, deployment: await findDeployment(tx, id) };
}

function reportOf(request: Request, now: Date): Report {
  const { status, version, commit, environmentType, link, at, startedAt } = request;
  return {
    state: status,
    version,
    commit,
    environmentType,
    link,
    at: at === null ? now : new Date(at),
    startedAt: startedAt === null ? null : new Date(startedAt),
    ...imageOf(request.image),
  };
}

/** A digest alone is enough: what it is called is then not known. */
function imageOf(text: string | null): Pick<Report, 'image' | 'digest'> {
  if (text === null) return { image: null, digest: null };
  const alone = text.toLowerCase();
  if (isDigest(alone)) return { image: null, digest: alone };
  const parsed = parseImageReference(text);
  if (parsed === null) {
    throw new PlumblineError('image_reference_invalid', {
      message: `${text.slice(0, 200)} is no reference to an image.`,
    });
  }
  return { image: formatImageReference({ ...parsed, digest: null }), digest: parsed.digest };
}

function same(known: Reported, next: Reported): boolean {
  return (Object.keys(next) as (keyof Reported)[]).every((name) => String(known[name]) === String(next[name]));
}
