import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import { provenBy, sameText } from '../../domain/secret-proof.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { DeliveredFact, ParsedDelivery, WebhookAdapter, WebhookCall } from '../contract.ts';
import { toInstant } from './instant.ts';
import { DeliveredAnalysis, type GateConditionRecord } from './records.ts';
import { WebhookPayload } from './schema.ts';
import { gateStatusOf, pullRequestScope } from './streams/branches.ts';
import { conditionStatus } from './streams/gate-conditions.ts';
import { operatorOf } from './streams/quality-gates.ts';

const signatureHeader = 'x-sonar-webhook-hmac-sha256';

/** The one way SonarQube delivers: a JSON body, signed with HMAC-SHA256 over its bytes. */
export const webhooks: readonly WebhookAdapter[] = [
  {
    name: '',
    title: 'SonarQube webhook',
    proof: 'signature',
    enteredAt: 'Administration → Configuration → Webhooks, or in the settings of a project',
    // The signature is left out: with a weak secret it would be a key to guess with.
    keptHeaders: ['content-type', 'content-length', 'user-agent', 'x-sonarqube-project', 'host'],
    verify,
    // SonarQube numbers its deliveries only in its own list.
    deliveryId: () => null,
    parse: ({ body }) => parseDelivery(body),
  },
];

function verify({ headers, body }: WebhookCall, secrets: readonly string[]): boolean {
  const given = (headers[signatureHeader] ?? '').trim().toLowerCase();
  return provenBy(secrets, (secret) => sameText(given, createHmac('sha256', secret).update(body).digest('hex')));
}

type Payload = z.infer<typeof WebhookPayload>;

/** Throws `malformed_delivery`. */
function parseDelivery(body: Uint8Array): ParsedDelivery {
  const payload = readPayload(body);
  const { project, branch, taskId } = payload;
  const analysed = payload.status === 'SUCCESS';
  return {
    event: eventOf(payload),
    subject: [project.key, branch && branchWords(branch)].filter((words) => words !== undefined).join(' · '),
    reference: taskId ?? null,
    // What failed or was cancelled left everything on the server as it was.
    reads: analysed ? [readOf(payload)] : [],
    facts: analysed ? factsOf(payload) : [],
  };
}

/** A pull request is a scope of its own: what else the project has did not move. */
function readOf({ project, branch }: Payload): ParsedDelivery['reads'][number] {
  const read = { slice: `project:${project.key}`, phases: ['current', 'history'] as const };
  return branch?.type === 'PULL_REQUEST' ? { ...read, named: [pullRequestScope(branch.name)] } : read;
}

function readPayload(body: Uint8Array): Payload {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new PlumblineError('malformed_delivery', { message: 'The body is no JSON text in UTF-8.' });
  }
  const parsed = WebhookPayload.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new PlumblineError('malformed_delivery', {
    message: `The body is no delivery of SonarQube: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`,
  });
}

/** Without a task nobody analysed anything: a person changed an issue and the gate followed. */
function eventOf({ status, taskId }: Payload): string {
  if (status === 'SUCCESS') return taskId === undefined ? 'gate_changed' : 'analysis';
  return status === 'CANCELED' ? 'analysis_cancelled' : 'analysis_failed';
}

function branchWords({ name, type }: NonNullable<Payload['branch']>): string {
  return type === 'PULL_REQUEST' ? `pull request ${name}` : name;
}

/** What no answer of the server tells: the commit of a pull request, conditions without a value, when the gate changed. */
function factsOf(payload: Payload): DeliveredFact[] {
  const { project, branch, qualityGate } = payload;
  const analyzedAt = toInstant(payload.analysedAt);
  if (analyzedAt === null || branch === undefined) return [];
  const detectedCi = payload.properties?.['sonar.analysis.detectedci'];
  const fact = DeliveredAnalysis.safeParse({
    revision: payload.revision ?? null,
    detectedCi: typeof detectedCi === 'string' ? detectedCi : null,
    gateStatus: gateStatusOf(qualityGate?.status),
    conditions: qualityGate?.conditions?.map(conditionOf).sort(byMetric) ?? null,
  });
  // A fact is an addition: one that we cannot keep must not hold up the reading.
  if (!fact.success) return [];
  const kind = branch.type === 'PULL_REQUEST' ? 'pull_request' : 'branch';
  return [
    {
      slice: `project:${project.key}`,
      stream: 'analyses',
      subject: `${kind}:${branch.name}`,
      about: analyzedAt,
      changedAt: toInstant(payload.changedAt) ?? analyzedAt,
      fact: fact.data,
    },
  ];
}

type Condition = NonNullable<NonNullable<Payload['qualityGate']>['conditions']>[number];

/** In the words of the other calls: `GT` for `GREATER_THAN`, and never `OK` for a condition without a value. */
function conditionOf({ metric, operator, value, status, errorThreshold }: Condition): GateConditionRecord {
  return {
    metric,
    operator: operatorOf(operator === 'LESS_THAN' ? 'LT' : 'GT'),
    threshold: errorThreshold ?? null,
    actualValue: value ?? null,
    status: conditionStatus(status, value),
  };
}

const byMetric = (a: GateConditionRecord, b: GateConditionRecord): number =>
  a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0;
