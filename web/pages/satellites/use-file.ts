import { useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import type { SatelliteFile } from '../../../src/features/satellites/contract.ts';
import { withSecrets } from '../../../src/domain/satellite-file.ts';
import { useApi } from '../../app/context.ts';

export interface FileWish {
  integrationIds: readonly number[];
  /** What was typed as the tool's own key, by the secret's name: it is written into the file here and sent nowhere. */
  typed?: { kind: string; secrets: Readonly<Record<string, unknown>> };
}

/** Makes a key and hands its file to the browser, which saves it. */
export function useSatelliteFile(): UseMutationResult<SatelliteFile, Error, FileWish> {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    async mutationFn({ integrationIds, typed }: FileWish) {
      const file = await api.send<SatelliteFile>('POST', 'api/v1/satellites/files', { integrationIds });
      save(file.fileName, typed === undefined ? file.yaml : withSecrets(file.yaml, typed.kind, typed.secrets));
      return file;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['satellites'] }),
  });
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
