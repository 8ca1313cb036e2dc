import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { provenBy, sameText } from '../../../domain/secret-proof.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { ParsedDelivery, WebhookAdapter, WebhookCall } from '../../contract.ts';
import { calledProject, sliceOf } from '../address.ts';
import { executionName } from '../streams/executions.ts';
import { textOrNull } from '../text.ts';

/**
 * The notification rules of pipelines. Harness signs nothing: a header that people enter with it carries the secret. What
 * it says is a hint and no fact, so all it leads to is that the execution it names is read now.
 */
export const webhooks: readonly WebhookAdapter[] = [
  {
    name: '',
    title: 'Harness pipeline notification',
    proof: 'header_token',
    enteredAt:
      'Pipeline Studio → Notify → Notifications → Webhook, with the events Pipeline Start, Pipeline End and Stage Success, and the header X-Hub-Token',
    keptHeaders: ['content-type', 'content-length', 'content-encoding', 'user-agent'],
    verify,
    deliveryId: () => null,
    parse: ({ headers, body }) => parseDelivery(payloadOf(plainBody(headers, body))),
  },
];

function verify({ headers }: WebhookCall, secrets: readonly string[]): boolean {
  const bearer = (headers['authorization'] ?? '').replace(/^Bearer\s+/i, '');
  const given = [headers['x-hub-token'] ?? '', bearer].map((one) => one.trim()).filter((one) => one !== '');
  return provenBy(secrets, (secret) => given.map((one) => sameText(one, secret)).includes(true));
}

/** People may choose to have it packed; what unpacks to more than any notification is none. */
const largest = 2 ** 20;

function plainBody(headers: WebhookCall['headers'], body: Uint8Array): Uint8Array {
  const packed = body[0] === 0x1f && body[1] === 0x8b;
  if (!packed || !(headers['content-encoding'] ?? 'gzip').toLowerCase().includes('gzip')) return body;
  try {
    return gunzipSync(body, { maxOutputLength: largest });
  } catch {
    throw notUnderstood('it cannot be unpacked');
  }
}

const identifier = z.string().regex(/^[\w$-]{1,128}$/);

const Payload = z.object({
  eventData: z.object({
    orgIdentifier: identifier,
    projectIdentifier: identifier,
    eventType: z.string().min(1).max(200),
    pipelineIdentifier: z.string().max(300).nullish(),
    pipelineName: z.string().max(1_000).nullish(),
    /** A trigger that failed has none. */
    planExecutionId: z
      .string()
      .regex(/^[\w-]{1,100}$/)
      .nullish(),
  }),
});
type Payload = z.infer<typeof Payload>;

function payloadOf(body: Uint8Array): Payload {
  const parsed = Payload.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw notUnderstood(`${first?.path.join('.') ?? ''} ${first?.message ?? ''}`);
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw notUnderstood('it is no JSON text in UTF-8');
  }
}

const notUnderstood = (why: string): PlumblineError =>
  new PlumblineError('malformed_delivery', { message: `The body is no notification of Harness: ${why}.` });

function parseDelivery({ eventData }: Payload): ParsedDelivery {
  const { eventType, planExecutionId, pipelineName, pipelineIdentifier } = eventData;
  const place = { organization: eventData.orgIdentifier, project: eventData.projectIdentifier };
  const pipeline = textOrNull(pipelineName) ?? textOrNull(pipelineIdentifier);
  const named = planExecutionId == null ? null : [executionName(planExecutionId)];
  return {
    event: eventWords(eventType),
    subject: [calledProject(place), pipeline].filter((part) => part !== null).join(' · '),
    reference: planExecutionId ?? null,
    reads: named === null ? [] : [{ slice: sliceOf(place), phases: ['current'], named }],
    facts: [],
  };
}

/** `PipelineEnd` is `pipeline_end`. */
const eventWords = (event: string): string =>
  event
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase()
    .slice(0, 100);
