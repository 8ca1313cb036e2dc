/** Severities that may have a target for the age of what is open. */
export const targetSeverities = ['critical', 'high', 'medium', 'low'] as const;
export type TargetSeverity = (typeof targetSeverities)[number];

/** How an open finding stands to its target, the worst first. `none`: its severity has no target there. */
export const standings = ['broken', 'due_soon', 'within', 'none'] as const;
export type Standing = (typeof standings)[number];
