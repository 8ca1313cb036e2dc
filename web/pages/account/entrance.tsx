import type { ReactElement, ReactNode } from 'react';
import { ConnectionBanner } from '../../app/connection-banner.tsx';
import { Plumb } from '../../components/icons.tsx';

/** The pages in front of the door: one card in the middle. */
export function Entrance({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <main className="entrance">
      <title>{`${title} · Plumbline`}</title>
      <ConnectionBanner />
      <div className="entrance-brand">
        <Plumb size={30} />
        <span>Plumbline</span>
      </div>
      <div className="card entrance-card">
        <h1>{title}</h1>
        {children}
      </div>
      <p className="note">Follows a commit’s quality verdict from pull request to production.</p>
    </main>
  );
}
