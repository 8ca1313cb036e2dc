import type { Random } from './random.ts';

/** One random combination of filters, as a person would set it; every endpoint is asked with it. */
export interface Question {
  filters: Record<string, string>;
  trend: Record<string, string>;
  findings: Record<string, string>;
}

/** Projects are chosen by their id, 1 to `projects`; project 1 is the large one. */
export function randomQuestion(random: Random, projects: number, now: Date): Question {
  const filters: Record<string, string> = { branchScope: random.next() < 0.75 ? 'main' : 'all' };
  const count = random.weighted([
    [0, 40],
    [1, 20],
    [random.between(2, 10), 20],
    [random.between(11, 100), 15],
    [random.between(101, 400), 5],
  ]);
  if (count > 0) {
    const ids = Array.from({ length: projects }, (_, index) => index + 1);
    const chosen = new Set(random.sample(ids, count));
    if (random.next() < 0.4) chosen.add(1);
    filters['projects'] = [...chosen].join(',');
  }
  if (random.next() < 0.4) {
    filters['severity'] = random
      .sample(['critical', 'high', 'medium', 'low', 'unrated'], random.between(1, 3))
      .join(',');
  }
  if (random.next() < 0.25) filters['assetType'] = random.pick(['repository', 'iac_file']);
  return { filters, trend: randomTrend(random, now), findings: randomListing(random) };
}

function randomTrend(random: Random, now: Date): Record<string, string> {
  const granularity = random.pick(['week', 'month', 'quarter']);
  if (random.next() < 0.6) return { granularity, preset: random.pick(['4w', '12w', '3m', '6m', '12m', '24m']) };
  const day = (ago: number): string => new Date(now.getTime() - ago * 86_400_000).toISOString().slice(0, 10);
  const to = random.between(0, 400);
  return { granularity, from: day(to + random.between(0, 400)), to: day(to) };
}

function randomListing(random: Random): Record<string, string> {
  const list = random.weighted([
    ['open', 70],
    ['accepted', 10],
    ['false_positive', 10],
    ['hotspots', 10],
  ]);
  const aged = list === 'open' && random.next() < 0.3;
  return {
    list,
    ...(aged
      ? { age: random.sample(['0-7', '8-30', '31-90', '91-365', 'over-365'], random.between(1, 3)).join(',') }
      : {}),
    sort: random.weighted([
      ['created', 60],
      ['severity', 25],
      ['project', 15],
    ]),
    direction: random.pick(['asc', 'desc']),
    page: String(
      random.weighted([
        [1, 80],
        [2, 10],
        [random.between(3, 20), 10],
      ]),
    ),
  };
}
