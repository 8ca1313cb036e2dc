import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { CommonFault } from './faults.ts';
import { html, json, type Reply } from './reply.ts';

/** Smaller answers are not worth compressing; Tomcat's own limit. */
const gzipFrom = 2048;

/** How a system words what a fault makes it refuse. */
export interface Refusals {
  tooMany(): Reply;
  failed(): Reply;
}

export const plainRefusals: Refusals = {
  tooMany: () => json({ message: 'Too many requests' }, 429),
  failed: () => json({ message: 'Internal server error' }, 500),
};

export interface Sending {
  response: ServerResponse;
  faults: readonly CommonFault<never>[];
  refusals: Refusals;
  acceptsGzip: boolean;
}

/** The answer after the faults that replace or change it. */
function replaced(reply: Reply, { faults, refusals }: Sending): Reply {
  let current = reply;
  for (const fault of faults) {
    if (fault.type === 'html') current = html(200, 'Sign in to continue');
    else if (fault.type === 'blocked') current = html(403, 'Access to this address is blocked by policy');
    else if (fault.type === 'rate_limit') current = limited(refusals.tooMany(), fault.retryAfterSeconds);
    else if (fault.type === 'server_error') current = refusals.failed();
    else if (fault.type === 'bad_gateway') current = html(502, 'Bad Gateway');
    else if (fault.type === 'status')
      current = {
        status: fault.status,
        contentType: fault.contentType ?? 'application/json',
        body: fault.body ?? '',
        headers: fault.headers ?? {},
      };
    else current = changed(current, fault);
  }
  return current;
}

const limited = (reply: Reply, retryAfterSeconds: number | undefined): Reply => ({
  ...reply,
  headers: retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) },
});

function changed(reply: Reply, fault: CommonFault<never>): Reply {
  if (typeof reply.body !== 'string' || reply.contentType !== 'application/json') return reply;
  if (fault.type === 'edit') return { ...reply, body: JSON.stringify(fault.edit(JSON.parse(reply.body))) };
  if (fault.type === 'huge') return { ...reply, body: `${' '.repeat(fault.bytes)}${reply.body}` };
  return reply;
}

/** Returns the status that went out, null when the connection was cut before one could. */
export async function send(reply: Reply, sending: Sending): Promise<number | null> {
  const { response, faults } = sending;
  for (const fault of faults) if (fault.type === 'hold') await fault.until();
  if (faults.some((fault) => fault.type === 'hang')) return null;
  if (faults.some((fault) => fault.type === 'reset_before_answer')) {
    response.socket?.resetAndDestroy();
    return null;
  }
  const final = replaced(reply, sending);
  const slow = faults.find((fault) => fault.type === 'slow');
  const cut = faults.find((fault) => fault.type === 'reset' || fault.type === 'truncate');
  if (final.body instanceof Readable && !slow && !cut) return sendStream(final, final.body, response);
  const body = final.body instanceof Readable ? await collect(final.body) : Buffer.from(final.body);
  if (cut?.type === 'reset') return sendAndReset(final, body, response);
  const part = cut?.type === 'truncate' ? body.subarray(0, endOfPart(body, cut)) : body;
  if (slow?.type === 'slow') return sendSlowly(final, part, response, slow);
  sendWhole(final, part, sending);
  return final.status;
}

function endOfPart(body: Buffer, { keep = 0.5, afterMessage }: { keep?: number; afterMessage?: true }): number {
  const end = Math.floor(body.length * keep);
  if (afterMessage !== true) return end;
  const reader = new BinaryReader(body);
  let whole = 0;
  while (reader.pos < end) {
    whole = reader.pos;
    reader.skip(WireType.LengthDelimited);
  }
  return whole;
}

function headersOf(reply: Reply): Record<string, string | string[]> {
  return { ...(reply.contentType === null ? {} : { 'Content-Type': reply.contentType }), ...reply.headers };
}

function sendWhole(reply: Reply, body: Buffer, sending: Sending): void {
  const { response } = sending;
  const headers = headersOf(reply);
  const compress = sending.acceptsGzip && body.length >= gzipFrom && reply.contentType !== null;
  // The lowest level: the simulator must not be what a benchmark measures.
  const bytes = compress ? gzipSync(body, { level: 1 }) : body;
  if (compress) headers['Content-Encoding'] = 'gzip';
  const saysLength = Object.keys(headers).some((name) => name.toLowerCase() === 'content-length');
  if (reply.status !== 204 && !saysLength) headers['Content-Length'] = String(bytes.length);
  response.writeHead(reply.status, headers);
  response.end(bytes);
}

function sendStream(reply: Reply, body: Readable, response: ServerResponse): Promise<number> {
  response.writeHead(reply.status, headersOf(reply));
  return new Promise((resolve) => {
    body.on('error', () => response.destroy());
    response.on('close', () => {
      body.destroy();
      resolve(reply.status);
    });
    body.pipe(response);
  });
}

function sendAndReset(reply: Reply, body: Buffer, response: ServerResponse): Promise<number> {
  response.writeHead(reply.status, { ...headersOf(reply), 'Content-Length': String(body.length) });
  return new Promise((resolve) => {
    // Half of the body leaves the machine first, so that the reader has begun when the connection breaks.
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
      response.socket?.resetAndDestroy();
      resolve(reply.status);
    });
  });
}

async function sendSlowly(
  reply: Reply,
  body: Buffer,
  response: ServerResponse,
  slow: { milliseconds: number; chunks?: number },
): Promise<number> {
  const pieces = Math.max(1, slow.chunks ?? 1);
  const size = Math.max(1, Math.ceil(body.length / pieces));
  response.writeHead(reply.status, headersOf(reply));
  response.flushHeaders();
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    await new Promise((resolve) => setTimeout(resolve, slow.milliseconds));
    response.write(body.subarray(at, at + size));
  }
  response.end();
  return reply.status;
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
