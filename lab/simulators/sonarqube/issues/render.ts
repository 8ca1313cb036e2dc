import { formatInstant } from '../dates.ts';
import { mix } from '../numbers.ts';
import type { Profile } from '../profiles.ts';
import type { Scope, World } from '../state/model.ts';
import type { RuleSpec } from '../types.ts';
import { scopeMember } from '../wire/call.ts';
import {
  assigneeOf,
  closedOf,
  createdOf,
  fileOf,
  filePath,
  impactsOf,
  inTests,
  lineOf,
  messageOf,
  ruleOf,
  severityOf,
  statusOf,
  tagsOf,
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

/** One issue as JSON members, in the server's order. Members that are empty are absent, as on the real server. */
export function renderIssue(world: World, row: Row, options: RenderOptions): Record<string, unknown> {
  const { scope, batch, index } = row;
  const { profile } = world;
  const rule = ruleOf(batch, index);
  const status = statusOf(batch, index);
  const closed = closedOf(batch, index);
  const file = fileOf(batch, index);
  const line = file < 0 ? null : lineOf(batch, index);
  const assignee = assigneeOf(batch, index);
  const engine = externalEngine(rule);
  return {
    key: issueKey(world.seed, batch.ordinal, index, profile.uuidKeys),
    rule: rule.key,
    severity: severityOf(batch, index),
    component: componentKeyOf(scope, file < 0 ? null : filePath(batch, file)),
    project: scope.project.key,
    // A closed issue keeps its text range but loses its line (section 3.1).
    ...(line === null || status.state === 'CLOSED' ? {} : { line }),
    ...(line === null ? {} : placeOf(batch.seed, index, line)),
    flows: [],
    ...(status.resolution === null ? {} : { resolution: status.resolution }),
    status: status.state,
    message: messageOf(batch, index),
    effort: `${effortMinutes}min`,
    debt: `${effortMinutes}min`,
    ...(assignee === null ? {} : { assignee }),
    author: '',
    tags: tagsOf(batch, index),
    ...extras(status.state, options),
    creationDate: formatInstant(createdOf(batch, index)),
    updateDate: formatInstant(updatedOf(batch, index)),
    ...(closed === null ? {} : { closeDate: formatInstant(closed) }),
    type: typeOf(batch, index),
    ...scopeMember(scope),
    ...(engine === null ? {} : { externalRuleEngine: engine }),
    scope: inTests(batch, index) ? 'TEST' : 'MAIN',
    quickFixAvailable: false,
    messageFormattings: [],
    ...newerMembers(profile, row, rule),
  };
}

function placeOf(seed: number, index: number, line: number) {
  return {
    hash: `${mix(seed, index, 10).toString(16).padStart(8, '0')}${mix(seed, index, 11).toString(16).padStart(8, '0')}`.repeat(
      2,
    ),
    textRange: { startLine: line, endLine: line, startOffset: 0, endOffset: 15 },
  };
}

function extras(state: string, options: RenderOptions) {
  const openState = state === 'OPEN' || state === 'CONFIRMED' || state === 'REOPENED';
  return {
    ...(options.transitions ? { transitions: openState ? ['accept', 'falsepositive', 'confirm'] : ['reopen'] } : {}),
    ...(options.actions ? { actions: ['set_tags', 'comment', 'assign'] } : {}),
    ...(options.comments ? { comments: [] } : {}),
  };
}

function newerMembers(profile: Profile, row: Row, rule: RuleSpec): Record<string, unknown> {
  const { batch, index } = row;
  return {
    ...(profile.codeVariants ? { codeVariants: [] } : {}),
    ...(profile.impacts ? { ...attributesOf(rule), impacts: impactsOf(batch, index) } : {}),
    ...(profile.issueStatus ? { issueStatus: issueStatusOf(statusOf(batch, index)) } : {}),
    ...(profile.prioritizedRule ? { prioritizedRule: false } : {}),
    ...(profile.issueMembers26
      ? { fromSonarQubeUpdate: false, internalTags: [], linkedTicketStatus: 'NOT_LINKED' }
      : {}),
  };
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
