import type { z } from 'zod';
import type { Lease, ResumeOutcome, WorkPort } from '../../connectors/work/index.ts';
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
  /** What a worker elsewhere claims and hands over its work by: of one place, in the name of one holder, by any process of the hub. */
  portOf(terms: { holder: string; place: string; leaseSeconds?: number }): WorkPort;
  /** Those of the places in which something waits to be read. */
  placesWithWork(places: readonly string[]): Promise<string[]>;
  /** True while tasks of these integrations are due, being carried out, or waiting to be published. */
  underWay(integrationIds: readonly number[]): Promise<boolean>;
  /** Takes up a lease again that ran out, unless somebody has had the task since. */
  resumeLease(lease: Lease, holder: string, leaseSeconds: number): Promise<ResumeOutcome>;
  /** Whose a task is, and where it is carried out; undefined for none. */
  whereaboutsOf(taskId: number): Promise<{ integrationId: number; place: string } | undefined>;
  /** Gives back everything that a holder has, but for what is named. */
  releaseLeases(holder: string, but: readonly Lease[]): Promise<void>;
  /** How much waits and is being read in each place; those without either are left out. */
  queues(places: readonly string[]): Promise<ReadonlyMap<string, { waiting: number; reading: number }>>;
  /** Starts scheduling and carrying out tasks in this process. */
  startWorking(): Promise<void>;
  stop(): Promise<void>;
}
