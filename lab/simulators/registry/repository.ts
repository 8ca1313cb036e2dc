export interface Manifest {
  mediaType: string;
  bytes: Buffer;
}

export interface Repository {
  blobs: Map<string, Buffer>;
  manifests: Map<string, Manifest>;
  tags: Map<string, string>;
}
