import { effectiveKey } from '../../repositories/index.ts';
import type { ChangeSource, Preparing } from '../sources/source.ts';
import { findRepository, pullRequestsOf } from '../store/facts.ts';
import { findBinding, type HeldReport } from '../store/reports.ts';

/** Has each source find out what it must ask for, before it is asked what it knows. */
export async function prepareSources(
  preparing: Preparing,
  sources: readonly ChangeSource[],
  held: HeldReport,
): Promise<void> {
  const { db } = preparing;
  const able = sources.flatMap(({ prepare }) => prepare ?? []);
  const binding = await findBinding(db, held.bindingId);
  if (able.length === 0 || binding === undefined || effectiveKey(binding) !== held.reportKey) return;
  const repository = await findRepository(db, held.repositoryId);
  if (repository === undefined || repository.deleted || repository.integrationState !== 'active') return;
  const place = { project: repository.project, repository: repository.slug };
  for (const pullRequest of (await pullRequestsOf(db, held)).filter(({ open }) => open)) {
    const wanted = { project: binding, place, bitbucketId: held.integrationId, pullRequest };
    for (const prepare of able) await prepare(preparing, wanted);
  }
}
