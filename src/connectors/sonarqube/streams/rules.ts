import { type SliceEvent, statusesOf } from '../../contract.ts';
import { isPlumblineError, type PlumblineError } from '../../../platform/errors/index.ts';
import { complete, isClosed, isDone, type Reader, unavailable } from '../reader.ts';
import type { RuleRecord } from '../records.ts';
import { cweOf, owaspOf, sectionsOf } from '../rule-text.ts';
import { ListedRule, RuleShow, RulesSearch } from '../schema.ts';

/** Collects the rules that findings name and reads each once, per repository where many are wanted. */
export interface RuleBook {
  see(rule: string, type: string | null): void;
  /** Every rule seen so far. */
  seen(): string[];
  /** Records of the rules seen since the last flush. */
  flush(): Promise<SliceEvent[]>;
  /** The stream's end. */
  finish(): SliceEvent[];
}

const stream = 'rules';
/** A rule's text has up to tens of kilobytes. */
const pageSize = 100;

/** Up to here a repository's rules are asked for one by one: a repository has hundreds. */
const fewRules = 5;

/** Longest time that a run goes without reading a rule again. */
const ruleAgeMs = 600_000;

type Found = Map<string, RuleRecord>;

/** `refresh`: also rules that the hub has are read again. */
export function createRuleBook(reader: Reader, { refresh }: { refresh: boolean }): RuleBook {
  const types = new Map<string, string | null>();
  const written = new Set<string>(alreadyWritten(reader));
  const cache: Found = new Map();
  let closed: PlumblineError | null = null;
  const done = isDone(reader, stream, '');

  async function read(keys: readonly string[]): Promise<void> {
    for (const [repository, wanted] of byRepository(keys)) {
      try {
        if (wanted.length > fewRules) {
          const rules = await keptIn(reader, `repository ${repository}`, () => readRepository(reader, repository));
          for (const [key, rule] of rules) cache.set(key, rule);
        }
        for (const key of wanted) {
          const known =
            cache.get(key) ??
            (closed === null ? await keptIn(reader, `rule ${key}`, () => readRule(reader, key)) : null);
          if (known !== null) cache.set(key, known);
        }
      } catch (error) {
        if (!isClosed(error)) throw error;
        closed = error;
      }
    }
  }

  return {
    see: (rule, type) => {
      if (!types.has(rule)) types.set(rule, type);
    },
    seen: () => [...types.keys()],
    async flush() {
      const keys = [...types.keys()].filter((key) => !written.has(key));
      if (done || keys.length === 0) return [];
      const unknown = refresh ? keys : await unstored(reader, keys);
      await read(unknown.filter((key) => !cache.has(key)));
      for (const key of keys) written.add(key);
      const records = unknown.flatMap((key) => cache.get(key) ?? derive(key, types.get(key) ?? null, closed));
      // The cursor keeps them staged for an attempt that does not see their issues again.
      const cursor = { written: [...written] };
      return records.length === 0 ? [] : [{ type: 'records', stream, scope: '', records, cursor }];
    },
    finish: () => {
      if (done) return [];
      if (closed !== null) return [unavailable(stream, '', closed)];
      // Rules outlive the issues that named them, so one that is not used now is not gone.
      return [
        complete({
          stream,
          scope: '',
          sourceCount: null,
          method: 'api/rules/search, api/rules/show',
          proof: 'key_set',
          absenceTrusted: false,
        }),
      ];
    },
  };
}

/** Rules that an interrupted attempt staged. */
function alreadyWritten({ request }: Reader): string[] {
  const resume = request.resume[`${stream} `];
  if (resume === undefined || resume === 'complete') return [];
  const keys = (resume.cursor as { written?: unknown } | null)?.written;
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}

/** A reading of changes reads only rules the hub has not: their texts change with the server, which is read whole then. */
async function unstored({ request }: Reader, keys: readonly string[]): Promise<readonly string[]> {
  if (request.stored === undefined) return keys;
  const stored = await statusesOf(request.stored.rows(stream, '', { keys }));
  return keys.filter((key) => !stored.has(key));
}

function byRepository(keys: readonly string[]): Map<string, string[]> {
  const repositories = new Map<string, string[]>();
  for (const key of keys) {
    const repository = repositoryOf(key);
    repositories.set(repository, [...(repositories.get(repository) ?? []), key]);
  }
  return repositories;
}

function repositoryOf(key: string): string {
  return key.includes(':') ? key.slice(0, key.indexOf(':')) : '';
}

/**
 * Rules are the same for every project of a server (on Cloud of an organization), and change with its version: what one
 * project of a run has read of them the others need not.
 */
function keptIn<T>(reader: Reader, name: string, read: () => Promise<T>): Promise<T> {
  if (reader.runCache === undefined) return read();
  return reader.runCache.get(`${organizationOf(reader) ?? ''} ${name}`, ruleAgeMs, read);
}

const fields = 'name,lang,severity,status,tags,sysTags,isExternal,descriptionSections';

/** All rules of a repository with their texts; of a page no more is kept than the records made of it. */
async function readRepository(reader: Reader, repository: string): Promise<Found> {
  const found: Found = new Map();
  for (let page = 1; ; page += 1) {
    const answer = await reader.client.get(RulesSearch, 'api/rules/search', {
      repositories: repository,
      include_external: true,
      f: fields,
      organization: organizationOf(reader),
      p: page,
      ps: pageSize,
    });
    for (const raw of answer.rules) {
      const rule = toRule(raw);
      if (rule !== null) found.set(rule.key, rule);
    }
    const total = answer.paging?.total ?? answer.total ?? 0;
    if (answer.rules.length === 0 || page * pageSize >= total) return found;
  }
}

/** Null for a rule that the server does not know any more. */
async function readRule(reader: Reader, key: string): Promise<RuleRecord | null> {
  try {
    const params = { key, organization: organizationOf(reader) };
    return toRule((await reader.client.get(RuleShow, 'api/rules/show', params)).rule);
  } catch (error) {
    if (isPlumblineError(error, 'project_not_found')) return null;
    throw error;
  }
}

function organizationOf({ server, settings }: Reader): string | undefined {
  return server.isCloud ? settings.organization[0] : undefined;
}

function toRule(raw: unknown): RuleRecord | null {
  const parsed = ListedRule.safeParse(raw);
  if (!parsed.success) return null;
  const rule = parsed.data;
  const repository = rule.repo ?? repositoryOf(rule.key);
  const sections = rule.descriptionSections ?? [];
  const words = [rule.htmlDesc ?? '', ...sections.map(({ content }) => content), ...(rule.securityStandards ?? [])];
  const tags = [...new Set([...(rule.sysTags ?? []), ...(rule.tags ?? [])])].sort();
  return {
    key: rule.key,
    name: rule.name ?? rule.key,
    repository,
    language: rule.lang ?? null,
    type: rule.type ?? null,
    severity: rule.severity ?? null,
    status: rule.status ?? null,
    cwe: cweOf(words.join(' ')),
    tags,
    isExternal: rule.isExternal ?? repository.startsWith('external_'),
    owasp: owaspOf(words.join(' '), tags),
    sections: sectionsOf(sections, rule.htmlDesc ?? ''),
  };
}

/** An external rule may have no page of its own; what its issues say is all there is. */
function derive(key: string, type: string | null, closed: PlumblineError | null): RuleRecord[] {
  const isExternal = repositoryOf(key).startsWith('external_');
  if (closed !== null && !isExternal) return [];
  const unknown = { language: null, severity: null, status: null, cwe: [], tags: [], owasp: [], sections: [] };
  return [{ key, name: key, repository: repositoryOf(key), type, isExternal, ...unknown }].map(ordered);
}

/** Members in the record's order: the hash of a record depends on it. */
function ordered(rule: RuleRecord): RuleRecord {
  const { key, name, repository, language, type, severity, status, cwe, tags, isExternal, owasp, sections } = rule;
  return { key, name, repository, language, type, severity, status, cwe, tags, isExternal, owasp, sections };
}
