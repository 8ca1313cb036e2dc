import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeAnnotation, CodeReport, ReportResult, ReportWriter } from '../../../connectors/contract.ts';
import { publishReport, type WantedReport } from './publish-report.ts';

const reportOf = (result: ReportResult, details: string): CodeReport => ({
  title: 'SonarQube',
  reporter: 'SonarQube',
  result,
  details,
  link: 'https://s',
  createdDate: 0,
  data: [],
});

const annotationsOf = (count: number): CodeAnnotation[] =>
  Array.from({ length: count }, (_, at) => ({
    externalId: String(at),
    severity: 'LOW',
    type: 'BUG',
    message: 'm',
    link: 'https://s',
  }));

const wantedOf = (result: ReportResult, count = 0): WantedReport => ({
  report: (shown, problem) => reportOf(problem === undefined ? result : 'FAIL', `${shown} ${problem ?? ''}`.trim()),
  annotations: annotationsOf(count),
});

/** A server that fails when it is told to, before or after a call had its effect. */
class Server {
  result: ReportResult | null = null;
  details = '';
  annotations: string[] = [];
  calls: string[] = [];
  limit = 1_000;
  failing: 'before' | 'after' | null = null;
  onChange: () => void = () => {};

  writer(): ReportWriter {
    return {
      put: (report) =>
        this.#call(`put ${report.result}`, () => {
          this.result = report.result;
          this.details = report.details;
        }),
      clear: () =>
        this.#call('clear', () => {
          this.annotations = [];
        }),
      add: async (batch) => {
        if (this.annotations.length + batch.length > this.limit) {
          this.calls.push(`refuse ${batch.length}`);
          return 'too_many';
        }
        await this.#call(`add ${batch.length}`, () => {
          this.annotations = [...this.annotations, ...batch.map(({ externalId }) => externalId)];
        });
        return 'added';
      },
    };
  }

  async #call(name: string, effect: () => void): Promise<void> {
    const failing = this.failing;
    this.failing = null;
    if (failing === 'before') throw new Error('connection refused');
    this.calls.push(name);
    effect();
    this.onChange();
    if (failing === 'after') throw new Error('connection lost');
  }
}

describe('a report is brought to what is wanted', () => {
  const callsFor = async (wanted: WantedReport, server = new Server()): Promise<string[]> => {
    await publishReport(server.writer(), wanted);
    return server.calls;
  };

  it('that fails: it fails first', async () => {
    expect(await callsFor(wantedOf('FAIL', 2))).toEqual(['put FAIL', 'clear', 'add 2']);
    expect(await callsFor(wantedOf('FAIL'))).toEqual(['put FAIL', 'clear']);
  });

  it('that passes without annotations: it passes last', async () => {
    expect(await callsFor(wantedOf('PASS'))).toEqual(['clear', 'put PASS']);
  });

  it('that passes with annotations: it fails while they are exchanged', async () => {
    expect(await callsFor(wantedOf('PASS', 300))).toEqual(['put FAIL', 'clear', 'add 250', 'add 50', 'put PASS']);
  });

  it('with as many annotations as the server stores, and says how many', async () => {
    const server = new Server();
    server.limit = 300;
    expect(await publishReport(server.writer(), wantedOf('FAIL', 2_500))).toBe(300);
    expect(server.annotations).toEqual(annotationsOf(300).map(({ externalId }) => externalId));
    expect(server.calls.filter((call) => call.startsWith('refuse')).length).toBeLessThan(12);
    expect([server.calls.at(-1), server.details]).toEqual(['put FAIL', '300']);
    const most = new Server();
    expect(await publishReport(most.writer(), wantedOf('PASS', 2_500))).toBe(1_000);
    expect([most.result, most.annotations.length]).toEqual(['PASS', 1_000]);
  });

  it('but never passes where none of its annotations is stored: without them it would look clean', async () => {
    const server = new Server();
    server.limit = 0;
    expect(await publishReport(server.writer(), wantedOf('PASS', 3))).toBe(0);
    expect([server.result, server.details]).toEqual(['FAIL', '0 The server stores no annotations.']);
  });

  it('says why where annotations cannot be published, and does not pass meanwhile', async () => {
    const server = new Server();
    const writer = server.writer();
    const broken: ReportWriter = { ...writer, add: () => Promise.reject(new Error('413')) };
    await expect(publishReport(broken, wantedOf('PASS', 3))).rejects.toThrow('413');
    expect(server.result).toBe('FAIL');
    expect(server.details).toContain('could not be published');
    await publishReport(writer, wantedOf('PASS', 3));
    expect([server.result, server.annotations.length]).toEqual(['PASS', 3]);
  });
});

describe('at no moment a merge check sees a report better than it is', () => {
  /** What a required report may ask for: that it passes, or also that it has no annotations. */
  const checks = [
    (result: ReportResult | null) => result === 'PASS',
    (result: ReportResult | null, annotations: number) => result === 'PASS' && annotations === 0,
  ];

  type Step = { result: ReportResult; count: number; failures: [number, 'before' | 'after'][] };
  const step: fc.Arbitrary<Step> = fc.record({
    result: fc.constantFrom<ReportResult>('PASS', 'FAIL'),
    count: fc.constantFrom(0, 1, 251, 600),
    failures: fc.array(fc.tuple(fc.nat(6), fc.constantFrom('before' as const, 'after' as const)), { maxLength: 3 }),
  });

  /** Runs a history of wanted reports, each tried until it is done; throws where a check would open too early. */
  const holds = async (publish: typeof publishReport, steps: readonly Step[]): Promise<void> => {
    const server = new Server();
    for (const { result, count, failures } of steps) {
      const open = checks.map((check) => check(result, count));
      server.onChange = () => {
        checks.forEach((check, at) => {
          if (check(server.result, server.annotations.length) && !open[at]) throw new TooEarly();
        });
      };
      for (const failure of [...failures, null]) {
        const writer = failingAt(server, failure);
        try {
          await publish(writer, wantedOf(result, count));
        } catch (error) {
          if (error instanceof TooEarly) throw error;
        }
      }
      expect([server.result, server.annotations.length]).toEqual([result, count]);
    }
  };

  const runs = { numRuns: 2_000, seed: 20_261_129 };

  it('in any history of reports, failures and retries', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => holds(publishReport, steps)),
      runs,
    );
  });

  it('which the usual order, report first and annotations after it, breaks', async () => {
    const usual: typeof publishReport = async (writer, { report, annotations }) => {
      await writer.put(report(annotations.length));
      await writer.clear();
      for (let at = 0; at < annotations.length; at += 250) await writer.add(annotations.slice(at, at + 250));
      return annotations.length;
    };
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => holds(usual, steps));
    const { failed, errorInstance } = await fc.check(property, runs);
    expect([failed, errorInstance]).toEqual([true, expect.any(TooEarly)]);
  });
});

class TooEarly extends Error {}

/** The same server, whose call number `at` fails. */
function failingAt(server: Server, failure: readonly [number, 'before' | 'after'] | null): ReportWriter {
  const writer = server.writer();
  if (failure === null) return writer;
  let call = 0;
  const counted = async <T>(run: () => Promise<T>): Promise<T> => {
    server.failing = call === failure[0] ? failure[1] : null;
    call += 1;
    return run();
  };
  return {
    put: (report) => counted(() => writer.put(report)),
    clear: () => counted(() => writer.clear()),
    add: (batch) => counted(() => writer.add(batch)),
  };
}
