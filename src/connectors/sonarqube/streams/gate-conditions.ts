import type { GateConditionRecord } from '../records.ts';
import { GateDetails, type ProjectStatus } from '../schema.ts';
import { gateStatusOf } from './branches.ts';
import { operatorOf } from './quality-gates.ts';

export interface GateResult {
  gateStatus: 'OK' | 'ERROR' | 'WARN' | 'NONE' | null;
  ignoredConditions: boolean | null;
  conditions: GateConditionRecord[] | null;
}

const statuses = new Set(['OK', 'WARN', 'ERROR', 'NO_VALUE']);

/** A condition without a value was not evaluated, also where the server writes `OK` for it. */
export function conditionStatus(text: string | undefined, actual: string | undefined): GateConditionRecord['status'] {
  if (actual === undefined) return 'NO_VALUE';
  return text !== undefined && statuses.has(text) ? (text as GateConditionRecord['status']) : 'NO_VALUE';
}

/** From `api/qualitygates/project_status`. */
export function gateOfStatus({ projectStatus }: ReturnType<typeof ProjectStatus.parse>): GateResult {
  return {
    gateStatus: gateStatusOf(projectStatus.status),
    ignoredConditions: projectStatus.ignoredConditions ?? null,
    conditions: (projectStatus.conditions ?? [])
      .map((condition) => ({
        metric: condition.metricKey,
        operator: operatorOf(condition.comparator),
        threshold: condition.errorThreshold ?? null,
        actualValue: condition.actualValue ?? null,
        status: conditionStatus(condition.status, condition.actualValue),
      }))
      .sort(byMetric),
  };
}

/** From the values that the metrics `alert_status` and `quality_gate_details` had on the day of an analysis. */
export function gateOfHistory(alertStatus: string | undefined, details: string | undefined): GateResult {
  const parsed = details === undefined ? null : parseDetails(details);
  return {
    gateStatus: gateStatusOf(alertStatus) ?? gateStatusOf(parsed?.level),
    ignoredConditions: parsed?.ignoredConditions ?? null,
    conditions:
      parsed?.conditions
        ?.map((condition) => ({
          metric: condition.metric,
          operator: operatorOf(condition.op),
          threshold: condition.error ?? null,
          // The server writes an empty value for a metric without a measure.
          actualValue: condition.actual || null,
          status: conditionStatus(condition.level, condition.actual || undefined),
        }))
        .sort(byMetric) ?? null,
  };
}

function parseDetails(text: string): ReturnType<typeof GateDetails.parse> | null {
  try {
    const parsed = GateDetails.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function byMetric(a: GateConditionRecord, b: GateConditionRecord): number {
  return a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0;
}
