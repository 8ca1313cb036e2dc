/** Something that grows with time and may be forgotten. */
export interface Subject {
  name: string;
  title: string;
  /** What is lost with it, for the person who decides. */
  description: string;
  /** Days where nobody decided. */
  standard: number;
  minimum: number;
  maximum: number;
  table: string;
  /** Column of the age. */
  time: string;
  /** Further condition on `t`: what is older and stays all the same. */
  only?: string;
}

const forYears = 3_650;

/** Findings, measures and analyses are no subject: they are the past the charts show, and the server may have dropped them. */
export const subjects: readonly Subject[] = [
  {
    name: 'deliveries',
    title: 'Webhook deliveries received',
    description: 'Raw deliveries of outside systems. A delivery that is gone cannot be replayed; what it led to stays.',
    standard: 14,
    minimum: 1,
    maximum: 14,
    table: 'inbox.deliveries',
    time: 'received_at',
    only: `t.state <> 'waiting'`,
  },
  {
    name: 'outgoing_deliveries',
    title: 'Webhook events sent',
    description: 'Events told to other programs, with every attempt. One that is gone cannot be sent again.',
    standard: 14,
    minimum: 2,
    maximum: 14,
    table: 'operations.webhook_events',
    time: 'occurred_at',
  },
  {
    name: 'runs',
    title: 'Runs',
    description:
      'Runs in Monitoring with their tasks, errors and records set aside. The newest of each kind stays, and every run whose completeness is the latest proof of a project.',
    standard: 90,
    minimum: 7,
    maximum: forYears,
    table: 'ingestion.runs',
    time: 'finished_at',
    only: `t.id not in (select max(r.id) from ingestion.runs r group by r.integration_id, r.kind)
           and t.id not in (
             select k.run_id from ingestion.tasks k
              where k.id in (select distinct on (c.integration_id, c.slice, c.stream, c.scope) c.task_id
                               from ingestion.completeness c
                              order by c.integration_id, c.slice, c.stream, c.scope, c.id desc))`,
  },
  {
    name: 'audits',
    title: 'Audits of completeness',
    description: 'Comparisons of the store with its source. The newest of each integration stays.',
    standard: 180,
    minimum: 7,
    maximum: forYears,
    table: 'ingestion.audits',
    time: 'created_at',
    only: `t.finished_at is not null
           and t.id not in (select max(a.id) from ingestion.audits a group by a.integration_id)`,
  },
  {
    name: 'health_changes',
    title: 'Changes of health',
    description: 'When the health of an integration changed, and why. How it is now stays.',
    standard: 365,
    minimum: 30,
    maximum: forYears,
    table: 'ingestion.health_changes',
    time: 'changed_at',
  },
  {
    name: 'image_tags',
    title: 'Where tags pointed',
    description:
      'Periods of tags of images that moved or vanished. Where tags point now, and the images themselves, stay.',
    standard: 730,
    minimum: 30,
    maximum: forYears,
    table: 'images.tag_periods',
    time: 'to_at',
  },
  {
    name: 'audit_trail',
    title: 'Audit trail',
    description: 'Who changed what. Check what your rules ask for before making it shorter.',
    standard: 730,
    minimum: 90,
    maximum: forYears,
    table: 'access.audit_events',
    time: 'at',
  },
  {
    name: 'retention_log',
    title: 'What retention dropped',
    description: 'The list on this page.',
    standard: 365,
    minimum: 30,
    maximum: forYears,
    table: 'operations.retention_runs',
    time: 'started_at',
  },
];
