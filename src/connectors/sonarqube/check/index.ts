import { type CheckReport, type CheckResult, type ConnectorContext, type Json, runChecks } from '../../contract.ts';
import { readEdition, readMode } from '../capabilities.ts';
import type { SonarClient } from '../client.ts';
import type { Reader } from '../reader.ts';
import { readerFor } from '../reader-for.ts';
import { type Secrets, type Settings, type TokenKind, tokenKind } from '../settings.ts';
import { findWebhookReach } from '../webhook-reach.ts';
import { checkServer } from './connection.ts';
import { capabilitiesOf } from './abilities.ts';
import { probeReads, readChecks } from './probes.ts';
import { words } from './result.ts';
import { checkOrganization, checkProjects, countReadable } from './scope.ts';
import { checkExpiry, checkToken, checkTokenKind } from './token.ts';
import type { Server } from '../version.ts';
import { administerCheck } from './webhooks.ts';

type Context = ConnectorContext<Settings, Secrets>;
type Step = AsyncGenerator<CheckResult, void>;

/** Runs the checks in order, yields each as it ends, and leaves out what an earlier failure makes pointless. */
export function checkConnection(client: SonarClient, context: Context): AsyncGenerator<CheckResult, CheckReport> {
  const report: CheckReport = { checks: [], capabilities: capabilitiesOf({}), facts: {} };
  return runChecks(words, steps(client, context, report), report);
}

async function* steps(client: SonarClient, context: Context, report: CheckReport): Step {
  const kind = tokenKind(context.secrets.apiToken);
  const { checks, server } = await checkServer(client, context.settings.url);
  yield* checks;
  if (server === null) return;
  report.facts = serverFacts(server, kind);
  const token = await checkToken(client, kind);
  yield token.check;
  if (token.facts === null) return;
  yield checkTokenKind(kind);
  const expiry = await checkExpiry(client, { kind, server, now: context.now() });
  yield expiry.check;
  const [edition, mode] = await Promise.all([readEdition(client, server), readMode(client, server)]);
  Object.assign(report.facts, { edition, mode, login: token.facts.login, authentication: client.scheme() });
  if (expiry.tokenExpiresAt !== null) report.facts['tokenExpiresAt'] = expiry.tokenExpiresAt;
  yield* scopeSteps(readerFor(client, server, context), kind, report);
}

async function* scopeSteps(reader: Reader, kind: TokenKind, report: CheckReport): Step {
  const { check, organizations } = await checkOrganization(reader);
  yield check;
  if (organizations === null) return;
  report.facts['organizations'] = organizations.filter((key) => key !== null);
  const projects = await checkProjects(reader, organizations);
  report.facts['projects'] = projects.total;
  const readable = kind === 'user' ? await countReadable(reader, organizations) : null;
  if (readable !== null) report.facts['readableProjects'] = readable;
  yield* projects.checks;
  report.capabilities = capabilitiesOf({ listable: projects.listable });
  if (!projects.listable) return;
  const probes = await probeReads(reader, projects.samples);
  report.capabilities = capabilitiesOf({ listable: true, probes });
  yield* readChecks(probes, kind);
  const webhooks = await findWebhookReach(reader, organizations, projects.wanted);
  report.webhooks = webhooks;
  report.capabilities = capabilitiesOf({ listable: true, probes, webhooks });
  yield administerCheck(webhooks);
}

function serverFacts(server: Server, kind: TokenKind): Record<string, Json> {
  return { serverId: server.id, version: server.version?.text ?? null, isCloud: server.isCloud, tokenKind: kind };
}
