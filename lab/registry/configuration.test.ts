import { describe, expect, it } from 'vitest';
import { renderConfiguration } from './configuration.ts';

describe('the configuration of the lab registry', () => {
  it('listens on loopback only and keeps its data where it is told', () => {
    const text = renderConfiguration({ storage: '/tmp/a "b"', port: 5100, notifications: undefined });
    expect(text).toContain('addr: "127.0.0.1:5100"');
    expect(text).toContain(String.raw`rootdirectory: "/tmp/a \"b\""`);
    expect(text).not.toContain('notifications');
  });

  it('notifies the hub with its secret, and not of reading', () => {
    const notifications = { url: 'http://127.0.0.1:8420/hooks/oci-registry/1', secret: 's3cret' };
    const text = renderConfiguration({ storage: '/tmp/a', port: 5100, notifications });
    expect(text).toContain('Authorization: ["Bearer s3cret"]');
    expect(text).toContain('actions: [pull, mount]');
  });
});
