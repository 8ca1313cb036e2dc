import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../platform/config/index.ts';
import { isPlumblineError, PlumblineError } from '../platform/errors/index.ts';

/** Returns the port listened on. Throws `port_taken` or `config_invalid`. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<number> {
  await server.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, { host, port });
  });
  return (server.server.address() as AddressInfo).port;
}

const usualHealthPort = 8421;

/** Several workers on one machine need not be told ports; one that was named is taken or the start fails. */
export async function listenForProbes(server: FastifyInstance, { host, healthPort }: Config): Promise<number> {
  if (healthPort !== undefined) return listen(server, host, healthPort);
  try {
    return await listen(server, host, usualHealthPort);
  } catch (error) {
    if (!isPlumblineError(error, 'port_taken')) throw error;
    return listen(server, host, 0);
  }
}

function listenError(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  if (error.code === 'EADDRINUSE') {
    return new PlumblineError('port_taken', {
      message: `Another program already listens on port ${port} of ${host}.`,
      remedy: `Stop it, or take another port, for example: plumbline up --port ${port + 1}`,
    });
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') {
    const allowed = error.code === 'EACCES' ? 'This user may not listen there' : 'It is no address of this machine';
    return new PlumblineError('config_invalid', { message: `${allowed}: ${host} port ${port}.` });
  }
  return error;
}
