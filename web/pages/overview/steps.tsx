import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Overview, Step } from '../../../src/features/overview/contract.ts';
import { allows, useSession } from '../../app/session.ts';
import { Chip } from '../../components/chips.tsx';
import { Card } from '../../components/page.tsx';
import { stepWords } from './step-words.ts';

type Setup = NonNullable<Overview['setup']>;

/** Before anything is connected: what to connect, in which order, and why. */
export function FirstDay({ setup }: { setup: Setup }): ReactElement {
  return (
    <Card title="Begin here" note="each step answers more; your pipelines stay as they are">
      <Steps setup={setup} />
    </Card>
  );
}

/** What is left to connect; nothing once all of it is. */
export function NextSteps({ setup }: { setup: Setup }): ReactElement | null {
  if (setup.steps.every(({ state }) => state === 'done')) return null;
  const done = setup.steps.filter(({ state }) => state === 'done').length;
  return (
    <Card title="What to connect next" note={`${done} of ${setup.steps.length} done`}>
      <Steps setup={setup} />
    </Card>
  );
}

function Steps({ setup: { steps, next } }: { setup: Setup }): ReactElement {
  return (
    <ol className="next-steps">
      {steps.map((step) => (
        <li key={step.name} className={step.state} aria-current={step.name === next ? 'step' : undefined}>
          <OneStep step={step} isNext={step.name === next} />
        </li>
      ))}
    </ol>
  );
}

const looks = {
  done: ['passed', '✓', 'Done'],
  waiting: ['active', '◔', 'First reading'],
  open: ['none', '○', 'Open'],
} as const;

function OneStep({ step: { name, state }, isNext }: { step: Step; isNext: boolean }): ReactElement {
  const session = useSession();
  const { todo, why, action, link, permission } = stepWords[name];
  const [tone, glyph, word] = looks[state];
  return (
    <>
      <Chip tone={tone} glyph={glyph}>
        {word}
      </Chip>
      <div>
        <strong>{todo}</strong>
        {state === 'done' ? null : <p className="note">{why}</p>}
      </div>
      {state !== 'open' ? null : allows(session, permission) ? (
        <Link {...link} className={isNext ? 'button primary' : 'button'}>
          {action}
        </Link>
      ) : (
        <span className="note">An administrator can do this.</span>
      )}
    </>
  );
}
