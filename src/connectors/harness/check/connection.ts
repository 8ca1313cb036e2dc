import { attempt, isPlumblineError, type PlumblineError } from '../../../platform/errors/index.ts';
import type { CheckReport, CheckResult } from '../../contract.ts';
import { paths } from '../address.ts';
import { readPage } from '../paging.ts';
import type { Reader } from '../reader.ts';
import { Account, CurrentUser } from '../schema.ts';
import { isVendorHost, type Secrets, type Settings } from '../settings.ts';
import { tokenParts } from '../token.ts';
import { type CheckName, failed, failedBy, ok, skipped, warning } from './words.ts';

type Steps = AsyncGenerator<CheckResult, boolean>;

/** What can be told without asking anybody. False: nothing more can be tried. */
export function* checkEntered(settings: Settings, { apiKey }: Secrets): Generator<CheckResult, boolean> {
  yield addressCheck(settings);
  const parts = tokenParts(apiKey);
  if (parts === null) {
    yield failed('token_format', {
      code: 'harness_token_malformed',
      message: 'It is not made of three or four parts, or does not begin with pat. or sat.',
    });
    return false;
  }
  if (parts.accountId !== null && parts.accountId !== settings.accountId) {
    yield failed('token_format', {
      code: 'account_mismatch',
      message: `The key belongs to account ${parts.accountId}, and the Account ID is ${settings.accountId}.`,
      suggestions: [{ field: 'accountId', entered: settings.accountId, instead: parts.accountId }],
    });
    return false;
  }
  const owner = parts.owner === 'person' ? 'a person' : 'a service account';
  const known = parts.accountId === null ? 'it is of the older form, which names no account' : 'of this account';
  yield ok('token_format', `It is a key of ${owner}, ${known}.`);
  return true;
}

function addressCheck({ url, accountType }: Settings): CheckResult {
  const { host } = new URL(url);
  if (accountType === 'on_prem' && isVendorHost(url)) {
    return warning('url_format', {
      message: `${host} is Harness’s own cloud, and the account type is On-Prem.`,
      remedy: 'Enter the address at which you open your own Harness, or choose Cloud.',
    });
  }
  if (accountType === 'cloud' && !isVendorHost(url)) {
    return warning('url_format', {
      message: `${host} is none of Harness’s own addresses, and the account type is Cloud.`,
      remedy: 'Choose On-Prem for a Harness of your own.',
    });
  }
  return ok('url_format', `It is ${host}.`);
}

/** The cheapest call that every key may make tells of the way there and of the key. False: nothing more can be tried. */
export async function* checkCredentials({ client, settings }: Reader): Steps {
  const list = { path: paths.organizations, pages: 'pageIndex', subject: 'organizations', size: 1 } as const;
  const asked = await attempt(readPage(client, list, 0));
  if ('error' in asked) {
    const name = whichOf(asked.error);
    yield* passedBefore(name, settings.url);
    // A key of a single project is a good one.
    if (isPlumblineError(asked.error, 'invalid_permissions')) {
      yield ok('credentials', 'It is accepted, and may not list organizations.');
      return true;
    }
    yield failedBy(name, asked.error);
    return false;
  }
  yield* passedBefore('credentials', settings.url);
  yield ok('credentials', 'It is accepted.');
  return true;
}

function whichOf(error: PlumblineError): CheckName {
  if (['unreachable', 'timeout', 'address_not_allowed'].includes(error.code)) return 'reachable';
  if (error.code === 'tls_error') return 'tls_trusted';
  const refusals = ['invalid_credentials', 'expired_credentials', 'account_mismatch', 'invalid_permissions'];
  return refusals.includes(error.code) ? 'credentials' : 'is_harness';
}

/** Those that must have gone well for the answer to be what it is. */
function* passedBefore(name: CheckName, url: string): Generator<CheckResult> {
  if (name === 'reachable') return;
  yield ok('reachable', `${new URL(url).host} answers.`);
  if (name === 'tls_trusted') return;
  yield url.startsWith('https:')
    ? ok('tls_trusted', 'The certificate is trusted.')
    : skipped('tls_trusted', 'The address is plain HTTP: the key travels unencrypted.');
  if (name !== 'is_harness') yield ok('is_harness', 'It answers.');
}

/** Both may be refused to a key that reads well. */
export async function* checkAccount(
  { client, settings }: Reader,
  { apiKey }: Secrets,
  facts: CheckReport['facts'],
): AsyncGenerator<CheckResult> {
  const { accountId } = settings;
  const account = await attempt(client.get(Account, paths.account(accountId), { subject: 'the account' }));
  if ('error' in account) {
    const { code, message, upstream } = account.error;
    yield code === 'account_mismatch'
      ? failedBy('account', account.error)
      : warning('account', { message: `Its name is not known: ${message}`, upstream });
  } else {
    facts['account'] = account.value.name ?? account.value.companyName ?? accountId;
    yield ok('account', `It is ${facts['account']}.`);
  }
  if (tokenParts(apiKey)?.owner !== 'person') {
    yield skipped('identity', 'It is a service account’s: Harness tells such a key nothing of its owner.');
    return;
  }
  const user = await attempt(client.get(CurrentUser, paths.currentUser, { subject: 'the key’s owner' }));
  const name = 'error' in user ? null : (user.value.name ?? user.value.email ?? null);
  if (name !== null) facts['user'] = name.slice(0, 200);
  yield name === null
    ? skipped('identity', 'Harness does not say whose it is.')
    : ok('identity', `It is ${name.slice(0, 200)}’s.`);
}
