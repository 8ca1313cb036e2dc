import type { RegistrySimulator } from '../../lab/simulators/registry/index.ts';
import { pusher } from '../connector/oci-images.ts';

/** Tagged images, each with a source label; returns how many. */
export function pushImages(server: RegistrySimulator, count: number): number {
  const { manifest, repository } = pusher(server, 'team/checkout');
  for (let at = 0; at < count; at += 1) {
    const labels = { 'org.opencontainers.image.revision': String(at).padStart(40, '0') };
    repository.tags.set(`v${at}`, manifest({}, labels).digest);
  }
  return count;
}
