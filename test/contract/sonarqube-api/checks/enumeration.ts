import { BinaryReader } from '@bufbuild/protobuf/wire';
import { expect } from 'vitest';
import { ask, type Checks, type Issue, issues, type Target } from '../target.ts';
import { allIssues } from './issues.ts';

export interface Pulled {
  serverTime: number;
  present: string[];
  closed: string[];
  /** Values of userSeverity by key. */
  severities: Map<string, number>;
}

/** Reads length-delimited messages: a varint with the length, then so many bytes. */
export function readPull(bytes: Uint8Array): Pulled {
  const reader = new BinaryReader(bytes);
  const pulled: Pulled = { serverTime: 0, present: [], closed: [], severities: new Map() };
  let first = true;
  while (reader.pos < reader.len) {
    const message = readFields(reader.bytes());
    if (first) pulled.serverTime = Number(message.get(1));
    else {
      const key = String(message.get(1));
      (message.get(8) === 1 ? pulled.closed : pulled.present).push(key);
      const severity = message.get(5);
      if (typeof severity === 'number') pulled.severities.set(key, severity);
    }
    first = false;
  }
  return pulled;
}

function readFields(bytes: Uint8Array): Map<number, string | number> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, string | number>();
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (wire === 0) fields.set(field, Number(reader.int64()));
    else if (wire === 2) fields.set(field, Buffer.from(reader.bytes()).toString('utf8'));
    else reader.skip(wire);
  }
  return fields;
}

async function pullOf(t: Target, project: string, query: Record<string, string> = {}): Promise<Pulled> {
  const answer = await ask(t, 'api/issues/pull', { projectKey: project, branchName: 'main', ...query });
  expect([answer.status, answer.contentType]).toEqual([200, null]);
  return readPull(answer.bytes);
}

const sorted = (keys: Iterable<string>): string[] => [...keys].sort();

async function listed(t: Target, project: string): Promise<{ keys: Set<string>; rows: number }> {
  const keys = new Set<string>();
  let rows = 0;
  for (let p = 1; ; p += 1) {
    const page = (await ask(t, 'api/issues/list', { project, p, ps: 500 })).json<{ issues: Issue[] }>();
    for (const issue of page.issues) keys.add(issue.key);
    rows += page.issues.length;
    if (page.issues.length === 0) return { keys, rows };
  }
}

/** The complete ways: issues/list (section 3.5) and issues/pull (section 3.6). */
export const enumerationChecks: Checks = {
  'list-since-10-2': async (t) => {
    const answer = await ask(t, 'api/issues/list', { project: t.small, ps: 1 });
    expect(answer.status).toBe(t.profile.lists ? 200 : 404);
    if (!t.profile.lists) expect(answer.message()).toBe('Unknown url : /api/issues/list');
  },
  'list-no-total': async (t) => {
    if (!t.profile.lists) return;
    const answer = await ask(t, 'api/issues/list', { project: t.small, ps: 500 });
    const body = answer.json<{ paging: object; issues: Issue[]; components: object[] }>();
    expect(body.paging).toEqual({ pageIndex: 1, pageSize: body.issues.length });
    expect(Object.keys(body).sort()).toEqual(['components', 'issues', 'paging']);
    expect(body.issues[0]).toMatchObject({ comments: [], transitions: expect.any(Array), actions: expect.any(Array) });
  },
  'list-complete': async (t) => {
    if (!t.profile.lists) return;
    const { keys, rows } = await listed(t, t.large);
    expect(rows).toBe(keys.size);
    expect(keys.size).toBe((await issues(t, { componentKeys: t.large, ps: 1 })).total);
    const small = await listed(t, t.small);
    expect(sorted(small.keys)).toEqual(sorted((await allIssues(t, t.small)).map((issue) => issue.key)));
  },
  'list-past-end': async (t) => {
    if (!t.profile.lists) return;
    const answer = await ask(t, 'api/issues/list', { project: t.small, p: 100, ps: 500 });
    expect(answer.json()).toEqual({ paging: { pageIndex: 100, pageSize: 0 }, issues: [], components: [] });
  },
  'list-errors': async (t) => {
    if (!t.profile.lists) return;
    const neither = await ask(t, 'api/issues/list');
    expect([neither.status, neither.message()]).toEqual([
      400,
      "Either 'project' or 'component' parameter must be provided",
    ]);
    const unknown = await ask(t, 'api/issues/list', { project: 'nope' });
    expect([unknown.status, unknown.message()]).toEqual([404, "Project 'nope' not found"]);
  },
  'pull-framing': async (t) => {
    const { serverTime, present } = await pullOf(t, t.small);
    // Within a day: the clocks of server and test need not agree to the second.
    expect(Math.abs(serverTime - Date.now())).toBeLessThan(86_400_000);
    expect(present.length).toBeGreaterThan(0);
  },
  'pull-complete': async (t) => {
    const { present, closed } = await pullOf(t, t.small);
    const notClosed = (await allIssues(t, t.small)).filter((issue) => issue.status !== 'CLOSED');
    expect(sorted(present)).toEqual(sorted(notClosed.map((issue) => issue.key)));
    expect(closed).toEqual([]);
    const large = await pullOf(t, t.large);
    const statuses = 'OPEN,CONFIRMED,REOPENED,RESOLVED';
    expect(new Set(large.present).size).toBe((await issues(t, { componentKeys: t.large, statuses, ps: 1 })).total);
  },
  'pull-needs-branch': async (t) => {
    const missing = await ask(t, 'api/issues/pull', { projectKey: t.small });
    expect([missing.status, missing.message()]).toEqual([400, "The 'branchName' parameter is missing"]);
    const unknown = await ask(t, 'api/issues/pull', { projectKey: t.small, branchName: 'nope' });
    expect([unknown.status, unknown.message()]).toEqual([404, `Branch 'nope' in project '${t.small}' not found`]);
  },
  'pull-changed-since': async (t) => {
    const all = await allIssues(t, t.small);
    const newest = Math.max(...all.map((issue) => Date.parse(issue.updateDate.replace('+0000', 'Z'))));
    const nothing = await pullOf(t, t.small, { changedSince: String(newest + 86_400_000) });
    expect([...nothing.present, ...nothing.closed]).toEqual([]);
    const ever = await pullOf(t, t.small, { changedSince: '1' });
    const closed = all.filter((issue) => issue.status === 'CLOSED').map((issue) => issue.key);
    expect(sorted(ever.closed)).toEqual(sorted(closed));
    expect(closed.length).toBeGreaterThan(0);
    expect(sorted(ever.present)).toEqual(sorted(all.filter((i) => i.status !== 'CLOSED').map((i) => i.key)));
    const edge = await pullOf(t, t.small, { changedSince: String(newest) });
    const expected = all.filter((issue) => Date.parse(issue.updateDate.replace('+0000', 'Z')) >= newest);
    expect(sorted([...edge.present, ...edge.closed])).toEqual(sorted(expected.map((issue) => issue.key)));
  },
};
