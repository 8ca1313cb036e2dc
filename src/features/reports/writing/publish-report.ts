import { type CodeAnnotation, type CodeReport, type ReportWriter, reportLimits } from '../../../connectors/contract.ts';

export interface WantedReport {
  /** The report with so many annotations. With a `problem` its result is `FAIL`, whatever the gate says. */
  report(shown: number, problem?: string): CodeReport;
  /** In the order in which they are given up where the server stores fewer: the last first. */
  annotations: readonly CodeAnnotation[];
}

/** Why a report fails whose annotations the server takes none of. */
export const storesNone = 'The server stores no annotations.';

/** Says in every report that does not pass what else a reader must know. */
export const withWarning = (wanted: WantedReport, warning: string): WantedReport => ({
  annotations: wanted.annotations,
  report(shown, problem) {
    const plain = wanted.report(shown, problem);
    if (plain.result === 'PASS') return plain;
    return wanted.report(shown, problem === undefined ? warning : `${warning} ${problem}`);
  },
});

/** Small enough for proxies that limit bodies. */
const batchSize = 250;

/**
 * Brings the report on the server to what is wanted, so that at no moment a merge check sees it better than it is: a
 * report that fails, or that has annotations, fails before they are exchanged, and one without passes only after the
 * last annotation is gone. Returns how many annotations are shown. When it throws, the report does not pass unless it
 * passed before the first call; the same call again brings it to what is wanted.
 */
export async function publishReport(writer: ReportWriter, wanted: WantedReport): Promise<number> {
  const annotations = wanted.annotations.slice(0, reportLimits.annotations);
  const whole = wanted.report(annotations.length);
  if (annotations.length === 0) {
    await (whole.result === 'PASS' ? passWithout(writer, whole) : failWithout(writer, whole));
    return 0;
  }
  const exchanging = whole.result === 'FAIL' ? whole : wanted.report(0, 'Its annotations are being published.');
  await writer.put(exchanging);
  await writer.clear();
  const shown = await addAll(writer, wanted, annotations);
  if (shown === 0) {
    await writer.put(wanted.report(0, storesNone));
  } else if (exchanging !== whole || shown < annotations.length) {
    await writer.put(wanted.report(shown));
  }
  return shown;
}

async function passWithout(writer: ReportWriter, report: CodeReport): Promise<void> {
  await writer.clear();
  await writer.put(report);
}

async function failWithout(writer: ReportWriter, report: CodeReport): Promise<void> {
  await writer.put(report);
  await writer.clear();
}

/** Adds as many as the server stores: a batch that is too many is halved. */
async function addAll(
  writer: ReportWriter,
  wanted: WantedReport,
  annotations: readonly CodeAnnotation[],
): Promise<number> {
  let shown = 0;
  let size = batchSize;
  try {
    while (shown < annotations.length && size > 0) {
      const batch = annotations.slice(shown, shown + size);
      if ((await writer.add(batch)) === 'added') shown += batch.length;
      else size = Math.floor(batch.length / 2);
    }
  } catch (error) {
    await sayWhy(writer, wanted, shown);
    throw error;
  }
  return shown;
}

/** The report itself says what is missing; when that fails too, the first failure is the one to tell. */
async function sayWhy(writer: ReportWriter, wanted: WantedReport, shown: number): Promise<void> {
  try {
    await writer.put(wanted.report(shown, 'Its annotations could not be published; it is tried again.'));
  } catch {
    // It already fails for the time of the exchange.
  }
}
