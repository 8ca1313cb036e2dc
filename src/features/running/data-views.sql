create view data.running_verdicts as
with fresh as materialized (
  select i.id, f.last_good_at, f.stale_since from shared.integrations i left join shared.integration_freshness f on f.integration_id = i.id),
ages as materialized (
  select s.integration_ids, count(f.id) < cardinality(s.integration_ids) as some_unknown,
         case when bool_and(f.last_good_at is not null) then min(f.last_good_at) end as good_at, min(f.stale_since) as stale_since
    from (select distinct integration_ids from running.verdicts where valid_to is null) s
    left join fresh f on f.id = any (s.integration_ids)
   group by s.integration_ids)
select v.id, v.place_id, v.deployment_id, v.environment_image_id, v.service, v.environment, v.environment_type, v.infrastructure, v.integration_id,
       v.image_id, v.registry_id, v.repository, v.digest, v.reference, v.commit,
       case when v.verdict = 'passed' and aged.stale_since is not null then 'no_verdict' else v.verdict end as verdict,
       case when v.verdict = 'passed' and aged.stale_since is not null then 'running_stale' else v.reason end as reason,
       v.said_by,
       v.verdict = 'failed' and v.said_by = 'policy' and exists (
         select from shared.image_waivers w
          where w.repository_id = v.repository_id and (w.image_id is null or w.image_id = v.image_id) and w.valid_from <= now() and w.valid_to > now()) as is_waived,
       jsonb_path_query_array(v.evidence, '$.projects[*].analysis.conditions[*] ? (@.status == "ERROR" || @.status == "WARN")') as failing_conditions,
       v.runs_since, v.failing_since, v.critical, v.high, v.medium, v.low, v.criticals_since, v.team_ids, v.teams, v.certainty, v.doubt,
       v.newest_fact_at, aged.read_at, aged.stale_since is not null as is_stale, aged.stale_since, v.valid_from as said_since, v.evidence
  from running.verdicts v
  join ages on ages.integration_ids = v.integration_ids
 cross join lateral (
   select case when not ages.some_unknown then ages.good_at end as read_at,
          case when ages.some_unknown then coalesce(ages.stale_since, v.valid_from) else ages.stale_since end as stale_since) aged
 where v.valid_to is null;
comment on view data.running_verdicts is 'What runs where now, and may it: one row for each service, environment and image. Nothing that is not proven, or rests on facts that are too old, is passed.';
comment on column data.running_verdicts.id is 'Identity of what is said: another one each time that something of it changes. [fk: verdict_history.id]';
comment on column data.running_verdicts.place_id is 'The service in its environment, as deployments tell it; null: it was said with environment set.';
comment on column data.running_verdicts.deployment_id is 'The deployment that put it there. [fk: deployments.id]';
comment on column data.running_verdicts.environment_image_id is 'The entry of an environment, where it was said with environment set.';
comment on column data.running_verdicts.service is 'Name of the service; where it was said with environment set, the repository of the image.';
comment on column data.running_verdicts.environment is 'Name of the environment.';
comment on column data.running_verdicts.environment_type is 'production or pre_production; null: nobody said.';
comment on column data.running_verdicts.infrastructure is 'Where the environment has several. Null: not told.';
comment on column data.running_verdicts.integration_id is 'The Harness integration that told of the deployment, as in its address in the web application; null: it was told to the hub itself.';
comment on column data.running_verdicts.image_id is 'The image. Null: which one runs is not known. [fk: images.id]';
comment on column data.running_verdicts.registry_id is 'The registry of the image: an integration, as in its address in the web application.';
comment on column data.running_verdicts.repository is 'Repository of the image in its registry.';
comment on column data.running_verdicts.digest is 'Digest of the image.';
comment on column data.running_verdicts.reference is 'The image as the deployment, or the person, named it.';
comment on column data.running_verdicts.commit is 'The one commit that it was built from; null: not known, or several.';
comment on column data.running_verdicts.verdict is 'passed, failed or no_verdict. A waiver does not change it.';
comment on column data.running_verdicts.reason is 'Reason code. Example: GATE_FAILED, running_stale. The documentation lists all of them.';
comment on column data.running_verdicts.said_by is 'policy: the verdict on the image; gate: the gate of its commit, where the image was not judged; null: nothing says anything.';
comment on column data.running_verdicts.is_waived is 'True while a waiver lets this failed verdict pass.';
comment on column data.running_verdicts.failing_conditions is 'Conditions of quality gates that failed or warn, each with metric, operator, threshold and actualValue.';
comment on column data.running_verdicts.runs_since is 'Since when the deployment that put it there has been in effect (UTC).';
comment on column data.running_verdicts.failing_since is 'Since when something that fails runs: since its gate failed, or since it runs, whichever was later (UTC). Null: it does not fail.';
comment on column data.running_verdicts.critical is 'Open critical vulnerabilities of its commit. Null: not known.';
comment on column data.running_verdicts.high is 'Open high vulnerabilities of its commit. Null: not known.';
comment on column data.running_verdicts.medium is 'Open medium vulnerabilities of its commit. Null: not known.';
comment on column data.running_verdicts.low is 'Open low vulnerabilities of its commit. Null: not known.';
comment on column data.running_verdicts.criticals_since is 'Since when a critical vulnerability runs there (UTC). Null: none is known.';
comment on column data.running_verdicts.team_ids is 'Teams: those of the service, else of the image, else of the projects. [fk: teams.id]';
comment on column data.running_verdicts.teams is 'Their names, in the same order.';
comment on column data.running_verdicts.certainty is 'The least sure link behind it: signed, stated, inferred or declared. Null: there is none.';
comment on column data.running_verdicts.doubt is 'What happened since that leaves it in doubt whether this still runs: in_progress, aborted, unknown, failed or rollback_failed.';
comment on column data.running_verdicts.newest_fact_at is 'Time of the newest fact behind it: a deployment or an analysis (UTC).';
comment on column data.running_verdicts.read_at is 'When the integrations behind it were all read last (UTC). Null: one of them never was, or there is none.';
comment on column data.running_verdicts.is_stale is 'True where an integration behind it has had no good reading for three intervals, or has a broken webhook and no good reading since.';
comment on column data.running_verdicts.stale_since is 'Since when (UTC).';
comment on column data.running_verdicts.said_since is 'Since when the hub says exactly this (UTC).';
comment on column data.running_verdicts.evidence is 'What it rests on, by value: links, commits, projects with their analyses, conditions and open vulnerabilities.';

create view data.verdict_history as
select v.id, v.place_id, v.deployment_id, v.environment_image_id, v.service, v.environment, v.environment_type, v.infrastructure, v.image_id, v.registry_id,
       v.repository, v.digest, v.reference, v.commit, v.verdict, v.reason, v.said_by, v.runs_since, v.failing_since, v.critical, v.high, v.medium,
       v.low, v.team_ids, v.teams, v.certainty, v.doubt, v.newest_fact_at, v.evidence, v.valid_from, v.valid_to, v.valid_to is null as is_current
  from running.verdicts v;
comment on view data.verdict_history is 'What was said of everything that ran, from when to when. Nothing in it is ever changed: what is said anew ends what was said before. Waivers of a time are in policy_waivers.';
comment on column data.verdict_history.id is 'Identity of what was said.';
comment on column data.verdict_history.place_id is 'The service in its environment, as deployments tell it; null: it was said with environment set.';
comment on column data.verdict_history.deployment_id is 'The deployment that had put it there. [fk: deployments.id]';
comment on column data.verdict_history.environment_image_id is 'The entry of an environment, where it was said with environment set.';
comment on column data.verdict_history.service is 'Name of the service then; where it was said with environment set, the repository of the image.';
comment on column data.verdict_history.environment is 'Name of the environment then.';
comment on column data.verdict_history.environment_type is 'production or pre_production; null: nobody said.';
comment on column data.verdict_history.infrastructure is 'Where the environment has several. Null: not told.';
comment on column data.verdict_history.image_id is 'The image. Null: which one ran was not known. [fk: images.id]';
comment on column data.verdict_history.registry_id is 'The registry of the image: an integration, as in its address in the web application.';
comment on column data.verdict_history.repository is 'Repository of the image in its registry.';
comment on column data.verdict_history.digest is 'Digest of the image.';
comment on column data.verdict_history.reference is 'The image as the deployment, or the person, named it.';
comment on column data.verdict_history.commit is 'The one commit that it was built from, as was known then; null: not known, or several.';
comment on column data.verdict_history.verdict is 'passed, failed or no_verdict, as was said then; whether it was stale or waived then is not in it.';
comment on column data.verdict_history.reason is 'Reason code.';
comment on column data.verdict_history.said_by is 'policy, gate, or null: nothing said anything.';
comment on column data.verdict_history.runs_since is 'Since when it ran (UTC).';
comment on column data.verdict_history.failing_since is 'Since when something that failed ran (UTC). Null: it did not fail.';
comment on column data.verdict_history.critical is 'Open critical vulnerabilities of its commit, as counted then. Null: not known.';
comment on column data.verdict_history.high is 'Open high ones. Null: not known.';
comment on column data.verdict_history.medium is 'Open medium ones. Null: not known.';
comment on column data.verdict_history.low is 'Open low ones. Null: not known.';
comment on column data.verdict_history.team_ids is 'Teams to which it belonged then. [fk: teams.id]';
comment on column data.verdict_history.teams is 'Their names then.';
comment on column data.verdict_history.certainty is 'The least sure link behind it. Null: there was none.';
comment on column data.verdict_history.doubt is 'What left it in doubt whether this still ran.';
comment on column data.verdict_history.newest_fact_at is 'Time of the newest fact behind it (UTC).';
comment on column data.verdict_history.evidence is 'What it rested on, by value.';
comment on column data.verdict_history.valid_from is 'Since when the hub said so (UTC).';
comment on column data.verdict_history.valid_to is 'Until when it said so (UTC); null: it does.';
comment on column data.verdict_history.is_current is 'True for what is said now.';

create view data.running_fixes as
select f.id, f.place_id, f.service, f.environment, f.environment_type, f.integration_id, f.registry_id, f.finding_id, f.project_id, f.severity, f.state,
       f.detected_at, f.runs_since, f.fixed_at, f.deployed_at, f.deployment_id,
       extract(epoch from case when f.deployed_at is not null then greatest(f.deployed_at - f.detected_at, interval '0') end) as seconds_to_deployment, f.valid_from, f.valid_to, f.valid_to is null as is_current
  from running.fixes f;
comment on view data.running_fixes is 'Vulnerabilities in what runs, or ran, somewhere, and when the fix of each was deployed there. Nothing in it is ever changed: what is said anew ends what was said before.';
comment on column data.running_fixes.id is 'Identity of what is said.';
comment on column data.running_fixes.place_id is 'The service in its environment, as deployments tell it; null: it was said with environment set.';
comment on column data.running_fixes.service is 'Name of the service; where it was said with environment set, the repository of the image.';
comment on column data.running_fixes.environment is 'Name of the environment.';
comment on column data.running_fixes.environment_type is 'production or pre_production; null: nobody said.';
comment on column data.running_fixes.integration_id is 'The Harness integration that told of the deployments, as in its address in the web application; null: they were told to the hub itself.';
comment on column data.running_fixes.registry_id is 'The registry of the images, where it was said with environment set.';
comment on column data.running_fixes.finding_id is 'The vulnerability. [fk: sonarqube_issues.id]';
comment on column data.running_fixes.project_id is 'Its project. [fk: sonarqube_projects.id]';
comment on column data.running_fixes.severity is 'critical, high, medium or low.';
comment on column data.running_fixes.state is 'open: it runs; waiting: it runs, and the code has it no more; unknown: the commit that runs now was not analysed; accepted: people accepted it or called it false; gone: nothing runs there any more; deployed: what runs has it no more.';
comment on column data.running_fixes.detected_at is 'When it was found first, as SonarQube says (UTC).';
comment on column data.running_fixes.runs_since is 'Since when something with it is known to have run there (UTC).';
comment on column data.running_fixes.fixed_at is 'Since when the code of its branch has it no more (UTC). Null: it has.';
comment on column data.running_fixes.deployed_at is 'When the first image came whose commit is proven not to have it (UTC). Null: none did.';
comment on column data.running_fixes.deployment_id is 'The deployment that brought it. [fk: deployments.id]';
comment on column data.running_fixes.seconds_to_deployment is 'From when it was found first to when its fix was deployed. Null: it is not deployed.';
comment on column data.running_fixes.valid_from is 'Since when the hub says so (UTC).';
comment on column data.running_fixes.valid_to is 'Until when it said so (UTC). Null: now.';
comment on column data.running_fixes.is_current is 'True for what is said now.';
