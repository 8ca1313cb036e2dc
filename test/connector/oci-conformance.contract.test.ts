import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { startRegistrySimulator } from '../../lab/simulators/registry/index.ts';
import { commit, pusher } from './oci-images.ts';

/**
 * The conformance program of the OCI distribution specification, which nobody here wrote:
 * `go install github.com/opencontainers/distribution-spec/conformance@latest`, in the PATH or where Go puts it.
 */
async function findProgram(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of [...folders, join(process.env['HOME'] ?? '/root', 'go/bin')]) {
    const file = join(folder, 'conformance');
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}

const program = await findProgram();
if (program === undefined)
  console.warn('The OCI conformance program is not installed: the simulator is not held against it');

it.skipIf(program === undefined)(
  'the registry simulator passes the read-only part of the conformance program',
  async () => {
    const simulator = await startRegistrySimulator({ referrers: 'right' });
    const results = await mkdtemp(join(tmpdir(), 'plumbline-conformance-'));
    onTestFinished(async () => {
      await simulator.close();
      await rm(results, { recursive: true, force: true });
    });
    const push = pusher(simulator, 'conformance/repo1');
    pusher(simulator, 'conformance/repo2');
    const config = push.blob('{}', 'application/vnd.oci.empty.v1+json');
    const image = push.manifest({ annotations: { revision: commit } });
    const index = push.index([image]);
    // Fewer than a page: the program does not follow links.
    for (const tag of ['a', 'b', 'c', 'd']) push.tag(tag, index);
    const artifact = {
      schemaVersion: 2,
      mediaType: image.mediaType,
      artifactType: 'application/vnd.in-toto+json',
      config,
    };
    push.put(
      { ...artifact, layers: [], subject: { mediaType: image.mediaType, digest: image.digest, size: image.size } },
      image.mediaType,
    );
    const env = {
      PATH: process.env['PATH'],
      HOME: results,
      OCI_REGISTRY: new URL(simulator.url).host,
      OCI_TLS: 'disabled',
      OCI_RESULTS_DIR: results,
      OCI_API_PUSH: 'false',
      OCI_API_BLOBS_DELETE: 'false',
      OCI_API_MANIFESTS_DELETE: 'false',
      OCI_API_TAGS_DELETE: 'false',
      OCI_RO_DATA_TAGS: 'a d',
      OCI_RO_DATA_MANIFESTS: `${image.digest} ${index.digest}`,
      OCI_RO_DATA_BLOBS: config.digest,
      OCI_RO_DATA_REFERRERS: image.digest,
    };
    // Without pushing it crashes while it writes its files, after it has printed what it found.
    const { stdout } = await promisify(execFile)(program ?? '', [], { env, cwd: results }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).not.toMatch(/: (?:FAIL|Error)$/m);
    expect(stdout).toMatch(/^OCI Conformance Result: Pass$/im);
    expect(Number(/^ +FAIL\.+: +(\d+)$/m.exec(stdout)?.[1])).toBe(0);
    expect(Number(/^ +Pass\.+: +(\d+)$/im.exec(stdout)?.[1])).toBeGreaterThan(10);
    for (const part of ['manifests', 'blobs', 'referrers', 'tags/list'])
      expect(
        simulator.journal.entries.some(({ url }) => url.includes(`/${part}`)),
        part,
      ).toBe(true);
  },
);
