import { Answer, type HeldByNode, noNodes, type Route, route } from '../access/index.ts';
import * as contract from './contract.ts';
import { compareWith } from './environments/environments.ts';
import { requireEnvironment } from './environments/names.ts';
import { environmentRoutes } from './environments/routes.ts';
import { addMapping, applyMappings, changeMapping, listMappings, removeMapping } from './mappings/mappings.ts';
import { evaluateOnDemand, type OnDemandOptions } from './on-demand.ts';
import { everythingReaction, type ReactionOptions, ruleReaction } from './reactions.ts';
import { evaluateAsOf } from './reading/as-of.ts';
import { readBrieflyThen } from './reading/briefly-then.ts';
import { listResults, readBriefly, readOverview, readTrend } from './reading/overview.ts';
import { readVerdict } from './reading/read-verdicts.ts';
import { changeSettings } from './settings.ts';
import { readSettings } from './store/settings.ts';
import { addWaiver, withdrawWaiver } from './waivers/waivers.ts';

export interface PolicyRouteOptions extends OnDemandOptions, Pick<ReactionOptions, 'enqueue'> {
  now(): Date;
  heldBy?: HeldByNode;
}

const tag = 'Policy';
const read = { permission: 'policy:read', scope: 'organization', tag } as const;
/** What is said of images, to whoever may see these. */
const ofImages = { permission: 'images:read', scope: 'rows', tag } as const;
const write = { permission: 'policy:write', scope: 'organization', tag } as const;

/** Every route of the room. */
export function policyRoutes(options: PolicyRouteOptions): Route[] {
  return [
    ...readingRoutes(options),
    ...evaluationRoutes(options),
    ...waiverRoutes(options),
    ...settingsRoutes(options),
    ...mappingRoutes(options),
    ...environmentRoutes(options),
  ];
}

function readingRoutes({ db, now, heldBy = noNodes }: PolicyRouteOptions): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/policy',
      summary: 'Counts images by verdict and reason, and says what is missing when there are none.',
      response: contract.Overview,
      handle: () => readOverview(db),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/policy/trend',
      summary: 'Counts images by verdict at the end of each day.',
      query: contract.TrendQuery,
      response: contract.Trend,
      handle: ({ query }) => readTrend(db, query.days, now()),
    }),
    route({
      ...ofImages,
      method: 'GET',
      path: '/api/v1/policy/results',
      summary: 'Lists images with their verdict, failing first: now, or as it was said then.',
      errors: ['org_node_not_found'],
      query: contract.ResultQuery,
      response: contract.ResultList,
      handle: async ({ query: { node, ...query } }) =>
        listResults(db, { ...query, of: node === undefined ? undefined : await heldBy(db, node, 'image') }),
    }),
    route({
      ...ofImages,
      method: 'GET',
      path: '/api/v1/policy/verdicts',
      summary: 'Says in short what is said of some images, or was said of them then.',
      query: contract.BriefQuery,
      response: contract.BriefVerdicts,
      handle: async ({ query: { ids, asOf } }) => ({
        verdicts: asOf === undefined ? await readBriefly(db, ids) : await readBrieflyThen(db, ids, asOf),
      }),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/policy/images/:id',
      summary: 'Shows the verdict on one image: platforms, claims, analyses with conditions, history, waivers.',
      errors: ['image_not_stored'],
      params: contract.IdParams,
      response: contract.VerdictDetail,
      handle: ({ params }) => readVerdict(db, params.id),
    }),
  ];
}

function evaluationRoutes(options: PolicyRouteOptions): Route[] {
  const { db } = options;
  return [
    route({
      ...read,
      method: 'POST',
      path: '/api/v1/policy/evaluate',
      summary:
        'Judges images by reference or glob; reads those that are not stored from their registry. With asOf: what was said then.',
      errors: ['image_reference_invalid', 'nothing_matches'],
      body: contract.EvaluateRequest,
      response: contract.EvaluateAnswer,
      async handle({ body: { asOf, ...body }, signal }) {
        if (asOf !== undefined) return { verdicts: await evaluateAsOf(db, { ...body, asOf }) };
        return { verdicts: await evaluateOnDemand(options, body, signal) };
      },
    }),
    route({
      ...read,
      method: 'POST',
      path: '/api/v1/policy/compare',
      summary: 'Judges images and compares each with what an environment runs of the same repository.',
      errors: ['image_reference_invalid', 'nothing_matches', 'environment_not_found'],
      body: contract.CompareRequest,
      response: contract.CompareAnswer,
      async handle({ body, signal }) {
        await requireEnvironment(db, body.environment);
        const verdicts = await evaluateOnDemand(options, body, signal);
        return { comparisons: await compareWith(db, verdicts, body.environment) };
      },
    }),
  ];
}

function waiverRoutes({ db, now }: PolicyRouteOptions): Route[] {
  return [
    route({
      ...write,
      method: 'POST',
      path: '/api/v1/policy/waivers',
      summary: 'Lets a failed verdict pass until a day, with a reason.',
      errors: ['image_not_stored', 'verdict_not_failed', 'waiver_expiry_invalid'],
      body: contract.CreateWaiverRequest,
      response: contract.OneWaiver,
      async handle({ actor, body }) {
        const waiver = await addWaiver(db, actor, { ...body, expiresAt: new Date(body.expiresAt) }, now());
        return new Answer({ waiver }, { status: 201 });
      },
    }),
    route({
      ...write,
      method: 'DELETE',
      path: '/api/v1/policy/waivers/:id',
      summary: 'Ends a waiver before its time.',
      errors: ['waiver_not_found'],
      params: contract.IdParams,
      response: contract.OneWaiver,
      handle: async ({ actor, params }) => ({ waiver: await withdrawWaiver(db, actor, params.id) }),
    }),
  ];
}

function settingsRoutes({ db, enqueue }: PolicyRouteOptions): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/policy/settings',
      summary: 'Shows how strict the policy is.',
      response: contract.Settings,
      handle: () => readSettings(db),
    }),
    route({
      ...write,
      method: 'PUT',
      path: '/api/v1/policy/settings',
      summary: 'Changes how strict the policy is; every image is judged again in the background.',
      body: contract.Settings,
      response: contract.Settings,
      handle: ({ actor, body }) =>
        changeSettings(db, actor, { settings: body, changed: (tx) => enqueue(tx, everythingReaction, '0') }),
    }),
  ];
}

function mappingRoutes({ db, enqueue }: PolicyRouteOptions): Route[] {
  const options = {
    db,
    ruleChanged: (tx: Parameters<typeof enqueue>[0], id: number) => enqueue(tx, ruleReaction, String(id)),
  };
  const errors = ['integration_not_found', 'repository_address_invalid', 'mapping_exists'] as const;
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/policy/mappings',
      summary: 'Lists which projects images must pass and which repository projects are of.',
      response: contract.MappingList,
      handle: async () => ({ mappings: await listMappings(db) }),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/api/v1/policy/mappings',
      summary: 'Adds a mapping; the images it speaks of are judged again in the background.',
      errors,
      body: contract.MappingInput,
      response: contract.OneMapping,
      handle: async ({ actor, body }) =>
        new Answer({ mapping: await addMapping(options, actor, body) }, { status: 201 }),
    }),
    route({
      ...write,
      method: 'PUT',
      path: '/api/v1/policy/mappings',
      summary: 'Makes the mappings that came from a file what the file says now.',
      errors,
      query: contract.ApplyMappingsQuery,
      body: contract.ApplyMappingsRequest,
      response: contract.AppliedMappings,
      handle: ({ actor, query, body }) => applyMappings(options, actor, { ...body, ...query }),
    }),
    route({
      ...write,
      method: 'PUT',
      path: '/api/v1/policy/mappings/:id',
      summary: 'Replaces a mapping.',
      errors: ['mapping_not_found', ...errors],
      params: contract.IdParams,
      body: contract.MappingInput,
      response: contract.OneMapping,
      handle: async ({ actor, params, body }) => ({
        mapping: await changeMapping(options, actor, { id: params.id, wanted: body }),
      }),
    }),
    route({
      ...write,
      method: 'DELETE',
      path: '/api/v1/policy/mappings/:id',
      summary: 'Ends a mapping.',
      errors: ['mapping_not_found'],
      params: contract.IdParams,
      response: contract.Done,
      async handle({ actor, params }) {
        await removeMapping(options, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}
