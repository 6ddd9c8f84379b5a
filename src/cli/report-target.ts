/** What `--out` of `report` and `compare` means: an HTML file to write, or the folder that the runs are in. */
export function reportTarget(out: string | undefined): { file: string | null; runsFolder: string } {
  if (out === undefined) return { file: null, runsFolder: 'results' };
  return out.toLowerCase().endsWith('.html') ? { file: out, runsFolder: 'results' } : { file: null, runsFolder: out };
}
