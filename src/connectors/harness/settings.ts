import { z } from 'zod';
import { parseServerUrl } from '../../domain/server-url.ts';
import { networkSettings, TextList } from '../contract.ts';

export const cloudUrl = 'https://app.harness.io';

/** Where Harness’s own pages begin: what is before them is the address of the platform. */
const pages = new Set(['ng', 'pipeline', 'auth', 'login', 'account']);

/**
 * The address of the platform that a person meant: also from the address of one of its pages.
 *
 * @throws TypeError when the text is no http(s) URL or carries credentials
 */
export function normaliseUrl(text: string): string {
  const url = parseServerUrl(text);
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const page = parts.findIndex((part) => pages.has(part));
  return [url.origin, ...(page === -1 ? parts : parts.slice(0, page))].join('/');
}

/** True for the vendor’s own hosts, also those with a company’s name. */
export function isVendorHost(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'harness.io' || hostname.endsWith('.harness.io');
}

/** As in addresses of pages. The server compares it letter by letter. */
const accountId = z
  .string()
  .trim()
  .regex(/^[\w-]{1,128}$/, 'The account’s id as in the address of a page: …/ng/account/<id>/…');

const Entered = z.object({
  /** Left out, as in the file of a satellite, it is what the address tells. */
  accountType: z.enum(['cloud', 'on_prem']).optional(),
  url: z.string().trim().default(''),
  accountId,
  /** Identifiers or names, case-sensitive; empty = all that the token sees. */
  organizations: TextList.default([]),
  /** `organization/project`, or a project of any of the organizations; empty = all of these organizations. */
  projects: TextList.default([]),
  ...networkSettings,
});

export const Settings = Entered.transform(({ accountType, ...others }, context) => {
  const entered = { ...others, accountType: accountType ?? 'cloud' };
  const ownUrl = 'Enter the address of your own Harness, e.g. https://harness.example.com';
  if (entered.url === '' && entered.accountType === 'cloud') return { ...entered, url: cloudUrl };
  if (entered.url === '') {
    context.addIssue({ code: 'custom', path: ['url'], message: `${ownUrl}.` });
    return z.NEVER;
  }
  try {
    const url = normaliseUrl(entered.url);
    return { ...entered, url, accountType: accountType ?? (isVendorHost(url) ? 'cloud' : 'on_prem') };
  } catch (error) {
    const prompt = entered.accountType === 'cloud' ? `Enter the address of Harness, e.g. ${cloudUrl}` : ownUrl;
    context.addIssue({ code: 'custom', path: ['url'], message: `${prompt} (${(error as Error).message}).` });
    return z.NEVER;
  }
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  /** Of a person (`pat`) or of a service account (`sat`). */
  apiKey: z
    .string()
    .trim()
    .min(1, 'Enter an API key.')
    .max(2_000)
    .regex(/^[\x21-\x7e]*$/, 'A key has no spaces.'),
});
export type Secrets = z.infer<typeof Secrets>;
