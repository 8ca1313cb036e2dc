import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Actor, Route } from '../../access/index.ts';
import { createInsights, forgetSaved } from '../index.ts';
import type { SavedReport, SavedReports, SavedView, SavedViews } from './contract.ts';

let clone: TestDatabase;
let routes: Route[];

const person = (userId: number, role: Actor['role'] = 'viewer'): Actor => ({
  kind: 'user',
  userId,
  tokenId: null,
  name: `Person ${userId}`,
  role,
});
const [ada, bob, admin] = [person(1), person(2), person(3, 'admin')];

async function call<Answer>(actor: Actor, what: string, body?: object, id?: number): Promise<Answer> {
  const [method, path] = what.split(' ');
  const route = routes.find((one) => one.method === method && one.path === path);
  const handle = route?.handle as unknown as (request: object) => Promise<Answer>;
  const answer = await handle({
    actor,
    params: { id },
    body: body === undefined ? undefined : route?.body?.parse(body),
  });
  return route?.response?.parse(answer) as Answer;
}

const reports = '/api/v1/insights/reports';
const views = '/api/v1/insights/views';
const seenBy = async (actor: Actor): Promise<string[]> =>
  (await call<SavedReports>(actor, `GET ${reports}`)).reports.map(({ name }) => name);
const viewsOf = async (actor: Actor): Promise<SavedView[]> => (await call<SavedViews>(actor, `GET ${views}`)).views;
const definition = { report: 'issues', x: 'author', notType: ['bug'], author: ['Jones, Ann'] };

beforeAll(async () => {
  clone = await cloneDatabase();
  routes = createInsights({ db: clone.db, log: silentLog, now: () => new Date() }).routes;
}, 120_000);

afterAll(() => clone.drop());

const audited = async (action: string): Promise<number> =>
  (await clone.db.one<{ n: number }>('select count(*) as n from access.audit_events where action = $1', [action])).n;

test('a report is its maker’s alone until it is shared; what it asks for comes back as it was', async () => {
  const saved = await call<SavedReport>(ada, `POST ${reports}`, { name: 'Worst', definition });
  expect(saved).toMatchObject({ name: 'Worst', own: true, editable: true, shared: false, definition });
  expect([await seenBy(ada), await seenBy(bob), await seenBy(admin)]).toEqual([['Worst'], [], []]);
  await expect(call(bob, `GET ${reports}/:id`, undefined, saved.id)).rejects.toMatchObject({
    code: 'saved_report_not_found',
  });
  await expect(call(admin, `DELETE ${reports}/:id`, undefined, saved.id)).rejects.toMatchObject({
    code: 'saved_report_not_found',
  });
  await call(ada, `PATCH ${reports}/:id`, { shared: true }, saved.id);
  expect([await seenBy(bob), await seenBy(admin)]).toEqual([['Worst'], ['Worst']]);
  expect([await audited('saved_report.created'), await audited('saved_report.changed')]).toEqual([1, 1]);
});

test('a shared report is changed by its maker and by administrators, and by nobody else', async () => {
  const { reports: all } = await call<SavedReports>(bob, `GET ${reports}`);
  const id = all[0]?.id;
  expect(all[0]).toMatchObject({ own: false, editable: false });
  for (const what of [`PATCH ${reports}/:id`, `DELETE ${reports}/:id`])
    await expect(call(bob, what, what.startsWith('P') ? { name: 'Mine' } : undefined, id)).rejects.toMatchObject({
      code: 'saved_report_not_yours',
    });
  expect(await call(admin, `PATCH ${reports}/:id`, { name: 'Worst authors' }, id)).toMatchObject({
    name: 'Worst authors',
    own: false,
  });
});

test('what cannot be run is not saved, and a name is taken once', async () => {
  const wrong = { report: 'metrics', stack: 'author' };
  await expect(call(ada, `POST ${reports}`, { name: 'x', definition: wrong })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  await expect(call(ada, `POST ${reports}`, { name: 'WORST authors', definition })).rejects.toMatchObject({
    code: 'saved_name_taken',
  });
  const other = await call<SavedReport>(bob, `POST ${reports}`, { name: 'Worst authors', definition });
  const second = await call<SavedReport>(bob, `POST ${reports}`, { name: 'Second', definition });
  await expect(call(bob, `PATCH ${reports}/:id`, { name: 'worst Authors' }, second.id)).rejects.toMatchObject({
    code: 'saved_name_taken',
  });
  await call(bob, `DELETE ${reports}/:id`, undefined, other.id);
  expect(await seenBy(bob)).toEqual(['Second', 'Worst authors']);
  expect(await audited('saved_report.deleted')).toBe(1);
});

test('views are one’s own, with one default for each page', async () => {
  const view = (name: string, page = 'security') => ({ name, page, search: 'severity=critical', isDefault: true });
  const first = await call<SavedView>(ada, `POST ${views}`, view('Critical'));
  const second = await call<SavedView>(ada, `POST ${views}`, view('Again'));
  await call(ada, `POST ${views}`, view('Critical', 'reports'));
  await expect(call(ada, `POST ${views}`, view('CRITICAL'))).rejects.toMatchObject({ code: 'saved_name_taken' });
  const defaults = async () =>
    (await viewsOf(ada)).filter(({ isDefault }) => isDefault).map(({ name, page }) => [page, name]);
  expect(await defaults()).toEqual([
    ['reports', 'Critical'],
    ['security', 'Again'],
  ]);
  await call(ada, `PATCH ${views}/:id`, { isDefault: true }, first.id);
  expect(await defaults()).toEqual([
    ['reports', 'Critical'],
    ['security', 'Critical'],
  ]);
  expect(await viewsOf(bob)).toEqual([]);
  await expect(call(admin, `PATCH ${views}/:id`, { name: 'Mine' }, first.id)).rejects.toMatchObject({
    code: 'saved_view_not_found',
  });
  await call(ada, `DELETE ${views}/:id`, undefined, second.id);
  expect(await viewsOf(ada)).toHaveLength(2);
  expect([await audited('saved_view.created'), await audited('saved_view.deleted')]).toEqual([3, 1]);
  expect(await audited('saved_view.changed')).toBe(1);
});

test('with an account goes what its person kept alone; what is shared stays', async () => {
  await call(ada, `POST ${reports}`, { name: 'Alone', definition });
  await clone.db.transaction((tx) => forgetSaved(tx, 1));
  expect([await seenBy(ada), await viewsOf(ada)]).toEqual([['Worst authors'], []]);
});
