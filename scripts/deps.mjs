// Runs npm under the project's own Node: an older host Node makes npm pick older major versions without a word.
// Usage: npm run deps -- add <package>
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { completeLock } from './complete-lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const npmCli = process.env.npm_execpath ?? realpathSync(join(dirname(process.execPath), 'npm'));
const [verb = 'install', ...rest] = process.argv.slice(2);
const npmVerb = verb === 'add' ? 'install' : verb === 'remove' ? 'uninstall' : verb;
const result = spawnSync(join(root, 'node_modules/.bin/node'), [npmCli, npmVerb, ...rest], {
  cwd: root,
  stdio: 'inherit',
});
if (result.status === 0) completeLock(join(root, 'package-lock.json'));
process.exit(result.status ?? 1);
