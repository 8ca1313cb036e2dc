import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeConfig, renderConfigTable } from '../../src/platform/config/index.ts';
import { catalogue, type ErrorCode } from '../../src/platform/errors/index.ts';
import { renderErrorTable } from '../../src/platform/errors/render-error-table.ts';

const page = (name: string): string => join(import.meta.dirname, '../../docs/reference', name);

// Pages made of the program's own declarations. `vitest -u --project unit test/documentation` writes them again.

it('docs/reference/errors.md lists every error code', async () => {
  const codes = Object.keys(catalogue) as ErrorCode[];
  const text = `# Error codes

Every failure has one of these codes: in the API's \`error.code\`, on pages, in run details, in the command line's output
and in the log. The same code means the same everywhere. *Tried again* says whether Plumbline repeats the call by itself;
*HTTP* is the status of our own API.

<!-- Generated from src/platform/errors/catalogue; do not edit. -->

${renderErrorTable(codes.toSorted())}
`;
  await expect(text).toMatchFileSnapshot(page('errors.md'));
});

it('docs/reference/configuration.md lists every environment variable', async () => {
  const text = `# Configuration

Everything that must be known before the start comes from environment variables; everything else is set on pages, through
the API or with \`plumbline apply\`. None is needed. A start with wrong settings names every problem at once and ends with
exit code 78.

<!-- Generated from src/platform/config/variables.ts; do not edit. -->

${renderConfigTable()}`;
  expect(describeConfig().length).toBeGreaterThan(10);
  await expect(text).toMatchFileSnapshot(page('configuration.md'));
});
