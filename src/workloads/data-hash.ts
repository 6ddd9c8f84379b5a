import { canonicalJson, sha256, sha256OfFile } from '../kernel/content-hash.ts';
import { fileIdentities } from './file-identity.ts';
import type { PreparedData } from './prepared-workload.ts';

/**
 * A hash that changes with the items of a workload: of a packed file its content and what it shows, of generated items what they are
 * drawn from, of `.npy` files what `fileIdentities` tells.
 */
export async function hashOfData(data: PreparedData): Promise<string> {
  switch (data.kind) {
    case 'images': {
      const { labels, truth } = data;
      const file = await sha256OfFile(data.file);
      return sha256(canonicalJson(truth === null ? { file, labels } : { file, labels, truth }));
    }
    case 'npy': {
      const inputs = Object.entries(data.files);
      const identities = await fileIdentities(inputs.flatMap(([, paths]) => paths));
      const files = inputs.map(([input, paths]) => [input, identities.splice(0, paths.length)]);
      return sha256(canonicalJson({ files, labels: data.labels }));
    }
    case 'generated':
      return sha256(canonicalJson(data));
  }
}
