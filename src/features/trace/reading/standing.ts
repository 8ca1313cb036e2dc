import type { Line, Link, Standing, Station } from '../contract.ts';

/** What a state comes to, whatever kind of station it is of; one that is not here says nothing good and nothing bad. */
const standings: Readonly<Record<string, Standing>> = {
  'analysis ERROR': 'failed',
  'analysis WARN': 'warning',
  'analysis OK': 'good',
  'analysis NONE': 'unknown',
  'analysis NOT_EVALUATED': 'unknown',
  'analysis REPORT_FAILED': 'warning',
  'analysis NO_REPORT': 'unknown',
  'pull_request declined': 'warning',
  'image gone': 'unknown',
  'execution success': 'good',
  'execution failure': 'failed',
  'execution cancelled': 'warning',
  'execution unknown': 'unknown',
  'deployment succeeded': 'good',
  'deployment failed': 'failed',
  'deployment rolled_back': 'failed',
  'deployment aborted': 'warning',
  'deployment unknown': 'unknown',
};

/**
 * A deployment that succeeded stands in doubt by what happened in its place since. What the policy says of an image counts for
 * it, and for the deployment of it that runs now: what failed has failed, and without a verdict nothing stands well.
 */
export function standingOf({ station, state, facts }: Pick<Station, 'station' | 'state' | 'facts'>): Standing {
  const own = standings[`${station} ${state}`] ?? 'neutral';
  const { doubt, verdict } = facts;
  const standing = own === 'good' && typeof doubt === 'string' ? 'warning' : own;
  if (verdict === undefined || !(station === 'image' || facts['runsNow'] === true)) return standing;
  if (standing === 'failed' || verdict === 'failed') return 'failed';
  if (standing === 'warning' || verdict === 'waived') return 'warning';
  if (standing === 'unknown' || verdict !== 'passed') return 'unknown';
  return 'good';
}

const order: readonly Standing[] = ['failed', 'warning'];

/**
 * Stations that failed or are in doubt, worst first and then the newest. What was replaced since is left out: an analysis that
 * was made again, a deployment that was tried again, what is only of an earlier push of the pull request that was asked for.
 */
export function worstStations({ start, stations, links }: Pick<Line, 'start' | 'stations' | 'links'>): string[] {
  const past = replaced({ start, stations, links });
  return stations
    .filter(({ ref, standing }) => order.includes(standing) && !past.has(ref))
    .toSorted(
      (a, b) =>
        order.indexOf(a.standing) - order.indexOf(b.standing) ||
        (b.at ?? '').localeCompare(a.at ?? '') ||
        a.ref.localeCompare(b.ref),
    )
    .map(({ ref }) => ref);
}

function replaced({ start, stations, links }: Pick<Line, 'start' | 'stations' | 'links'>): Set<string> {
  const past = new Set<string>();
  const newest = new Map<string, Station>();
  for (const one of stations) {
    const { facts, ref } = one;
    if (facts['superseded'] === true || facts['gone'] === true) past.add(ref);
    if (one.station !== 'analysis') continue;
    const place = `${String(facts['projectId'])} ${String(facts['scope'])} ${String(facts['branch'])}`;
    const before = newest.get(place);
    if (before !== undefined) past.add((before.at ?? '') < (one.at ?? '') ? before.ref : ref);
    if (before === undefined || (before.at ?? '') < (one.at ?? '')) newest.set(place, one);
  }
  const earlier = earlierPushes(start, links);
  for (const ref of [...onlyOf(earlier, links, 'analyzed'), ...onlyOf(earlier, links, 'built_from')]) past.add(ref);
  for (const ref of onlyOf(past, links, 'ran_in')) past.add(ref);
  return past;
}

/** Commits that were the newest of the pull request once, and are neither that now nor its merge. */
function earlierPushes(start: string, links: readonly Link[]): Set<string> {
  const own = links.filter(({ from }) => from === start);
  const merged = own.some(({ kind }) => kind === 'merge');
  const stands = own.filter(
    ({ kind, validTo }) => kind === 'merge' || (kind === 'head' && validTo === null && !merged),
  );
  const kept = new Set(stands.map(({ to }) => to));
  return new Set(own.filter(({ kind, to }) => kind === 'head' && !kept.has(to)).map(({ to }) => to));
}

/** What hangs by links of one kind on these alone. */
function onlyOf(
  these: ReadonlySet<string>,
  links: readonly Link[],
  kind: 'analyzed' | 'built_from' | 'ran_in',
): string[] {
  const ends = new Map<string, string[]>();
  for (const link of links) {
    if (link.kind !== kind) continue;
    const [one, other] = kind === 'ran_in' ? [link.to, link.from] : [link.from, link.to];
    ends.set(one, [...(ends.get(one) ?? []), other]);
  }
  return [...ends].filter(([, others]) => others.every((other) => these.has(other))).map(([one]) => one);
}
