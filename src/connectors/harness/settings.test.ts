import { describe, expect, it } from 'vitest';
import { form } from './form.ts';
import { cloudUrl, isVendorHost, normaliseUrl, Secrets, Settings } from './settings.ts';
import { tokenParts } from './token.ts';

const accountId = 'AbCdEf_123-x';
const issueOf = (entered: object) => Settings.safeParse({ accountId, ...entered }).error?.issues[0];

describe('the address', () => {
  it('is Harness’s own in the cloud where none is entered, and has to be entered for one’s own', () => {
    expect(Settings.parse({ accountId })).toMatchObject({ accountType: 'cloud', url: cloudUrl });
    expect(Settings.parse({ accountId, url: ' ' }).url).toBe(cloudUrl);
    expect(issueOf({ accountType: 'on_prem' })).toMatchObject({ path: ['url'], message: /address of your own/ });
    expect(issueOf({ accountType: 'on_prem', url: 'https://me:pw@h.example' })?.message).toMatch(/credentials/);
    expect(issueOf({ url: 'ftp://x' })?.message).toMatch(/app\.harness\.io/);
    expect(issueOf({ accountType: 'SaaS' })).toBeDefined();
  });

  it('tells the account type where that is left out, as in the file of a satellite', () => {
    const typeOf = (entered: object) => Settings.parse({ accountId, ...entered }).accountType;
    expect(typeOf({ url: 'https://acme.harness.io' })).toBe('cloud');
    expect(typeOf({ url: 'https://harness.internal' })).toBe('on_prem');
    expect(typeOf({ accountType: 'cloud', url: 'https://harness.internal' })).toBe('cloud');
    expect(typeOf({ accountType: 'on_prem', url: 'https://app.harness.io' })).toBe('on_prem');
  });

  it('loses what is a page of it, and keeps a path of its own', () => {
    for (const page of ['/ng/account/x/all/orgs/o', '/ng/#/account/x', '/', '', '/auth/#/signin'])
      expect(normaliseUrl(`https://app3.harness.io${page}`)).toBe('https://app3.harness.io');
    expect(normaliseUrl('harness.example.com/gateway/ng/api/organizations')).toBe(
      'https://harness.example.com/gateway',
    );
  });

  it('of the vendor is told by its whole name', () => {
    for (const host of ['app.harness.io', 'accounts.eu.harness.io', 'acme.harness.io'])
      expect(isVendorHost(`https://${host}`)).toBe(true);
    for (const host of ['harness.io.example.com', 'notharness.io', 'harness.internal'])
      expect(isVendorHost(`https://${host}`)).toBe(false);
  });
});

it('lists are split at commas, keep their case and their order', () => {
  const { organizations, projects } = Settings.parse({
    accountId,
    organizations: ' default, Payments ,,default',
    projects: ['default/Shop', 'default/shop'],
  });
  expect(organizations).toEqual(['default', 'Payments']);
  expect(projects).toEqual(['default/Shop', 'default/shop']);
});

it('an account id is taken as it is written', () => {
  expect(Settings.parse({ accountId: ' AbC ' }).accountId).toBe('AbC');
  for (const wrong of ['', 'a/b', 'a b', undefined]) expect(issueOf({ accountId: wrong })).toBeDefined();
});

it('every field of the form is a setting or a secret, with the labels of the vendor’s own form', () => {
  const known = new Set([...Object.keys(Settings.parse({ accountId })), 'caCertificate', 'proxy']);
  for (const { name, kind } of form) expect(kind === 'secret' ? name in Secrets.shape : known.has(name)).toBe(true);
  expect(form.slice(0, 6).map(({ label }) => label)).toEqual([
    'Account type',
    'URL',
    'API key',
    'Account ID',
    'Organization',
    'Project',
  ]);
});

describe('a key', () => {
  it('of the newer form names its account, one of the older does not', () => {
    expect(tokenParts('pat.acc.id.secret')).toEqual({ owner: 'person', accountId: 'acc' });
    expect(tokenParts('sat.acc.id.secret')).toEqual({ owner: 'service_account', accountId: 'acc' });
    expect(tokenParts('sat.id.secret')).toEqual({ owner: 'service_account', accountId: null });
  });

  it('of any other form is none', () => {
    for (const key of ['', 'pat', 'pat.id', 'pat.a.b.c.d', 'PAT.a.b', 'xat.a.b.c', 'pat..b.c', 'pat.a.b.'])
      expect(tokenParts(key)).toBeNull();
    for (const apiKey of ['', ' ', 'a b', 'ä']) expect(Secrets.safeParse({ apiKey }).success).toBe(false);
    expect(Secrets.parse({ apiKey: ' pat.a.b.c\n' }).apiKey).toBe('pat.a.b.c');
  });
});
