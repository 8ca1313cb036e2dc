export interface GateConditionFacts {
  operator: 'GT' | 'LT';
  threshold: string | null;
  /** Null when there was nothing to measure. */
  actualValue: string | null;
  status: 'OK' | 'WARN' | 'ERROR' | 'NO_VALUE';
}

export interface GateFacts {
  /** Null when the server said nothing about conditions. */
  conditions: readonly GateConditionFacts[] | null;
  /** Warnings of the analysis. */
  warnings: readonly string[];
}

/**
 * Whether the gate looked at anything: the server answers OK for a gate whose conditions had no value, and for a pull
 * request whose base git did not know. Null when the server said nothing about conditions.
 */
export function gateEvaluated({ conditions, warnings }: GateFacts): boolean | null {
  if (warnings.some(namesUnknownBase)) return false;
  if (conditions === null) return null;
  return conditions.some((condition) => condition.status !== 'NO_VALUE' && condition.actualValue !== null);
}

/** The server's sentence for a base that git could not find: then no line counts as new, and nothing can fail. */
export function namesUnknownBase(warning: string): boolean {
  return /could not find ref\b/i.test(warning);
}

export type ConditionVerdict = 'passed' | 'failed' | 'warning' | 'not_evaluated' | 'ignored';

/**
 * What a condition says to a reader. `ignored`: the server answers OK because too few lines are new, although the
 * value misses the threshold.
 */
export function conditionVerdict(condition: GateConditionFacts): ConditionVerdict {
  if (condition.status === 'NO_VALUE' || condition.actualValue === null) return 'not_evaluated';
  if (condition.status === 'ERROR') return 'failed';
  if (condition.status === 'WARN') return 'warning';
  return missesThreshold(condition) ? 'ignored' : 'passed';
}

/** False when either side is no number. */
export function missesThreshold({
  operator,
  threshold,
  actualValue,
}: Pick<GateConditionFacts, 'operator' | 'threshold' | 'actualValue'>): boolean {
  if (threshold === null || actualValue === null || threshold.trim() === '' || actualValue.trim() === '') return false;
  const [actual, limit] = [Number(actualValue), Number(threshold)];
  if (!Number.isFinite(actual) || !Number.isFinite(limit)) return false;
  return operator === 'GT' ? actual > limit : actual < limit;
}

export interface DefinedCondition {
  metric: string;
  operator: 'GT' | 'LT';
  threshold: string | null;
}

export type MetricCondition = GateConditionFacts & { metric: string };

/**
 * All conditions of the gate in force: those of an analysis with what they came to, and those that it did not look at,
 * which the server leaves out. Null where neither is known: then it cannot be said that there is none.
 */
export function conditionsInForce(
  defined: readonly DefinedCondition[] | null,
  evaluated: readonly MetricCondition[],
): MetricCondition[] | null {
  if (defined === null) return evaluated.length === 0 ? null : [...evaluated];
  const seen = new Set(evaluated.map(({ metric }) => metric));
  const rest = defined.filter(({ metric }) => !seen.has(metric));
  return [...evaluated, ...rest.map((one): MetricCondition => ({ ...one, actualValue: null, status: 'NO_VALUE' }))];
}
