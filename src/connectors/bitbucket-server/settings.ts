import { z } from 'zod';
import { parseServerUrl } from '../../domain/server-url.ts';
import { networkSettings, serverUrl, TextList } from '../contract.ts';

/** Where the pages and calls of Bitbucket begin: what is before them is the context path. */
const firstParts = new Set([
  'projects',
  'users',
  'repos',
  'rest',
  'scm',
  'dashboard',
  'admin',
  'account',
  'login',
  'plugins',
  'j_atl_security_check',
]);

/**
 * The base URL of a Bitbucket Server, with its context path, from what a person entered: also from the address of one of
 * its pages.
 *
 * @throws TypeError when the text is no http(s) URL, carries credentials, or is Bitbucket Cloud’s
 */
export function normaliseUrl(text: string): string {
  const url = parseServerUrl(text);
  if (isCloud(url.hostname))
    throw new TypeError('this is Bitbucket Cloud, and only Bitbucket Server and Data Center are supported');
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const page = parts.findIndex((part) => firstParts.has(part));
  return [url.origin, ...(page === -1 ? parts : parts.slice(0, page))].join('/');
}

const isCloud = (host: string): boolean => host === 'bitbucket.org' || host.endsWith('.bitbucket.org');

/** As in addresses; of a user’s own project it begins with `~`. */
const projectKey = /^~?[A-Za-z0-9._-]{1,128}$/;

export const Settings = z.object({
  url: serverUrl(normaliseUrl, 'Enter the address of the server, e.g. https://bitbucket.example.com/bitbucket'),
  /** Keys of the projects to read; empty = all that the token sees. Case does not matter. */
  projects: TextList.default([]).refine((items) => items.every((item) => projectKey.test(item)), {
    message: 'Keys of projects as in their address, e.g. PAY; a user’s own begins with ~.',
  }),
  ...networkSettings,
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  /** An HTTP access token (formerly personal access token) of a user. Its form is the server’s own. */
  token: z
    .string()
    .trim()
    .min(1, 'Enter an access token.')
    .max(2_000)
    .regex(/^[\x21-\x7e]*$/, 'A token has no spaces.'),
});
export type Secrets = z.infer<typeof Secrets>;
