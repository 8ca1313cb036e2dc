import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseServerUrl } from '../domain/server-url.ts';
import { catalogue, PlumblineError } from '../platform/errors/index.ts';
import {
  type CheckReport,
  type CheckResult,
  checkWords,
  networkFields,
  networkSettings,
  runChecks,
  serverUrl,
  TextList,
} from './contract.ts';

const words = checkWords({ reachable: 'The address answers', token: 'The token is valid', read: 'It can be read' });
const { ok, skipped, warning, failed, failedBy } = words;

describe('the words of a check', () => {
  test('are titled by its name', () => {
    expect(words.names).toEqual(['reachable', 'token', 'read']);
    expect(ok('token', 'It is.')).toEqual({
      name: 'token',
      title: 'The token is valid',
      outcome: 'ok',
      message: 'It is.',
    });
    expect(skipped('read', 'No.')).toMatchObject({ title: 'It can be read', outcome: 'skipped', message: 'No.' });
  });

  test('a warning never hinders saving, and brings the remedy of its code', () => {
    expect(warning('read', { message: 'Little.' })).toEqual({
      name: 'read',
      title: 'It can be read',
      outcome: 'warning',
      message: 'Little.',
      saveAllowed: true,
    });
    const { remedy } = catalogue.no_resources;
    expect(warning('read', { message: 'Nothing.', code: 'no_resources' })).toMatchObject({
      code: 'no_resources',
      remedy,
    });
  });

  test('a failure hinders saving unless it is allowed; an own remedy counts', () => {
    const problem = { message: 'Wrong.', code: 'invalid_credentials', remedy: 'Make another.' } as const;
    expect(failed('token', problem)).toMatchObject({ outcome: 'failed', saveAllowed: false, remedy: 'Make another.' });
    expect(failed('token', problem, { saveAllowed: true }).saveAllowed).toBe(true);
  });

  test('an error says what it says, with the outside system’s words', () => {
    const error = new PlumblineError('invalid_credentials', { message: 'Refused.', upstream: '401 Unauthorized' });
    expect(failedBy('token', error)).toEqual({
      name: 'token',
      title: 'The token is valid',
      outcome: 'failed',
      saveAllowed: false,
      message: 'Refused.',
      code: 'invalid_credentials',
      remedy: error.remedy,
      upstream: '401 Unauthorized',
    });
    expect(failedBy('token', error, { message: 'So it is.', saveAllowed: true })).toMatchObject({
      message: 'So it is.',
      saveAllowed: true,
    });
    expect(failedBy('token', new PlumblineError('timeout'))).not.toHaveProperty('upstream');
  });
});

test('a run keeps and yields every check; what the steps left out follows as skipped', async () => {
  const report: CheckReport = { checks: [], capabilities: [], facts: {} };
  async function* steps(): AsyncGenerator<CheckResult, void> {
    yield ok('reachable', 'It answers.');
    yield failedBy('token', new PlumblineError('invalid_credentials'));
  }
  const yielded: CheckResult[] = [];
  for await (const check of runChecks(words, steps(), report)) yielded.push(check);
  expect(yielded.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'reachable ok',
    'token failed',
    'read skipped',
  ]);
  expect(report.checks).toEqual(yielded);
});

test('settings every connector shares', () => {
  const Settings = z.object({
    url: serverUrl((text) => parseServerUrl(text).origin, 'Enter an address'),
    keys: TextList.default([]),
    ...networkSettings,
  });
  expect(Settings.parse({ url: 'server.example.com/a', keys: 'a, b\na' })).toEqual({
    url: 'https://server.example.com',
    keys: ['a', 'b'],
  });
  const refused = Settings.safeParse({ url: 'https://user:secret@server.example.com' });
  expect(refused.error?.issues.map(({ message }) => message)).toEqual([
    'Enter an address (credentials do not belong into the URL).',
  ]);
  expect(networkFields.map(({ name }) => name)).toEqual(Object.keys(networkSettings));
});
