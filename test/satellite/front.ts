import { createServer, type Server } from 'node:https';
import { request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { makeCertificate, type TestCertificate } from '../../lab/simulators/certificate.ts';

/** What stands between satellites and the hub: HTTPS with a certificate of its own authority. It can be taken away. */
export interface Front {
  /** As a satellite’s file names it. */
  url: string;
  /** PEM of the authority. */
  ca: string;
  /** Calls passed on, e.g. `stage`. */
  calls: string[];
  /** Bytes of bodies passed on. */
  bytes(): number;
  /** Nothing gets through, and what is under way is cut. */
  cut(): void;
  mend(): Promise<void>;
  /** Called before a call is passed on, and after the hub has answered. */
  before: ((call: string) => void | Promise<void>) | undefined;
  after: ((call: string) => 'lose' | undefined) | undefined;
  close(): Promise<void>;
}

export async function startFront(
  hub: () => number,
  certificate: { notAfter?: Date; notBefore?: Date } = {},
): Promise<Front> {
  const authority = await makeCertificate({ authority: true, name: 'Authority of a test' });
  const own = await makeCertificate({ issuer: authority, ...certificate });
  const sockets = new Set<Socket>();
  let port = 0;
  let server: Server | undefined;
  let bytes = 0;

  const listen = async (): Promise<void> => {
    const made = serve(own);
    made.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
    port = (made.address() as AddressInfo).port;
    server = made;
  };
  const serve = (with_: TestCertificate): Server =>
    createServer({ cert: with_.cert, key: with_.key }, (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => void pass(chunks));
      const pass = async (body: Buffer[]): Promise<void> => {
        const call = (incoming.url ?? '').split('/').at(-1) ?? '';
        await front.before?.(call);
        const whole = Buffer.concat(body);
        const onward = request(
          { host: '127.0.0.1', port: hub(), method: incoming.method, path: incoming.url, headers: incoming.headers },
          (answer) => {
            front.calls.push(call);
            bytes += whole.length;
            if (front.after?.(call) === 'lose') {
              answer.resume();
              incoming.socket.destroy();
              return;
            }
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(outgoing);
          },
        );
        onward.on('error', () => outgoing.writeHead(502).end('the hub is away'));
        onward.end(whole);
      };
    });

  const front: Front = {
    url: '',
    ca: authority.cert,
    calls: [],
    bytes: () => bytes,
    before: undefined,
    after: undefined,
    cut() {
      server?.close();
      for (const socket of sockets) socket.destroy();
    },
    mend: listen,
    async close() {
      this.cut();
    },
  };
  await listen();
  front.url = `https://127.0.0.1:${port}/satellite/v1`;
  return front;
}
