import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const page = z.coerce.number().int().min(1).max(100_000).default(1);

/** key: that project; glob: a pattern of keys; tag: a tag; repository: a pattern of `PROJECT/slug` of the bound repository; owner: who owns its folder there by the file of code owners. */
export const ProjectRule = z.strictObject({
  kind: z.enum(['key', 'glob', 'tag', 'repository', 'owner']),
  value: z.string().trim().min(1).max(400),
});
export type ProjectRule = z.infer<typeof ProjectRule>;

export const RulesInput = z.strictObject({ rules: z.array(ProjectRule).max(200) });

const Project = z.object({ id: rowId, key: z.string(), name: z.string(), integration: z.string() });
const TeamRef = z.object({ id: rowId, name: z.string() });

/** Of each rule, in their order: projects whose tags or file of code owners could not be read, so that it goes by what was read last. */
const Unread = z.array(z.int());

/** `POST /api/v1/teams/{id}/projects/preview`: what rules would take; nothing is saved. */
export const RulesPreview = z.object({
  total: z.int(),
  /** Of each rule, in their order; 0: it takes nothing. */
  taken: z.array(z.int()),
  unread: Unread,
  /** The first hundred, with the other teams of the tree that have them, too. */
  projects: z.array(z.object({ project: Project, alsoOf: z.array(TeamRef) })),
});
export type RulesPreview = z.infer<typeof RulesPreview>;

export const BelongingsParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

/** `GET` and `PUT /api/v1/teams/{id}/projects`. */
export const TeamProjects = z.object({
  rules: z.array(ProjectRule),
  unread: Unread,
  total: z.int(),
  projects: z.array(Project),
});
export type TeamProjects = z.infer<typeof TeamProjects>;

export const OwnershipQuery = z.strictObject({
  /** unowned: of no team of the tree; shared: of several. */
  state: z.enum(['unowned', 'shared', 'owned']).default('unowned'),
  search: z.string().max(400).optional(),
  page,
});
export type OwnershipQuery = z.input<typeof OwnershipQuery>;

/** `GET /api/v1/org-trees/{id}/projects`: 50 a page. */
export const Ownership = z.object({
  projects: z.array(
    z.object({
      project: Project,
      teams: z.array(TeamRef),
      /** Of one that is nobody’s: the teams whose people its open findings name as authors, those named most first. */
      suggestions: z.array(TeamRef.extend({ findings: z.int() })),
    }),
  ),
  counts: z.object({ unowned: z.int(), shared: z.int(), owned: z.int() }),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type Ownership = z.infer<typeof Ownership>;
