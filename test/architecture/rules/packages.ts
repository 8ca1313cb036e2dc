import type { CodeBase, SourceFile } from '../code-base.ts';
import { isOurs, type Rule } from './rule.ts';

/**
 * Packages each floor may use, by the longest folder that fits. What reads files, talks to the network or to PostgreSQL
 * lies in the one place that guards it.
 */
const packages: Readonly<Record<string, readonly RegExp[]>> = {
  'src/domain/': [/^node:crypto$/],
  'src/connectors/': [/^zod$/, /^node:crypto$/, /^@bufbuild\/protobuf(\/|$)/, /^@sigstore\//],
  // What runs where the outside system is reached: it has a clock, and no way of its own to anybody.
  'src/connectors/work/': [/^zod$/, /^node:timers\/promises$/],
  // Harness packs its notifications where people choose so.
  'src/connectors/harness/webhooks/': [/^zod$/, /^node:(crypto|zlib)$/],
  // The one place that reads a server's HTML, to make plain text of it.
  'src/connectors/sonarqube/rule-text.ts': [/^htmlparser2$/],
  'src/features/': [/^zod$/, /^node:(crypto|stream|timers\/promises|util)$/],
  'src/features/access/authenticate.ts': [/^node:(crypto|net)$/],
  'src/features/access/local-token.ts': [/^node:(crypto|fs\/promises|path)$/],
  // It reaches nobody by itself: the library is given a way to call.
  'src/features/access/single-sign-on/': [/^zod$/, /^openid-client$/, /^jose$/, /^node:timers\/promises$/],
  'src/features/access/second-factor/': [/^zod$/, /^otpauth$/, /^node:crypto$/],
  'src/features/access/common-passwords.ts': [/^@zxcvbn-ts\/language-common$/],
  // Its queries run under a login of their own, on connections of their own.
  'src/features/explorer/': [
    /^zod$/,
    /^libpg-query$/,
    /^pg(-cursor)?$/,
    /^node:(crypto|net|stream|timers\/promises|util)$/,
  ],
  // It reads the pages of the documentation and nothing else.
  'src/features/help/': [/^zod$/, /^markdown-it$/, /^node:(fs|fs\/promises|path)$/],
  'src/features/ingestion/index.ts': [/^zod$/, /^node:(crypto|os)$/],
  'src/features/operations/backup/': [/^zod$/, /^pg$/, /^pg-copy-streams$/, /^node:/],
  'src/features/operations/processes/presence.ts': [/^node:(crypto|os|timers\/promises)$/],
  'src/platform/': [/^zod$/, /^node:(crypto|path|timers\/promises|util|stream)$/],
  'src/platform/config/': [/^zod$/, /^ipaddr\.js$/, /^node:(fs|fs\/promises|path|tls|net|crypto|os)$/],
  'src/platform/csv/': [/^csv-(parse|stringify)$/, /^node:stream$/],
  'src/platform/database/': [
    /^pg$/,
    /^pg-copy-streams$/,
    /^node:(crypto|fs\/promises|path|stream|stream\/promises|timers\/promises)$/,
  ],
  // What a statement may see goes with the request that it belongs to.
  'src/platform/database/visible-rows.ts': [/^node:async_hooks$/],
  'src/platform/database/embedded/': [/^pg$/, /^zod$/, /^node:/],
  'src/platform/jobs/': [/^pg-boss$/],
  'src/platform/outbound/': [/^undici$/, /^ipaddr\.js$/, /^zod$/, /^node:/],
  'src/platform/telemetry/': [/^pino$/, /^prom-client$/, /^node:/],
  'src/platform/vault/': [/^zod$/, /^node:(crypto|fs\/promises|path)$/],
  'src/surfaces/http/satellites.ts': [/^fastify/, /^node:(crypto|util|zlib)$/],
  'src/surfaces/http/': [/^fastify/, /^@fastify\//, /^zod$/, /^node:(crypto|fs\/promises|http|net|path|stream)$/],
  'src/surfaces/satellite/': [/^zod$/, /^yaml$/, /^node:(crypto|fs\/promises|os|path|timers\/promises|util|zlib)$/],
  'src/surfaces/cli/': [
    /^commander$/,
    /^yaml$/,
    /^zod$/,
    /^node:(child_process|crypto|fs\/promises|os|path|timers\/promises)$/,
  ],
  'web/': [/^react(-dom|-aria-components)?(\/|$)/, /^@internationalized\/date$/, /^@tanstack\//, /^@visx\//],
  'web/pages/data/': [/^react(-dom|-aria-components)?(\/|$)/, /^@tanstack\//, /^@codemirror\//, /^@lezer\//],
  // Draws what an authenticator app reads with its camera.
  'web/components/qr-code.tsx': [/^react$/, /^uqr$/],
  'web/vite.config.ts': [/^vite$/, /^@vitejs\//, /^node:/],
};

/** Ways out of the process that no import shows. Pages ask the hub, the lab plays its part; everybody else goes through `outbound`. */
const waysOut = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

/** What makes a connection, and a way to be handed it. */
const openers = ['createOutbound', 'openOutbound'];
/** The door of the room of integrations, the worker that reads, and the files that hand it to both. */
const mayOpen = [
  /^src\/platform\/outbound\//,
  /^src\/hub\/(outside|rooms)\.ts$/,
  /^src\/features\/integrations\/(calling|index)\.ts$/,
  // A satellite calls the hub and the tools of its file, and has no room that could do it.
  /^src\/(satellite|surfaces\/satellite\/[^/]+)\.ts$/,
  /^src\/connectors\/work\/[^/]+\.ts$/,
  /^src\/features\/ingestion\/(index|work\/start-work)\.ts$/,
];

const folders = Object.keys(packages).toSorted((a, b) => b.length - a.length);

/** Nothing is said about the lab and the files that put the program together. */
function allowedIn(path: string): readonly RegExp[] | undefined {
  const folder = folders.find((one) => path.startsWith(one));
  return folder === undefined ? undefined : packages[folder];
}

export const packageRules: readonly Rule[] = [
  {
    name: 'each floor uses the packages that are its own',
    offenders: (code: CodeBase) =>
      code.flatMap((file: SourceFile) => {
        const allowed = allowedIn(file.path);
        if (allowed === undefined) return [];
        return file.imports
          .filter((entry) => !isOurs(entry) && !/^(\.|package\.json$)/.test(entry.to))
          .filter(({ to }) => !allowed.some((pattern) => pattern.test(to)))
          .map(({ from, to }) => `${from} → ${to}`);
      }),
  },
  {
    name: 'nothing leaves the process but through outbound',
    offenders: (code: CodeBase) =>
      code
        .filter(({ path }) => path.startsWith('src/') && !path.startsWith('src/platform/outbound/'))
        .flatMap(({ path, globalCalls }) =>
          globalCalls.filter((name) => waysOut.includes(name)).map((name) => `${path} → ${name}()`),
        ),
  },
  {
    name: 'outside systems are called through integrations.connect',
    offenders: (code: CodeBase) =>
      code
        .filter(({ path }) => path.startsWith('src/') && !mayOpen.some((place) => place.test(path)))
        .flatMap(({ path, names }) => openers.filter((name) => names.has(name)).map((name) => `${path} → ${name}`)),
  },
];
