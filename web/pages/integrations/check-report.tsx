import type { ReactElement } from 'react';
import type { CapabilityAnswer, CheckResultAnswer } from '../../../src/features/integrations/contract.ts';
import { Button } from '../../components/button.tsx';
import { ErrorState, Upstream } from '../../components/states.tsx';
import { Abilities } from './abilities.tsx';
import { countChecks, groupChecks, isUntried, passedLine } from './check-summary.ts';
import { Folded } from './folded.tsx';
import type { CheckState } from './use-check.ts';

export type Suggestion = NonNullable<CheckResultAnswer['suggestions']>[number];

/** Puts a near match in the place of what was entered and checks again; absent where nothing can be changed. */
export type Correct = ((suggestion: Suggestion) => void) | undefined;

/** Checks as they end; once all have ended, what needs a person on top and what passed in one line. */
export function CheckReport({ state, onCorrect }: { state: CheckState; onCorrect?: Correct }): ReactElement {
  const { checks, running, report, error } = state;
  return (
    <>
      {running ? <Running checks={checks} /> : <CheckList checks={checks} onCorrect={onCorrect} />}
      {error === null || checks.some((check) => check.outcome === 'failed') ? null : (
        <div className="card-body">
          <ErrorState error={error} compact />
        </div>
      )}
      {report === null ? null : <Capabilities capabilities={report.capabilities} />}
    </>
  );
}

function Running({ checks }: { checks: readonly CheckResultAnswer[] }): ReactElement {
  return (
    <ol className="checks" aria-live="polite" aria-busy>
      {checks.map((check) => (
        <Check key={check.name} check={check} />
      ))}
      <li className="check pending">
        <span className="check-mark" aria-hidden="true">
          ◔
        </span>
        <strong>Checking</strong>
      </li>
    </ol>
  );
}

export function CheckList({
  checks,
  onCorrect,
}: {
  checks: readonly CheckResultAnswer[];
  onCorrect?: Correct;
}): ReactElement | null {
  const { open, passed, needless } = groupChecks(checks);
  return (
    <>
      {open.length === 0 ? null : (
        <ol className="checks" aria-label="What to look at">
          {open.map((check) => (
            <Check key={check.name} check={check} onCorrect={onCorrect} />
          ))}
        </ol>
      )}
      {passed.length + needless.length === 0 ? null : (
        <Folded mark={passed.length > 0 ? 'ok' : 'skipped'} line={passedLine(countChecks(checks))}>
          <ol className="checks">
            {[...passed, ...needless].map((check) => (
              <Check key={check.name} check={check} />
            ))}
          </ol>
        </Folded>
      )}
    </>
  );
}

const looks: Record<CheckResultAnswer['outcome'], readonly [glyph: string, word: string]> = {
  ok: ['✓', 'Ok'],
  warning: ['!', 'Warning'],
  failed: ['✕', 'Failed'],
  skipped: ['–', 'Not needed'],
};

function Check({ check, onCorrect }: { check: CheckResultAnswer; onCorrect?: Correct }): ReactElement {
  const [glyph, word] = isUntried(check) ? ['?', 'Not carried out'] : looks[check.outcome];
  return (
    <li className={isUntried(check) ? 'check untried' : `check ${check.outcome}`}>
      <span className="check-mark" aria-hidden="true">
        {glyph}
      </span>
      <strong>
        <span className="unseen">{word}: </span>
        {check.title}
      </strong>
      {check.code === undefined ? null : <code>{check.code}</code>}
      <p>{check.message}</p>
      {onCorrect === undefined || check.suggestions === undefined ? null : (
        <Corrections suggestions={check.suggestions} onCorrect={onCorrect} />
      )}
      {check.remedy === undefined ? null : (
        <p className="remedy">
          <WithCommand text={check.remedy} />
        </p>
      )}
      <Upstream text={check.upstream} />
    </li>
  );
}

function Corrections({
  suggestions,
  onCorrect,
}: {
  suggestions: readonly Suggestion[];
  onCorrect: (suggestion: Suggestion) => void;
}): ReactElement {
  return (
    <div className="check-corrections">
      {suggestions.map((suggestion) => (
        <Button key={`${suggestion.field} ${suggestion.entered}`} onClick={() => onCorrect(suggestion)}>
          Use {suggestion.instead} and check again
        </Button>
      ))}
    </div>
  );
}

/** A remedy may quote a command in backticks. */
function WithCommand({ text }: { text: string }): ReactElement {
  return (
    <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={`${index} ${part}`}>{part}</code> : part))}</>
  );
}

/** What a credential can do: what it lacks is shown, the rest is folded. Nothing is shown while nothing was tried. */
export function Capabilities({ capabilities }: { capabilities: readonly CapabilityAnswer[] }): ReactElement | null {
  return capabilities.some((one) => one.untried !== true) ? <Abilities capabilities={capabilities} /> : null;
}
