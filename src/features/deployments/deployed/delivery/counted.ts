import type { FailureDefinition } from './contract.ts';

/** What is asked about. Days are UTC; the last one is included. */
export interface Scope {
  definition: FailureDefinition;
  from: string;
  to: string;
  services: readonly string[] | null;
  environments: readonly string[] | null;
  /** Ids of services of Harness. */
  held: readonly number[] | null;
}

/** In the order of the parameters of `counted`. */
export const scopeValues = ({ definition, from, to, services, environments, held }: Scope): unknown[] => [
  definition.rolledBackFails,
  definition.abortedFails,
  definition.supersededCounts,
  services,
  environments,
  from,
  to,
  held,
];

/** Of a time: inside the days asked about. */
export const inRange = (time: string): string =>
  `(${time} >= $6::date::timestamp at time zone 'utc' and ${time} < ($7::date + 1)::timestamp at time zone 'utc')`;

/** successful, failed or null: what is neither (waiting, under way, skipped, unknown) counts as nothing. */
const outcomeOf = ([rolledBack, aborted, superseded]: readonly string[]): string =>
  `case when d.takes_back or d.superseded and not ${superseded}::boolean then null
        when d.status = 'failed' or ${rolledBack}::boolean and d.rolled_back or ${aborted}::boolean and d.status = 'aborted' then 'failed'
        when d.status = 'succeeded' then 'successful' end`;

/** The same for a list: parameters from `first` on are the definition and the outcome asked for. */
export const hasOutcome = (first: number): string =>
  `($${first + 3}::text is null or ${outcomeOf([0, 1, 2].map((n) => `$${first + n}`))} = $${first + 3})`;
export const outcomeValues = (definition: FailureDefinition, outcome: string | undefined): unknown[] => [
  definition.rolledBackFails,
  definition.abortedFails,
  definition.supersededCounts,
  outcome ?? null,
];

/** Of a place `p`: its service belongs to the node whose services the parameter names. */
export const isHeld = (parameter: number): string =>
  `($${parameter}::bigint[] is null or (p.integration_id, p.service_scope, p.service) in (
         select s.integration_id, concat_ws('/', s.organization, s.project), s.identifier from shared.harness_services s
          where s.id = any ($${parameter})))`;

/** Deployments that succeeded or failed, of all times. */
export const counted = `
  counted as (
    select d.id, d.place_id, d.at, d.commit, d.image_digest, p.integration_id, p.service_scope, p.service, p.service_name, p.environment_name,
           p.infrastructure, ${outcomeOf(['$1', '$2', '$3'])} as outcome
      from deployments.deployments d join deployments.places p on p.id = d.place_id
     where ${outcomeOf(['$1', '$2', '$3'])} is not null
       and ($4::text[] is null or p.service_name = any ($4))
       and case when $5::text[] is null then p.environment_type = 'production' else p.environment_name = any ($5) end
       and ${isHeld(8)}
       and $6::date is not null and $7::date is not null
  )`;
