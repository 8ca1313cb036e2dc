import type { z } from 'zod';
import { redactUrls } from '../../../domain/redact-urls.ts';
import { repositoryKey } from '../../../domain/repository-url.ts';
import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type { AppliedMappings, MappingAnswer, MappingInput } from '../contract.ts';
import { endRule, insertRule, listRules, type NewRule, type StoredRule } from '../store/settings.ts';

export type WantedMapping = z.output<typeof MappingInput>;

export interface MappingOptions {
  db: Database;
  /** Asks for the images a rule speaks of to be judged again. */
  ruleChanged(tx: Queryable, ruleId: number): Promise<void>;
}

export async function listMappings(db: Queryable): Promise<MappingAnswer[]> {
  const names = await integrationNames(db);
  return (await listRules(db)).map((rule) => toMapping(rule, names));
}

/** Throws `mapping_exists`, `integration_not_found`, `repository_address_invalid`. */
export async function addMapping(options: MappingOptions, actor: Actor, wanted: WantedMapping): Promise<MappingAnswer> {
  return options.db.transaction(async (tx) => {
    const rule = await understood(tx, wanted, actor, 'person');
    if ((await listRules(tx)).some((other) => placeOf(other) === placeOf(rule)))
      throw new PlumblineError('mapping_exists');
    return one(tx, await insert(options, tx, actor, rule));
  });
}

/** Ends a rule and begins another in its place, so that what held before stays known. Throws `mapping_not_found`. */
export async function changeMapping(
  options: MappingOptions,
  actor: Actor,
  { id, wanted }: { id: number; wanted: WantedMapping },
): Promise<MappingAnswer> {
  return options.db.transaction(async (tx) => {
    const rule = await understood(tx, wanted, actor, 'person');
    await end(options, tx, actor, id);
    if ((await listRules(tx)).some((other) => placeOf(other) === placeOf(rule)))
      throw new PlumblineError('mapping_exists');
    return one(tx, await insert(options, tx, actor, rule));
  });
}

/** Throws `mapping_not_found`. */
export async function removeMapping(options: MappingOptions, actor: Actor, id: number): Promise<void> {
  await options.db.transaction((tx) => end(options, tx, actor, id));
}

/**
 * Makes the rules that came from a file what the file says now. A rule of a person for the same place is taken over;
 * other rules of people stay. Applying twice changes nothing.
 */
export async function applyMappings(
  options: MappingOptions,
  actor: Actor,
  { mappings, dryRun }: { mappings: readonly WantedMapping[]; dryRun: boolean },
): Promise<AppliedMappings> {
  return options.db.transaction(async (tx) => {
    const wanted = await Promise.all(mappings.map((mapping) => understood(tx, mapping, actor, 'file')));
    const places = wanted.map(placeOf);
    const twice = places.find((place, index) => places.indexOf(place) !== index);
    if (twice !== undefined) throw new PlumblineError('mapping_exists', { message: `${twice} is mapped twice.` });
    const present = await listRules(tx);
    // Stored members come back in an order of their own.
    const same = ({ projects, ...rule }: NewRule | StoredRule): string => {
      const words = projects.map(({ projectKey, integrationId, directory }) => [projectKey, integrationId, directory]);
      return `${placeOf({ ...rule, projects } as NewRule)} ${JSON.stringify(words)}`;
    };
    const kept = new Set(wanted.map(same));
    const unchanged = present.filter((rule) => rule.origin === 'file' && kept.has(same(rule)));
    const ending = present.filter(
      (rule) => !unchanged.includes(rule) && (rule.origin === 'file' || places.includes(placeOf(rule))),
    );
    const adding = wanted.filter((rule) => !unchanged.some((other) => same(other) === same(rule)));
    if (!dryRun) {
      for (const rule of ending) await end(options, tx, actor, rule.id);
      for (const rule of adding) await insert(options, tx, actor, rule);
    }
    return { added: adding.length, removed: ending.length, unchanged: unchanged.length };
  });
}

async function insert({ ruleChanged }: MappingOptions, tx: Tx, actor: Actor, rule: NewRule): Promise<number> {
  const id = await insertRule(tx, rule);
  const projects = rule.projects.map((project) => project.projectKey);
  await audit(tx, actor, 'policy.mapping_add', { kind: 'mapping', id, name: placeOf(rule) }, { projects });
  await ruleChanged(tx, id);
  return id;
}

async function end({ ruleChanged }: MappingOptions, tx: Tx, actor: Actor, id: number): Promise<void> {
  if (!(await endRule(tx, id, actor.name))) throw new PlumblineError('mapping_not_found');
  await audit(tx, actor, 'policy.mapping_end', { kind: 'mapping', id });
  await ruleChanged(tx, id);
}

async function one(tx: Tx, id: number): Promise<MappingAnswer> {
  const found = (await listMappings(tx)).find((mapping) => mapping.id === id);
  if (found === undefined) throw new Error(`mapping ${id} was just stored and is not there`);
  return found;
}

/** What a rule speaks of, in words; two rules in force never speak of the same. */
function placeOf(rule: NewRule | StoredRule): string {
  if (rule.kind === 'source') return `repository ${rule.repositoryKey}`;
  const registry = rule.registryId === null ? 'any registry' : `registry ${rule.registryId}`;
  return `images ${rule.pattern ?? ''} of ${registry}`;
}

/** Names of integrations become ids; an address becomes what repositories are compared by. */
async function understood(tx: Tx, wanted: WantedMapping, actor: Actor, origin: NewRule['origin']): Promise<NewRule> {
  const projects = [];
  for (const { projectKey, integration, directory } of wanted.projects) {
    const integrationId = integration === null ? null : await findIntegration(tx, integration, 'sonarqube');
    projects.push({ projectKey, integrationId, directory: wanted.repository === undefined ? null : directory });
  }
  const common = { projects, origin, createdBy: actor.name };
  if (wanted.repository === undefined) {
    const registryId =
      wanted.registry === undefined ? null : await findIntegration(tx, wanted.registry, 'oci-registry');
    const pattern = wanted.images ?? '';
    return { ...common, kind: 'image', registryId, pattern, repositoryKey: null, repositoryUrl: null };
  }
  const key = repositoryKey(wanted.repository);
  if (key === null) throw new PlumblineError('repository_address_invalid');
  const repositoryUrl = redactUrls(wanted.repository);
  return { ...common, kind: 'source', registryId: null, pattern: null, repositoryKey: key, repositoryUrl };
}

async function findIntegration(tx: Tx, nameOrId: string, kind: string): Promise<number> {
  const row = await tx.maybeOne<{ id: number }>(
    'select id from shared.integrations where kind = $2 and (name = $1 or id::text = $1) order by name = $1 desc limit 1',
    [nameOrId, kind],
  );
  if (row !== undefined) return row.id;
  const message = `There is no ${kind} integration “${nameOrId.slice(0, 100)}”.`;
  throw new PlumblineError('integration_not_found', { message });
}

export async function integrationNames(db: Queryable): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; name: string }>('select id, name from shared.integrations');
  return new Map(rows.map((row) => [row.id, row.name]));
}

export function toMapping(rule: StoredRule, names: ReadonlyMap<number, string>): MappingAnswer {
  const named = (id: number | null): { id: number; name: string } | null =>
    id === null ? null : { id, name: names.get(id) ?? `deleted integration ${id}` };
  return {
    id: rule.id,
    images: rule.kind === 'image' ? rule.pattern : null,
    registry: rule.kind === 'image' ? named(rule.registryId) : null,
    repository: rule.kind === 'source' ? rule.repositoryUrl : null,
    projects: rule.projects.map(({ projectKey, integrationId, directory }) => ({
      projectKey,
      directory,
      integration: named(integrationId),
    })),
    origin: rule.origin,
    createdBy: rule.createdBy,
    createdAt: rule.createdAt.toISOString(),
  };
}
