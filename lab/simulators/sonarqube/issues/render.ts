import { formatInstant } from '../dates.ts';
import { hex8, mix } from '../../numbers.ts';
import type { Profile } from '../profiles.ts';
import type { Scope, World } from '../state/model.ts';
import type { Impact, RuleSpec } from '../types.ts';
import { scopeMember } from '../call.ts';
import {
  closedOf,
  createdOf,
  fileOf,
  filePath,
  type IssueStatus,
  impactsOfRule,
  inTests,
  lineOf,
  messageOf,
  ruleOf,
  severityOf,
  statusOf,
  typeOf,
  updatedOf,
} from './batch.ts';
import { issueKey } from './keys.ts';
import { issueStatusOf } from './status.ts';
import type { Row } from './top.ts';

export interface RenderOptions {
  comments: boolean;
  transitions: boolean;
  actions: boolean;
}

export const effortMinutes = 5;

/** Clean code attribute of a rule, by its type: what the vendor's own rules mostly have. */
const attributes = {
  CODE_SMELL: { cleanCodeAttribute: 'CLEAR', cleanCodeAttributeCategory: 'INTENTIONAL' },
  BUG: { cleanCodeAttribute: 'LOGICAL', cleanCodeAttributeCategory: 'INTENTIONAL' },
  VULNERABILITY: { cleanCodeAttribute: 'TRUSTWORTHY', cleanCodeAttributeCategory: 'RESPONSIBLE' },
} as const;

export const attributesOf = (rule: RuleSpec) => attributes[rule.type];

export function externalEngine(rule: RuleSpec): string | null {
  return rule.key.startsWith('external_') ? (rule.key.slice('external_'.length).split(':')[0] ?? null) : null;
}

export const componentKeyOf = (scope: Scope, path: string | null): string =>
  path === null ? scope.project.key : `${scope.project.key}:${path}`;

/** What every issue of one rule has, as JSON text. */
interface RuleText {
  rule: string;
  engine: string;
  tags: string;
  /** Clean code attribute and impacts. */
  newer: string;
}

/** What every issue of one scope has, as JSON text. */
interface ScopeText {
  project: string;
  member: string;
}

const json = JSON.stringify;

/** The members of an object as text, with a comma before each. */
const membersText = (value: object): string => (Object.keys(value).length === 0 ? '' : `,${json(value).slice(1, -1)}`);

function cached<K, V>(cache: Map<K, V>, key: K, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

/**
 * Writes issues as JSON text, in the server's order of members and without those that are empty. Text is put together
 * by hand because at millions of issues building objects first takes four times as long, and a benchmark would measure
 * the simulator.
 */
export function issueWriter(world: World, options: RenderOptions): (row: Row) => string {
  const { profile, seed } = world;
  const rules = new Map<RuleSpec, RuleText>();
  const scopes = new Map<Scope, ScopeText>();
  const dates = new Map<number, string>();
  const date = (at: number): string => cached(dates, at, () => json(formatInstant(at)));
  return (row) => {
    const { scope, batch, index } = row;
    const rule = ruleOf(batch, index);
    const ruleText = cached(rules, rule, () => textOfRule(profile, rule));
    const scopeText = cached(scopes, scope, () => textOfScope(scope));
    const status = statusOf(batch, index);
    const closed = closedOf(batch, index);
    const changed = batch.changes.get(index);
    const key = issueKey(seed, batch.ordinal, index, profile.uuidKeys);
    return `{"key":"${key}","rule":${ruleText.rule},"severity":"${severityOf(batch, index)}"${placeText(row, status.state)}${
      scopeText.project
    },"flows":[]${status.resolution === null ? '' : `,"resolution":"${status.resolution}"`},"status":"${status.state}","message":${json(
      messageOf(batch, index),
    )},"effort":"${effortMinutes}min","debt":"${effortMinutes}min"${
      changed?.assignee ? `,"assignee":${json(changed.assignee)}` : ''
    },"author":"","tags":${changed?.tags ? json(changed.tags) : ruleText.tags}${extras(status.state, isDecidable(profile, rule), options)},"creationDate":${date(
      createdOf(batch, index),
    )},"updateDate":${date(updatedOf(batch, index))}${closed === null ? '' : `,"closeDate":${date(closed)}`},"type":"${typeOf(
      batch,
      index,
    )}"${scopeText.member}${ruleText.engine},"scope":"${inTests(batch, index) ? 'TEST' : 'MAIN'}","quickFixAvailable":false,"messageFormattings":[]${
      changed?.impacts ? newerText(profile, rule, changed.impacts) : ruleText.newer
    }${statusText(profile, status)}}`;
  };
}

function textOfRule(profile: Profile, rule: RuleSpec): RuleText {
  const engine = externalEngine(rule);
  return {
    rule: json(rule.key),
    engine: engine === null ? '' : `,"externalRuleEngine":${json(engine)}`,
    tags: json(rule.tags ?? []),
    newer: newerText(profile, rule, impactsOfRule(rule)),
  };
}

const textOfScope = (scope: Scope): ScopeText => ({
  project: `,"project":${json(scope.project.key)}`,
  member: membersText(scopeMember(scope)),
});

/** A closed issue keeps its text range but loses its line (section 3.1). */
function placeText({ scope, batch, index }: Row, state: string): string {
  const file = fileOf(batch, index);
  if (file < 0) return `,"component":${json(scope.project.key)}`;
  const line = lineOf(batch, index);
  const hash = `${hex8(mix(batch.seed, index, 10))}${hex8(mix(batch.seed, index, 11))}`;
  return `,"component":${json(componentKeyOf(scope, filePath(batch, file)))}${
    state === 'CLOSED' ? '' : `,"line":${line}`
  },"hash":"${hash}${hash}","textRange":{"startLine":${line},"endLine":${line},"startOffset":0,"endOffset":15}`;
}

/** 9.9 lets nobody decide about imported issues. */
const isDecidable = (profile: Profile, rule: RuleSpec): boolean => profile.membersOf10 || externalEngine(rule) === null;

function extras(state: string, decidable: boolean, options: RenderOptions): string {
  const isOpen = state === 'OPEN' || state === 'CONFIRMED' || state === 'REOPENED';
  const known = isOpen ? '["accept","falsepositive","confirm"]' : '["reopen"]';
  const transitions = decidable ? known : '[]';
  return `${options.transitions ? `,"transitions":${transitions}` : ''}${
    options.actions ? ',"actions":["set_tags","comment","assign"]' : ''
  }${options.comments ? ',"comments":[]' : ''}`;
}

function newerText(profile: Profile, rule: RuleSpec, impacts: readonly Impact[]): string {
  const variants = profile.codeVariants ? ',"codeVariants":[]' : '';
  return profile.impacts ? `${variants}${membersText({ ...attributesOf(rule), impacts })}` : variants;
}

function statusText(profile: Profile, status: IssueStatus): string {
  return `${profile.issueStatus ? `,"issueStatus":"${issueStatusOf(status)}"` : ''}${
    profile.prioritizedRule ? ',"prioritizedRule":false' : ''
  }${profile.issueMembers26 ? ',"fromSonarQubeUpdate":false,"internalTags":[],"linkedTicketStatus":"NOT_LINKED"' : ''}`;
}

/** Entries of `components[]`: every file of the page, then its projects. */
export function renderComponents(rows: readonly Row[], withEnabled = true): Record<string, unknown>[] {
  const files = new Map<string, Record<string, unknown>>();
  const projects = new Map<string, Record<string, unknown>>();
  for (const { scope, batch, index } of rows) {
    const member = scopeMember(scope);
    const enabled = withEnabled ? { enabled: true } : {};
    const { key, name } = scope.project;
    const number = fileOf(batch, index);
    const id = `${scope.id} ${batch.ordinal} ${number}`;
    if (number >= 0 && !files.has(id))
      files.set(id, { ...fileComponent(key, filePath(batch, number), enabled), ...member });
    if (!projects.has(scope.id))
      projects.set(scope.id, { key, ...enabled, qualifier: 'TRK', name, longName: name, ...member });
  }
  return [...files.values(), ...projects.values()];
}

export function fileComponent(projectKey: string, path: string, enabled: object): Record<string, unknown> {
  return {
    key: `${projectKey}:${path}`,
    ...enabled,
    qualifier: 'FIL',
    name: path.split('/').at(-1),
    longName: path,
    path,
  };
}
