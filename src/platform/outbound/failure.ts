import { isPlumblineError, PlumblineError } from '../errors/index.ts';

export interface Fault {
  error: PlumblineError;
  /** True when the same call may succeed a moment later. */
  transient: boolean;
}

const tlsReasons: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by an authority this machine does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes without the intermediate certificate of its authority',
  UNABLE_TO_GET_ISSUER_CERT: 'comes without the certificate of its authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by an authority this machine does not trust',
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet (check this machine’s clock)',
  CERT_REVOKED: 'was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host name',
  CERT_UNTRUSTED: 'is not trusted',
  INVALID_CA: 'is signed by a certificate that may not sign',
  INVALID_PURPOSE: 'is not meant for servers',
};

const unreachableReasons: Record<string, string> = {
  ENOTFOUND: 'is not a name DNS knows',
  EAI_AGAIN: 'could not be looked up: DNS does not answer',
  ECONNREFUSED: 'refuses the connection: nothing listens there',
  ECONNRESET: 'closed the connection without an answer',
  EPIPE: 'closed the connection without an answer',
  ETIMEDOUT: 'does not answer: the connection timed out',
  EHOSTUNREACH: 'cannot be reached: no route to it',
  ENETUNREACH: 'cannot be reached: no route to its network',
  EHOSTDOWN: 'is down',
};

const transient = new Set(['EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);

/** undici's names for what the system has names for. */
const synonyms: Record<string, string> = {
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
};

export interface CallDescription {
  url: URL;
  proxy: string | undefined;
}

/** Turns what undici, TLS or the address filter threw before an answer's headers came into a coded error. */
export function describeFault(cause: unknown, call: CallDescription): Fault {
  const known = findPlumblineError(cause);
  if (known !== undefined) return { error: known, transient: false };
  const codes = errorCodes(cause);
  const code = codes.map((entry) => synonyms[entry] ?? entry).find((entry) => unreachableReasons[entry] !== undefined);
  const tls = codes.find((entry) => entry in tlsReasons || /^(ERR_SSL|ERR_TLS|EPROTO)/.test(entry));
  if (tls !== undefined) return { error: tlsError(tls, cause, call), transient: false };
  if (codes.includes('UND_ERR_HEADERS_TIMEOUT')) return { error: timeoutError(call, undefined), transient: false };
  if (chain(cause).some((entry) => entry.name === 'HTTPParserError') || codes.includes('UND_ERR_HEADERS_OVERFLOW')) {
    const message = `${call.url.host} answers, but not in HTTP.`;
    return { error: new PlumblineError('malformed_response', { message, cause }), transient: false };
  }
  const proxyStatus = /Proxy response \((\d+)\)/.exec(messageOf(cause))?.[1] ?? (/407/.exec(messageOf(cause)) && '407');
  if (proxyStatus) return { error: proxyError(proxyStatus, cause, call), transient: proxyStatus.startsWith('5') };
  if (codes.includes('UND_ERR_INVALID_ARG')) return { error: invalidRequest(cause), transient: false };
  return { error: unreachableError(code, codes[0], cause, call), transient: code !== undefined && transient.has(code) };
}

export function timeoutError(call: CallDescription, timeoutMs: number | undefined): PlumblineError {
  const limit = timeoutMs === undefined ? 'in time' : `within ${Math.round(timeoutMs / 100) / 10} s`;
  return new PlumblineError('timeout', {
    message: `${call.url.host} did not answer completely ${limit}.`,
    remedy: `See how long it takes from the machine the hub runs on: ${curlCommand(call)}`,
    data: { host: call.url.host },
  });
}

function tlsError(code: string, cause: unknown, call: CallDescription): PlumblineError {
  const { host } = call.url;
  const reason = tlsReasons[code];
  if (reason === undefined) {
    const plain = /wrong.version.number|packet length too long/i.test(messageOf(cause));
    return new PlumblineError('tls_error', {
      message: plain ? `${host} does not speak TLS at this port.` : `The TLS connection to ${host} failed (${code}).`,
      remedy: plain
        ? 'Use http:// or the port that speaks TLS.'
        : `See what the server offers, from the machine the hub runs on: ${curlCommand(call, '-v')}`,
      data: { host, reason: code },
      cause,
    });
  }
  const untrusted = /self-signed|authority/.test(reason);
  return new PlumblineError('tls_error', {
    message: `The TLS certificate of ${host} ${reason}.`,
    ...(untrusted ? {} : { remedy: 'Have the certificate of that server replaced, or use the host name it is for.' }),
    data: { host, reason: code },
    cause,
  });
}

function unreachableError(
  code: string | undefined,
  other: string | undefined,
  cause: unknown,
  call: CallDescription,
): PlumblineError {
  // Through a proxy we connect to nothing else, and look up no other name.
  const peer = call.proxy === undefined ? call.url : new URL(call.proxy);
  const name = code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? peer.hostname : peer.host;
  const what = call.proxy === undefined ? name : `The proxy ${name}`;
  const reason = code === undefined ? `cannot be reached (${other ?? messageOf(cause)})` : unreachableReasons[code];
  return new PlumblineError('unreachable', {
    message: `${what} ${reason}.`,
    remedy: `Check address, DNS, firewall and proxy from the machine the hub runs on: ${curlCommand(call)}`,
    data: { host: call.url.host, reason: code ?? other ?? 'unknown' },
    cause,
  });
}

function proxyError(status: string, cause: unknown, call: CallDescription): PlumblineError {
  const asks = status === '407' ? 'asks for a user name and password' : `refuses (status ${status})`;
  return new PlumblineError('unreachable', {
    message: `The proxy between the hub and ${call.url.host} ${asks}.`,
    remedy: `Correct the integration’s proxy setting, or allow the address there; try: ${curlCommand(call)}`,
    data: { host: call.url.host, reason: `PROXY_${status}` },
    cause,
  });
}

function invalidRequest(cause: unknown): PlumblineError {
  return new PlumblineError('invalid_request', {
    message: 'A header of the call has characters that HTTP does not allow.',
    remedy: 'Enter the token again, without spaces or line breaks around it.',
    data: { reason: errorCodes(cause)[0] ?? 'unknown' },
  });
}

/** The call as a person can repeat it by hand: without token, query and password of the proxy. */
export function curlCommand(call: CallDescription, extra = ''): string {
  const words = ['curl -sS -o /dev/null', "-w '%{http_code} %{time_total}s\\n'"];
  if (extra !== '') words.push(extra);
  if (call.proxy !== undefined) {
    const proxy = new URL(call.proxy);
    words.push(`-x ${quote(`${proxy.protocol}//${proxy.host}`)}`);
  }
  words.push(quote(`${call.url.origin}${call.url.pathname}`));
  return words.join(' ');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function findPlumblineError(cause: unknown): PlumblineError | undefined {
  return chain(cause).find((entry) => isPlumblineError(entry));
}

/** Codes of the error, of what it wraps and of what it gathers, outermost first. */
function errorCodes(cause: unknown): string[] {
  return chain(cause).flatMap((entry) => {
    const code = (entry as { code?: unknown }).code;
    return typeof code === 'string' ? [code] : [];
  });
}

function chain(cause: unknown, depth = 0): Error[] {
  if (!(cause instanceof Error) || depth > 5) return [];
  const gathered = cause instanceof AggregateError ? cause.errors : [];
  return [cause, ...[cause.cause, ...gathered].flatMap((entry) => chain(entry, depth + 1))];
}

function messageOf(cause: unknown): string {
  return chain(cause)
    .map((entry) => entry.message)
    .join(' ');
}
