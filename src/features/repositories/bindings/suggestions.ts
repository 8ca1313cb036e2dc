import type { z } from 'zod';
import { containing, type Queryable } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type * as contract from '../contract.ts';
import { type LookOptions, settingsOf } from './look.ts';
import { Origin } from './own-reports.ts';
import { namesToLookFor, suggest, type SuggestedRepository } from './suggest.ts';

const pageSize = 20;
/** Two calls for each project of a page, so many projects at once. */
const atOnce = 4;
const timeoutMs = 25_000;

interface UnboundProject {
  id: number;
  key: string;
  name: string;
  sonarqube: number;
  sonarqubeName: string;
}

interface Candidate extends SuggestedRepository {
  link: string | null;
  integration: number;
  integrationName: string;
  /** Projects that are bound to it already. */
  bound: number;
}

interface Asked {
  origin: Origin | null;
  unasked: contract.BindingSuggestion['unasked'];
}

/** Projects without a binding, and for each the repository that most speaks for. Nothing is bound by asking. */
export async function listSuggestions(
  options: LookOptions,
  { search, page }: z.output<typeof contract.SuggestionQuery>,
  signal: AbortSignal,
): Promise<contract.SuggestionList> {
  const { db } = options;
  const { projects, total } = await unboundProjects(db, containing(search), page);
  const asked = await askAll(options, projects, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  const candidates = await candidatesFor(
    db,
    projects.flatMap((project, index) => namesToLookFor(project, asked[index]?.origin ?? null)),
  );
  const found = projects.map((project, index) => suggest(project, asked[index]?.origin ?? null, candidates));
  const times = (id: number): number => found.filter((one) => one?.repository === id).length;
  const suggestions = projects.map((project, index): contract.BindingSuggestion => {
    const one = found[index] ?? null;
    const repository = candidates.find(({ id }) => id === one?.repository);
    return {
      project: {
        id: project.id,
        key: project.key,
        name: project.name,
        integration: { id: project.sonarqube, name: project.sonarqubeName },
      },
      repository: repository === undefined ? null : toRepository(repository),
      reason: one?.reason ?? null,
      confidence: one?.confidence ?? null,
      mono: repository !== undefined && (repository.bound > 0 || times(repository.id) > 1),
      unasked: asked[index]?.unasked ?? null,
    };
  });
  return { suggestions, total, page, pageSize };
}

const toRepository = ({ id, project, slug, link, integration, integrationName }: Candidate) => ({
  id,
  project,
  slug,
  link,
  integration: { id: integration, name: integrationName },
});

async function unboundProjects(
  db: Queryable,
  pattern: string | null,
  page: number,
): Promise<{ projects: UnboundProject[]; total: number }> {
  const from = `shared.projects p join shared.integrations i on i.id = p.integration_id
     where p.counts and p.deleted_at is null and i.state <> 'deleting'
       and not exists (select from repositories.bindings b where b.project_id = p.id)
       and ($1::text is null or p.source_key ilike $1 or p.name ilike $1)`;
  const { total } = await db.one<{ total: number }>(`select count(*) as total from ${from}`, [pattern]);
  const projects = await db.query<UnboundProject>(
    `select p.id, p.source_key as key, p.name, i.id as sonarqube, i.name as "sonarqubeName"
       from ${from} order by lower(p.name), p.id limit $2 offset $3`,
    [pattern, pageSize, (page - 1) * pageSize],
  );
  return { projects, total };
}

async function askAll(
  options: LookOptions,
  projects: readonly UnboundProject[],
  signal: AbortSignal,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let at = 0; at < projects.length; at += atOnce) {
    const some = projects.slice(at, at + atOnce).map((project) => ask(options, project, signal));
    asked.push(...(await Promise.all(some)));
  }
  return asked;
}

/** A server that cannot be asked leaves the names, and is said. */
async function ask({ connect }: LookOptions, project: UnboundProject, signal: AbortSignal): Promise<Asked> {
  try {
    return await connect(project.sonarqube, signal, async (connection) => {
      const { settings, context } = settingsOf(connection);
      return { origin: Origin.parse(await settings.origin(context, project.key)), unasked: null };
    });
  } catch (error) {
    if (!isPlumblineError(error) && !signal.aborted) throw error;
    const { code, message } = isPlumblineError(error) ? error : new PlumblineError('timeout');
    return { origin: null, unasked: { code, message } };
  }
}

/** Repositories that are there under these names; without a project’s key in any project. */
function candidatesFor(db: Queryable, names: readonly { project: string; slug: string }[]): Promise<Candidate[]> {
  return db.query<Candidate>(
    `with named as (select distinct project, slug from unnest($1::text[], $2::text[]) n (project, slug))
     select r.id, r.project, r.slug, r.link, i.id as integration, i.name as "integrationName", i.url as base,
            array_remove(r.clone_urls || r.link, null) as addresses,
            (select count(*) from repositories.bindings b where b.repository_id = r.id) as bound
       from repositories.repositories r join shared.integrations i on i.id = r.integration_id
      where r.deleted_at is null and i.state <> 'deleting'
        and exists (select from named n where n.slug = r.slug and (n.project = '' or n.project = lower(r.project)))
      order by r.id limit 2000`,
    [names.map(({ project }) => project), names.map(({ slug }) => slug)],
  );
}
