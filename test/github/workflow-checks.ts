import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { validate as Validate } from '@actions/languageservice';
import { build } from 'esbuild';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { packageFile } from '../../src/kernel/package-root.ts';
import { parseYamlValue } from '../../src/kernel/yaml-source.ts';

interface Input {
  readonly description: string;
  readonly required?: boolean;
}

/** Inputs of GitHub's actions that workflows here name, from their own action.yml; the checks go without a network. */
const inputsOfOthers: Readonly<Record<string, readonly string[]>> = {
  'actions/checkout': ['fetch-depth', 'persist-credentials', 'ref', 'path'],
  'actions/setup-node': ['node-version', 'cache'],
  'actions/upload-artifact': ['name', 'path', 'if-no-files-found', 'overwrite'],
  'actions/download-artifact': ['pattern', 'path', 'run-id', 'github-token'],
};

/** Ours, by how others name them. */
const own: Readonly<Record<string, string>> = { 'OWNER/dyno': '.', 'OWNER/dyno/action/comment': 'action/comment' };

let checked = 0;

/** It imports JSON without saying so, as bundlers take it and Node does not. */
const languageService: Promise<{ readonly validate: typeof Validate }> = (async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-workflows-'));
  try {
    const outfile = join(folder, 'language-service.mjs');
    await build({
      stdin: { contents: "export { validate } from '@actions/languageservice';", resolveDir: packageFile() },
      ...{ outfile, bundle: true, platform: 'node', format: 'esm' },
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();

/**
 * What GitHub's own language service, with the schemas that GitHub checks files against, finds wrong with a workflow or an `action.yml`: a line
 * for each problem. The inputs of every `uses:` are checked, too.
 */
export async function problemsIn(path: string, text: string): Promise<string[]> {
  const { validate } = await languageService;
  // It keeps what it has read by address.
  checked += 1;
  const found = await validate(TextDocument.create(`file:///${checked}/${path}`, 'yaml', 1, text), {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, path: folder }) => {
        const inputs = inputsOf([owner, name, folder].filter((part) => part !== undefined && part !== '').join('/'));
        return inputs && { name, description: '', inputs };
      },
    },
  });
  return found.map(({ range, message }) => `${path}:${range.start.line + 1}: ${message}`);
}

function inputsOf(action: string): Record<string, Input> | undefined {
  const folder = own[action];
  if (folder !== undefined) return readInputs(folder);
  const names = inputsOfOthers[action];
  return names && Object.fromEntries(names.map((name) => [name, { description: '' }]));
}

/** Inputs that an action of ours declares. */
export function readInputs(folder: string): Record<string, Input> {
  const text = readFileSync(packageFile(join(folder, 'action.yml')), 'utf8');
  return (parseYamlValue(text).value as { inputs: Record<string, Input> }).inputs;
}
