import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Line, Link as LineLink, Station } from '../../../src/features/trace/contract.ts';
import { External } from '../../components/button.tsx';
import { factName, factValue } from '../../components/fact.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { formatExact } from '../../words/times.ts';
import { Why } from './gap-card.tsx';
import { OwnPage } from './own-page.tsx';
import { StationChip } from './station-chip.tsx';
import { certaintyHelp, certaintyLabel, kindLabel, linkWords, noteWords, shortTitle, sourceWords } from './words.ts';

/** Facts that the title, the links or another line of the panel say already. */
const said = new Set([
  'projectId',
  'main',
  'runsNow',
  'doubt',
  'merge',
  'head',
  'execution',
  'verdict',
  'verdictReason',
]);

/** Everything that is known of one station: exact times, each link with its source, and where its pages are. */
export function StationPanel({
  station,
  line,
  onClose,
}: {
  station: Station;
  line: Line;
  onClose: () => void;
}): ReactElement {
  const { ref, station: kind, title, at, integration, link, facts } = station;
  const links = line.links.filter(({ from, to }) => from === ref || to === ref);
  const missing = line.missing.filter((one) => one.at === ref);
  const incoming = links.filter(({ to }) => to === ref);
  return (
    <SidePanel title={shortTitle(station)} eyebrow={kindLabel[kind]} onClose={onClose}>
      <div className="station-detail">
        <p className="station-state">
          <StationChip station={station} evidence={incoming} />
        </p>
        <Facts
          entries={[
            [kindLabel[kind], <code key="t">{title}</code>],
            ['Read from', integration?.name ?? (kind === 'commit' ? null : 'told to the hub')],
            ['Time of its state', at === null ? null : <time dateTime={at}>{formatExact(at)}</time>],
            ...Object.entries(facts)
              .filter(([name, value]) => !said.has(name) && value !== false)
              .map(([name, value]) => [factName(name), factValue(value)] as const),
          ]}
        />
        <div className="station-ways">
          <OwnPage station={station} />
          {link === null ? null : (
            <External href={link}>{integration === null ? 'Open its page' : `Open in ${integration.name}`}</External>
          )}
          {line.start === ref ? null : (
            <Link from="/trace" to="." search={({ table, at }) => ({ q: ref, table, at })}>
              Trace from here
            </Link>
          )}
        </div>
        {missing.length === 0 ? null : <h3>Missing or in doubt</h3>}
        {missing.map((one) => (
          <div key={`${one.code} ${one.expects}`} className="station gap">
            <Why missing={one} />
          </div>
        ))}
        <h3>How sure its place on the line is</h3>
        {links.length === 0 ? <p className="note">No link of it was found.</p> : null}
        <ul className="station-links">
          {links.map((one) => (
            <LinkLine key={`${one.kind} ${one.from} ${one.to} ${one.validFrom}`} link={one} line={line} />
          ))}
        </ul>
      </div>
    </SidePanel>
  );
}

function LinkLine({ link, line }: { link: LineLink; line: Line }): ReactElement {
  const { kind, from, to, certainty, note, seenAt, validFrom, validTo, source } = link;
  const named = (ref: string): string => {
    const station = line.stations.find((one) => one.ref === ref);
    return station === undefined ? ref : `${kindLabel[station.station].toLowerCase()} ${shortTitle(station)}`;
  };
  return (
    <li>
      <p>
        <span className={`certainty ${certainty}`}>{certaintyLabel[certainty]}</span> {named(from)}{' '}
        {linkWords[kind] ?? kind} {named(to)}
        {note === null ? '' : ` (${noteWords[note] ?? note})`}
      </p>
      <p className="note">{certaintyHelp[certainty]}</p>
      <Facts
        entries={[
          ['By', `${sourceWords(link)}, record ${source.record}`],
          [
            'First seen',
            <time key="s" dateTime={seenAt}>
              {formatExact(seenAt)}
            </time>,
          ],
          [
            'Holds since',
            <time key="f" dateTime={validFrom}>
              {formatExact(validFrom)}
            </time>,
          ],
          ['Until', validTo === null ? 'it holds' : <time dateTime={validTo}>{formatExact(validTo)}</time>],
        ]}
      />
    </li>
  );
}
