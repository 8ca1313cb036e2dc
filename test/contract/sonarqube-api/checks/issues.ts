import { expect } from 'vitest';
import { ask, type Checks, instantOf, type Issue, issues, moved, type Target } from '../target.ts';

/** Every issue of a small project through issues/search. */
export async function allIssues(t: Target, project: string, query: Record<string, string> = {}): Promise<Issue[]> {
  const found: Issue[] = [];
  for (let p = 1; p <= 20; p += 1) {
    const page = await issues(t, { componentKeys: project, ps: 500, p, ...query });
    found.push(...page.issues);
    if (p * 500 >= page.total) break;
  }
  return found;
}

const always = ['key', 'rule', 'severity', 'component', 'project', 'flows', 'status', 'message', 'author', 'tags'];
const alwaysToo = ['creationDate', 'updateDate', 'type', 'scope', 'quickFixAvailable', 'messageFormattings'];

function membersOf(t: Target): string[] {
  return [
    ...always,
    ...alwaysToo,
    ...(t.profile.codeVariants ? ['codeVariants'] : []),
    ...(t.profile.impacts ? ['impacts', 'cleanCodeAttribute', 'cleanCodeAttributeCategory'] : []),
    ...(t.profile.issueStatus ? ['issueStatus'] : []),
    ...(t.profile.prioritizedRule ? ['prioritizedRule'] : []),
    ...(t.profile.issueMembers26 ? ['fromSonarQubeUpdate', 'internalTags', 'linkedTicketStatus'] : []),
  ];
}

const optionalMembers = [
  'line',
  'hash',
  'textRange',
  'resolution',
  'closeDate',
  'assignee',
  'effort',
  'debt',
  'externalRuleEngine',
];

/** Issues and their filters (sections 3.1 and 3.2). */
export const issueChecks: Checks = {
  'issue-members': async (t) => {
    for (const issue of await allIssues(t, t.small)) {
      const names = Object.keys(issue).filter((name) => !optionalMembers.includes(name));
      // Old servers say `codeVariants` and others only from some version on; nothing else may be there.
      expect(names.sort()).toEqual(membersOf(t).sort());
      expect(issue.key.length).toBeLessThanOrEqual(50);
      expect(issue.key).toMatch(t.profile.uuidKeys ? /^[0-9a-f-]{36}$/ : /^[\w-]{20}$/);
    }
  },
  'issue-keys-500': async (t) => {
    const keys = Array.from({ length: 501 }, (_, at) => `AaH8-${at}`).join(',');
    const answer = await ask(t, 'api/issues/search', { issues: keys });
    expect([answer.status, answer.message()]).toEqual([400, 'Number of issue keys must be less than 500 (got 501)']);
  },
  'issue-keys-batch': async (t) => {
    const some = (await issues(t, { componentKeys: t.large, ps: 499 })).issues.map((issue) => issue.key);
    const absent = t.profile.uuidKeys ? '00000000-0000-4000-8000-000000000000' : 'AaH8AAAAAAAAAAAAAAAA';
    const page = await issues(t, { issues: [...some, absent].join(','), ps: 500 });
    expect(page.total).toBe(499);
    expect(new Set(page.issues.map((issue) => issue.key))).toEqual(new Set(some));
  },
  'rule-key-invalid': async (t) => {
    const answer = await ask(t, 'api/issues/search', { rules: 'nope' });
    expect([answer.status, answer.message()]).toEqual([400, 'Invalid rule key: nope']);
    expect((await issues(t, { rules: 'nope:nope', ps: 1 })).total).toBe(0);
  },
  'resolved-filter': async (t) => {
    const total = async (query: Record<string, string>): Promise<number> =>
      (await issues(t, { componentKeys: t.small, ps: 1, ...query })).total;
    const [all, open, resolved] = [
      await total({}),
      await total({ resolved: 'false' }),
      await total({ resolved: 'true' }),
    ];
    expect(open + resolved).toBe(all);
    expect(await total({ statuses: 'OPEN,CONFIRMED,REOPENED' })).toBe(open);
    expect(resolved).toBeGreaterThan(0);
  },
  'closed-has-no-line': async (t) => {
    const [closed] = (await issues(t, { componentKeys: t.small, statuses: 'CLOSED', ps: 1 })).issues;
    expect(closed).toMatchObject({ status: 'CLOSED', closeDate: expect.any(String) });
    expect(closed?.line).toBeUndefined();
    expect(['FIXED', 'REMOVED']).toContain(closed?.resolution);
    if (t.profile.issueStatus) expect(closed?.issueStatus).toBe('FIXED');
  },
  'update-date-order': async (t) => {
    const page = await issues(t, { componentKeys: t.small, s: 'UPDATE_DATE', asc: 'false', ps: 500 });
    const times = page.issues.map((issue) => instantOf(issue.updateDate));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  },
  'newest-change-first': async (t) => {
    const page = await issues(t, { s: 'UPDATE_DATE', asc: 'false', ps: 500 });
    const times = page.issues.map((issue) => instantOf(issue.updateDate));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(new Set(page.issues.map((issue) => issue.project)).size).toBeGreaterThanOrEqual(1);
    const first = (await issues(t, { componentKeys: t.small, s: 'UPDATE_DATE', asc: 'false', ps: 1 })).issues[0];
    expect(times[0]).toBeGreaterThanOrEqual(instantOf(first?.updateDate ?? ''));
  },
  'stable-order': async (t) => {
    const seen = new Set<string>();
    for (let p = 1; p <= 20; p += 1)
      for (const issue of (await issues(t, { componentKeys: t.large, s: 'CREATION_DATE', ps: 500, p })).issues)
        seen.add(issue.key);
    expect(seen.size).toBe(10_000);
  },
  'created-after-inclusive': async (t) => {
    const [issue] = (await issues(t, { componentKeys: t.small, s: 'CREATION_DATE', ps: 1 })).issues;
    const at = moved(issue?.creationDate ?? '', 0);
    const next = moved(at, 1);
    const within = async (createdAfter: string, createdBefore: string): Promise<number> =>
      (await issues(t, { componentKeys: t.small, createdAfter, createdBefore, ps: 1 })).total;
    const all = await allIssues(t, t.small);
    const same = all.filter((one) => instantOf(one.creationDate) === instantOf(at)).length;
    expect(await within(at, next)).toBe(same);
    expect(await within(moved(at, -1), at)).toBe(0);
  },
  'created-before-date-only': async (t) => {
    const all = await allIssues(t, t.small);
    const day = moved(all[0]?.creationDate ?? '', 0).slice(0, 10);
    const page = await issues(t, {
      componentKeys: t.small,
      createdAfter: day,
      createdBefore: day,
      timeZone: 'UTC',
      ps: 1,
    });
    const same = all.filter((one) => moved(one.creationDate, 0).slice(0, 10) === day);
    expect(page.total).toBe(same.length);
    expect(page.total).toBeGreaterThan(0);
  },
  'created-bounds': async (t) => {
    const refused = async (query: Record<string, string>): Promise<string> => {
      const answer = await ask(t, 'api/issues/search', query);
      return `${answer.status} ${answer.message()}`;
    };
    expect(await refused({ createdAfter: '2190-01-01' })).toBe('400 Start bound cannot be in the future');
    const swapped = { createdAfter: '2020-01-02T00:00:00+0000', createdBefore: '2020-01-01T00:00:00+0000' };
    expect(await refused(swapped)).toBe('400 Start bound cannot be larger or equal to end bound');
    expect(await refused({ createdAfter: '2020-01-01', createdInLast: '1d' })).toBe(
      '400 Parameters createdAfter and createdInLast cannot be set simultaneously',
    );
  },
  changelog: async (t) => {
    const missing = await ask(t, 'api/issues/changelog', { issue: 'nope' });
    expect([missing.status, missing.message()]).toEqual([404, "Issue with key 'nope' does not exist"]);
    const [issue] = (await issues(t, { componentKeys: t.small, ps: 1 })).issues;
    const answer = await ask(t, 'api/issues/changelog', { issue: issue?.key ?? '' });
    expect(answer.json()).toEqual({ changelog: expect.any(Array) });
  },
  'rules-one-key': async (t) => {
    const [issue] = (await issues(t, { componentKeys: t.small, ps: 1, types: 'VULNERABILITY' })).issues;
    const total = async (query: Record<string, string>): Promise<number> =>
      (await ask(t, 'api/rules/search', { ps: 1, ...query })).json<{ total: number }>().total;
    const rule = issue?.rule ?? '';
    expect(await total({ rule_key: rule, include_external: 'true' })).toBe(1);
    expect(await total({ rule_key: rule })).toBe(rule.startsWith('external_') ? 0 : 1);
    const all = await total({ include_external: 'true' });
    // `rule_keys` is no parameter, so it is ignored.
    expect(await total({ include_external: 'true', rule_keys: rule })).toBe(all);
    const shown = (await ask(t, 'api/rules/show', { key: rule })).json<{ rule: object }>().rule;
    const bare = !t.profile.membersOf10 && rule.startsWith('external_');
    expect(shown).toMatchObject({ key: rule, type: bare ? 'UNKNOWN' : 'VULNERABILITY' });
    expect(shown).not.toHaveProperty('securityStandards');
  },
  'created-at': async (t) => {
    const all = await allIssues(t, t.small);
    const at = moved(all[0]?.creationDate ?? '', 0);
    const page = await issues(t, { componentKeys: t.small, createdAt: at, ps: 1 });
    expect(page.total).toBe(all.filter((one) => instantOf(one.creationDate) === instantOf(at)).length);
  },
};
