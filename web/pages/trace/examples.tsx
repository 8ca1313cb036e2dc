import type { ReactElement } from 'react';
import { Card } from '../../components/page.tsx';

const examples: readonly (readonly [what: string, how: string, example: string])[] = [
  ['A commit', 'whole, or at least its first seven characters', '890590b3273a'],
  ['A pull request', 'its address, or project, repository and number', 'PAY/ledger#17'],
  ['An image', 'with tag or digest, with or without its registry', 'registry.example.com/pay/ledger:1.2'],
  ['A digest', 'of an image, or of one of its platforms', 'sha256:5f3c…'],
  ['An execution', 'its address in Harness, or its id', 'https://app.harness.io/…/executions/Xy12…'],
  ['A deployment', 'the address that its pipeline reported', 'https://ci.example.com/job/142'],
  ['A project', 'its key in SonarQube', 'payments:ledger'],
];

/** What may be pasted, shown until something was. */
export function Examples(): ReactElement {
  return (
    <Card title="What became of a commit, and where what runs comes from" padded>
      <p className="trace-lead">
        Paste one end and see the whole line: what is proven in it, what is only inferred, and why it ends where it
        does.
      </p>
      <dl className="trace-examples">
        {examples.map(([what, how, example]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              <span>{how}</span>
              <code>{example}</code>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
