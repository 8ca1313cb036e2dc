import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const page = z.coerce.number().int().min(1).max(100_000).default(1);
const attribute = z.string().trim().min(1).max(100);

/** What holds for everybody in the tree; several hold together. */
export const TreeFilter = z.strictObject({
  /** `name`, `email`, `manager_email` or an attribute. */
  attribute,
  condition: z.enum(['equals', 'not_equals']),
  values: z.array(z.string().max(1_000)).min(1).max(200),
});
export type TreeFilter = z.infer<typeof TreeFilter>;

const rule = {
  /** Attributes in order; `manager` only as the last. */
  levels: z
    .array(attribute)
    .min(1)
    .max(8)
    .refine((levels) => new Set(levels).size === levels.length, 'a level stands in it twice')
    .refine((levels) => !levels.slice(0, -1).includes('manager'), 'the manager is the last level'),
  filters: z.array(TreeFilter).max(20).default([]),
};
export const TreeRuleInput = z.strictObject(rule);
export type TreeRuleInput = z.input<typeof TreeRuleInput>;

export const TreeInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  ...rule,
  /** Built anew by itself when people change; else a person looks at the difference and applies it. */
  automatic: z.boolean().default(false),
});
export type TreeInput = z.input<typeof TreeInput>;

/** A node; people of what lies below it are counted in it. */
export const TreeNode = z.object({
  /** Null in a preview. */
  id: rowId.nullable(),
  key: z.string(),
  parent: z.string().nullable(),
  name: z.string(),
  /** A team. */
  leaf: z.boolean(),
  depth: z.int(),
  /** The attribute whose value it is, or `manager`. Null: not known, from before this was kept. */
  level: z.string().nullable(),
  manager: z.string().nullable(),
  people: z.int(),
});
export type TreeNode = z.infer<typeof TreeNode>;

export const TreeTotals = z.object({
  teams: z.int(),
  /** In a team. */
  mapped: z.int(),
  unmapped: z.int(),
  /** By the filters. */
  leftOut: z.int(),
});
export type TreeTotals = z.infer<typeof TreeTotals>;

export const Unmapped = z.object({
  id: rowId,
  name: z.string(),
  email: z.string(),
  /** no_value: an attribute is empty; alone: no manager, and nobody reports to them; circle: of managers. */
  reason: z.enum(['no_value', 'alone', 'circle']),
  /** The attribute, or the circle. */
  detail: z.string(),
});
export type Unmapped = z.infer<typeof Unmapped>;

/** `POST /api/v1/org-trees/preview`: as it would be; nothing is saved. */
export const TreePreview = z.object({
  totals: TreeTotals,
  /** Parents before children; the first 10,000. */
  nodes: z.array(TreeNode),
  nodesInAll: z.int(),
  /** The first hundred. */
  unmapped: z.array(Unmapped),
});
export type TreePreview = z.infer<typeof TreePreview>;

export const OrgTree = z.object({
  id: rowId,
  name: z.string(),
  levels: z.array(z.string()),
  filters: z.array(TreeFilter),
  automatic: z.boolean(),
  teams: z.int(),
  people: z.int(),
  /** People or the rule changed since it was built. */
  outdated: z.boolean(),
  builtAt: instant.nullable(),
  builtBy: z.string().nullable(),
  createdAt: instant,
  createdBy: z.string(),
});
export type OrgTree = z.infer<typeof OrgTree>;

/** `GET /api/v1/org-trees`. */
export const OrgTreeList = z.object({ trees: z.array(OrgTree), attributes: z.array(z.string()), people: z.int() });
export type OrgTreeList = z.infer<typeof OrgTreeList>;

export const TreeParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });
const NodeRef = z.object({ id: rowId, name: z.string(), isTeam: z.boolean() });

/** At the end of that day (UTC); left out: now. */
export const NodeQuery = z.strictObject({ treeAt: z.iso.date().optional() });

/** `GET /api/v1/org-nodes/{id}`: where a node stands. */
export const NodePlace = z.object({
  tree: z.object({ id: rowId, name: z.string() }),
  /** From the top down, the node that was asked for included. */
  path: z.array(NodeRef),
  /** Directly below it: the first five hundred, by name. */
  below: z.array(NodeRef),
  belowInAll: z.int(),
});
export type NodePlace = z.infer<typeof NodePlace>;

/** As it stood at a time; left out: now. */
export const TreeQuery = z.strictObject({ at: instant.optional() });

/** `GET /api/v1/org-trees/{id}`. */
export const TreeDetail = z.object({
  /** As it is now. */
  tree: OrgTree,
  /** What it was called at the time that was asked for, and the levels by which its nodes stood. Null: not known. */
  stood: z.object({ name: z.string().nullable(), levels: z.array(z.string()).nullable() }),
  nodes: z.array(TreeNode),
  nodesInAll: z.int(),
});
export type TreeDetail = z.infer<typeof TreeDetail>;

const counts = z.object({ added: z.int(), removed: z.int(), renamed: z.int(), moved: z.int(), led_otherwise: z.int() });

/** `GET /api/v1/org-trees/{id}/difference`: what building it anew would change. */
export const TreeDifference = z.object({
  totals: TreeTotals,
  nodes: counts,
  /** The first two hundred. */
  nodeSample: z.array(
    z.object({ name: z.string(), before: z.string().nullable(), leaf: z.boolean(), what: counts.keyof() }),
  ),
  people: z.object({ joined: z.int(), left: z.int(), moved: z.int() }),
  /** The first two hundred. */
  peopleSample: z.array(
    z.object({
      id: rowId,
      name: z.string(),
      email: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
    }),
  ),
  /** To be given when it is applied: only what was seen is. */
  fingerprint: z.string(),
});
export type TreeDifference = z.infer<typeof TreeDifference>;

export const ApplyInput = z.strictObject({ fingerprint: z.string().min(1).max(100) });
export const OneTree = z.object({ tree: OrgTree });
export const TreeDone = z.object({ ok: z.literal(true) });

/** `GET /api/v1/org-trees/{id}/people`: 50 a page. */
export const TreePeopleQuery = z.strictObject({
  /** A node, and all below it. */
  node: z.coerce.number().pipe(rowId).optional(),
  /** Those who are in no team instead. */
  unmapped: z.enum(['true', 'false']).default('false'),
  at: instant.optional(),
  page,
});
export const TreePeople = z.object({
  people: z.array(
    z.object({
      id: rowId,
      name: z.string(),
      email: z.string(),
      team: z.string().nullable(),
      reason: Unmapped.shape.reason.nullable(),
      detail: z.string(),
    }),
  ),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type TreePeople = z.infer<typeof TreePeople>;

export const TeamQuery = z.strictObject({
  /** Part of the team’s, its tree’s or its manager’s name. */
  search: z.string().max(400).optional(),
  page,
});
export type TeamQuery = z.input<typeof TeamQuery>;

export const Team = z.object({
  id: rowId,
  name: z.string(),
  tree: z.object({ id: rowId, name: z.string() }),
  people: z.int(),
  manager: z.string().nullable(),
});
export type Team = z.infer<typeof Team>;

/** `GET /api/v1/teams`: leaves of all trees, 50 a page. */
export const TeamList = z.object({ teams: z.array(Team), total: z.int(), page: z.int(), pageSize: z.int() });
export type TeamList = z.infer<typeof TeamList>;
