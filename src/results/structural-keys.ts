/*
 * The names of the user and of the host are ordinary words: a user may be called `run`, a host `linux` or `digits`. So they are looked
 * for in free text only. What stands under the keys below is made of Dyno's own words, of names that the suite gives, of hashes or of
 * file names within the run; whoever reads the result compares it, so that it must not change with who measured it.
 */

/** Keys under which a text (or list of texts) is a name or a word of the format. Whatever is not here is free text. */
const structuralKeys = new Set([
  'arch',
  'backend',
  'bareLoop',
  'check',
  'code',
  'collector',
  'column',
  'commit',
  'dataSha256',
  'dynoVersion',
  'evidence',
  'fingerprint',
  'host', // hashed before it comes here
  'id',
  'key',
  'keys',
  'kind',
  'licence',
  'method',
  'metric',
  'name',
  'pageCache',
  'percentile',
  'platform',
  'precisionSupport',
  'profile',
  'reference',
  'runId',
  'scope',
  'severity',
  'sha256',
  'signal',
  'stack',
  'status',
  'steps',
  'type',
  'unit',
  'value',
  'virtualization',
  'weights',
  'workload',
]);

/** Keys of objects in which there is no free text at all. */
const structuralTrees = new Set([
  'axes',
  'axisOrigins',
  'cpu',
  'effective',
  'gate',
  'limits',
  'os',
  'policy',
  'requested',
  'scenario',
]);

/** Whether all texts below this key are words of the format. */
export function isStructuralTree(key: string): boolean {
  return structuralTrees.has(key);
}

/**
 * Whether a text under this key is a word of the format, in which the names of user and host mean nothing. A file is one unless it
 * leads out of its folder, a word of the command unless it is a path.
 */
export function isStructural(key: string, text: string): boolean {
  if (key === 'file') return !/(^|[/\\])\.\.([/\\]|$)/.test(text);
  if (key === 'command') return !/[/\\@]/.test(text);
  return structuralKeys.has(key);
}
