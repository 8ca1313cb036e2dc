import { attempt } from '../../platform/errors/index.ts';
import {
  type CheckReport,
  type CheckResult,
  checkWords,
  type Connector,
  networkFields,
  runChecks,
} from '../contract.ts';
import { type Context, listShelves } from './client.ts';
import { hashVersion } from './records.ts';
import { Secrets, Settings } from './settings.ts';
import { read, streams } from './streams.ts';
import { webhooks } from './webhook.ts';

const words = checkWords({ reachable: 'The library answers', shelves: 'Shelves can be listed' });

/** A library: shelves with books. The smallest connector that reads, proves, and is told of changes. */
export const example: Connector<Settings, Secrets> = {
  kind: 'example',
  title: 'Example library',
  description: 'Shelves and the books on them.',
  settings: Settings,
  secrets: Secrets,
  form: [
    { name: 'url', label: 'Address', step: 'connection', kind: 'url', required: true },
    { name: 'token', label: 'Token', step: 'connection', kind: 'secret', required: true },
    ...networkFields,
  ],
  endpoints: ['api/shelves', 'api/books'].map((path) => ({
    method: 'GET',
    path,
    why: 'Reads what the library has.',
    since: '1.0',
    without: 'Everything.',
    permission: 'Read',
  })),
  streams,
  hashVersion,
  backfillMonths: () => 0,
  baseUrl: (settings) => new URL(settings.url),
  secretsTravelBy: ['url'],
  check(context) {
    const report: CheckReport = { checks: [], capabilities: [], facts: {} };
    return runChecks(words, steps(context), report);
  },
  read,
  lookup: async () => [],
  webhooks,
};

async function* steps(context: Context): AsyncGenerator<CheckResult, void> {
  const listed = await attempt(listShelves(context));
  if ('error' in listed) {
    yield words.failedBy('reachable', listed.error);
    return;
  }
  yield words.ok('reachable', 'It answers.');
  yield words.ok('shelves', `It has ${listed.value.shelves.length} shelves.`);
}
