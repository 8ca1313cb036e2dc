import type { z } from 'zod';
import type { Tx } from '../../platform/database/index.ts';
import type { Actor } from '../access/index.ts';
import type { Handler } from '../inbox/index.ts';
import type { Audit, Completeness, FindResult, HeldAbsenceList, Run, RunList, RunQuery, TaskList } from './contract.ts';
import type { SetAsideRow } from './store/completeness.ts';

type Page = { page: number; pageSize: number };

/** The room of runs, tasks, completeness and audits. */
export interface Ingestion {
  listRuns(query: z.infer<typeof RunQuery>): Promise<RunList>;
  run(id: number): Promise<Run>;
  tasks(runId: number, query: Page & { status?: string | undefined }): Promise<TaskList>;
  setAside(runId: number): Promise<SetAsideRow[]>;
  sync(integration: string, options: { full: boolean }, actor: Actor): Promise<Run>;
  aggregate(integration: string, actor: Actor): Promise<Run>;
  cancel(runId: number, actor: Actor): Promise<Run>;
  retryFailed(runId: number, actor: Actor): Promise<Run>;
  completeness(integration: string, page: Page): Promise<Completeness>;
  startAudit(integration: string, actor: Actor): Promise<Audit>;
  audit(id: number): Promise<Audit>;
  audits(integration: string): Promise<Audit[]>;
  /** Large disappearances that are held; the first of many. */
  heldAbsences(integration: string | undefined): Promise<HeldAbsenceList>;
  /** A person says that what is missing is gone. Throws `held_absence_not_found` and `held_absence_changed`. */
  confirmAbsence(id: number, fingerprint: string, actor: Actor): Promise<Run>;
  find(integration: string, text: string, signal: AbortSignal): Promise<FindResult>;
  /** Somebody looked at a slice just now: it is read as soon as a worker is free. */
  readSoon(tx: Tx, integrationId: number, slice: string): Promise<void>;
  /** Takes the deliveries of a connector kind. */
  deliveries(kind: string): Handler;
  /** Starts scheduling and carrying out tasks in this process. */
  startWorking(): Promise<void>;
  stop(): Promise<void>;
}
