import { accessRules } from './access-rules.ts';

/**
 * Rules that no mutation tester sees, because SQL says them or several files do together: each is broken on purpose by a
 * small change, and the named test must fail. Every text lies exactly once in its folder, every title once among the
 * tests that need a database.
 */
export interface BrokenRule {
  /** What holds, as people say it. */
  rule: string;
  /** Folder or file in which the text lies. */
  within: string;
  text: string;
  becomes: string;
  /** Title of the test that must fail. */
  noticedBy: string;
}

const ingestion = 'src/features/ingestion';
const findings = 'src/features/code-quality';
const issues = 'src/connectors/sonarqube';

/** The holder of a task, and nobody who held it before, writes. */
const leases: BrokenRule[] = [
  {
    rule: 'a lost lease stages nothing',
    within: ingestion,
    text: "set ${assignments} where id = $1 and fence = $2 and state = 'leased'",
    becomes: "set ${assignments} where id = $1 and $2::bigint > 0 and state = 'leased'",
    noticedBy: 'stages nothing',
  },
  {
    rule: 'a lost lease clears nothing',
    within: ingestion,
    text: "where id = $1 and fence = $2 and state = 'leased' and ${condition}`",
    becomes: "where id = $1 and $2::int > 0 and state = 'leased' and ${condition}`",
    noticedBy: 'clears nothing when the lease is lost before the clearing is written',
  },
  {
    rule: 'a batch that another process of the hub has taken is staged once',
    within: ingestion,
    text: "`coalesce((checkpoint #>> '{holding,taken}')::int, 0) = ${batch}::int`",
    becomes: '`${batch}::int >= 0`',
    noticedBy: 'that comes to two processes at the same time is taken once',
  },
  {
    rule: 'a late holder clears nothing that its successor staged',
    within: ingestion,
    text: "await updateHeldTask(tx, task, 'checkpoint = $3, staged = $4', [JSON.stringify(written), staged]);",
    becomes: '',
    noticedBy: 'clears nothing when it comes to its stage only now',
  },
  {
    rule: 'a lease lost during a publish rolls it back',
    within: ingestion,
    text: "if (changed === 0) throw new PlumblineError('task_lease_lost', { data: { taskId: task.id } });",
    becomes: '',
    noticedBy: 'rolls the %s back',
  },
  {
    rule: 'a lease lost during a part of a large publish rolls the part back',
    within: ingestion,
    text: "if (merged !== undefined) await updateHeldTask(tx, task, 'stage_name = $3', ['Publishing a large change']);",
    becomes: '',
    noticedBy: 'rolls the %s back',
  },
  {
    rule: 'a lost lease gives nothing back',
    within: ingestion,
    text: `http_requests = http_requests + $7, http_retries = http_retries + $8
      where id = $1 and fence = $2 and state = 'leased'\``,
    becomes: `http_requests = http_requests + $7, http_retries = http_retries + $8
      where id = $1 and $2::bigint > 0 and state = 'leased'\``,
    noticedBy: 'gives nothing back and ends nothing',
  },
  {
    rule: 'a lost lease ends nothing',
    within: ingestion,
    text: `http_requests = http_requests + $7, http_retries = http_retries + $8
        where id = $1 and fence = $2 and state = 'leased'\``,
    becomes: `http_requests = http_requests + $7, http_retries = http_retries + $8
        where id = $1 and $2::bigint > 0 and state = 'leased'\``,
    noticedBy: 'gives nothing back and ends nothing',
  },
  {
    rule: 'a published task is not given back',
    within: ingestion,
    text: `http_requests = http_requests + $7, http_retries = http_retries + $8
      where id = $1 and fence = $2 and state = 'leased'\``,
    becomes: `http_requests = http_requests + $7, http_retries = http_retries + $8
      where id = $1 and fence = $2\``,
    noticedBy: 'may have been told nothing of a publish that is done: giving the task back changes nothing then',
  },
  {
    rule: 'a heartbeat renews its own lease only',
    within: ingestion,
    text: "where t.id = $1 and t.fence = $2 and t.state = 'leased' and h.host_key = t.host_key",
    becomes: "where t.id = $1 and $2::bigint > 0 and t.state = 'leased' and h.host_key = t.host_key",
    noticedBy: 'is told so by its heartbeat',
  },
  {
    rule: 'a host that asked for a pause is left alone',
    within: ingestion,
    text: 'where (h.paused_until is null or h.paused_until <= now()) and h.place = $1 and h.host_key <> all ($2)',
    becomes: 'where h.place = $1 and h.host_key <> all ($2)',
    noticedBy: 'is left alone by every process, also by those that hold a task of it, and by no longer than it asked',
  },
  {
    rule: 'a task is carried out in its own place only',
    within: ingestion,
    text: 'h.place = $1 and h.host_key <> all ($2)',
    becomes: '$1::text is not null and h.host_key <> all ($2)',
    noticedBy: 'is where its tasks are carried out, and nowhere else',
  },
  {
    rule: 'a pause counts in the place where it was asked for',
    within: ingestion,
    text: "where host_key = $1 and place = $3'",
    becomes: "where host_key = $1 and $3::text is not null'",
    noticedBy: 'has hosts of its own: a pause there is no pause here',
  },
  {
    rule: 'a batch that comes twice is taken once',
    within: ingestion,
    text: 'if (sequence <= taken) return false;',
    becomes: '',
    noticedBy: 'that comes twice is taken once, and one that never came is noticed',
  },
  {
    rule: 'a batch that never came is noticed',
    within: ingestion,
    text: 'if (sequence !== taken + 1) throw',
    becomes: 'if (sequence < 0) throw',
    noticedBy: 'that comes twice is taken once, and one that never came is noticed',
  },
];

/** What is published is exactly what was read. */
const stage: BrokenRule[] = [
  {
    rule: 'a crash between two writes is noticed by its epoch',
    within: ingestion,
    text: 'else await requireEpoch(tx, epoch);',
    becomes: '',
    noticedBy: 'is noticed at the next write, though a new connection answers and the task is still ours',
  },
  {
    rule: 'another epoch than that of the records is a lost stage',
    within: ingestion,
    text: 'if ((await currentEpoch(tx)) !== epoch) throw',
    becomes: 'if ((await currentEpoch(tx)) === undefined) throw',
    noticedBy: 'is noticed when another task has staged since, and the records of that one stay',
  },
  {
    rule: 'an attempt goes on only in the epoch it was staged in',
    within: ingestion,
    text: 'if ((await currentEpoch(tx)) !== task.stageEpoch) return false;',
    becomes: '',
    noticedBy: 'begins from the start when %s',
  },
  {
    rule: 'the epoch is lost in a crash with the stage',
    within: ingestion,
    text: 'create unlogged table ingestion.stage_epoch',
    becomes: 'create table ingestion.stage_epoch',
    noticedBy: 'is noticed at the next write, though a new connection answers and the task is still ours',
  },
  {
    rule: 'each part of a large publish asks for the epoch again',
    within: ingestion,
    text: '(parts.length === 0 ? requireWholeStage(tx, task.id, tally) : requireEpoch(tx, tally.epoch))',
    becomes: '(parts.length === 0 ? requireWholeStage(tx, task.id, tally) : undefined)',
    noticedBy: 'between two parts of a large publish ends it before the second',
  },
  {
    rule: 'fewer or more records in the stage than were staged are published by nobody',
    within: ingestion,
    text: "if (differing.length > 0) throw stageLost(differing.join('; '));",
    becomes: '',
    noticedBy: 'is not needed: %s in the stage than were put there are published by nobody',
  },
  {
    rule: 'records are counted by scope',
    within: ingestion,
    text: "select stream || ' ' || scope as place, count(*) as staged, 0 as aside, 0 as said from ingestion.stage",
    becomes:
      "select stream || ' ' || min(scope) over () as place, count(*) as staged, 0 as aside, 0 as said from ingestion.stage",
    noticedBy: 'is not needed: %s in the stage than were put there are published by nobody',
  },
  {
    rule: 'a record set aside that is lost is a lost stage',
    within: ingestion,
    text: "['set aside', before.setAside, now.setAside],",
    becomes: '',
    noticedBy: 'is not needed: %s in the stage than were put there are published by nobody',
  },
];

const deployments = 'src/features/deployments';

/** Deployments are whole, or it is said that they are not. */
const derived: BrokenRule[] = [
  {
    rule: 'deployments that are only half made again are not told as whole',
    within: deployments,
    text: 'when finished_at is null then jsonb_build_object',
    becomes: 'when false then jsonb_build_object',
    noticedBy:
      'deployments are made again by newer rules after an upgrade: told until all are, and whoever is killed leaves the rest to the next',
  },
  {
    rule: 'what was left to a publish is looked for again',
    within: deployments,
    text: 'case when $1::boolean then null else now() end',
    becomes: 'case when $1::boolean then now() else now() end',
    noticedBy: 'an execution that a publish holds is left to it, and found again when it came to nothing',
  },
  {
    rule: 'a list of deployments is of the node that the figure is of',
    within: deployments,
    text: ' and ${hasOutcome(11)} and ${isHeld(15)}`',
    becomes: ' and ${hasOutcome(11)} and (${isHeld(15)} or true)`',
    noticedBy:
      'delivery figures are a plain count: by service, environment, node and range, and their parts are together the whole',
  },
];

/** What a listing leaves out is gone only when that is certain. */
const absence: BrokenRule[] = [
  {
    rule: 'a large absence is confirmed an hour later, not before',
    within: ingestion,
    text: "held_at <= now() - interval '1 hour' as confirmed",
    becomes: "held_at <= now() - interval '30 minutes' as confirmed",
    noticedBy: 'is confirmed by the same listing an hour later, and not a minute before',
  },
  {
    rule: 'other rows missing begin the hour anew',
    within: ingestion,
    text: 'held_at = case when h.fingerprint = excluded.fingerprint then h.held_at else now() end',
    becomes: 'held_at = h.held_at',
    noticedBy: 'of other rows than an hour ago begins the hour anew',
  },
  {
    rule: 'what a person confirmed is confirmed of those rows only',
    within: ingestion,
    text: 'confirmed_at = case when h.fingerprint = excluded.fingerprint then h.confirmed_at end',
    becomes: 'confirmed_at = h.confirmed_at',
    noticedBy: 'that a person confirmed is not one of other rows',
  },
  {
    rule: 'the same number of other rows is another disappearance',
    within: ingestion,
    text: "format('%s-%s-%s', count(*), sum(hashtextextended(source_key, 0)), sum(hashtextextended(source_key, 1)))",
    becomes: "format('%s', count(*))",
    noticedBy: 'of other rows than an hour ago begins the hour anew',
  },
  {
    rule: 'an unproven listing with equal counts takes nothing away',
    within: ingestion,
    text: "proof !== 'unproven' &&",
    becomes: '',
    noticedBy: 'are not gone when the listing is not trusted or not proven',
  },
  {
    rule: 'fewer records than the source counts take nothing away',
    within: ingestion,
    text: 'if (absent.whole && isShort(outcome, present - missing)) return { present, gone: 0, held: false };',
    becomes: '',
    noticedBy: 'is not believed from fewer records than the source counts, of any stream',
  },
  {
    rule: 'a key that is said to be gone ends what is of its own kind and branch',
    within: ingestion,
    text: 'select p.source_key from (${present.text}) p where p.source_key = any ($${next}::text[])',
    becomes:
      'select p.source_key from (${present.text}) p where false union select unnest($${next}::text[]) as source_key',
    noticedBy: 'end findings of their own kind only, in their own branch',
  },
  {
    rule: 'issues that are missing say nothing of hotspots',
    within: findings,
    text: 'and f.branch_id = $3 and f.kind = $4 and f.deleted_at is null',
    becomes: "and f.branch_id = $3 and $4::text <> '' and f.deleted_at is null",
    noticedBy: 'in one branch says nothing about another, nor issues about hotspots',
  },
  {
    rule: 'a size is what was there before, not what is there after',
    within: ingestion,
    text: 'present - written.inserted - (written.returned ?? 0)',
    becomes: 'present',
    noticedBy: 'is measured by what was there before, however much is new',
  },
  {
    rule: 'a disappearance that is undone is forgotten',
    within: ingestion,
    text: 'earlier !== undefined && absent.told ? { released: true as const } : {}',
    becomes: '{}',
    noticedBy: 'that is undone is forgotten',
  },
];

/** Nothing that changed is passed over. */
const changes: BrokenRule[] = [
  {
    rule: 'two changes within one second are two',
    within: issues,
    text: 'now - Date.parse(at) < freshMs ?',
    becomes: 'false ?',
    noticedBy: 'in the same second as one that was just read is found by the next sync',
  },
  {
    rule: 'slices that do not add up to what is counted are no proof',
    within: issues,
    text: "const proven = outcome.certainty === 'proven' && outcome.count === distinct;",
    becomes: 'const proven = outcome.count !== null;',
    noticedBy: 'Cloud says so too, though its total stops at 10,000',
  },
  {
    rule: 'pages that name fewer issues than the server counts are no proof',
    within: issues,
    text: "if (total === distinct) return { attempt: done, sourceCount: total, proof: 'counts_equal' };",
    becomes: "return { attempt: done, sourceCount: total, proof: 'counts_equal' };",
    noticedBy: 'pages of issues/list overlap: the counts differ, and pulled keys give the truth',
  },
  {
    rule: 'a delivery is kept while the integration is paused',
    within: ingestion,
    text: 'await want(tx, integrationId, slice, phase, asked);',
    becomes: 'if (source !== undefined) await want(tx, integrationId, slice, phase, asked);',
    noticedBy: 'is kept, and read by the first run after it is resumed',
  },
  {
    rule: 'what was partly read is wanted again',
    within: ingestion,
    text: 'set wanted_generation = greatest(wanted_generation, done_generation + 1), reasons = array[$4]',
    becomes: 'set reasons = array[$4]',
    noticedBy: 'is partial when the source says there is more than was listed, and the next run reads it again',
  },
  {
    rule: 'a finding that is closed and open again is open in two periods',
    within: findings,
    text: "or f.counted_state is distinct from ${countedState} or f.state = 'fixed'))",
    becomes: 'or f.counted_state is distinct from ${countedState}))',
    noticedBy: 'closed and open again is open in two periods',
  },
];

/** An analysis counts once, and only where it takes part. */
const policy: BrokenRule[] = [
  {
    rule: 'a verdict that is asked for as of a time is the one of that time',
    within: 'src/features/policy/reading',
    text: "'valid_from <= $3::timestamptz and (valid_to is null or valid_to > $3::timestamptz)'",
    becomes: "'valid_to is null and $3::timestamptz is not null'",
    noticedBy: 'is nothing before the first record, and says so: what is said now is no answer',
  },
  {
    rule: 'settings that are named for a time are those of that time',
    within: 'src/features/policy/store',
    text: 'where policy = $1 and valid_from <= $2::timestamptz and (valid_to is null or valid_to > $2::timestamptz)',
    becomes: 'where policy = $1 and valid_to is null and $2::timestamptz is not null',
    noticedBy: 'names the settings by which images were judged then',
  },
  {
    rule: 'a waiver counts for what was said while it was in force',
    within: 'src/features/policy/store',
    text: '(w.ended_at is null or w.ended_at > ${moment})',
    becomes: '(w.ended_at is null or w.ended_at > w.valid_from)',
    noticedBy: 'stands beside what is said now where that differs: verdict, conditions, waiver, tag',
  },
  {
    rule: 'periods of verdicts on one image never overlap',
    within: 'src/features/policy/store',
    text: "'select clock_timestamp()::text as at'",
    becomes: "'select now()::text as at'",
    noticedBy: 'has periods that never overlap, also where an evaluation waited for another that began later',
  },
  {
    rule: 'an integration that is left out or being deleted decides nothing',
    within: 'src/features/policy',
    text: "and i.state <> 'deleting' and i.id <> all ($2::bigint[])",
    becomes: 'and ($2::bigint[] is null or true)',
    noticedBy: 'all of them count; one that is left out or being deleted does not',
  },
  {
    rule: 'the newest word about a commit counts',
    within: 'src/features/policy',
    text: 'order by a.branch_id, a.revision, greatest(a.analyzed_at, a.changed_at) desc, a.id desc`;',
    becomes: 'order by a.branch_id, a.revision, a.id desc`;',
    noticedBy: 'an older analysis that arrives late does not replace a newer one',
  },
  {
    rule: 'a project read through two integrations counts once',
    within: findings,
    text: 'and p.duplicate_of is distinct from s.counting',
    becomes: 'and p.duplicate_of is distinct from s.counting and s.counting is null',
    noticedBy:
      'a project that is read through two integrations of one server counts once, in the one that was made first',
  },
];

/** A report never says more than what was analysed. */
const reports: BrokenRule[] = [
  {
    rule: 'issues that were not read to the end make no report',
    within: 'src/features/reports',
    text: 'if (beingPublished || issuesOf?.getTime() !== newest.getTime()) return false;',
    becomes: '',
    noticedBy: 'waits for issues that were not read to the end, and for the commit of the analysis',
  },
  {
    rule: 'what says the same is not written again',
    within: 'src/features/reports',
    text: 'const lies = held.payloadHash === hash;',
    becomes: "const lies = held.payloadHash === '';",
    noticedBy: 'is not written again while it says the same, also after a restart',
  },
  {
    rule: 'a gate that came to nothing leaves no report that passed',
    within: 'src/features/reports',
    text: 'return { touched, passesFor:',
    becomes: 'return { touched: false, passesFor:',
    noticedBy: 'that passed fails when the gate comes to nothing, and is none where nothing was written',
  },
  {
    rule: 'a report that passed for one pull request opens no other',
    within: 'src/features/reports',
    text: 'passed.id === id && passed.target === target',
    becomes: 'passed.id > 0',
    noticedBy:
      'that passed for another pull request is taken back while the newest analysis of neither is of the commit',
  },
  {
    rule: 'an analysis for another branch passes no pull request',
    within: 'src/features/reports',
    text: 'if (was === null || withoutPrefix(was) === is) return null;',
    becomes: "if (was !== '' || withoutPrefix(was) === is) return null;",
    noticedBy: 'of an analysis for another branch than the one it goes to now does not pass until it is analysed again',
  },
  {
    rule: 'a process that lost its hold on a report makes no more calls',
    within: 'src/features/reports',
    text: 'now() + make_interval(secs => $4) where id = $1 and fence = $2 returning id)',
    becomes: 'now() + make_interval(secs => $4) where id = $1 and $2::bigint > 0 returning id)',
    noticedBy: 'is not made by a process that lost its hold meanwhile',
  },
  {
    rule: 'whether a pull request is open is asked of the server',
    within: 'src/features/reports',
    text: "if (open.length === 0) return { kind: 'closed' };",
    becomes: '',
    noticedBy: 'of a closed pull request is not written',
  },
  {
    rule: 'every open pull request of a commit is judged',
    within: 'src/features/reports',
    text: "(id = $3 or head = $2 and state = 'open' and deleted_at is null)",
    becomes: 'id = $3 and $2::text is not null',
    noticedBy: 'of a commit that is the head of two pull requests passes only when both passed',
  },
  {
    rule: 'the head of a fork is made known before its report is written',
    within: 'src/features/reports',
    text: 'open.filter((one) => one.facts.fromFork)',
    becomes: 'open.filter(() => false)',
    noticedBy: 'of a fork is reported in the repository it is to be merged into, whose server learns of the head first',
  },
  {
    rule: 'a report of somebody else is noticed',
    within: 'src/features/reports',
    text: 'await foreign(isOurs ? null : lies);',
    becomes: 'await foreign(null);',
    noticedBy: 'says whose report lay there, and writes its own where it may',
  },
  {
    rule: 'findings outside the folder of a project are not its own',
    within: 'src/features/reports',
    text: 'const kept = findings.filter(within);',
    becomes: 'const kept = [...findings];',
    noticedBy: 'has a report per project, each with the issues of its own folder and a name of its own',
  },
  {
    rule: 'a build status is green only behind a report that passes',
    within: 'src/features/reports',
    text: "const before: BuildState = passes ? 'INPROGRESS' : 'FAILED';",
    becomes: "const before: BuildState = passes ? 'SUCCESSFUL' : 'FAILED';",
    noticedBy: 'is successful only once the report passes, failed before it fails, and not written twice',
  },
  {
    rule: 'a green build status of a commit that fails later is taken back, whatever the binding says by then',
    within: 'src/features/reports',
    text: 'const buildStatus = binding.buildStatus || buildTouched;',
    becomes: 'const { buildStatus } = binding;',
    noticedBy: 'does not stay green where it is switched off and the commit fails later',
  },
];

const movingTitle =
  'a project with a long history moves in parts: killed in the middle, nodes show what was before, say so, and the next goes on';

const moving: BrokenRule[] = [
  {
    rule: 'of a node that holds a part of a project its own numbers are not shown',
    within: 'src/features/insights/security',
    text: 'node: treeAt === undefined && recomputing === 0 ? node : null',
    becomes: 'node: treeAt === undefined ? node : null',
    noticedBy: movingTitle,
  },
  {
    rule: 'a node that holds a part of a project says so',
    within: 'src/features/insights/security',
    text: 'projectsRecomputing: recomputing,',
    becomes: 'projectsRecomputing: 0,',
    noticedBy: movingTitle,
  },
  {
    rule: 'nothing of a project is taken over while it is moved in parts',
    within: 'src/features/insights/rollups',
    text: "'select project_id as id from insights.moving_projects order by 1'",
    becomes: "'select project_id as id from insights.moving_projects where false order by 1'",
    noticedBy: movingTitle,
  },
  {
    rule: 'no row is moved twice',
    within: 'src/features/insights/rollups',
    text: '`(${columnsOf(stage)}) > (${valuesOf(stage, first)})`',
    becomes: '`(${columnsOf(stage)}) >= (${valuesOf(stage, first)})`',
    noticedBy: movingTitle,
  },
  {
    rule: 'a project that moves is moved in parts of a bounded size',
    within: 'src/features/insights/rollups',
    text: 's.rows <= ${rows} as fits',
    becomes: 'true as fits',
    noticedBy:
      'no transaction writes more than a part, and all of them no more than the project’s own rows in each node',
  },
];

const targets: BrokenRule[] = [
  {
    rule: 'on the last day of a target it is not broken yet',
    within: 'src/features/insights/targets',
    text: "if (left < 0) return 'broken';",
    becomes: "if (left <= 0) return 'broken';",
    noticedBy: 'of the organization count for every project, while changes wait and after',
  },
  {
    rule: 'of two targets the shorter counts',
    within: 'src/features/insights/targets',
    text: 'Math.min(a, b)',
    becomes: 'Math.max(a, b)',
    noticedBy: 'are those of the node above them unless they have their own; of two teams of a tree the shorter counts',
  },
  {
    rule: 'what has targets of its own does not count by those of the organization',
    within: 'src/features/insights/targets',
    text: 'present: (all?.present ?? 0) - row.present',
    becomes: 'present: all?.present ?? 0',
    noticedBy: 'are those of the node above them unless they have their own; of two teams of a tree the shorter counts',
  },
  {
    rule: 'a fix is one, whatever else came with it',
    within: 'src/features/code-quality/findings',
    text: "when w.state = 'fixed' then 'closed'",
    becomes: "when false then 'closed'",
    noticedBy: 'keeps a fix that came with another level, also when it was opened again',
  },
  {
    rule: 'what was accepted counts as resolved only where the setting says so',
    within: 'src/features/code-quality/migrations',
    text: 'or past.ended_by = any (array(select e.ending from code_quality.resolved_as e))',
    becomes: "or past.ended_by in ('accepted', 'false_positive')",
    noticedBy: 'counts what was accepted or marked a false positive where the setting says so, for all times',
  },
];

const teamNumbers: BrokenRule[] = [
  {
    rule: 'a day that is over is held against the targets of then where these are asked for',
    within: 'src/features/insights/targets',
    text: "readTargetsInForce(db, by === 'then' ? at : null)",
    becomes: 'readTargetsInForce(db, null)',
    noticedBy:
      'of a day that is over are those of then or those of now, as is asked; what was open is what was open then',
  },
  {
    rule: 'in the list of teams what waits counts as it is now',
    within: 'src/features/insights/teams',
    text: "a.branch_class = 'main' and h.project_id <> all ($7::bigint[])",
    becomes: "a.branch_class = 'main' and $7::bigint[] is not null",
    noticedBy:
      'each team has the numbers of its own page, while changes wait and after, and the list is in the order that is asked for',
  },
];

const belongings: BrokenRule[] = [
  {
    rule: 'a project whose tags nobody could read is not untagged',
    within: 'src/features/code-quality/projects',
    text: 'from (${newestStagedOfScope}) s where $5)',
    becomes: 'from (${newestStagedOfScope}) s where $5 or true)',
    noticedBy: 'are not untagged while nobody could read their tags, and keep those that were read last',
  },
  {
    rule: 'a file of code owners that cannot be read leaves the owners that were read last',
    within: 'src/features/repositories',
    text: 'set owners_unread_since = now(), synced_at = now(), run_id = $2',
    becomes: "set owners_rules = '[]', owners_unread_since = now(), synced_at = now(), run_id = $2",
    noticedBy: 'stays whose it was while the file cannot be read, which is said; and is nobody’s once there is none',
  },
  {
    rule: 'a rule by owner says of how many projects it does not know',
    within: 'src/features/teams/belongings',
    text: "(kind === 'owner' && ownersUnread)",
    becomes: "(kind === 'owner' && ownersUnread && !ownersUnread)",
    noticedBy: 'stays whose it was while the file cannot be read, which is said; and is nobody’s once there is none',
  },
  {
    rule: 'of the rules for a folder the last one says whose it is',
    within: 'src/domain',
    text: 'return rules.findLast(({ pattern }) => covers(pattern, folder))',
    becomes: 'return rules.find(({ pattern }) => covers(pattern, folder))',
    noticedBy: 'is not known before the file was looked for, and then whose its folder is',
  },
  {
    rule: 'a file of code owners that is refused is not one that is not there',
    within: 'src/connectors/bitbucket-server/streams',
    text: "if (isPlumblineError(error, 'bitbucket_commit_not_found')) return new Map();",
    becomes: 'if (isPlumblineError(error)) return new Map();',
    noticedBy: 'are unread, and never none, where a place or the file is refused',
  },
  {
    rule: 'a project that no list of tags names is said to be unread',
    within: 'src/features/code-quality/projects',
    text: 'and not exists (select from staged s where s.source_key = p.source_key)\n',
    becomes: 'and false\n',
    noticedBy: 'are not untagged while nobody could read their tags, and keep those that were read last',
  },
];

const insightReports: BrokenRule[] = [
  {
    rule: 'what has no name is in no choice of names that is left out',
    within: findings,
    text: '`(${conditions[name](values, terms)}) is not true`',
    becomes: '`not (${conditions[name](values, terms)})`',
    noticedBy: 'leaves out nothing that has no name',
  },
  {
    rule: 'an effort that nobody told is unknown, never zero',
    within: findings,
    text: 'case when f.effort is null then null else',
    becomes: 'case when f.effort is null then 0 else',
    noticedBy: 'an effort that nobody told is unknown, never zero',
  },
  {
    rule: 'a trend of issues is made of the rows of the tiles, each once',
    within: 'src/features/insights/reports',
    text: "d.part <> 'split'",
    becomes: "d.part = 'all'",
    noticedBy: 'what has no severity is no part of a choice of severities, and is said',
  },
  {
    rule: 'groups beyond the greatest are told of in one',
    within: 'src/features/insights/reports',
    text: 'const beyond = rows.filter((row) => row.key === null);',
    becomes: 'const beyond = rows.slice(0, 0);',
    noticedBy: 'more groups than an answer holds are told of as one, and a file has all of them',
  },
  {
    rule: 'a measure that the server has no more is unknown today, whatever it was',
    within: 'src/features/insights/reports',
    text: 'for (const own of placed.values()) own[buckets.length] = null;',
    becomes: '',
    noticedBy: 'over time each project counts by its last analysis until then, and today by what it has now',
  },
  {
    rule: 'a report covers what its reader may see',
    within: 'src/features/insights/reports',
    text: 'const projects = await projectsOf(tx, asked, scope.projects);',
    becomes: 'const projects = await projectsOf(tx, asked, null);',
    noticedBy: 'a node counts its own projects, in every report',
  },
  {
    rule: 'a saved report is its maker’s alone until it is shared',
    within: 'src/features/insights/saved',
    text: 'where id = $1 and (shared or owner_key = $2)',
    becomes: 'where id = $1 and (true or owner_key = $2)',
    noticedBy: 'a report is its maker’s alone until it is shared; what it asks for comes back as it was',
  },
];

const trail = 'src/features/access/audit-trail';

/** What stands in the audit trail is what was written, all of it, and nothing else. */
const auditTrail: BrokenRule[] = [
  {
    rule: 'each row of the audit trail is hashed again',
    within: trail,
    text: 'row.hash === hashOfRow({ sequence, fields, previous: before.hash })',
    becomes: 'row.hash !== null',
    noticedBy: 'tells a row that was changed: %s',
  },
  {
    rule: 'each hash goes on from the one before it',
    within: trail,
    text: 'row.previous === before.hash && row.hash === hashOfRow({ sequence, fields, previous: before.hash })',
    becomes: 'row.hash === hashOfRow({ sequence, fields, previous: row.previous })',
    noticedBy: 'tells a changed row whose hash was made to fit, by the next one',
  },
  {
    rule: 'a row that is gone with its place is missed',
    within: trail,
    text: "if (sequence > expected)\n    return broken('missing_row', expected,",
    becomes: "if (sequence < 0)\n    return broken('missing_row', expected,",
    noticedBy: 'tells a row that is gone, alone or with its place',
  },
  {
    rule: 'an end that was cut off is missed',
    within: trail,
    text: 'if (last.sequence < sequence) {',
    becomes: 'if (last.sequence > sequence) {',
    noticedBy: 'tells an end that was cut off, by how many were written',
  },
  {
    rule: 'a trail that was written anew is told by its end',
    within: trail,
    text: 'if (last.hash === head.hash) return null;',
    becomes: 'if (last.hash !== null) return null;',
    noticedBy: 'tells a trail that was written anew up to its end, by what was noted of the end',
  },
  {
    rule: 'a row without a place is told',
    within: trail,
    text: 'const inserted = await unchained(tx);',
    becomes: 'const inserted = null as Awaited<ReturnType<typeof unchained>>;',
    noticedBy: 'tells a row that was put in, without a place or behind the end',
  },
  {
    rule: 'without its end nothing is added to the trail, and no change made',
    within: trail,
    text: "if (head === undefined) throw new PlumblineError('audit_head_missing');",
    becomes: 'if (head === undefined) return;',
    noticedBy: 'takes nothing more, and no change with it, when nobody knows where it ended',
  },
  {
    rule: 'who writes at the same time makes one chain',
    within: trail,
    text: 'as hash from access.audit_head for update"',
    becomes: 'as hash from access.audit_head"',
    noticedBy: 'makes one chain with all who write at the same time',
  },
  {
    rule: 'the end is locked at the end of a transaction only',
    within: trail,
    text: `  tx.beforeCommit(async () => {
    waiting.delete(tx);`,
    becomes: `  void tx.query('select from access.audit_head for update');
  tx.beforeCommit(async () => {
    waiting.delete(tx);`,
    noticedBy: 'waits for nobody whose transaction goes on',
  },
  {
    rule: 'what retention leaves goes on from the last row that went',
    within: trail,
    text: 'set removed_sequence = last.sequence, removed_hash = last.hash, removed_at = now()',
    becomes: 'set removed_at = now()',
    noticedBy: 'leaves an audit trail that goes on from the last row that went, and takes none from its middle',
  },
  {
    rule: 'retention takes no row from the middle of the trail',
    within: trail,
    text: "coalesce((select sequence from young), 'infinity'::float8)",
    becomes: "coalesce((select sequence from young), 'infinity'::float8) + 100",
    noticedBy: 'leaves an audit trail that goes on from the last row that went, and takes none from its middle',
  },
  {
    rule: 'a file of the audit trail holds every row of its filter',
    within: trail,
    text: 'before = page.at(-1)?.id;',
    becomes: 'before = (page.at(-1)?.id ?? 1) - 1;',
    noticedBy: 'is given as CSV and JSON lines: every row of the filter, and no formula',
  },
];

const imports: BrokenRule[] = [
  {
    rule: 'nobody imports who may not any more',
    within: 'src/features/repositories/bulk',
    text: "if (actor === undefined || !may(actor, 'integrations:write')) {",
    becomes: 'if (actor === undefined) {',
    noticedBy: 'comes when its person may not import any more',
  },
];

const trace: BrokenRule[] = [
  {
    rule: 'a link that is said no more is kept with the time at which it was',
    within: 'src/features/trace/links',
    text: 'from gone g where g.said_from < $4)',
    becomes: 'from gone g where g.said_from > $4)',
    noticedBy: 'has what was said then, by value, whatever became of it, and what is known now beside it',
  },
  {
    rule: 'what is said of a station at a time is what was said then',
    within: 'src/features/trace/history',
    text: "`s.thing = '${thing}' and s.said_from <= ${moment} and (s.said_to is null or s.said_to > ${moment})`",
    becomes: "`s.thing = '${thing}' and s.said_from <= ${moment} and s.said_to is null`",
    noticedBy: 'has what was said then, by value, whatever became of it, and what is known now beside it',
  },
  {
    rule: 'of a time before the history nothing is told',
    within: 'src/features/trace/reading',
    text: 'if (since === null || since > at) {',
    becomes: 'if (since === null) {',
    noticedBy: 'is not told of a time before the history, and what is known now is no answer',
  },
  {
    rule: 'that the age of a word then is not known is said',
    within: 'src/features/trace/history',
    text: 'v.was_read and good.at is null as forgotten',
    becomes: 'false as forgotten',
    noticedBy: 'says of a system whose runs are kept no longer what was noted of its age then',
  },
  {
    rule: 'a link is signed only by the signature of the claim that decided',
    within: 'src/features/images',
    text: 'where c.image_id = p.image_id and c.ordinal = p.claim_ordinal) as signature',
    becomes: "where c.image_id = p.image_id and c.signature = 'verified' limit 1) as signature",
    noticedBy: 'is signed by nothing but the claim that decided',
  },
  {
    rule: 'what a deployment put there by tag is inferred',
    within: 'src/features/trace/links',
    text: "({ imageId, certainty: 'inferred', note })",
    becomes: "({ imageId, certainty: 'stated', note })",
    noticedBy: 'is the same from each of its stations, and misses nothing',
  },
  {
    rule: 'of several images that a deployment may mean all are linked',
    within: 'src/features/trace/links',
    text: 'if (named.length > 0) return named.map(',
    becomes: 'if (named.length > 0) return named.slice(0, 1).map(',
    noticedBy: 'is shown, and none is followed',
  },
  {
    rule: 'of several things that a text may mean none is followed',
    within: 'src/features/trace/reading',
    text: 'if (found.length > 1 || start === undefined)',
    becomes: 'if (start === undefined)',
    noticedBy: 'is shown, and none is followed',
  },
  {
    rule: 'a deployment is of no commit that only its execution checked out',
    within: 'src/features/trace/links',
    text: "deployment.commit !== null && deployment.source === 'pushed'",
    becomes: 'deployment.commit !== null',
    noticedBy: 'says of no deployment which commit it is of, but where that was told of it',
  },
  {
    rule: 'a tag that comes to an image has those looked at that named it',
    within: 'src/features/trace/links',
    text: 'm.repository = t.repository and m.tag = t.name and m.to_at >= t.from_at',
    becomes: 'm.repository = t.repository and m.tag = t.name and m.to_at < t.from_at',
    noticedBy: 'a deployment is looked at again when the tag that it named comes, and by nothing else that happens',
  },
  {
    rule: 'a deployment that changes has those looked at that ran before and after it',
    within: 'src/features/trace/links',
    text: "owner === 'deployment' ? await withNeighbours(tx, some) : some",
    becomes: 'some',
    noticedBy: 'makes the same index in any order of arrival, and again from nothing',
  },
  {
    rule: 'what a deployment ended is looked at again when that deployment comes at another time',
    within: 'src/features/trace/links',
    text: 'select owner_id from trace.links where ended_by = any ($1)',
    becomes: 'select owner_id from trace.links where ended_by = any ($1) and false',
    noticedBy: 'what ran before is looked at again when the deployment that ended it comes at another time',
  },
  {
    rule: 'of a companion the report counts, and never the gate of its server',
    within: 'src/features/trace/reading',
    text: "case when a.scope = 'companion' then coalesce(report.state, 'NO_REPORT') else ${gate} end as state",
    becomes: '${gate} as state',
    noticedBy: 'of a companion the report counts that was made of it, and never the gate of its server',
  },
  {
    rule: 'a report that is yet to be made, or could not be, does not stand well',
    within: 'src/features/trace/reading',
    text: "when bool_and(coalesce(r.result = 'PASS' and r.state in ('published', 'skipped'), false)) then 'OK'",
    becomes: "when bool_and(coalesce(r.result = 'PASS', false)) then 'OK'",
    noticedBy: 'of a companion the report counts that was made of it, and never the gate of its server',
  },
  {
    rule: 'what a build pushed without a tag is not taken for latest',
    within: 'src/features/trace/links',
    text: 'where i.execution_id = e.id and (i.tag is not null or i.digest is not null)',
    becomes: 'where i.execution_id = e.id',
    noticedBy: 'of a build that was not asked yet it is said, and nothing is taken for what it pushed without a tag',
  },
  {
    rule: 'of several images that fit what a list of deployments named none is taken for it',
    within: 'src/features/deployments',
    text: `having count(distinct i.image) = 1 and count(distinct i.digest) <= 1) step on true
  left join deployments.levels above`,
    becomes: `having true) step on true
  left join deployments.levels above`,
    noticedBy:
      'an image is what the steps say where one alone fits what the list named, and else only what the list says',
  },
  {
    rule: 'what ran before a deployment that was taken back runs again',
    within: 'src/features/trace/links',
    text: '...periods.map(({ from, to, endedBy }): Link =>',
    becomes: '...periods.slice(0, 1).map(({ from, to, endedBy }): Link =>',
    noticedBy: 'what took the place of a deployment and was taken back leaves it two times there',
  },
  {
    rule: 'a past that was not read yet reaches back to nothing',
    within: 'src/features/trace/reading',
    text: 'from === null || from > madeAt',
    becomes: 'from !== null && from > madeAt',
    noticedBy: 'says of an image where its builder’s past was not read as far back as it was made',
  },
  {
    rule: 'a deployment before the registry was read says so',
    within: 'src/features/trace/reading',
    text: "readFrom !== null && readFrom > since ? 'trace_beyond_history' : 'trace_tag_unknown_then'",
    becomes: "'trace_tag_unknown_then'",
    noticedBy: 'says of a deployment why no image is known',
  },
  {
    rule: 'that a deployment may mean another image is said on the line of each',
    within: 'src/features/trace/reading',
    text: 'images: images ?? [],',
    becomes: 'images: (images ?? []).slice(0, 1),',
    noticedBy: 'is missed of what is on the line, and not of what lies beside it',
  },
  {
    rule: 'what was deployed of a commit is on its line, whatever it says of a commit',
    within: 'src/features/trace/reading',
    text: 'for (const { toId } of put) images.add(toId ?? 0);',
    becomes: 'if (put.length < 0) return;',
    noticedBy: 'is missed of what is on the line, and not of what lies beside it',
  },
  {
    rule: 'an execution that names an image which nobody knows does not pass for one that names none',
    within: 'src/features/trace',
    text: 'resolve(mention, known, { window, certainty }).length === 0',
    becomes: 'resolve(mention, known, { window, certainty }).length < 0',
    noticedBy: 'says of what an execution built why nobody knows it',
  },
];

const verdictsOnLines: readonly BrokenRule[] = [
  {
    rule: 'an image that failed the policy has failed on the line, and so has the deployment that runs it',
    within: 'src/features/trace/reading',
    text: "if (standing === 'failed' || verdict === 'failed') return 'failed';",
    becomes: "if (standing === 'failed') return 'failed';",
    noticedBy:
      'counts for the image and for the deployment that runs it: failed is worst, and without one nothing stands well',
  },
  {
    rule: 'an image without a verdict does not stand well on the line',
    within: 'src/features/trace/reading',
    text: "if (standing === 'unknown' || verdict !== 'passed') return 'unknown';",
    becomes: "if (standing === 'unknown') return 'unknown';",
    noticedBy:
      'counts for the image and for the deployment that runs it: failed is worst, and without one nothing stands well',
  },
  {
    rule: 'a verdict that rests on what is stale is none on the line',
    within: 'src/features/trace/reading',
    text: 'const stale = all.some(',
    becomes: 'const stale = all.slice(0, 1).some(',
    noticedBy:
      'counts for the image and for the deployment that runs it: failed is worst, and without one nothing stands well',
  },
  {
    rule: 'the line of an environment has nothing that ran there before',
    within: 'src/features/trace/reading',
    text: '${intoText} and valid_to is null',
    becomes: '${intoText}',
    noticedBy:
      'is where a line begins, by its name or as links name it, and shows what runs there and nothing that ran before',
  },
];

const fixes: readonly BrokenRule[] = [
  {
    rule: 'a commit that was not analysed is no fix',
    within: 'src/features/running/deriving',
    text: 'k.branch_id = r.branch_id and k.from_at > r.last_from',
    becomes: 'k.from_at >= r.last_from',
    noticedBy: 'runs until an image comes whose commit is proven not to have it, and what was said stays',
  },
  {
    rule: 'what people accepted is no fix',
    within: 'src/features/running/deriving',
    text: "r.counted_state = 'open' and r.held_until",
    becomes: 'r.held_until',
    noticedBy: 'is not ended by what people accepted, and begins again where the vulnerable image is deployed again',
  },
  {
    rule: 'a vulnerability is told nobody who does not see its project',
    within: 'src/features/running',
    text: '(select from ${tables.project} t where t.id = fixes.project_id)',
    becomes: '(select from ${tables.project} t)',
    noticedBy: 'is told nobody who does not see the project',
  },
];

const running: readonly BrokenRule[] = [
  {
    rule: 'what was stale then stays so when its runs are kept no more',
    within: 'src/features/running/reading',
    text: 'when f.was_read and good.at is null then f.stale_since',
    becomes: 'when f.was_read and good.at is null then null',
    noticedBy: 'holds when the runs of that time are kept no more: what was noted then stands in for them, and says so',
  },
  {
    rule: 'what a removed integration said then is said to be gone',
    within: 'src/features/running/reading',
    text: "...inWords('said_by_removed', removed)",
    becomes: "...inWords('said_by_removed', removed.slice(0, 0))",
    noticedBy: 'says that what was said by an integration is gone that was removed since',
  },
  {
    rule: 'what runs is listed for a node by its teams alone',
    within: 'src/features/running/reading',
    text: '($7::bigint[] is null or v.team_ids && $7)',
    becomes: '($7::bigint[] is null or $7 = $7)',
    noticedBy: 'is listed and counted for a node of an org tree by the teams that it is of',
  },
  {
    rule: 'of several images that may run none is passed',
    within: 'src/features/running/deriving',
    text: "if (images > 1) return code('trace_image_ambiguous');",
    becomes: "if (images > 99) return code('trace_image_ambiguous');",
    noticedBy: 'where several images may be the one',
  },
  {
    rule: 'what was deployed by a tag that moved meanwhile is not passed',
    within: 'src/features/running/deriving',
    text: "({ note }) => note === 'tag_moved'",
    becomes: "({ note }) => note === 'never'",
    noticedBy: 'where the tag moved meanwhile, or a later deployment leaves it in doubt',
  },
  {
    rule: 'what a later deployment leaves in doubt is not passed',
    within: 'src/features/running/deriving',
    text: "return doubt === null ? null : code('running_in_doubt');",
    becomes: 'return null;',
    noticedBy: 'where the tag moved meanwhile, or a later deployment leaves it in doubt',
  },
  {
    rule: 'what is stale is not passed',
    within: 'src/features/running/reading',
    text: "when k.verdict = 'passed' and (k.stale_since is not null or k.too_old) then 'stale'",
    becomes: "when k.verdict = 'passed' and k.too_old then 'stale'",
    noticedBy: 'where its facts are too old: stale is a state of its own, and a failure stays one',
  },
  {
    rule: 'what is older than was asked for is not passed',
    within: 'src/features/running/reading',
    text: '(k.stale_since is not null or k.too_old)',
    becomes: '(k.stale_since is not null)',
    noticedBy: 'where its facts are too old: stale is a state of its own, and a failure stays one',
  },
  {
    rule: 'what projects of others have is told nobody',
    within: 'src/features/running/reading',
    text: 'not $5 and exists (select from unnest(v.project_ids) p (id)',
    becomes: 'false and exists (select from unnest(v.project_ids) p (id)',
    noticedBy: 'is not told, filtered by or counted by what projects of others have',
  },
  {
    rule: 'a waiver lets pass until it ends',
    within: 'src/features/running/reading',
    text: 'w.valid_from <= moment.at and w.valid_to > moment.at',
    becomes: 'w.valid_from <= moment.at',
    noticedBy: 'is waived while the waiver is in force, and never longer',
  },
  {
    rule: 'a vulnerability that was fixed after the commit is still in what runs',
    within: 'src/features/running/deriving',
    text: "(f.state = 'fixed' and f.period_to > a.analyzed_at)",
    becomes: "f.state = 'none'",
    noticedBy:
      'counts the vulnerabilities of its commit: those that were fixed later, without those that were accepted',
  },
  {
    rule: 'vulnerabilities of a branch that is not proven to be read are not known',
    within: 'src/features/running/deriving',
    text: "a.id = any ($1) and a.scope = 'branch' and r.issues_of >= a.analyzed_at",
    becomes: "a.id = any ($1) and a.scope = 'branch'",
    noticedBy:
      'counts the vulnerabilities of its commit: those that were fixed later, without those that were accepted',
  },
  {
    rule: 'a line is as sure as its weakest link',
    within: 'src/domain',
    text: 'certainties.findLast((certainty) => links.includes(certainty))',
    becomes: 'certainties.find((certainty) => links.includes(certainty))',
    noticedBy: 'is as sure as its weakest link',
  },
  {
    rule: 'a policy takes nothing for passed that was read longer ago than was asked for',
    within: 'src/features/policy/reading',
    text: "if (verdict.status !== 'passed' || old.length === 0) return verdict;",
    becomes: "if (verdict.status !== 'passed' || old.length < 99) return verdict;",
    noticedBy: 'what passed by facts that are older than was asked for is refused, and what failed stays failed',
  },
];

/** A number on the first page that is not sure says so. */
const overview: BrokenRule[] = [
  {
    rule: 'what was not read whole is no 0 on the first page',
    within: 'src/features/overview',
    text: 'value: known || value > 0 ? value : null,',
    becomes: 'value,',
    noticedBy: 'says that it is not whole, and is no 0 then',
  },
  {
    rule: 'images on which nothing was said yet leave the number of those that fail open',
    within: 'src/features/overview',
    text: 'gap: waiting === 0 ? null : stillJudging,',
    becomes: 'gap: null,',
    noticedBy: 'says that it is not whole, and is no 0 then',
  },
  {
    rule: 'a number is late when any of what it is counted from is',
    within: 'src/features/overview',
    text: 'stale: staleSince !== null,',
    becomes: 'stale: false,',
    noticedBy: 'is grey with since when once what it was read from is late, and its neighbours are not',
  },
  {
    rule: 'what needs a person and could not be looked at is named',
    within: 'src/features/overview',
    text: 'unread.push({ part: name, ...whyOf(error) });',
    becomes: 'void error;',
    noticedBy: 'names what could not be looked at',
  },
  {
    rule: 'a verdict is of whom the image is',
    within: 'src/features/policy',
    text: "'policy.results': { of: 'images', by: 'repository_id' },",
    becomes: "'policy.results': { everybody: 'broken' },",
    noticedBy: 'is of the caller’s teams alone, and of a node’s',
  },
];

export const brokenRules: readonly BrokenRule[] = [
  ...leases,
  ...stage,
  ...absence,
  ...derived,
  ...changes,
  ...accessRules,
  ...policy,
  ...reports,
  ...belongings,
  ...imports,
  ...auditTrail,
  ...moving,
  ...targets,
  ...teamNumbers,
  ...insightReports,
  ...trace,
  ...verdictsOnLines,
  ...fixes,
  ...running,
  ...overview,
];
