import type { Queryable } from '../../../platform/database/index.ts';
import type { MappingRule } from '../mappings/rules.ts';
import { defaultSettings, type PolicySettings, qualityGatesPolicy } from '../model.ts';

export async function readSettings(db: Queryable): Promise<PolicySettings> {
  const row = await db.maybeOne<{ settings: Partial<PolicySettings> }>(
    'select settings from policy.settings where policy = $1',
    [qualityGatesPolicy],
  );
  return { ...defaultSettings, ...row?.settings };
}

export async function writeSettings(db: Queryable, settings: PolicySettings, by: string): Promise<void> {
  await db.execute(
    `insert into policy.settings (policy, settings, updated_by) values ($1, $2, $3)
     on conflict (policy) do update set settings = excluded.settings, updated_by = excluded.updated_by, updated_at = now()`,
    [qualityGatesPolicy, JSON.stringify(settings), by],
  );
  // The row of the settings is held: what is set after it comes after it in time, too.
  // As text, which keeps what a date of ours would round away: they would hold before they were set.
  const { at } = await db.one<{ at: string }>('select clock_timestamp()::text as "at"');
  await db.execute(
    'delete from policy.past_settings where policy = $1 and valid_to is null and valid_from >= $2::timestamptz',
    [qualityGatesPolicy, at],
  );
  await db.execute(
    'update policy.past_settings set valid_to = $2::timestamptz where policy = $1 and valid_to is null',
    [qualityGatesPolicy, at],
  );
  await db.execute(
    'insert into policy.past_settings (policy, settings, changed_by, valid_from) values ($1, $2, $3, $4::timestamptz)',
    [qualityGatesPolicy, JSON.stringify(settings), by, at],
  );
}

/** Settings by which images were judged at a time; null: which is not known any more. */
export async function readSettingsAt(db: Queryable, at: string): Promise<PolicySettings | null> {
  const row = await db.maybeOne<{ settings: Partial<PolicySettings> | null }>(
    `select settings from policy.past_settings
      where policy = $1 and valid_from <= $2::timestamptz and (valid_to is null or valid_to > $2::timestamptz)`,
    [qualityGatesPolicy, at],
  );
  return row?.settings === null ? null : { ...defaultSettings, ...row?.settings };
}

/** A rule with what a reader sees of it. */
export type StoredRule = MappingRule & {
  repositoryUrl: string | null;
  origin: 'person' | 'file';
  createdBy: string;
  createdAt: Date;
};

const ruleColumns = `id, kind, registry_id as "registryId", pattern, repository_key as "repositoryKey",
  repository_url as "repositoryUrl", projects, origin, created_by as "createdBy", valid_from as "createdAt"`;

/** Rules in force. */
export function listRules(db: Queryable): Promise<StoredRule[]> {
  return db.query(`select ${ruleColumns} from policy.mapping_rules where valid_to is null order by id`);
}

/** Rules that were in force at a time. */
export function listRulesAt(db: Queryable, at: string): Promise<StoredRule[]> {
  return db.query(
    `select ${ruleColumns} from policy.mapping_rules
      where valid_from <= $1::timestamptz and (valid_to is null or valid_to > $1::timestamptz) order by id`,
    [at],
  );
}

/** Also one that was ended: what it spoke of must be judged again. */
export function findRule(db: Queryable, id: number): Promise<(StoredRule & { endedAt: Date | null }) | undefined> {
  return db.maybeOne(`select ${ruleColumns}, valid_to as "endedAt" from policy.mapping_rules where id = $1`, [id]);
}

export type NewRule = Pick<StoredRule, 'kind' | 'projects' | 'origin' | 'createdBy' | 'repositoryUrl'> & {
  registryId: number | null;
  pattern: string | null;
  repositoryKey: string | null;
};

export async function insertRule(db: Queryable, rule: NewRule): Promise<number> {
  const row = await db.one<{ id: number }>(
    `insert into policy.mapping_rules (kind, registry_id, pattern, repository_key, repository_url, projects, origin, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [
      rule.kind,
      rule.registryId,
      rule.pattern,
      rule.repositoryKey,
      rule.repositoryUrl,
      JSON.stringify(rule.projects),
      rule.origin,
      rule.createdBy,
    ],
  );
  return row.id;
}

/** False when it was ended already. */
export async function endRule(db: Queryable, id: number, by: string): Promise<boolean> {
  const changed = await db.execute(
    'update policy.mapping_rules set valid_to = now(), ended_by = $2 where id = $1 and valid_to is null',
    [id, by],
  );
  return changed > 0;
}
