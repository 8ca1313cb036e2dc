import { expect, it } from 'vitest';
import { ApiFailure } from '../api-client.ts';
import { bindings } from './bindings.ts';
import type { ApplyRun } from './section.ts';

const entry = { project: 'ledger', repository: 'PAY/ledger' };

/** A run against a hub that answers each binding by its project. */
function runOf(answers: Record<string, object | Error>, dryRun = false) {
  const said = { out: '', err: '', sent: [] as string[] };
  const run: ApplyRun = {
    dryRun,
    json: false,
    terminal: {
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
    } as ApplyRun['terminal'],
    api: {
      get: () => Promise.reject(new Error('unused')),
      open: () => Promise.reject(new Error('unused')),
      async send(method, path, body) {
        said.sent.push(`${method} ${path}`);
        const answer = answers[(body as { project: string }).project];
        if (answer instanceof Error) throw answer;
        return answer as never;
      },
    },
  };
  return { run, said };
}

const refused = () =>
  new ApiFailure(422, { code: 'project_not_found', message: 'No such.', remedy: 'Read it.', upstream: null });

it('says what became of each, and applies what follows one that is refused', async () => {
  const { run, said } = runOf({
    ledger: { created: true, changes: [] },
    gone: refused(),
    shop: { created: false, changes: ['prefix'] },
    same: { created: false, changes: [] },
  });
  const outcome = await bindings.apply(
    ['ledger', 'gone', 'shop', 'same'].map((project) => ({ ...entry, project })),
    run,
  );
  expect(said.out).toBe('binding ledger: bound\nbinding shop: changed (prefix)\nbinding same: unchanged\n');
  expect(said.err).toMatch(/^binding gone: not applied, project_not_found/);
  expect(outcome.code).not.toBe(0);
  expect(outcome.results).toHaveLength(4);
});

it('only asks what it would do on a dry run', async () => {
  const { run, said } = runOf({ ledger: { created: true, changes: [] } }, true);
  expect((await bindings.apply([entry], run)).code).toBe(0);
  expect(said.sent).toEqual(['PUT api/v1/bindings/declared?dryRun=true']);
  expect(said.out).toBe('binding ledger: would be bound\n');
});

it('takes a project once', () => {
  expect(bindings.shape.safeParse([entry, { ...entry, sonarqube: 'other' }]).success).toBe(true);
  expect(bindings.shape.safeParse([entry, entry]).success).toBe(false);
  expect(bindings.shape.safeParse([{ ...entry, folder: 'a' }]).success).toBe(false);
});
