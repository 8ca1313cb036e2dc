import type { ReactElement, ReactNode } from 'react';
import type { FindingRule, RuleBlock, RuleSection } from '../../../src/features/code-quality/contract.ts';
import { PageLink } from '../../app/page-link.tsx';
import { Facts } from '../../components/page.tsx';
import { sectionTitle } from './words.ts';

/** What the rule says of itself, drawn by our own elements: of the server's markup nothing was kept. */
export function RuleText({
  rule,
  ruleKey,
  integration,
}: {
  rule: FindingRule | null;
  ruleKey: string | null;
  integration: { id: number; name: string } | null;
}): ReactElement {
  return (
    <section className="finding-part rule-text" aria-label="The rule">
      <h3>{rule === null || rule.name === rule.key ? 'The rule' : rule.name}</h3>
      {rule === null ? (
        <p className="note">
          {ruleKey === null ? 'The server names no rule for it.' : 'The rule is not known any more.'}
        </p>
      ) : (
        <>
          <Facts
            entries={[
              ['Rule', <code key="r">{rule.key}</code>],
              ['Language', rule.language],
              ['CWE', rule.cwe.join(', ')],
              ['OWASP Top 10', rule.owasp?.join(', ')],
              ['Tags', rule.tags.join(', ')],
            ]}
          />
          <Texts rule={rule} integration={integration} />
        </>
      )}
    </section>
  );
}

function Texts({
  rule,
  integration,
}: {
  rule: FindingRule;
  integration: { id: number; name: string } | null;
}): ReactElement {
  if (rule.sections === null)
    return (
      <p className="note">
        {rule.read ? 'The text of the rule was not read yet' : 'The server did not let the rule be read'}: the next full
        sync{integration === null ? '' : ' of '}
        {integration === null ? null : (
          <PageLink to="/integrations/$id/monitoring" params={{ id: String(integration.id) }}>
            {integration.name}
          </PageLink>
        )}{' '}
        asks for it again.
      </p>
    );
  if (rule.sections.length === 0)
    return (
      <p className="note">
        {rule.isExternal
          ? 'It comes from an imported report, which has no text of its rules.'
          : 'The server has no text of this rule.'}
      </p>
    );
  return (
    <>
      {rule.sections.map((section, index) => (
        <Section key={`${section.key} ${section.context ?? ''} ${index}`} section={section} first={index === 0} />
      ))}
    </>
  );
}

function Section({ section, first }: { section: RuleSection; first: boolean }): ReactElement {
  const title = sectionTitle(section.key, section.context);
  const blocks = <Blocks blocks={section.blocks} />;
  if (title === null) return <div>{blocks}</div>;
  return (
    <details open={first}>
      <summary>{title}</summary>
      {blocks}
    </details>
  );
}

/** Items that follow each other are one list. */
function Blocks({ blocks }: { blocks: readonly RuleBlock[] }): ReactElement {
  const drawn: ReactNode[] = [];
  let items: string[] = [];
  const endList = (at: number): void => {
    if (items.length > 0)
      drawn.push(
        <ul key={`list ${at}`}>
          {items.map((item, index) => (
            <li key={index}>{item}</li>
          ))}
        </ul>,
      );
    items = [];
  };
  for (const [at, { kind, text }] of blocks.entries()) {
    if (kind === 'item') {
      items.push(text);
      continue;
    }
    endList(at);
    if (kind === 'heading') drawn.push(<h4 key={at}>{text}</h4>);
    else if (kind === 'code') drawn.push(<pre key={at}>{text}</pre>);
    else drawn.push(<p key={at}>{text}</p>);
  }
  endList(blocks.length);
  return <>{drawn}</>;
}
