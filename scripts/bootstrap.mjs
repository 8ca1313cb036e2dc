// Runs on whatever Node (>= 18) a machine has, before anything is installed: plain JavaScript, no dependencies.
// Makes node_modules equal to package-lock.json and finds a Node >= 24 to go on under.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addHolder, withInstallLock } from './install-lock.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const neededMajor = 24;
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const lockFile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const installLock = join(root, '.installing');

// What ./plumbline looks at: the lock that is installed, and the Node that was found good for it.
const stateFolder = join(modules, '.plumbline');
const installedLock = join(stateFolder, 'package-lock.json');
const chosenNode = join(stateFolder, 'node');

/** A reason the product cannot start, already in the reader's words. */
export class BootstrapError extends Error {}

/** Resolves to the path of a Node >= 24; installs first when needed. */
export async function bootstrap() {
  if (isInstalled() && existsSync(chosenNode)) return chosenNode;
  if (!matchesHiddenLock()) await installUnderLock();
  const node = findNode();
  remember(node);
  return node;
}

function isInstalled() {
  try {
    return readFileSync(installedLock).equals(readFileSync(lockFile));
  } catch {
    return false;
  }
}

/** True when somebody ran `npm ci` by hand: what npm noted about node_modules is what the lock asks for. */
function matchesHiddenLock() {
  try {
    const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true;
      if (present[path] === undefined) return entry.optional === true && mayBeAbsent(entry);
      return present[path].integrity === entry.integrity && existsSync(join(root, path));
    });
  } catch {
    return false;
  }
}

/** True for what belongs to another platform, and for what only such packages need (they name no platform). */
function mayBeAbsent({ os, cpu, libc }) {
  const fits = (list, own) => list === undefined || list.includes(own);
  // Which C library this machine has npm knows, we do not.
  const named = (os !== undefined || cpu !== undefined) && libc === undefined;
  return !(named && fits(os, process.platform) && fits(cpu, process.arch));
}

/** Two starts at once must not both delete and fill node_modules. */
async function installUnderLock() {
  refuseWithoutRights();
  await withInstallLock(installLock, async () => {
    await install();
    // Noted while the lock is held: the next holder must find that there is nothing left to do.
    remember(findNode());
  });
}

async function install() {
  if (isInstalled() || matchesHiddenLock()) return;
  const started = Date.now();
  process.stderr.write('Installing dependencies, once per version (a minute or so) ... ');
  const result = await npm([
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (result.status !== 0) {
    process.stderr.write('failed.\n');
    throw new BootstrapError(explain(result));
  }
  process.stderr.write(`done in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

function refuseWithoutRights() {
  const denied = [modules, root].find((path) => existsSync(path) && !writable(path));
  if (denied === undefined) return;
  const user = userName();
  throw new BootstrapError(
    `Dependencies must be installed, but ${denied} is not writable for user ${user}.\n` +
      `Run \`./plumbline --version\` once as its owner, or: sudo chown -R ${user} ${root}`,
  );
}

/** A container's numeric user need not have a name. */
function userName() {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

function writable(path) {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** npm without a shell: the npm that runs us, else the one beside our Node, else the one on the PATH. */
function npm(args) {
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const cli = [process.env.npm_execpath, beside].find((path) => path?.endsWith('npm-cli.js') && existsSync(path));
  const [file, first] = cli === undefined ? ['npm', []] : [process.execPath, [cli]];
  // Set by the npm that runs us for its own call (dry run, omit, a workspace); user settings come from .npmrc files.
  const env = { ...process.env };
  for (const name of ['npm_config_dry_run', 'npm_config_omit', 'npm_config_global']) delete env[name];
  return new Promise((resolve) => {
    const child = spawn(file, [...first, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    addHolder(installLock, child.pid);
    const stop = (signal) => stopInstalling(child, signal);
    for (const signal of stopSignals) process.on(signal, stop);
    child.on('close', () => {
      for (const signal of stopSignals) process.off(signal, stop);
    });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ status: null, output: error.message, missing: error.code === 'ENOENT' }));
    child.on('close', (status) => resolve({ status, output, missing: false }));
  });
}

/** Only when npm has ended may another start touch node_modules. */
function stopInstalling(child, signal) {
  process.stderr.write('stopped.\n');
  child.once('close', () => {
    rmSync(installLock, { force: true });
    process.kill(process.pid, signal);
  });
  child.kill('SIGTERM');
}

function explain({ output, missing }) {
  if (missing) return 'npm was not found. Install Node.js with npm (https://nodejs.org) and start again.';
  // npm's own usage text, which follows some errors, helps nobody here.
  const [said = ''] = output.trim().split(/\n(?=npm error \n?.*(?:Clean install a project|Usage:))/);
  const words = said.trim().split('\n').slice(0, 20).join('\n');
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|CERT|proxy/i.test(output);
  const advice = offline
    ? 'npm could not reach its registry. Check the network, and `npm config get registry proxy https-proxy cafile`.'
    : 'Start again; if it stays, run `npm ci` in this folder to see all of it.';
  return `Dependencies could not be installed.\n${words}\n${advice}`;
}

function findNode() {
  const bundled = join(modules, '.bin', 'node');
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  const candidates = [bundled, process.execPath, ...onPath];
  const node = candidates.find((path) => existsSync(path) && majorOf(path) >= neededMajor);
  if (node !== undefined) return node;
  throw new BootstrapError(
    `Plumbline runs on Node.js ${neededMajor} or newer. npm brings it for Linux on x64 and arm64, but here\n` +
      `(${process.platform}-${process.arch}) it could not be used, and the installed Node.js is ${process.version}.\n` +
      `Install Node.js ${neededMajor} (https://nodejs.org) and start again.`,
  );
}

function majorOf(node) {
  const result = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return result.status === 0 ? Number.parseInt(result.stdout.slice(1), 10) : 0;
}

/** Makes the next start quick. Somebody else's node_modules cannot be written: then each start looks again. */
function remember(node) {
  try {
    mkdirSync(stateFolder, { recursive: true });
    rmSync(chosenNode, { force: true });
    symlinkSync(node, chosenNode);
    const unfinished = `${installedLock}.${process.pid}`;
    copyFileSync(lockFile, unfinished);
    renameSync(unfinished, installedLock);
  } catch {
    // Only slower.
  }
}
