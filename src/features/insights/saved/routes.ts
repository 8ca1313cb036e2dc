import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../../access/index.ts';
import * as contract from './contract.ts';
import { changeReport, removeReport, savedReport, savedReports, saveReport } from './reports.ts';
import { changeView, removeView, savedViews, saveView } from './views.ts';

const of = { tag: 'Insights', permission: 'insights:read', scope: 'own' } as const;
const removed = { ok: true } as const;

/** What people keep by name. It holds questions alone: the figures are those of whoever asks. */
export function savedRoutes(db: Database): Route[] {
  return [...reportRoutes(db), ...viewRoutes(db)];
}

function reportRoutes(db: Database): Route[] {
  const all = '/api/v1/insights/reports';
  const one = `${all}/:id`;
  return [
    route({
      ...of,
      method: 'GET',
      path: all,
      summary: 'Lists the caller’s saved reports and those that others share.',
      response: contract.SavedReports,
      handle: async ({ actor }) => ({ reports: await savedReports(db, actor) }),
    }),
    route({
      ...of,
      method: 'POST',
      path: all,
      summary: 'Saves a report by name, for oneself or for everybody.',
      errors: ['saved_name_taken', 'org_node_not_found', 'org_node_not_then'],
      body: contract.SaveReport,
      response: contract.SavedReport,
      handle: ({ actor, body }) => saveReport(db, actor, body),
    }),
    route({
      ...of,
      method: 'GET',
      path: one,
      summary: 'Shows what a saved report asks for.',
      errors: ['saved_report_not_found'],
      params: contract.SavedParams,
      response: contract.SavedReport,
      handle: ({ actor, params }) => savedReport(db, actor, params.id),
    }),
    route({
      ...of,
      method: 'PATCH',
      path: one,
      summary: 'Changes a saved report; its maker and administrators may.',
      errors: [
        'saved_report_not_found',
        'saved_report_not_yours',
        'saved_name_taken',
        'org_node_not_found',
        'org_node_not_then',
      ],
      params: contract.SavedParams,
      body: contract.ChangeReport,
      response: contract.SavedReport,
      handle: ({ actor, params, body }) => changeReport(db, actor, params.id, body),
    }),
    route({
      ...of,
      method: 'DELETE',
      path: one,
      summary: 'Deletes a saved report; its maker and administrators may.',
      errors: ['saved_report_not_found', 'saved_report_not_yours'],
      params: contract.SavedParams,
      response: contract.Removed,
      async handle({ actor, params }) {
        await removeReport(db, actor, params.id);
        return removed;
      },
    }),
  ];
}

function viewRoutes(db: Database): Route[] {
  const all = '/api/v1/insights/views';
  const one = `${all}/:id`;
  return [
    route({
      ...of,
      method: 'GET',
      path: all,
      summary: 'Lists the caller’s saved views of pages of Insights.',
      response: contract.SavedViews,
      handle: async ({ actor }) => ({ views: await savedViews(db, actor) }),
    }),
    route({
      ...of,
      method: 'POST',
      path: all,
      summary: 'Saves what is set on a page by name; as the default the page opens with it.',
      errors: ['saved_name_taken', 'org_node_not_found', 'org_node_not_then'],
      body: contract.SaveView,
      response: contract.SavedView,
      handle: ({ actor, body }) => saveView(db, actor, body),
    }),
    route({
      ...of,
      method: 'PATCH',
      path: one,
      summary: 'Changes a saved view of the caller.',
      errors: ['saved_view_not_found', 'saved_name_taken', 'org_node_not_found', 'org_node_not_then'],
      params: contract.SavedParams,
      body: contract.ChangeView,
      response: contract.SavedView,
      handle: ({ actor, params, body }) => changeView(db, actor, params.id, body),
    }),
    route({
      ...of,
      method: 'DELETE',
      path: one,
      summary: 'Deletes a saved view of the caller.',
      errors: ['saved_view_not_found'],
      params: contract.SavedParams,
      response: contract.Removed,
      async handle({ actor, params }) {
        await removeView(db, actor, params.id);
        return removed;
      },
    }),
  ];
}
