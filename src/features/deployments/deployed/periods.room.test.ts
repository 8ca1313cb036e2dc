import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../../test/support/random.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { settlePlaces } from './places.ts';

const base = Date.parse('2026-11-01T00:00:00Z');
const minute = (n: number): string => new Date(base + n * 60_000).toISOString();

interface Told {
  at: number;
  status?: string;
  rolledBack?: boolean;
  rolledBackAt?: number;
  takesBack?: boolean;
}

/** A place with these deployments; their keys are their numbers. */
async function place({ db }: TestDatabase, name: string, told: readonly Told[]): Promise<void> {
  const { id } = await db.one<{ id: number }>(
    `insert into deployments.places (service, environment, service_name, environment_name) values ($1, 'prod', $1, 'prod') returning id`,
    [name],
  );
  for (const [index, one] of told.entries())
    await db.execute(
      `insert into deployments.deployments (source, source_key, place_id, status, rolled_back, rolled_back_at, takes_back, service_name, environment_name, at)
       values ('pushed', $1, $2, $3, $4, $5, $6, $7, 'prod', $8)`,
      [
        String(index),
        id,
        one.status ?? 'succeeded',
        one.rolledBack ?? false,
        one.rolledBackAt === undefined ? null : minute(one.rolledBackAt),
        one.takesBack ?? false,
        name,
        minute(one.at),
      ],
    );
  await settlePlaces(db, [id]);
}

async function periods({ db }: TestDatabase, name: string): Promise<[string, number, number | null][]> {
  const rows = await db.query<{ key: string; from: Date; to: Date | null }>(
    `select d.deployment_key as key, r.from_at as "from", r.to_at as "to" from data.deployment_periods r
       join data.deployments d on d.id = r.deployment_id where r.service = $1 order by r.from_at`,
    [name],
  );
  const at = (time: Date): number => (time.getTime() - base) / 60_000;
  return rows.map(({ key, from, to }) => [key, at(from), to === null ? null : at(to)]);
}

/** The same, told moment by moment: whoever succeeded last and was not taken back by then. */
function plainly(told: readonly Told[]): [string, number, number | null][] {
  const found: [string, number, number | null][] = [];
  let before: number | undefined;
  for (let now = 0; now <= 100; now += 1) {
    const running = told
      .map((one, index) => ({ ...one, index }))
      .filter(({ status, takesBack, at }) => (status ?? 'succeeded') === 'succeeded' && takesBack !== true && at <= now)
      .filter(({ rolledBack, rolledBackAt, at }) => rolledBack !== true || Math.max(at, rolledBackAt ?? at) > now)
      .toSorted((a, b) => b.at - a.at || (String(a.index) < String(b.index) ? 1 : -1))[0]?.index;
    if (running === before) continue;
    const last = found.at(-1);
    if (before !== undefined && last !== undefined) last[2] = now;
    if (running !== undefined) found.push([String(running), now, null]);
    before = running;
  }
  return found;
}

describe('periods of deployments', () => {
  it('end with the next that took effect, and begin again when that is taken back', async () => {
    const stored = await cloneDatabase();
    await place(stored, 'web', [
      { at: 1 },
      { at: 3, status: 'failed' },
      { at: 5, rolledBack: true, rolledBackAt: 8 },
      { at: 8, takesBack: true },
      { at: 10, rolledBack: true },
      { at: 12 },
    ]);
    expect(await periods(stored, 'web')).toEqual([
      ['0', 1, 5],
      ['2', 5, 8],
      ['0', 8, 12],
      ['5', 12, null],
    ]);
    await place(stored, 'gone', [{ at: 1, rolledBack: true, rolledBackAt: 4 }, { at: 9 }]);
    expect(await periods(stored, 'gone')).toEqual([
      ['0', 1, 4],
      ['1', 9, null],
    ]);
    await stored.drop();
  });

  it('are what is told moment by moment, and end in what runs now', async () => {
    const stored = await cloneDatabase();
    const random = randomOf(20_261_130);
    for (let story = 0; story < 40; story += 1) {
      const told = Array.from({ length: 1 + Math.floor(random() * 9) }, (): Told => {
        const at = Math.floor(random() * 40);
        const fate = random();
        if (fate < 0.2) return { at, status: fate < 0.1 ? 'failed' : 'aborted', rolledBack: fate < 0.05 };
        if (fate < 0.3) return { at, takesBack: true };
        if (fate < 0.55) return { at, rolledBack: true, rolledBackAt: at + Math.floor(random() * 20) - 2 };
        return { at };
      });
      const name = `s${story}`;
      await place(stored, name, told);
      expect([told, await periods(stored, name)]).toEqual([told, plainly(told)]);
    }
    const differing = await stored.db.query(
      `select p.service from deployments.places p
         full join (select * from shared.deployment_periods where to_at is null) r on r.place_id = p.id
        where p.running_id is distinct from r.deployment_id`,
    );
    expect(differing).toEqual([]);
    await stored.drop();
  });
});
