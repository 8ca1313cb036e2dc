import { z } from 'zod';
import { thingProperties } from '../../../domain/team-things.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const page = z.coerce.number().int().min(1).max(100_000).default(1);

/** Sections of the tab Integrations of a team’s settings. */
export const Section = z.enum(['code_quality', 'security', 'source_code', 'deployment']);
export type Section = z.infer<typeof Section>;

/** The kinds of integrations a section is made of. */
export const sectionKinds: Readonly<Record<Section, readonly string[]>> = {
  code_quality: ['sonarqube'],
  security: ['sonarqube', 'oci-registry'],
  source_code: ['bitbucket-server'],
  deployment: ['harness'],
};

/** Which integrations of a section count; null: as the tree says, and of a tree: all, also those that come later. */
export const SectionInput = z.strictObject({
  section: Section,
  integrations: z.array(rowId).max(1_000).nullable(),
});
export const SectionsInput = z.strictObject({
  sections: z
    .array(SectionInput)
    .min(1)
    .max(4)
    .refine((all) => new Set(all.map(({ section }) => section)).size === all.length, 'a section stands in it twice'),
});
export type SectionsInput = z.infer<typeof SectionsInput>;

/** `GET` and `PUT /api/v1/teams/{id}/integrations` and `/api/v1/org-trees/{id}/integrations`. */
export const Sections = z.object({
  of: z.object({ id: rowId, name: z.string(), tree: z.object({ id: rowId, name: z.string() }) }),
  sections: z.array(
    z.object({
      section: Section,
      /** Who said it: nobody where all count. */
      from: z.enum(['team', 'tree', 'nobody']),
      integrations: z.array(
        z.object({
          id: rowId,
          name: z.string(),
          kind: z.string(),
          chosen: z.boolean(),
          /** What the tree says, whatever the team does. */
          inherited: z.boolean(),
        }),
      ),
    }),
  ),
});
export type Sections = z.infer<typeof Sections>;

export const ThingKind = z.enum(['repository', 'service', 'pipeline', 'environment', 'image']);
export type ThingKind = z.infer<typeof ThingKind>;

/** path: `PROJECT/slug` of a repository, or the name of an image’s repository in its registry. tag: `key` or `key:value`. */
export const ThingProperty = z.enum(['path', 'name', 'identifier', 'project', 'organization', 'tag', 'type']);
export type ThingProperty = z.infer<typeof ThingProperty>;

export const Condition = z.strictObject({
  property: ThingProperty,
  /** matches: a pattern with `*`, `?` and `**`. Of several values one is enough; of a negative condition none may hold. */
  condition: z.enum(['equals', 'not_equals', 'contains', 'not_contains', 'starts_with', 'ends_with', 'matches']),
  values: z.array(z.string().trim().min(1).max(400)).min(1).max(100),
});
export type Condition = z.infer<typeof Condition>;

/** All conditions hold together; of several rules one is enough. */
export const ThingRule = z
  .strictObject({ thing: ThingKind, conditions: z.array(Condition).min(1).max(10) })
  .refine(
    ({ thing, conditions }) =>
      conditions.every(({ property }) => thingProperties[thing].some((one) => one === property)),
    'a condition is about a property that this has not',
  );
export type ThingRule = z.infer<typeof ThingRule>;

export const ThingRulesInput = z.strictObject({ rules: z.array(ThingRule).max(200) });

/** With `only` rules of that kind alone are said anew: those of other kinds stay whatever became of them meanwhile. */
export const ThingRulesChange = z
  .strictObject({ ...ThingRulesInput.shape, only: ThingKind.optional() })
  .refine(
    ({ rules, only }) => only === undefined || rules.every(({ thing }) => thing === only),
    'a rule is of another kind than those that are said anew',
  );

const TeamRef = z.object({ id: rowId, name: z.string() });

export const Thing = z.object({
  thing: ThingKind,
  id: rowId,
  name: z.string(),
  /** What tells it from others of its name: `PROJECT/slug`, or organization, project and identifier. */
  place: z.string(),
  integration: z.string(),
});
export type Thing = z.infer<typeof Thing>;

/** `POST /api/v1/teams/{id}/things/preview`: what rules would take; nothing is saved. */
export const ThingsPreview = z.object({
  total: z.int(),
  /** Of each rule, in their order; 0: it takes nothing. */
  taken: z.array(z.int()),
  /** The first hundred, with the other teams of the tree that have them, too. */
  things: z.array(z.object({ thing: Thing, alsoOf: z.array(TeamRef) })),
});
export type ThingsPreview = z.infer<typeof ThingsPreview>;

/** `GET` and `PUT /api/v1/teams/{id}/things`. */
export const TeamThings = z.object({
  rules: z.array(ThingRule),
  total: z.int(),
  /** The first hundred. */
  things: z.array(Thing),
});
export type TeamThings = z.infer<typeof TeamThings>;

export const ThingOwnershipQuery = z.strictObject({
  thing: ThingKind,
  state: z.enum(['unowned', 'shared', 'owned']).default('unowned'),
  search: z.string().max(400).optional(),
  page,
});
export type ThingOwnershipQuery = z.input<typeof ThingOwnershipQuery>;

/** `GET /api/v1/org-trees/{id}/things`: 50 a page. */
export const ThingOwnership = z.object({
  things: z.array(
    z.object({
      thing: Thing,
      teams: z.array(TeamRef),
      /** Teams that have the projects of a repository. */
      suggestions: z.array(TeamRef),
    }),
  ),
  counts: z.object({ unowned: z.int(), shared: z.int(), owned: z.int() }),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type ThingOwnership = z.infer<typeof ThingOwnership>;

/** `POST /api/v1/teams/{id}/assignments`: makes single things a team’s, by a rule for each. */
export const AssignmentInput = z.strictObject({
  projects: z.array(rowId).max(100).default([]),
  things: z
    .array(z.strictObject({ thing: ThingKind, id: rowId }))
    .max(100)
    .default([]),
});
export type AssignmentInput = z.input<typeof AssignmentInput>;
export const Assigned = z.object({ assigned: z.int() });
