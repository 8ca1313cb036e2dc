import type { Connector, ConnectorContext, EndpointDeclaration } from '../../connectors/contract.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundRequest } from '../../platform/outbound/types.ts';

/**
 * The same connector, held to the calls that it declares for reading: below the address in the file, with a declared
 * method and path. Whoever got hold of the hub cannot make the satellite call anything else.
 */
export function heldToEndpoints(connector: Connector): Connector {
  const hold = <C extends ConnectorContext<unknown, unknown>>(context: C): C => ({
    ...context,
    http: guarded(context.http, callRule(connector, connector.baseUrl(context.settings))),
  });
  return {
    ...connector,
    read: (context, request) => connector.read(hold(context), request),
    check: (context) => connector.check(hold(context)),
  };
}

export type CallRule = (request: Pick<OutboundRequest, 'method' | 'url'>) => boolean;

/** True for a call that one of the endpoints declares. */
export function callRule(
  { endpoints, pathPrefixes = [] }: Pick<Connector, 'endpoints' | 'pathPrefixes'>,
  base: URL,
): CallRule {
  const reading = endpoints.filter(({ method, asks }) => method === 'GET' || asks === true);
  const named = reading.filter(({ path }) => onlyName.test(path));
  const rules = reading
    .filter(({ path }) => !onlyName.test(path))
    .map((endpoint) => ({ method: endpoint.method, path: pathRule(endpoint) }));
  const prefix = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  return ({ method = 'GET', url }) => {
    const asked = method === 'HEAD' ? 'GET' : method;
    const below = url.origin === base.origin && url.pathname.startsWith(prefix);
    const path = url.pathname.slice(prefix.length);
    const paths = [path, ...pathPrefixes.filter((one) => path.startsWith(one)).map((one) => path.slice(one.length))];
    const declared = rules.some((rule) => rule.method === asked && paths.some((one) => rule.path(one)));
    if (below && declared) return true;
    // A token service: the server names it, and the filter of addresses decides whether it may be called.
    return named.some((endpoint) => endpoint.method === asked);
  };
}

const onlyName = /^<[^<>]*>$/;

/** A part of a declared path that is a name stands for one part of the path asked for; one that spans, for several. */
function pathRule({ path, spans = [] }: EndpointDeclaration): (asked: string) => boolean {
  const parts = path.replace(/\/$/, '').split('/');
  const isSpan = (part: string): boolean => onlyName.test(part) && spans.includes(part.slice(1, -1));
  const span = parts.findIndex(isSpan);
  if (span !== parts.findLastIndex(isSpan)) throw new Error(`more than one part of ${path} spans`);
  const [before, after] = span === -1 ? [parts, []] : [parts.slice(0, span), parts.slice(span + 1)];
  return (asked) => {
    const given = asked.replace(/\/$/, '').split('/');
    const between = given.length - before.length - after.length;
    if (given.includes('') || (span === -1 ? between !== 0 : between < 1)) return false;
    return matchParts(before, given) && matchParts(after, given.slice(given.length - after.length));
  };
}

const matchParts = (parts: readonly string[], given: readonly string[]): boolean =>
  parts.every((part, at) => part === given[at] || onlyName.test(part));

function guarded(http: Outbound, allows: CallRule): Outbound {
  return {
    ...http,
    async request(request) {
      if (allows(request)) return http.request(request);
      const { method = 'GET', url } = request;
      throw new PlumblineError('satellite_call_refused', {
        message: `${method} ${url.host}${url.pathname} is no call that is declared for reading; it was not sent.`,
      });
    },
  };
}
