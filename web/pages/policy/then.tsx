import type { ReactElement } from 'react';
import type { ResultList, ResultRow } from '../../../src/features/policy/contract.ts';
import { Notice } from '../../components/states.tsx';
import { VerdictChip, verdictLooks } from './verdict-chip.tsx';

type SettingsThen = NonNullable<NonNullable<ResultList['asOf']>['settings']>;

/** That verdicts are of a time before. It stands there before they do, so that nothing moves when they come. */
export function PolicyThen({ day }: { day: string }): ReactElement {
  return (
    <Notice kind="info" title={`As it was said at the end of ${day} (UTC).`}>
      Verdicts, reasons and waivers are those of that time; what is said now stands beside them where it differs.
    </Notice>
  );
}

/** By which settings they were made, and why there are none: below the list, as both come with it. */
export function PolicyOfThen({ asOf }: { asOf: ResultList['asOf'] }): ReactElement {
  return (
    <>
      {asOf?.nothingSaid == null ? null : (
        <Notice kind="warning" title={asOf.nothingSaid.message}>
          {asOf.nothingSaid.remedy} <code className="note">{asOf.nothingSaid.code}</code>
        </Notice>
      )}
      {asOf?.settings === undefined ? null : (
        <Notice kind="info" title="How images were judged then.">
          {settingsWords(asOf.settings)}
        </Notice>
      )}
    </>
  );
}

/** A verdict, and what is said of the same image now where that differs. */
export function ThenAndNow({ row }: { row: ResultRow }): ReactElement {
  return (
    <>
      <VerdictChip {...row} />
      {row.now == null ? null : <span className="note own-line">{nowWords(row.now)}</span>}
    </>
  );
}

function nowWords({ status, waived }: NonNullable<ResultRow['now']>): string {
  if (status === null) return 'nothing is said now';
  return `now ${verdictLooks[waived ? 'waived' : status][2].toLowerCase()}`;
}

function settingsWords(settings: SettingsThen | null): string {
  if (settings === null) return 'By which settings images were judged then is not known any more.';
  const said = [
    settings.warnFails ? 'a gate that warns failed' : 'a gate that warns passed',
    settings.notEvaluatedIsNoData ? 'a gate without values was no data' : 'a gate without values passed',
    settings.allowDirty ? 'uncommitted changes were allowed' : 'uncommitted changes were not allowed',
    settings.usePullRequests ? 'analyses of pull requests counted' : 'analyses of pull requests did not count',
    settings.inheritIndexClaim
      ? 'claims of an index counted for its platforms'
      : 'each platform needed a claim of its own',
    ...(settings.excludedIntegrations.length === 0
      ? []
      : [`${settings.excludedIntegrations.length} integrations took no part`]),
  ];
  const words = said.join(', ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
