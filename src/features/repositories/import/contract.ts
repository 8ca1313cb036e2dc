import { z } from 'zod';
import { bindingSettings } from '../bindings/contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();

/** A Bitbucket Server to import from, and the caller’s own token for it. */
export const ImportServer = z.object({
  id: rowId,
  name: z.string(),
  url: z.string(),
  token: z
    .object({
      /** User of the server that it is of. */
      account: z.string(),
      enteredAt: instant,
      /** Since when the server does not accept it. */
      refusedAt: instant.nullable(),
    })
    .nullable(),
});
export type ImportServer = z.infer<typeof ImportServer>;

/** `GET /api/v1/import`. */
export const ImportState = z.object({
  servers: z.array(ImportServer),
  /** SonarQube integrations that projects can be made on. */
  sonarqube: z.array(z.object({ id: rowId, name: z.string(), url: z.string() })),
});
export type ImportState = z.infer<typeof ImportState>;

export const ImportParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

/** `PUT /api/v1/import/{id}/token`: never shown again. */
export const ImportToken = z.strictObject({ token: z.string().trim().min(1).max(2_000) });

export const ImportQuery = z.strictObject({
  /** Part of the project’s name, or the key of a user’s own, which begins with `~`. */
  project: z.string().trim().max(400).default(''),
  /** Part of the repository’s name. */
  search: z.string().trim().max(400).default(''),
  /** `next` of the page before. */
  start: z.coerce.number().int().min(0).max(100_000_000).default(0),
});
export type ImportQuery = z.input<typeof ImportQuery>;

export const ImportRepository = z.object({
  /** The server’s number of it. */
  id: z.string(),
  project: z.string(),
  projectName: z.string().nullable(),
  slug: z.string(),
  name: z.string(),
  archived: z.boolean(),
  link: z.string().nullable(),
  /** Projects that are bound to it already. */
  projects: z.array(z.object({ id: rowId, key: z.string(), name: z.string(), binding: rowId })),
  /** Setting it up began and did not end: set up again, it goes on. */
  unfinished: z.boolean(),
});
export type ImportRepository = z.infer<typeof ImportRepository>;

/** `GET /api/v1/import/{id}/repositories`: as the server pages. */
export const ImportRepositories = z.object({
  repositories: z.array(ImportRepository),
  /** `start` of the next page; null after the last. */
  next: z.int().nullable(),
  /** Why there may be more although no page follows. */
  cutOff: z.string().nullable(),
});
export type ImportRepositories = z.infer<typeof ImportRepositories>;

/** `POST /api/v1/import/{id}/repositories`: one repository; what is left out is proposed by its names. */
export const ImportInput = z.strictObject({
  project: z.string().min(1).max(200),
  slug: z.string().min(1).max(200),
  /** Integration of SonarQube. */
  sonarqube: rowId,
  keyRule: z.enum(['project_slug', 'project:slug', 'slug']).default('project_slug'),
  /** In place of what the rule makes. */
  key: z.string().min(1).max(400).optional(),
  name: z.string().min(1).max(500).optional(),
  /** Left out: the default branch of the repository. */
  mainBranch: z.string().min(1).max(255).optional(),
  /** Left out: as the server makes projects. */
  visibility: z.enum(['public', 'private']).optional(),
  mono: bindingSettings.mono,
  annotations: bindingSettings.annotations,
  buildStatus: bindingSettings.buildStatus,
  summaryComment: bindingSettings.summaryComment,
  prefix: bindingSettings.prefix,
});
export type ImportInput = z.input<typeof ImportInput>;
