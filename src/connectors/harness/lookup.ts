import { isPlumblineError } from '../../platform/errors/index.ts';
import type { Json, LookupResult } from '../contract.ts';
import type { ProjectPlace } from './address.ts';
import { projectLink } from './execution/execution.ts';
import type { Reader } from './reader.ts';
import { namedProjectList } from './streams/account.ts';
import { readExecution } from './streams/executions.ts';
import { readList } from './streams/lists.ts';

/** Both forms of an execution’s page. */
const page =
  /\/orgs\/([^/?#\s]{1,300})\/projects\/([^/?#\s]{1,300})(?:\/pipelines\/[^/?#\s]{1,300}\/(?:deployments|executions)\/([^/?#\s]{1,300}))?/;
/** `default/shop`, `default/shop/<execution>`. */
const named = /^([^/?#\s]{1,300})\/([^/?#\s]{1,300})(?:\/([^/?#\s]{1,300}))?$/;

/** What Harness says now about a project or an execution, by their names or the address of a page. */
export async function lookUp(reader: Reader, text: string): Promise<LookupResult[]> {
  const found = placeIn(text.trim().slice(0, 2_000));
  if (found === null) return [];
  const { execution, ...place } = found;
  try {
    return execution === undefined ? await ofProject(reader, place) : await ofExecution(reader, place, execution);
  } catch (error) {
    const absent = ['harness_execution_not_found', 'project_not_found'] as const;
    if (absent.some((code) => isPlumblineError(error, code))) return [];
    throw error;
  }
}

function placeIn(text: string): (ProjectPlace & { execution?: string }) | null {
  const [, organization, project, execution] = page.exec(text) ?? named.exec(text) ?? [];
  if (organization === undefined || project === undefined) return null;
  return { organization, project, ...(execution === undefined ? {} : { execution }) };
}

async function ofExecution(reader: Reader, place: ProjectPlace, id: string): Promise<LookupResult[]> {
  const { link, ...record } = await readExecution(reader, place, id);
  return [{ kind: 'execution', found: true, summary: asJson(record), ...(link === null ? {} : { link }) }];
}

async function ofProject({ client, settings }: Reader, place: ProjectPlace): Promise<LookupResult[]> {
  const { rows } = await readList(client, namedProjectList(place.organization, place.project));
  const record = rows.find((row) => row.organization === place.organization && row.identifier === place.project);
  if (record === undefined) return [];
  return [{ kind: 'project', found: true, summary: asJson(record), link: projectLink({ ...settings, ...place }) }];
}

const asJson = (record: object): Record<string, Json> => ({ ...record }) as Record<string, Json>;
