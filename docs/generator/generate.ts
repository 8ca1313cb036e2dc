// `npm run docs`: writes the generated parts of the pages anew. A test fails while one is out of date.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fill, readPages } from './pages.ts';
import { generatedParts } from './parts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const parts = await generatedParts(root);
for (const page of await readPages(root)) {
  const text = fill(page, parts);
  if (text === page.text) continue;
  await writeFile(join(root, page.path), text);
  process.stdout.write(`${page.path} written\n`);
}
