import { createHmac } from 'node:crypto';
import { formatInstant } from '../dates.ts';
import { uuidOf } from '../../numbers.ts';
import type { ScopeName } from '../types.ts';
import { type Analysis, lastAnalysis, type Scope, type Webhook, type World } from './model.ts';
import { projectOf, scopeOf } from './world.ts';

/** What happened, for the payload. */
export interface Occasion {
  /** Default: an analysis that ended well. `gate_changed`: a person changed an issue, so there is no task. */
  event?: 'analysis' | 'gate_changed' | 'failed';
  /** Wall clock of a manual change; default now. */
  changedAt?: Date;
  properties?: Record<string, string>;
}

/** The server waits no longer for an answer. */
const timeoutMs = 10_000;

/**
 * Sends what the server sends after a background task, to the webhooks of the project and then to the global ones, one
 * after the other, once each. Resolves when the last has answered or failed, as the task does.
 */
export async function deliver(world: World, projectKey: string, name: ScopeName, occasion: Occasion): Promise<void> {
  const scope = scopeOf(world, projectKey, name);
  const analysis = lastAnalysis(scope);
  if (analysis === null) throw new Error(`${projectKey} has no analysis to report`);
  const event = occasion.event ?? 'analysis';
  const taskId =
    event === 'gate_changed' ? null : event === 'failed' ? `failed-${analysis.key}` : `task-${analysis.key}`;
  await deliverPayload(world, projectKey, payloadOf(world, scope, analysis, { ...occasion, event, taskId }), taskId);
}

/** Sends a payload as it is, e.g. a recorded one. */
export async function deliverPayload(
  world: World,
  projectKey: string,
  payload: string,
  taskId: string | null,
): Promise<void> {
  const { key } = projectOf(world, projectKey);
  const own = world.webhooks.filter((webhook) => webhook.project === key);
  const global = world.webhooks.filter((webhook) => webhook.project === null);
  for (const webhook of [...own, ...global]) await send(world, webhook, { projectKey: key, payload, taskId });
}

interface Parcel {
  projectKey: string;
  payload: string;
  taskId: string | null;
}

async function send(world: World, webhook: Webhook, { projectKey, payload, taskId }: Parcel): Promise<void> {
  const started = performance.now();
  const at = Math.floor(world.now().getTime() / 1000);
  const httpStatus = await post(webhook, projectKey, payload, world);
  world.nextId += 1;
  world.deliveries.push({
    id: uuidOf(world.seed, world.nextId, 76),
    webhook: webhook.key,
    componentKey: projectKey,
    ceTaskId: taskId,
    name: webhook.name,
    url: webhook.url,
    at,
    success: httpStatus !== null && httpStatus >= 200 && httpStatus < 300,
    httpStatus,
    durationMs: Math.round(performance.now() - started),
    payload,
  });
}

async function post(webhook: Webhook, projectKey: string, body: string, world: World): Promise<number | null> {
  const signature =
    webhook.secret === null
      ? {}
      : { 'X-Sonar-Webhook-HMAC-SHA256': createHmac('sha256', webhook.secret).update(body).digest('hex') };
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'User-Agent': `SonarQube/${world.profile.version}`,
        'X-SonarQube-Project': projectKey,
        ...signature,
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return response.status;
  } catch {
    return null;
  }
}

function payloadOf(
  world: World,
  scope: Scope,
  analysis: Analysis,
  { event, taskId, changedAt, properties }: Occasion & { taskId: string | null },
): string {
  const { project } = scope;
  const at = formatInstant(analysis.at);
  const changed = formatInstant(Math.floor((changedAt ?? world.now()).getTime() / 1000));
  const base = `http://127.0.0.1:9000/dashboard?id=${encodeURIComponent(project.key)}`;
  const body = {
    serverUrl: 'http://127.0.0.1:9000',
    ...(taskId === null ? {} : { taskId }),
    status: event === 'failed' ? 'FAILED' : 'SUCCESS',
    analysedAt: at,
    ...(analysis.revision === null ? {} : { revision: analysis.revision }),
    changedAt: event === 'gate_changed' ? changed : at,
    project: { key: project.key, name: project.name, url: base },
    branch: {
      name: scope.name,
      type: scope.kind === 'pullRequest' ? 'PULL_REQUEST' : 'BRANCH',
      isMain: scope.isMain,
      url: `${base}${placeOf(scope)}`,
    },
    ...(event === 'failed' ? {} : { qualityGate: gateOf(analysis, event === 'gate_changed') }),
    properties: {
      'sonar.analysis.detectedscm': 'undetected',
      'sonar.analysis.detectedci': 'undetected',
      ...properties,
    },
  };
  // As the server's library writes it.
  return JSON.stringify(body).replace(/[=&]/g, (sign) => (sign === '=' ? '\\u003d' : '\\u0026'));
}

function placeOf(scope: Scope): string {
  if (scope.isMain) return '';
  return `&${scope.kind === 'pullRequest' ? 'pullRequest' : 'branch'}=${encodeURIComponent(scope.name)}`;
}

/** Every condition of the gate; without data `NO_VALUE`, and `OK` after a manual change. */
function gateOf({ gate }: Analysis, isManual: boolean) {
  const missing = ['new_coverage', 'new_duplicated_lines_density', 'new_security_hotspots_reviewed']
    .filter((metric) => !gate.conditions.some((condition) => condition.metric === metric))
    .map((metric) => ({
      metric,
      operator: metric === 'new_duplicated_lines_density' ? 'GREATER_THAN' : 'LESS_THAN',
      status: isManual ? 'OK' : 'NO_VALUE',
      errorThreshold: metric === 'new_coverage' ? '80' : metric === 'new_duplicated_lines_density' ? '3' : '100',
    }));
  const valued = gate.conditions.map(({ metric, comparator, threshold, actual, status }) => ({
    metric,
    operator: comparator === 'LT' ? 'LESS_THAN' : 'GREATER_THAN',
    ...(actual === undefined ? {} : { value: actual }),
    status,
    errorThreshold: threshold,
  }));
  return { name: 'Sonar way', status: gate.status, conditions: [...missing, ...valued] };
}
