// Weighs what a browser loads before the first page can be used: the entry, the first route, and everything they import.
// Usage: node web/budget.mjs [folder]; fails above the budget.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const budgetBytes = 250 * 1024;
const firstPages = ['index.html', 'pages/security/security-page.tsx'];

/** Files behind the first page, each with its weight, the heaviest first. */
export function weigh(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
  const files = new Set(['index.html']);
  const seen = new Set();
  const follow = (key) => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`The bundle has no ${key}.`);
    if (seen.has(key)) return;
    seen.add(key);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) follow(next);
  };
  for (const page of firstPages) follow(page);
  const weights = [...files].map((file) => ({ file, bytes: gzipSync(readFileSync(join(folder, file))).length }));
  weights.sort((a, b) => b.bytes - a.bytes);
  return { weights, total: weights.reduce((sum, { bytes }) => sum + bytes, 0), budget: budgetBytes };
}

const here = fileURLToPath(import.meta.url);
if (process.argv[1] === here) {
  const { weights, total, budget } = weigh(process.argv[2] ?? join(dirname(here), '../dist/web'));
  for (const { file, bytes } of weights) console.log(`${(bytes / 1024).toFixed(1).padStart(7)} KB  ${file}`);
  console.log(`${(total / 1024).toFixed(1).padStart(7)} KB  of ${budget / 1024} KB`);
  process.exit(total > budget ? 1 : 0);
}
