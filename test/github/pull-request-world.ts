import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFile } from '../../src/kernel/package-root.ts';
import { ScratchRepository } from '../gate/scratch-repository.ts';
import { FakeGitHub, type PullRequest } from './fake-github.ts';
import { type Played, play } from './play-runner.ts';

/** A benchmark without a clock: a latency of `milliseconds` and up to 1 % more, by the seed of the round and the process. */
const script = `
noise=$(( (DYNO_GATE_SEED / 16 + $$) % 100 ))
echo "{\\"scenario\\":\\"small\\",\\"metric\\":\\"latency\\",\\"unit\\":\\"us\\",\\"value\\":$(( $(cat milliseconds) * (10000 + noise) / 10 )),\\"output\\":\\"$(cat answer)\\"}"
`;

/** The load of the machine that runs the tests must not void a pair. */
const suite = `
name: small models
gate:
  setup: test -f answer
  command: sh bench.sh
  looks: [6]
  confirm_rounds: 6
  limits: { foreign_cpu: 1, steal: 1, throttled_periods: 1000000, dropped: 0.99 }
`;

/** The real command line, as the launcher starts it once dist/ is built. */
const realLauncher = `await import(${JSON.stringify(pathToFileURL(packageFile('test', 'cli', 'fixtures', 'dyno.mjs')).href)});`;

/** A repository at GitHub with a model to gate, its pull requests, and the runs of its workflows. */
export class PullRequestWorld {
  readonly github = new FakeGitHub();
  readonly remote = new ScratchRepository();
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'dyno-github-')));
  readonly artifacts = join(this.folder, 'artifacts');
  readonly #action = join(this.folder, 'action');
  #runs = 0;

  constructor() {
    mkdirSync(this.artifacts);
    this.remote.commit({ 'bench.sh': script, 'suites/gate.yaml': suite, milliseconds: '20', answer: 'cat' });
    // As the action is fetched, and installed.
    mkdirSync(join(this.#action, 'bin'), { recursive: true });
    for (const name of ['action.yml', 'action', 'package.json']) {
      cpSync(packageFile(name), join(this.#action, name), { recursive: true });
    }
    symlinkSync(packageFile('node_modules'), join(this.#action, 'node_modules'));
    this.dynoIs(realLauncher);
  }

  async start(): Promise<void> {
    await this.github.start();
  }

  async stop(): Promise<void> {
    await this.github.stop();
    this.remote.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Takes the place of the command line. */
  dynoIs(module: string): void {
    writeFileSync(join(this.#action, 'bin', 'dyno.js'), module);
  }

  /** Opens a pull request with these files changed, or pushes another commit to it. */
  push(number: number, files: Readonly<Record<string, string>>, repository = this.github.repository): PullRequest {
    const { remote, github } = this;
    const ref = `change-${number}`;
    const base = remote.git('rev-parse', 'main');
    const old = github.pullRequests.get(number)?.head.sha ?? base;
    remote.git('checkout', '--quiet', '--detach', old);
    const sha = remote.commit(files);
    // What GitHub makes of the two, and what it checks out.
    remote.git('checkout', '--quiet', '--detach', base);
    remote.git('merge', '--quiet', '--no-ff', '--no-edit', sha);
    remote.git('update-ref', `refs/pull/${number}/merge`, 'HEAD');
    remote.git('checkout', '--quiet', 'main');
    const pull = {
      number,
      head: { sha, ref, repo: { full_name: repository } },
      base: { sha: base, ref: 'main', repo: { full_name: github.repository } },
    };
    github.pullRequests.set(number, pull);
    return pull;
  }

  /** Runs a workflow of pull requests; the number of its run goes to `comment`. `again`: a run that is begun once more. */
  async measure(
    workflow: string,
    pull: PullRequest,
    { again = null }: { readonly again?: number | null } = {},
  ): Promise<Played & { readonly runId: number }> {
    if (again === null) this.#runs += 1;
    const runId = again ?? this.#runs;
    const played = await play({
      ...this.#common(workflow),
      ...{ runId, attempt: again === null ? 1 : 2 },
      event: { name: 'pull_request', payload: { action: 'synchronize', number: pull.number, pull_request: pull } },
      remote: { folder: this.remote.folder, ref: `refs/pull/${pull.number}/merge` },
      fromFork: pull.head.repo?.full_name !== this.github.repository,
    });
    return { ...played, runId };
  }

  /** Runs the workflow that follows one of pull requests, on the default branch. */
  async comment(workflow: string, run: { readonly runId: number; readonly pull: PullRequest }): Promise<Played> {
    this.#runs += 1;
    const { head } = run.pull;
    return await play({
      ...this.#common(workflow),
      event: {
        name: 'workflow_run',
        payload: {
          workflow_run: {
            ...{ id: run.runId, event: 'pull_request', head_sha: head.sha, head_branch: head.ref },
            ...{ head_repository: head.repo, html_url: this.pageOf(run.runId) },
          },
        },
      },
      remote: { folder: this.remote.folder, ref: 'refs/heads/main' },
    });
  }

  pageOf(runId: number): string {
    return `https://github.com/${this.github.repository}/actions/runs/${runId}`;
  }

  /** What a run is to have left, without it. */
  leave(runId: number, files: Readonly<Record<string, string>>, artifact = 'dyno-gate'): void {
    const folder = join(this.artifacts, String(runId), artifact);
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  }

  #common(workflow: string) {
    const comment = join(this.#action, 'action', 'comment');
    return {
      ...{ workflow, github: this.github, artifacts: this.artifacts, runId: this.#runs, folder: this.folder },
      actions: {
        ...{ 'OWNER/dyno@v1': this.#action, './': this.#action },
        ...{ 'OWNER/dyno/action/comment@v1': comment, './action/comment': comment },
      },
    };
  }
}
