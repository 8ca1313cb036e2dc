import { oneLine, plainWords } from '../../domain/plain-words.ts';
import { redactUrls } from '../../domain/redact-urls.ts';
import { type ErrorCode, PlumblineError } from '../../platform/errors/index.ts';
import { Envelope } from './schema.ts';

/** An answer, of whatever kind. */
export interface Answer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  text: string;
  /** What was asked for, as people call it, e.g. `executions of default/shop`. */
  subject: string;
  /** What it means when Harness has none of it. */
  absent?: ErrorCode | undefined;
}

/** The body as Harness frames every answer; null for anything else, above all pages of proxies. */
export function envelopeOf(text: string): Envelope | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const parsed = Envelope.safeParse(JSON.parse(text));
    return parsed.success && isFramed(parsed.data) ? parsed.data : null;
  } catch {
    return null;
  }
}

/** JSON alone says nothing: gateways answer JSON of their own. */
const isFramed = ({ status, correlationId, responseMessages, metaData, resource }: Envelope): boolean =>
  typeof status === 'string' ||
  [correlationId, responseMessages, metaData, resource].some((member) => member !== undefined);

export const looksLikePage = ({ text }: Pick<Answer, 'text'>): boolean => text.trimStart().startsWith('<');

/**
 * Maps an answer other than the wanted one to the catalogue. `recognised`: Harness answered at this address before, so that
 * a page is a proxy’s.
 */
export function failureOf(answer: Answer, recognised: boolean): PlumblineError {
  const envelope = envelopeOf(answer.text);
  const { code, message } =
    envelope === null ? ofOthers(answer, recognised) : classify(answer, envelope, wordsOf(envelope));
  const correlationId = oneLine(envelope?.correlationId ?? '').slice(0, 100);
  return new PlumblineError(code, {
    message,
    upstream: upstreamOf(answer, envelope, correlationId),
    data: { status: answer.status, ...(correlationId === '' ? {} : { correlationId }) },
  });
}

/** Harness’s support asks for the correlation id, so it has a place whatever the words are. */
function upstreamOf(answer: Answer, envelope: Envelope | null, correlationId: string): string {
  const words = redactUrls(envelope === null ? plainWords(answer.text) : wordsOf(envelope));
  const said = words === '' ? `HTTP ${answer.status} without words` : words;
  return correlationId === '' ? said : `${said.slice(0, 200)} (correlation id ${correlationId.slice(0, 70)})`;
}

/** What it says, in its own order of preference; texts with markup are no words. */
function wordsOf({ message, detailedMessage, details, responseMessages, errors }: Envelope): string {
  const texts = [message, detailedMessage, details, ...(responseMessages ?? []).map((one) => one?.message)];
  const said = texts.find((text) => typeof text === 'string' && text.trim() !== '' && !text.includes('<'));
  const fields = (errors ?? []).map((one) => [one?.fieldId, one?.error].filter((part) => part != null).join(' '));
  return oneLine([said, ...fields].filter((text) => text != null && text !== '').join('; '));
}

type Classified = { code: ErrorCode; message: string };

const codesOf = ({ code, responseMessages }: Envelope): string[] =>
  [code, ...(responseMessages ?? []).map((one) => one?.code)].flatMap((one) =>
    typeof one === 'string' ? [one.toUpperCase()] : [],
  );

/** The two sentences with which it tells that the key is one of another account; nothing else in the answer does. */
const ofAnotherAccount = /Invalid account token access|Invalid accountId in token/i;
const isGone = /does not exist or has been deleted/i;

function classify({ status, subject, absent }: Answer, envelope: Envelope, words: string): Classified {
  const codes = codesOf(envelope);
  const refused = { code: 'invalid_credentials', message: 'Harness does not accept the API key.' } as const;
  if (codes.includes('EXPIRED_TOKEN')) return { code: 'expired_credentials', message: 'The API key has expired.' };
  if (status === 401 || codes.includes('INVALID_TOKEN')) {
    return ofAnotherAccount.test(words)
      ? { code: 'account_mismatch', message: 'Harness says that the API key belongs to another account.' }
      : refused;
  }
  if (status === 429) return { code: 'rate_limited', message: 'Harness asks for fewer calls.' };
  if (status >= 500) return { code: 'upstream_error', message: `Harness answered ${subject} with status ${status}.` };
  if (status === 403 || codes.includes('NG_ACCESS_DENIED') || codes.includes('ACCESS_DENIED'))
    return { code: 'invalid_permissions', message: `The API key may not read ${subject}.` };
  if (status === 404 || codes.some((code) => code.includes('NOT_FOUND')) || isGone.test(words)) {
    return { code: absent ?? 'endpoint_unavailable', message: `Harness has no ${subject}.` };
  }
  return { code: 'harness_rejected_request', message: `Harness does not answer ${subject} (status ${status}).` };
}

/** Somebody else answered: a page never says anything about the key, whatever its status. */
function ofOthers(answer: Answer, recognised: boolean): Classified {
  const { status, subject } = answer;
  if (status === 429) return { code: 'rate_limited', message: 'A gateway in front of Harness asks for fewer calls.' };
  if (status >= 500) {
    return { code: 'upstream_error', message: `${subject} is answered with status ${status}, and not by Harness.` };
  }
  if (recognised) {
    return { code: 'endpoint_unavailable', message: `${subject} is missing or blocked by a proxy (status ${status}).` };
  }
  const what = looksLikePage(answer) ? 'a web page' : 'something else';
  return { code: 'not_a_harness_api', message: `The address answers with ${what} (status ${status}).` };
}
