import type { z } from 'zod';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import type { Actor } from '../../access/index.ts';
import type * as contract from '../contract.ts';
import { KeptRepository } from './keep.ts';
import { asPerson, requirePerson, type TokenOptions, tokensOf } from './tokens.ts';
import { unfinishedOf } from './unfinished.ts';

/** What can be imported from, and the caller’s own tokens. */
export async function importState(
  db: Database,
  actor: Actor,
  kinds: { code: readonly string[]; projects: readonly string[] },
): Promise<contract.ImportState> {
  const tokens = await tokensOf(db, requirePerson(actor));
  const rows = await db.query<{ id: number; name: string; kind: string; url: string | null }>(
    "select id, name, kind, url from shared.integrations where kind = any ($1) and state <> 'deleting' order by lower(name), id",
    [[...kinds.code, ...kinds.projects]],
  );
  const named = rows.map(({ id, name, kind, url }) => ({ id, name, kind, url: url ?? '' }));
  const servers = named
    .filter(({ kind }) => kinds.code.includes(kind))
    .map(({ id, name, url }) => {
      const token = tokens.find(({ integrationId }) => integrationId === id);
      return {
        id,
        name,
        url,
        token:
          token === undefined
            ? null
            : {
                account: token.account,
                enteredAt: token.enteredAt.toISOString(),
                refusedAt: token.refusedAt?.toISOString() ?? null,
              },
      };
    });
  const sonarqube = named
    .filter(({ kind }) => kinds.projects.includes(kind))
    .map(({ id, name, url }) => ({ id, name, url }));
  return { servers, sonarqube };
}

/** A page of the repositories that the caller sees, those that are bound already marked. */
export async function listRepositories(
  options: TokenOptions,
  call: { actor: Actor; signal: AbortSignal },
  integrationId: number,
  { project, search, start }: z.output<typeof contract.ImportQuery>,
): Promise<contract.ImportRepositories> {
  const { repositories, next, cutOff } = await asPerson(options, call, integrationId, (codeImport, context) =>
    codeImport.list(context, { project, name: search, start }),
  );
  const records = repositories.map((record) => KeptRepository.parse(record));
  const bound = await projectsOf(
    options.db,
    integrationId,
    records.map(({ id }) => id),
  );
  const unfinished = await unfinishedOf(options.db, integrationId);
  return {
    repositories: records.map(({ id: number, project, projectName, slug, name, archived, link }) => ({
      id: number,
      project,
      projectName,
      slug,
      name: name ?? slug,
      archived,
      link,
      projects: bound
        .filter((one) => one.repository === number)
        .map(({ id, key, name, binding }) => ({ id, key, name, binding })),
      unfinished: unfinished.has(number),
    })),
    next,
    cutOff,
  };
}

function projectsOf(
  db: Queryable,
  integrationId: number,
  repositories: readonly string[],
): Promise<{ repository: string; id: number; key: string; name: string; binding: number }[]> {
  return db.query(
    `select r.source_key as repository, p.id, p.source_key as key, p.name, b.id as binding
       from repositories.bindings b join repositories.repositories r on r.id = b.repository_id
       join shared.projects p on p.id = b.project_id
      where r.integration_id = $1 and r.source_key = any ($2) order by lower(p.name), p.id`,
    [integrationId, repositories],
  );
}
