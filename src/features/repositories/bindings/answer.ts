import { leadsNowhere } from '../../../domain/this-machine.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type * as contract from '../contract.ts';
import { buildKeyOf } from './build-key.ts';
import { Origin, ownReports } from './own-reports.ts';
import { documentedKey, plainKey } from './report-key.ts';
import { bindingWarnings, type BoundProject, effectiveKey } from './rules.ts';
import { inclusionOf } from './scanner.ts';
import { type BindingRow, boundTo, withFindingsOutside } from './store.ts';

/** Null before the server was asked, and for what an earlier version kept in another form. */
export const originOf = ({ origin }: BindingRow): Origin | null => Origin.safeParse(origin).data ?? null;

/** As they are told. */
export async function answersOf(db: Queryable, rows: readonly BindingRow[]): Promise<contract.Binding[]> {
  const outside = await withFindingsOutside(
    db,
    rows.map(({ id }) => id),
  );
  const bound = await boundTo(db, [...new Set(rows.map(({ repositoryId }) => repositoryId))]);
  return rows.map((row) =>
    toAnswer(
      row,
      bound.filter((one) => one.repositoryId === row.repositoryId && one.id !== row.id),
      outside.has(row.id),
    ),
  );
}

function toAnswer(row: BindingRow, others: readonly BoundProject[], outside: boolean): contract.Binding {
  const integration = (id: number, name: string | null) => ({ id, name: name ?? `deleted integration ${id}` });
  const reportKey = effectiveKey(row);
  const documented = row.mono ? documentedKey(row.projectKey) : plainKey;
  const own = ownReports(originOf(row), row, { base: row.bitbucketUrl, project: row.project, slug: row.slug });
  const pattern = inclusionOf(row);
  return {
    id: row.id,
    project: {
      id: row.projectId,
      key: row.projectKey,
      name: row.projectName,
      integration: integration(row.sonarqube, row.sonarqubeName),
    },
    repository: {
      id: row.repositoryId,
      project: row.project,
      slug: row.slug,
      link: row.link,
      integration: integration(row.bitbucket, row.bitbucketName),
    },
    mono: row.mono,
    annotations: row.annotations,
    buildStatus: row.buildStatus,
    buildKey: buildKeyOf(row),
    summaryComment: row.summaryComment,
    prefix: row.prefix,
    chosenKey: row.chosenKey,
    reportKey,
    keyIsDocumented: reportKey === documented,
    documentedKey: documented,
    inclusion:
      pattern === null ? null : { pattern, state: row.inclusionState ?? 'unknown', message: row.inclusionMessage },
    ownReports: own,
    lookedAt: row.lookedAt?.toISOString() ?? null,
    warnings: [
      ...bindingWarnings(row, others),
      ...(outside ? (['outside_prefix'] as const) : []),
      ...(own === 'same_key' ? (['own_reports'] as const) : []),
      ...(leadsNowhere(row.sonarqubeLinks ?? '', row.bitbucketUrl ?? '') ? (['local_links'] as const) : []),
    ],
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  };
}
