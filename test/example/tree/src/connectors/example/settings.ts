import { z } from 'zod';
import { parseServerUrl } from '../../domain/server-url.ts';
import { networkSettings, serverUrl } from '../contract.ts';

export const Settings = z.object({
  url: serverUrl((text) => parseServerUrl(text).origin, 'Enter the library’s address'),
  ...networkSettings,
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({ token: z.string().trim().min(1, 'Enter a token.') });
export type Secrets = z.infer<typeof Secrets>;
