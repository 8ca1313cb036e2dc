import { attempt, type PlumblineError } from '../../../platform/errors/index.ts';
import { type Capability, type CheckReport, type CheckResult, runChecks, type Suggestion } from '../../contract.ts';
import { nearMatch } from '../../../domain/near-match.ts';
import { parseAttachmentTag } from '../../../domain/image-reference.ts';
import type { Reader } from '../reader.ts';
import { listRepositories, type RepositoryListing } from '../streams/discovery.ts';
import { type CheckName, failedBy, ok, skipped, untried, warning, words } from './result.ts';

type Step = AsyncGenerator<CheckResult, void>;

/** Runs the checks in order, yields each as it ends, and leaves out what an earlier failure makes pointless. */
export function checkRegistry(reader: Reader): AsyncGenerator<CheckResult, CheckReport> {
  const report: CheckReport = { checks: [], capabilities: capabilitiesOf({}), facts: {} };
  return runChecks(words, steps(reader, report), report);
}

async function* steps(reader: Reader, report: CheckReport): Step {
  const { client, settings } = reader;
  const probe = await attempt(client.probe());
  if ('error' in probe) {
    yield* explain(probe.error, settings.url);
    // Some registries let anybody read public repositories and refuse only the probe.
    if (!mayGoOn(probe.error, reader)) return;
  } else {
    yield* passed(settings.url, 'is_registry');
    yield client.hasCredential
      ? ok('credential_valid', loginWords(client.tokenHost()))
      : ok('credential_valid', 'No credential is needed for the API itself; repositories are read anonymously.');
  }
  report.facts = {
    tokenService: client.tokenHost(),
    authentication: client.hasCredential ? 'credential' : 'anonymous',
  };
  const listed = await attempt(listRepositories(reader));
  if ('error' in listed) {
    const remedy = 'Enter the repositories to read by name: this registry does not list them for this credential.';
    yield failedBy('list_repositories', listed.error, { remedy });
    return;
  }
  const { names, method, cutOff } = listed.value;
  report.facts['repositories'] = names.length;
  report.capabilities = capabilitiesOf({ list: true });
  yield* repositorySteps(reader, report, { names, method, cutOff });
}

function loginWords(tokenHost: string | null): string {
  return tokenHost === null ? 'The registry accepts it.' : `The token service ${tokenHost} accepts it.`;
}

async function* repositorySteps(reader: Reader, report: CheckReport, listed: RepositoryListing): Step {
  const { names, method, cutOff } = listed;
  if (names.length === 0) {
    yield warning('list_repositories', {
      message: 'No repository matches, or the credential sees none.',
      code: 'no_resources',
      remedy: 'Push an image, give the account the right to pull, or correct the patterns.',
    });
    yield untried('named_repositories', 'There is none to try.');
    yield untried('read_manifests', 'There is no repository to read from.');
    yield untried('attachments', 'There is no image to ask about.');
    yield signatureStep(reader);
    return;
  }
  const counted = `${names.length} ${names.length === 1 ? 'repository' : 'repositories'} (${method})`;
  yield cutOff === null
    ? ok('list_repositories', `${counted}.`)
    : warning('list_repositories', {
        message: `${counted}, and perhaps more: ${cutOff}.`,
        code: 'incomplete_listing',
        remedy: 'Enter the repositories to read by name, or set the address that the registry’s proxy passes on.',
      });
  const tried = names.slice(0, sampleSize);
  const found: { name: string; tags: string[] }[] = [];
  const failures: { name: string; error: PlumblineError }[] = [];
  for (const name of tried) {
    const tags = await attempt(reader.client.tags(name));
    if ('value' in tags) found.push({ name, tags: tags.value.items });
    else failures.push({ name, error: tags.error });
  }
  const [failure] = failures;
  yield failure === undefined
    ? ok(
        'named_repositories',
        `Tags of ${tried.length === names.length ? 'each' : `the first ${tried.length}`} can be listed.`,
      )
    : failedBy('named_repositories', failure.error, {
        saveAllowed: found.length > 0,
        suggestions: await nearRepositories(
          reader,
          failures.map(({ name }) => name),
        ),
      });
  if (found.length === 0) return;
  report.capabilities = capabilitiesOf({ list: true, tags: true });
  const image = found.flatMap(({ name, tags }) =>
    tags.filter((tag) => parseAttachmentTag(tag) === null).map((tag) => ({ name, tag })),
  )[0];
  if (image === undefined) {
    yield untried('read_manifests', 'No repository has a tag yet.');
    yield untried('attachments', 'There is no image to ask about.');
    yield signatureStep(reader);
    return;
  }
  yield* imageSteps(reader, report, image);
}

/** Of names that a person entered, those that the catalogue has in another spelling; none where it has no catalogue. */
async function nearRepositories({ client, settings }: Reader, names: readonly string[]): Promise<Suggestion[]> {
  const entered = names.filter((name) => settings.repositories.includes(name));
  if (entered.length === 0) return [];
  const catalogue = await attempt(client.repositories());
  if ('error' in catalogue) return [];
  const there = new Set(catalogue.value.items);
  return entered.flatMap((name) => {
    const instead = there.has(name) ? null : nearMatch(name, catalogue.value.items);
    return instead === null ? [] : [{ field: 'repositories', entered: name, instead }];
  });
}

/** Named repositories are all tried up to this number; of a long catalogue its beginning. */
const sampleSize = 20;

async function* imageSteps(reader: Reader, report: CheckReport, { name, tag }: { name: string; tag: string }): Step {
  const manifest = await attempt(reader.client.manifest(name, tag));
  if ('error' in manifest) {
    yield failedBy('read_manifests', manifest.error);
    return;
  }
  yield ok('read_manifests', `${name}:${tag} was read.`);
  const digest = manifest.value?.digest;
  const referrers = digest === undefined ? null : await attempt(reader.client.referrers(name, digest));
  if (referrers !== null && 'error' in referrers) {
    yield failedBy('attachments', referrers.error, { saveAllowed: true });
  } else {
    yield ok(
      'attachments',
      referrers?.value == null
        ? 'This registry has no referrers API: attached provenance is found by its tags.'
        : 'By the referrers API, and by tags.',
    );
  }
  report.facts['referrers'] = referrers !== null && 'value' in referrers && referrers.value !== null;
  report.capabilities = capabilitiesOf({ list: true, tags: true, manifests: true });
  yield signatureStep(reader);
}

function signatureStep({ settings, signers }: Reader): CheckResult {
  if (signers.known) {
    const ways = [
      signers.keys.length > 0 ? `${signers.keys.length} key(s)` : '',
      signers.identities.length > 0 ? `${signers.identities.length} signer(s) of the trusted root` : '',
    ];
    return ok('signatures', `By ${ways.filter((way) => way !== '').join(' and ')}, without any download.`);
  }
  if (settings.requireSignature)
    return warning('signatures', {
      message:
        'Signatures are required, but there is neither a key nor a signer to verify them with: no image will have provenance.',
      remedy: 'Enter signing keys, or a trusted root together with signers.',
    });
  if (settings.identities.length > 0 || settings.trustedRoot.trim() !== '')
    return warning('signatures', {
      message: 'A trusted root and signers are only of use together.',
      remedy: 'Enter both, or neither.',
    });
  return skipped('signatures', 'No key and no signer was entered: signatures are not looked at.');
}

function mayGoOn(error: PlumblineError, reader: Reader): boolean {
  return (
    error.code === 'invalid_credentials' && !reader.client.hasCredential && reader.settings.repositories.length > 0
  );
}

function* passed(url: string, until: CheckName): Generator<CheckResult> {
  const encrypted = url.startsWith('https:');
  yield ok('reachable', `${new URL(url).host} answers.`);
  if (until === 'reachable') return;
  yield encrypted
    ? ok('tls_trusted', 'The certificate is trusted.')
    : skipped('tls_trusted', 'The address is plain HTTP: the credential travels unencrypted.');
  if (until === 'is_registry') yield ok('is_registry', 'It answers as a registry does.');
}

/** Which check an error of the first call belongs to; those before it were passed. */
const belongsTo: Partial<Record<PlumblineError['code'], CheckName>> = {
  tls_error: 'tls_trusted',
  not_a_registry: 'is_registry',
  invalid_credentials: 'credential_valid',
  invalid_permissions: 'credential_valid',
  registry_token_service_refused: 'credential_valid',
};

function* explain(error: PlumblineError, url: string): Generator<CheckResult> {
  const name = belongsTo[error.code] ?? 'reachable';
  if (name === 'tls_trusted') yield ok('reachable', `${new URL(url).host} answers.`);
  if (name === 'is_registry') yield* withoutLast(passed(url, 'is_registry'));
  if (name === 'credential_valid') yield* passed(url, 'is_registry');
  yield failedBy(name, error);
}

function* withoutLast(checks: Iterable<CheckResult>): Generator<CheckResult> {
  for (const check of checks) if (check.name !== 'is_registry') yield check;
}

interface Found {
  list?: boolean;
  tags?: boolean;
  manifests?: boolean;
}

const pull = 'pull (read) on the repository';

function capabilitiesOf({ list, tags, manifests }: Found): Capability[] {
  return [
    one('repositories', 'Repositories', list, {
      streams: [],
      lost: 'Repositories must be named.',
      leastPermission: 'the registry’s catalogue, or named repositories',
    }),
    one('tags', 'Tags', tags, { streams: [], lost: 'Nothing can be read.', leastPermission: pull }),
    one('images', 'Images and their provenance', manifests, {
      streams: [],
      lost: 'Which commit an image was built from.',
      leastPermission: pull,
    }),
  ];
}

function one(
  name: string,
  title: string,
  found: boolean | undefined,
  more: Pick<Capability, 'streams' | 'lost' | 'leastPermission'>,
): Capability {
  if (found === undefined) return { name, title, available: false, untried: true, ...more };
  return { name, title, available: found, streams: more.streams ?? [] };
}
