import type { Connector } from '../../connectors/contract.ts';

/** What the streams of a connector are for, by their names. */
export interface StreamRoles {
  /** A run counts their records. */
  headline: ReadonlySet<string>;
  /** Without them nothing of a slice is complete. */
  essential: ReadonlySet<string>;
  /** A slice of which one of them could not be read is not complete: what is essential, and what is counted. */
  needed: ReadonlySet<string>;
  /** People see how whole they are. */
  shown: ReadonlySet<string>;
  /** What is read one by one, slice by slice; null where nothing is listed. */
  listed: string | null;
  /** Scopes that begin so are in no total; null: every one counts. */
  besideTotals: string | null;
}

export function streamRoles({ streams, besideTotals }: Pick<Connector, 'streams' | 'besideTotals'>): StreamRoles {
  const named = (holds: (stream: Connector['streams'][number]) => boolean): ReadonlySet<string> =>
    new Set(streams.filter(holds).map(({ name }) => name));
  return {
    headline: named(({ headline }) => headline === true),
    essential: named(({ completeness }) => completeness === 'essential'),
    needed: named(
      ({ completeness, headline }) => completeness === 'essential' || (completeness === 'shown' && headline === true),
    ),
    shown: named(({ completeness }) => completeness !== undefined),
    listed: streams.find(({ phase }) => phase === 'discovery')?.name ?? null,
    besideTotals: besideTotals ?? null,
  };
}
