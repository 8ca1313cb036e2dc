import { createServer } from 'node:net';

/** True when nobody listens on that port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/**
 * One port per name: the preferred one where it is free, else any free one. Never the same port twice, although none
 * is bound yet when the next is looked for.
 */
export async function choosePorts<Name extends string>(
  preferred: Readonly<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const chosen: Partial<Record<Name, number>> = {};
  const taken = new Set<number>();
  for (const name of Object.keys(preferred) as Name[]) {
    let port = !taken.has(preferred[name]) && (await isFree(preferred[name])) ? preferred[name] : undefined;
    while (port === undefined || taken.has(port)) port = await listenOnce(0);
    taken.add(port);
    chosen[name] = port;
  }
  return chosen as Record<Name, number>;
}

async function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
