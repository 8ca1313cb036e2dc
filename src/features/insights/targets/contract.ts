import { z } from 'zod';
import { standings } from '../../../domain/age-targets.ts';

/** Whole UTC days since creation; null: no target. */
const days = z.int().min(0).max(3650).nullable();

export const Targets = z.strictObject({ critical: days, high: days, medium: days, low: days });
export type Targets = z.infer<typeof Targets>;

/** What is left out is as above the node. */
export const OwnTargets = Targets.partial();
export type OwnTargets = z.infer<typeof OwnTargets>;

const warnPercent = z.int().min(0).max(100);

export const TargetsInput = z.strictObject({ targets: Targets, warnPercent });
export type TargetsInput = z.infer<typeof TargetsInput>;

export const OwnTargetsInput = z.strictObject({ targets: OwnTargets });

export const TargetNodeParams = z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

/** `GET /api/v1/insights/targets` */
export const TargetSettings = z.object({
  organization: Targets,
  /** In this share of its target, at its end, a vulnerability is about to break it. */
  warnPercent,
  /** Nodes of org trees that have targets of their own, by tree and name. */
  nodes: z.array(
    z.object({
      node: z.int(),
      name: z.string(),
      tree: z.string(),
      isTeam: z.boolean(),
      targets: OwnTargets,
    }),
  ),
});
export type TargetSettings = z.infer<typeof TargetSettings>;

export const Standing = z.enum(standings);

/** What is said of one open vulnerability. */
export const FindingTarget = z.object({
  standing: Standing,
  days: z.int().nullable(),
  /** Last day within the target. */
  dueOn: z.iso.date().nullable(),
});
export type FindingTarget = z.infer<typeof FindingTarget>;

export const StandingCounts = z.object({
  broken: z.int(),
  due_soon: z.int(),
  within: z.int(),
  none: z.int(),
  total: z.int(),
});
export type StandingCounts = z.infer<typeof StandingCounts>;
