import { afterEach, expect, test } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { small } from '../../lab/simulators/sonarqube/scenarios.ts';
import { measuredLines } from '../../src/connectors/sonarqube/measured-lines.ts';
import { createSimulators } from './simulators.ts';
import { contextOf } from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

const code = {
  'src/a.java': {
    lines: [{}, { hits: 2, conditions: 4, coveredConditions: 3 }, { hits: 0 }, { hits: 1, duplicated: true as const }],
  },
  'src/a.test.java': { test: true as const, lines: [{}, {}] },
};

async function start(profile: '26.9' | '9.9', settings = {}): Promise<Simulator> {
  const server = await simulators.start(profile, small);
  Object.assign(server.state.world.projects.get('shop') ?? {}, { code, settings, visibility: 'private' });
  return server;
}

test.each(['26.9', '9.9'] as const)('%s tells what tests and copies make of single lines', async (profile) => {
  const server = await start(profile);
  const context = contextOf({ url: server.url, token: server.tokens.admin });
  const ranges = [
    { from: 1, to: 2 },
    { from: 4, to: 9 },
  ];
  const read = await measuredLines.read(context, 'shop', [
    { path: 'src/a.java', ranges },
    { path: 'src/a.test.java', ranges },
    { path: 'README.md', ranges },
  ]);
  const none = { conditions: 0, coveredConditions: 0, duplicated: false };
  expect(read).toEqual([
    [
      { line: 1, covered: null, ...none },
      { line: 2, covered: true, conditions: 4, coveredConditions: 3, duplicated: false },
      { line: 4, covered: true, ...none, duplicated: true },
    ],
    null,
    null,
  ]);
});

test('a token that may not is told from a file that is not there', async () => {
  const server = await start('26.9');
  const context = contextOf({ url: server.url, token: server.tokens.stranger });
  const asked = measuredLines.read(context, 'shop', [{ path: 'src/a.java', ranges: [{ from: 1, to: 1 }] }]);
  await expect(asked).rejects.toMatchObject({ code: 'invalid_permissions' });
});

test('a line that is not understood is none that needs no test', async () => {
  const server = await start('26.9');
  server.faults.add({
    match: { path: 'api/sources/lines' },
    times: Infinity,
    kind: { type: 'edit', edit: () => ({ sources: [{ line: 1, lineHits: 'many' }] }) },
  });
  const context = contextOf({ url: server.url, token: server.tokens.admin });
  const asked = measuredLines.read(context, 'shop', [{ path: 'src/a.java', ranges: [{ from: 1, to: 1 }] }]);
  await expect(asked).rejects.toMatchObject({ code: 'malformed_response' });
});

test('small changes are ignored unless the project says otherwise', async () => {
  for (const [settings, ignored] of [
    [{}, true],
    [{ 'sonar.qualitygate.ignoreSmallChanges': ['true'] }, true],
    [{ 'sonar.qualitygate.ignoreSmallChanges': ['false'] }, false],
  ] as const) {
    const server = await start('26.9', settings);
    const context = contextOf({ url: server.url, token: server.tokens.admin });
    expect(await measuredLines.ignoresSmallChanges(context, 'shop')).toBe(ignored);
  }
});
