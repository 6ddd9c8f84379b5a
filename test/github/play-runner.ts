import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYamlValue } from '../../src/kernel/yaml-source.ts';
import { type Contexts, holds, interpolate } from './expressions.ts';
import type { FakeGitHub } from './fake-github.ts';

/** A workflow that is played, and all that GitHub would know of it. */
export interface Play {
  /** The workflow, as text. */
  readonly workflow: string;
  readonly event: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> };
  readonly github: FakeGitHub;
  /** Repository and ref that actions/checkout fetches. */
  readonly remote: { readonly folder: string; readonly ref: string };
  /** Folders of actions by how they are named in `uses:`. Those of GitHub itself are played. */
  readonly actions: Readonly<Record<string, string>>;
  /** Artifacts of runs: a folder for each run, with a folder for each artifact. */
  readonly artifacts: string;
  readonly runId: number;
  /** How often the run was begun; 1 unless told. */
  readonly attempt?: number;
  /** A folder for all that is made; others than the runner's are not written to. */
  readonly folder: string;
  /** The pull request is from a fork: GitHub gives its token no more than reading. */
  readonly fromFork?: boolean;
}

export interface Annotation {
  readonly level: string;
  readonly message: string;
}

export interface Played {
  readonly conclusion: 'success' | 'failure';
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly summary: string;
  /** Outputs of the job's steps by their id. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly 'continue-on-error'?: boolean;
}

interface Job {
  readonly if?: string;
  readonly steps: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Matrix };
}

/** Values by their names; there is a job for each choice of one of each. */
type Matrix = Readonly<Record<string, readonly string[]>>;

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What this runner knows; what says when and where a job runs changes nothing here. */
const known: Readonly<Record<string, readonly string[]>> = {
  workflow: ['name', 'on', 'permissions', 'concurrency', 'jobs'],
  job: ['runs-on', 'timeout-minutes', 'if', 'permissions', 'strategy', 'steps'],
  step: ['id', 'name', 'if', 'uses', 'run', 'shell', 'with', 'env', 'continue-on-error'],
  'actions/checkout': ['fetch-depth', 'persist-credentials'],
  'actions/setup-node': ['node-version', 'cache'],
  'actions/upload-artifact': ['name', 'path', 'if-no-files-found', 'overwrite'],
  'actions/download-artifact': ['pattern', 'path', 'run-id', 'github-token'],
};

function onlyKnown(what: string, value: object): void {
  const others = Object.keys(value).filter((key) => !known[what]?.includes(key));
  if (others.length > 0) throw new Error(`This runner does not know ${others.join(', ')} of ${what}.`);
}

interface Action {
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown; readonly required?: boolean }>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** Plays the jobs of a workflow, one after the other, as GitHub's runner would. What it does not know is an error. */
export async function play(request: Play): Promise<Played> {
  const workflow = readYaml<Workflow>(request.workflow);
  onlyKnown('workflow', workflow);
  const all: Played[] = [];
  for (const job of Object.values(workflow.jobs)) {
    onlyKnown('job', job);
    for (const matrix of choices(job.strategy?.matrix ?? {})) {
      const runner = new Runner(request, job.permissions ?? workflow.permissions ?? {}, matrix);
      if (holds(job.if, runner.contexts({}, {}), { failed: false })) all.push(await runner.job(job.steps));
    }
  }
  return {
    conclusion: all.some(({ conclusion }) => conclusion === 'failure') ? 'failure' : 'success',
    log: all.map(({ log }) => log).join(''),
    annotations: all.flatMap(({ annotations }) => annotations),
    summary: all.map(({ summary }) => summary).join(''),
    outputs: Object.assign({}, ...all.map(({ outputs }) => outputs)),
  };
}

function choices(matrix: Matrix): Record<string, string>[] {
  return Object.entries(matrix).reduce<Record<string, string>[]>(
    (some, [name, values]) => some.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

type Outputs = Record<string, Record<string, string>>;

/** How a step ended. */
interface Ended {
  readonly failed: boolean;
  readonly outputs: Record<string, string>;
}

class Runner {
  readonly #play: Play;
  readonly #matrix: Readonly<Record<string, string>>;
  readonly #workspace: string;
  readonly #temporary: string;
  readonly #token: string;
  readonly #eventFile: string;
  #log = '';
  #summary = '';
  readonly #annotations: Annotation[] = [];
  #stopWord: string | null = null;

  constructor(request: Play, asked: Readonly<Record<string, string>>, matrix: Readonly<Record<string, string>>) {
    this.#play = request;
    this.#matrix = matrix;
    const folder = mkdtempSync(join(request.folder, 'runner-'));
    this.#workspace = join(folder, 'work');
    this.#temporary = join(folder, 'temp');
    for (const one of [this.#workspace, this.#temporary]) mkdirSync(one);
    this.#eventFile = join(folder, 'event.json');
    writeFileSync(this.#eventFile, JSON.stringify(request.event.payload));
    const capped = Object.entries(asked).map(([scope, level]) => [scope, request.fromFork ? 'read' : level]);
    this.#token = request.github.token(Object.fromEntries(capped));
  }

  contexts(inputs: Readonly<Record<string, string>>, outputs: Outputs): Contexts {
    const { event, github, runId, attempt = 1 } = this.#play;
    return {
      github: {
        ...{ event_name: event.name, event: event.payload, repository: github.repository, run_id: String(runId) },
        ...{ token: this.#token, workspace: this.#workspace, server_url: 'https://github.com', api_url: github.url },
        ...{ ref: 'refs/heads/main', run_attempt: String(attempt) },
      },
      matrix: this.#matrix,
      inputs,
      steps: Object.fromEntries(Object.entries(outputs).map(([id, own]) => [id, { outputs: own }])),
      runner: { temp: this.#temporary, os: 'Linux' },
    };
  }

  async job(steps: readonly Step[]): Promise<Played> {
    const { failed, outputs } = await this.#steps(steps, {}, null);
    return {
      conclusion: failed ? 'failure' : 'success',
      log: this.#log,
      annotations: this.#annotations,
      summary: this.#summary,
      outputs,
    };
  }

  async #steps(steps: readonly Step[], inputs: Readonly<Record<string, string>>, actionPath: string | null) {
    const outputs: Outputs = {};
    let failed = false;
    for (const step of steps) {
      onlyKnown('step', step);
      const contexts = this.contexts(inputs, outputs);
      if (!holds(step.if, contexts, { failed })) continue;
      const texts = (map: Readonly<Record<string, unknown>> = {}) =>
        Object.fromEntries(Object.entries(map).map(([name, value]) => [name, interpolate(String(value), contexts)]));
      this.#print(`--- ${step.name ?? step.uses ?? step.run}\n`);
      const ended =
        step.uses === undefined
          ? await this.#script(step, interpolate(step.run ?? '', contexts), texts(step.env), actionPath)
          : await this.#action(step.uses, texts(step.with));
      if (step.id !== undefined) outputs[step.id] = ended.outputs;
      failed ||= ended.failed && step['continue-on-error'] !== true;
    }
    return { failed, outputs };
  }

  async #script(step: Step, script: string, env: Readonly<Record<string, string>>, actionPath: string | null) {
    if (actionPath !== null && step.shell === undefined) throw new Error('A step of a composite action needs a shell.');
    if ((step.shell ?? 'bash') !== 'bash') throw new Error(`This runner has no shell "${step.shell}".`);
    const folder = mkdtempSync(join(this.#temporary, '_step-'));
    const file = (name: string, content = '') => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    const files = { GITHUB_OUTPUT: file('output'), GITHUB_STEP_SUMMARY: file('summary'), GITHUB_ENV: file('env') };
    // Where a workflow names no shell, a pipe does not fail with its parts.
    const options = step.shell === undefined ? ['-e'] : ['--noprofile', '--norc', '-e', '-o', 'pipefail'];
    const code = await this.#run([...options, file('script.sh', script)], {
      ...this.#environment(),
      ...files,
      ...(actionPath === null ? {} : { GITHUB_ACTION_PATH: actionPath }),
      ...env,
    });
    if (readFileSync(files.GITHUB_ENV, 'utf8') !== '')
      throw new Error('This runner keeps no variables for later steps.');
    this.#summary += readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8');
    return { failed: code !== 0, outputs: readOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8')) };
  }

  async #action(uses: string, given: Readonly<Record<string, string>>): Promise<Ended> {
    const played = this.#played(uses);
    if (played !== null) return { failed: !played(given), outputs: {} };
    const folder = this.#play.actions[uses];
    if (folder === undefined) throw new Error(`This runner has no action ${uses}.`);
    const action = readYaml<Action>(readFileSync(join(folder, 'action.yml'), 'utf8'));
    if (action.runs.using !== 'composite') throw new Error(`${uses} is not composite.`);
    const declared = action.inputs ?? {};
    const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
    if (unknown.length > 0) throw new Error(`${uses} has no input ${unknown.join(', ')}.`);
    const contexts = this.contexts({}, {});
    const defaults = Object.entries(declared).map(([name, one]) => [
      name,
      interpolate(String(one.default ?? ''), contexts),
    ]);
    const inputs = { ...Object.fromEntries(defaults), ...given };
    const { failed, outputs } = await this.#steps(action.runs.steps, inputs, folder);
    const inner = this.contexts(inputs, outputs);
    const results = Object.entries(action.outputs ?? {}).map(([name, { value }]) => [name, interpolate(value, inner)]);
    return { failed, outputs: Object.fromEntries(results) as Record<string, string> };
  }

  /** GitHub's own actions, as far as workflows here use them; the answer says whether it worked. */
  #played(uses: string): ((given: Readonly<Record<string, string>>) => boolean) | null {
    const [name = ''] = uses.split('@');
    const all: Readonly<Record<string, (given: Readonly<Record<string, string>>) => boolean>> = {
      'actions/checkout': (given) => this.#checkout(Number(given['fetch-depth'] ?? 1)),
      'actions/setup-node': () => true,
      'actions/upload-artifact': (given) => this.#upload(given),
      'actions/download-artifact': (given) => this.#download(given),
    };
    const one = all[name];
    if (one === undefined) return null;
    return (given) => {
      onlyKnown(name, given);
      return one(given);
    };
  }

  #checkout(depth: number): boolean {
    const { folder, ref } = this.#play.remote;
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', this.#workspace, ...words], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    git('init', '--quiet');
    git('remote', 'add', 'origin', `file://${folder}`);
    const heads = depth === 0 ? ['+refs/heads/*:refs/remotes/origin/*'] : [`--depth=${depth}`];
    git('fetch', '--quiet', 'origin', ...heads, `+${ref}:refs/remotes/checked-out`);
    git('checkout', '--quiet', '--detach', 'refs/remotes/checked-out');
    return true;
  }

  /** The artifacts of a run are those of all of its attempts. */
  #upload({ name = 'artifact', path = '', overwrite = 'false' }: Readonly<Record<string, string>>): boolean {
    if (path === '') return this.#failed('Input required and not supplied: path');
    if (!existsSync(path)) {
      this.#annotations.push({ level: 'warning', message: `No files were found with the provided path: ${path}.` });
      return true;
    }
    const target = join(this.#play.artifacts, String(this.#play.runId), name);
    if (overwrite === 'true') rmSync(target, { recursive: true, force: true });
    if (existsSync(target)) return this.#failed(`an artifact with the name ${name} already exists`);
    if (this.#play.github.isFull) return this.#failed('Artifact storage quota has been hit');
    cpSync(path, target, { recursive: true });
    return true;
  }

  #failed(message: string): false {
    this.#annotations.push({ level: 'error', message });
    return false;
  }

  #download(given: Readonly<Record<string, string>>): boolean {
    const { pattern = '', path = '.', 'run-id': run = '', 'github-token': token = '' } = given;
    if (this.#play.github.permissionsOf(token).actions === undefined) return false;
    const folder = join(this.#play.artifacts, run);
    const matches = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => matches.test(name)) : [];
    for (const name of names) cpSync(join(folder, name), join(path, name), { recursive: true });
    return true;
  }

  #environment(): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    const { event, github, runId, attempt = 1 } = this.#play;
    return {
      ...{ PATH, HOME, CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: this.#workspace },
      ...{ RUNNER_TEMP: this.#temporary, GITHUB_EVENT_NAME: event.name, GITHUB_EVENT_PATH: this.#eventFile },
      ...{ GITHUB_REPOSITORY: github.repository, GITHUB_RUN_ID: String(runId), GITHUB_RUN_ATTEMPT: String(attempt) },
      ...{ GITHUB_API_URL: github.url, GITHUB_SERVER_URL: 'https://github.com' },
    };
  }

  #run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number | null> {
    const child = spawn('bash', words, { cwd: this.#workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#print(`${line}\n`);
      });
      stream.on('end', () => this.#print(rest));
    }
    return new Promise((done) => child.once('close', done));
  }

  /** The log of a job, in which the runner looks for commands until it is told not to. */
  #print(line: string): void {
    this.#log += line;
    const [, command = '', properties = '', data = ''] = /^\s*::([\w.-]+)(?: ([^:]*))?::(.*)\n?$/.exec(line) ?? [];
    if (this.#stopWord !== null) {
      if (command === this.#stopWord) this.#stopWord = null;
      return;
    }
    if (command === 'stop-commands') this.#stopWord = data;
    if (!['error', 'warning', 'notice'].includes(command)) return;
    const title = /title=([^,]*)/.exec(properties)?.[1] ?? '';
    const message = [title, data].filter((text) => text !== '').map(unescaped);
    this.#annotations.push({ level: command, message: message.join(': ') });
  }
}

function unescaped(text: string): string {
  return decodeURIComponent(text.replace(/%(?!0A|0D|25|3A|2C)/g, '%25'));
}

function readOutputs(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([\w-]+)<<(\S+)\n(.*?)\n\2$/gms)];
  return Object.fromEntries(found.map(([, name, , value]) => [name, value]));
}

function readYaml<T>(text: string): T {
  const { value, problem } = parseYamlValue(text);
  if (problem !== null) throw new Error(problem);
  return value as T;
}
