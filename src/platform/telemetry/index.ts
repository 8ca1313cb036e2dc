export { createLog, type LogOptions } from './create-log.ts';
export { createReadiness, databaseAnswers, type HealthCheck, migrationsApplied, type Readiness } from './health.ts';
export { type Log, silentLog } from './log.ts';
export { type MachineFacts, machineFacts } from './machine.ts';
export { createMetrics, type MetricFamily, type Metrics, type MetricsOptions } from './metrics.ts';
export { redactFields, redactText } from './redact.ts';
