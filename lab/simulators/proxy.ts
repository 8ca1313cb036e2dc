import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { makeCertificate } from './certificate.ts';

export interface ProxyOptions {
  /** Base URL of the server behind it (reverse proxy). Without it the proxy only forwards (`http_proxy`, CONNECT). */
  target?: string;
  /** HTTPS with a certificate of its own; `Proxy.ca` is what a client would have to trust. */
  tls?: boolean;
  /** Only these paths pass (below the base URL, `api/issues/search`; a `*` at the end stands for anything). */
  allow?: readonly string[];
  /** Host names that a forward proxy sends elsewhere, e.g. `sonarcloud.io` to the simulator. CONNECT to them ends here. */
  hosts?: Record<string, string>;
  port?: number;
}

export interface ProxyEntry {
  method: string;
  /** Below the base URL, without the query. */
  path: string;
  query: string;
  /** Host asked for. */
  host: string;
  /** Null while it is not answered. */
  status: number | null;
  blocked: boolean;
}

/** What the proxy does to the next matching requests instead of passing them on. */
export interface ProxyFault {
  /** Path below the base URL; default any. */
  path?: string;
  /** Default once. */
  times?: number;
  /** `drop`: the connection is reset unanswered; `cut`: it is reset half-way through the answer. */
  kind: 'drop' | 'cut' | { status: number; body?: string; headers?: Record<string, string> };
}

export interface Proxy {
  url: string;
  /** PEM of its certificate, null without TLS. */
  ca: string | null;
  entries: readonly ProxyEntry[];
  /** Addresses that plain tunnels led to, in order. */
  tunnels: readonly string[];
  count: (path?: string) => number;
  clear: () => void;
  allow: (paths: readonly string[] | null) => void;
  /** Answers every request with a page of HTML and 200, as a captive sign-in page does. */
  setHtml: (on: boolean) => void;
  addFault: (fault: ProxyFault) => void;
  /** Called after each request was recorded, before it is passed on. For tests that act at the n-th request. */
  onRequest(listener: ((entry: ProxyEntry, count: number) => void) | null): void;
  close: () => Promise<void>;
}

interface State {
  options: ProxyOptions;
  entries: ProxyEntry[];
  tunnels: string[];
  /** Clients of tunnels, which the server no longer counts as its connections. */
  clients: Set<Duplex>;
  allowed: readonly string[] | null;
  html: boolean;
  faults: (ProxyFault & { left: number })[];
  listener: ((entry: ProxyEntry, count: number) => void) | null;
}

/** SonarQube takes URLs longer than 16 kB, the default limit of Node. */
const maxHeaderSize = 65_536;

/** Starts a proxy on loopback. The journal holds method, path and query, never a header. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const state: State = {
    options,
    entries: [],
    tunnels: [],
    clients: new Set(),
    allowed: options.allow ?? null,
    html: false,
    faults: [],
    listener: null,
  };
  const hosts = Object.keys(options.hosts ?? {});
  const certificate =
    options.tls || hosts.length > 0
      ? await makeCertificate({ hosts: ['localhost', '127.0.0.1', ...hosts], authority: true })
      : null;
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => pass(state, incoming, outgoing);
  const server =
    options.tls && certificate
      ? createTlsServer({ ...certificate, maxHeaderSize }, handle)
      : createServer({ maxHeaderSize }, handle);
  // CONNECT to a host of `hosts` is answered by this server, which never listens itself.
  const inner = certificate ? createTlsServer({ ...certificate, maxHeaderSize }, handle) : null;
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => tunnel(state, inner, incoming, socket));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return { url, ca: certificate?.cert ?? null, ...controls(state), close: () => closeAll(server, inner, state) };
}

function controls(state: State) {
  return {
    entries: state.entries as readonly ProxyEntry[],
    tunnels: state.tunnels as readonly string[],
    count: (path?: string) => state.entries.filter((entry) => path === undefined || entry.path === path).length,
    clear: () => {
      state.entries.length = 0;
    },
    allow: (paths: readonly string[] | null) => {
      state.allowed = paths;
    },
    setHtml: (on: boolean) => {
      state.html = on;
    },
    addFault: (fault: ProxyFault) => {
      state.faults.push({ ...fault, left: fault.times ?? 1 });
    },
    onRequest: (listener: ((entry: ProxyEntry, count: number) => void) | null) => {
      state.listener = listener;
    },
  };
}

function closeAll(server: Server, inner: Server | null, { clients }: State): Promise<void> {
  for (const socket of clients) socket.destroy();
  inner?.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The URL to ask: of the target, of a mapped host, or as the client of a forward proxy wrote it. */
function targetOf(state: State, incoming: IncomingMessage): URL {
  const written = incoming.url ?? '/';
  const { target, hosts = {} } = state.options;
  if (/^https?:/.test(written)) {
    const url = new URL(written);
    return mapped(hosts[url.hostname], `${url.pathname}${url.search}`) ?? url;
  }
  const host = (incoming.headers.host ?? '').replace(/:\d+$/, '');
  const found = mapped(hosts[host], written) ?? mapped(target, written);
  return found ?? new URL(written, 'http://127.0.0.1:1');
}

function mapped(base: string | undefined, path: string): URL | null {
  return base === undefined ? null : new URL(`${base.replace(/\/$/, '')}${path}`);
}

function pass(state: State, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = targetOf(state, incoming);
  const base = state.options.target ? new URL(state.options.target).pathname.replace(/\/$/, '') : '';
  const path = url.pathname.replace(base, '').replace(/^\//, '');
  const blocked = state.allowed !== null && !state.allowed.some((one) => permits(one, path));
  const host = incoming.headers.host ?? '';
  const entry: ProxyEntry = { method: incoming.method ?? 'GET', path, query: url.search, host, status: null, blocked };
  state.entries.push(entry);
  state.listener?.(entry, state.entries.length);
  const fault = takeFault(state, path);
  if (fault?.kind === 'drop') incoming.socket.resetAndDestroy();
  else if (blocked) page(entry, outgoing, 403, 'Blocked by the proxy');
  else if (state.html) page(entry, outgoing, 200, 'Please sign in');
  else if (fault && typeof fault.kind === 'object') replace(entry, outgoing, fault.kind);
  else forward({ url, incoming, outgoing, entry, cut: fault?.kind === 'cut' });
}

const permits = (allowed: string, path: string): boolean =>
  allowed.endsWith('*') ? path.startsWith(allowed.slice(0, -1)) : allowed === path;

function takeFault(state: State, path: string): ProxyFault | undefined {
  const fault = state.faults.find((one) => one.left > 0 && (one.path === undefined || one.path === path));
  if (fault) fault.left -= 1;
  return fault;
}

function page(entry: ProxyEntry, outgoing: ServerResponse, status: number, title: string): void {
  entry.status = status;
  outgoing.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  outgoing.end(`<!doctype html><html lang="en"><head><title>${title}</title></head><body>${title}</body></html>`);
}

function replace(entry: ProxyEntry, outgoing: ServerResponse, kind: Exclude<ProxyFault['kind'], string>): void {
  entry.status = kind.status;
  outgoing.writeHead(kind.status, { 'Content-Type': 'application/json', ...kind.headers });
  outgoing.end(kind.body ?? '');
}

interface Forwarding {
  url: URL;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  entry: ProxyEntry;
  cut: boolean;
}

function forward({ url, incoming, outgoing, entry, cut }: Forwarding): void {
  const headers = { ...incoming.headers, host: url.host };
  const upstream = request(url, { method: incoming.method ?? 'GET', headers }, (answer) => {
    entry.status = answer.statusCode ?? 502;
    outgoing.writeHead(entry.status, answer.headers);
    if (!cut) {
      answer.pipe(outgoing);
      return;
    }
    answer.once('data', (chunk: Buffer) => {
      outgoing.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => outgoing.socket?.resetAndDestroy());
      answer.destroy();
    });
  });
  upstream.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else page(entry, outgoing, 502, 'Bad Gateway');
  });
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

/** CONNECT: to a mapped host it ends here, to any other address it is a plain tunnel. */
function tunnel(state: State, inner: Server | null, incoming: IncomingMessage, socket: Duplex): void {
  const [host = '', port = '443'] = (incoming.url ?? '').split(':');
  socket.on('error', () => socket.destroy());
  state.clients.add(socket);
  socket.once('close', () => state.clients.delete(socket));
  if (state.options.hosts?.[host] !== undefined && inner) {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inner.emit('connection', socket);
    return;
  }
  state.tunnels.push(`${host}:${port}`);
  const upstream = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  socket.once('close', () => upstream.destroy());
}
