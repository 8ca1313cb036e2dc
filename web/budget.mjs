// Weighs what a browser loads before each page can be used: the entry, the page, and everything they import.
// Usage: node web/budget.mjs [folder]; prints the heaviest page in parts and fails when a page is above the budget.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const budgetBytes = 250 * 1024;
/** Shown by address `/`. */
const firstPage = 'pages/security/security-page.tsx';
/** Loaded when somebody does something on their page, never with it; a browser test holds that. */
const later = new Set(['pages/data/sql-editor.tsx']);

/** Every page, the heaviest first, each with its files, again the heaviest first. */
export function weigh(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
  const known = new Map();
  const bytesOf = (file) => {
    if (!known.has(file)) known.set(file, gzipSync(readFileSync(join(folder, file))).length);
    return known.get(file);
  };
  const pages = Object.keys(manifest).filter(
    (key) => key.startsWith('pages/') && manifest[key].isDynamicEntry === true && !later.has(key),
  );
  if (!pages.includes(firstPage)) throw new Error(`The bundle has no ${firstPage}.`);
  const weighed = pages.map((page) => {
    const weights = filesOf(manifest, ['index.html', page]).map((file) => ({ file, bytes: bytesOf(file) }));
    weights.sort((a, b) => b.bytes - a.bytes);
    return { page, weights, total: weights.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  weighed.sort((a, b) => b.total - a.total);
  return { pages: weighed, budget: budgetBytes };
}

function filesOf(manifest, entries) {
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
  for (const entry of entries) follow(entry);
  return [...files];
}

const here = fileURLToPath(import.meta.url);
if (process.argv[1] === here) {
  const { pages, budget } = weigh(process.argv[2] ?? join(dirname(here), '../dist/web'));
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1).padStart(7)} KB`;
  for (const { file, bytes } of pages[0].weights) console.log(`${kilobytes(bytes)}  ${file}`);
  for (const { page, total } of pages) console.log(`${kilobytes(total)}  ${page}`);
  console.log(`of ${budget / 1024} KB for each page`);
  process.exit(pages[0].total > budget ? 1 : 0);
}
