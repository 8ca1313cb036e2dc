import { z } from 'zod';
import { isDailyTime } from '../../domain/daily-time.ts';
import { parseServerUrl } from '../../domain/server-url.ts';
import { isWeeklyWindow, weeklyWindowForm } from '../../domain/weekly-window.ts';
import { networkSettings, serverUrl, TextList } from '../contract.ts';

/** Hosts of SonarQube Cloud, EU and US. Cloud is decided by host: its version string says nothing. */
const cloudHosts = new Set(['sonarcloud.io', 'www.sonarcloud.io', 'sonarqube.us', 'www.sonarqube.us']);

/** First path segments of pages and APIs that people paste instead of the base URL. */
const pages = new Set(
  'api dashboard project projects project_issues issues security_hotspots component_measures measures code coding_rules profiles quality_gates account admin sessions about organizations summary activity portfolio'.split(
    ' ',
  ),
);

/**
 * The base URL a person meant: without query, fragment, trailing slash, `/api` or the page they copied. A web context
 * (`/sonar`) stays.
 *
 * @throws TypeError when the text is no http(s) URL or carries credentials
 */
export function normaliseUrl(text: string): string {
  const url = parseServerUrl(text);
  const segments = url.pathname.split('/').filter(Boolean);
  const page = segments.findIndex((segment) => pages.has(segment));
  const context = page === -1 ? segments : segments.slice(0, page);
  return [url.origin, ...context].join('/');
}

export function isCloudUrl(url: string): boolean {
  return cloudHosts.has(new URL(url).hostname.toLowerCase());
}

const WeeklyWindowText = z.string().refine(isWeeklyWindow, {
  error: `This is no weekly time. ${weeklyWindowForm}`,
});

export const Settings = z.object({
  url: serverUrl(normaliseUrl, 'Enter the server’s address, e.g. https://sonarqube.example.com'),
  /** Where people reach it, when that is another address; empty: the same. Nothing is sent there. */
  publicUrl: z
    .union([z.literal(''), serverUrl(normaliseUrl, 'Enter the address at which people open SonarQube')])
    .default(''),
  /** Cloud only; empty = every organization of the token's user. */
  organization: TextList.default([]),
  /** Exact, case-sensitive keys; empty = every project the token can see. */
  projectKeys: TextList.default([]),
  branches: z.enum(['main', 'all']).default('all'),
  backfillMonths: z.coerce.number().int().min(0).max(120).default(6),
  /** Branches and pull requests analysed within so many days are polled for changes by hand; 0: none. */
  pollDays: z.coerce.number().int().min(0).max(365).default(14),
  /** Least time between two polls of one of them. */
  pollMinutes: z.coerce.number().int().min(5).max(10_080).default(60),
  /** Weekly times without scheduled reading. */
  blackouts: TextList.pipe(z.array(WeeklyWindowText)).default([]),
  /** When each day counts are compared with the server; `off`: never. */
  auditTime: z
    .string()
    .trim()
    .refine((text) => text === 'off' || isDailyTime(text), {
      error: `Write a time and a time zone, e.g. “03:00 UTC”, or “off”.`,
    })
    .default('03:00 UTC'),
  ...networkSettings,
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  apiToken: z
    .string()
    .trim()
    .min(1, 'Enter a token.')
    .regex(/^[\x21-\x7e]+$/, 'A token has no blanks.'),
});
export type Secrets = z.infer<typeof Secrets>;

export type TokenKind = 'user' | 'global_analysis' | 'project_analysis' | 'scoped_organization' | 'unknown';

/** Kind of a token by its prefix; tokens made before 9.x and Cloud's personal ones have none. */
export function tokenKind(token: string): TokenKind {
  if (token.startsWith('squ_')) return 'user';
  if (token.startsWith('sqa_')) return 'global_analysis';
  if (token.startsWith('sqp_')) return 'project_analysis';
  if (token.startsWith('sqco_')) return 'scoped_organization';
  return 'unknown';
}
