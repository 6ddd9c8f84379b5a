import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { threadIds } from '../../kernel/thread-ids.ts';
import type { Backend, LoadOptions, PrecisionSupport, Probe, Session, Tensors } from '../backends/backend.ts';
import { fallbackOption } from '../backends/ort-session.ts';
import { computesOnDevice, type EffectiveField } from '../effective.ts';
import { ownTensors } from '../own-tensors.ts';
import { backendInEffect, deviceShareFields } from './device-share.ts';
import { type FusionDumps, fusionInEffect, layoutInEffect, nothingToFuse } from './fusion-evidence.ts';
import { type OperatorProfile, operatorProfile, providerCalls } from './operator-profile.ts';
import { type OperatorCounts, type OptimizedGraph, readOptimizedGraph } from './optimized-graph.ts';
import { precisionFields } from './precision-evidence.ts';
import { idleRunSeconds } from './process-threads.ts';

export interface ProofRequest {
  readonly backend: Backend;
  readonly modelPath: string;
  /** As the case asks for it; where dumps and profiles go is the proof's own business. */
  readonly options: Omit<LoadOptions, 'dumpPath' | 'profilePrefix' | 'optimization'>;
  /** A folder of the caller's for dumps and profiles, each as large as the model. */
  readonly workFolder: string;
  /** Inputs of one query, in any tensors: they are handed to the session's own. */
  readonly feeds: Tensors;
}

export interface ConfigurationProof {
  /**
   * What took effect: `backend`, `precision`, `storedPrecision` (of the model file), `computePrecision` (of its operators),
   * `integerOperators` (of a quantised model: how many of its products are computed in integers), `fusion` (of the engine), `layout`,
   * `memoryLayout`, `threads`, `spinning`; of a device also `deviceShareOfNodes` and `deviceShareOfTime`.
   */
  readonly effective: Readonly<Record<string, EffectiveField>>;
  /** Operators of the optimised graph and how often each stands in it; empty for a backend that dumps no graph. */
  readonly operators: OperatorCounts;
  /** Where the time of a run goes; null: the backend profiles no operators. */
  readonly operatorProfile: OperatorProfile | null;
  /** Fusion on and off give the same graph: measuring both would measure one thing twice. */
  readonly nothingToFuse: boolean;
}

const profiledRuns = 5;

/** A spinning thread runs through most of this pause, a sleeping one through none of it. */
const idleSeconds = 0.05;
const spinsFromSeconds = 0.002;

/**
 * Finds out what takes effect when a model is loaded with these options: loads it as the case will, dumps and profiles it, and
 * watches the threads of this process. It loads the model three to five times and starts threads: for a process of its own, which
 * measures nothing. What cannot be found out stays as the session states it, with the evidence `unverified`.
 */
export async function proveConfiguration(request: ProofRequest): Promise<ConfigurationProof> {
  const { backend, options, workFolder } = request;
  // Starts what the library keeps for itself, which would be counted as the model's threads.
  const probe = await backend.probe();

  const dumpPath = join(workFolder, 'requested.onnx');
  const before = threadIds();
  const session = await backend.load(request.modelPath, {
    ...options,
    dumpPath,
    profilePrefix: join(workFolder, 'operators'),
  });
  // Threads of an engine in another process are counted there, and those that the driver of a device starts are none of the model's.
  const pool = session.remote === undefined && !computesOnDevice(session.effective()) ? newThreads(before) : null;
  let observed: Readonly<Record<string, EffectiveField>>;
  let times: OperatorProfile | null;
  try {
    const seen = await observe(session, pool, request);
    times = seen.profile === null ? null : operatorProfile(seen.profile);
    observed = { ...session.effective(), ...seen.effective, ...deviceShareFields(backend.name, times) };
  } finally {
    await session.dispose();
  }

  const requested = await takeDump(dumpPath);
  if (requested === null) return { effective: observed, operators: {}, operatorProfile: times, nothingToFuse: false };
  const source = await dump(request, 'source', { optimization: 'none' });
  const dumps = await dumpsOf(request, requested, source);
  return {
    effective: {
      ...observed,
      ...precisionFields(
        { precision: options.precision, support: supportOf(options.precision, probe) },
        { graph: requested, source },
      ),
      ...graphFields(options.fusion, requested, dumps),
    },
    operators: requested.operators,
    operatorProfile: times,
    nothingToFuse: nothingToFuse(dumps),
  };
}

function newThreads(before: ReadonlySet<number> | null): readonly number[] | null {
  const after = threadIds();
  if (before === null || after === null) return null;
  return [...after].filter((thread) => !before.has(thread));
}

/** What the running session shows: its threads, whether they spin, on which provider its kernels ran, and the path of their profile. */
async function observe(
  session: Session,
  pool: readonly number[] | null,
  { backend, options, feeds }: ProofRequest,
): Promise<{ effective: Record<string, EffectiveField>; profile: string | null }> {
  const idle: (number | null)[] = [];
  // A pool that is never given work spins after it has started only.
  if (pool !== null && pool.length > 0) idle.push(await idleRunSeconds(pool, idleSeconds));
  const ownFeeds = ownTensors(session, feeds);
  try {
    for (let run = 0; run < profiledRuns; run++) {
      await session.run(ownFeeds, null);
      if (pool !== null && pool.length > 0) idle.push(await idleRunSeconds(pool, idleSeconds));
    }
  } catch (error) {
    // A profile that is not ended stays open; the error of the run is the one to be told.
    await session.profile().catch(() => null);
    throw error;
  }
  const profile = await session.profile();
  const mayFallBack = options.providerOptions?.[fallbackOption] === true;
  return {
    effective: {
      ...(profile === null ? {} : { backend: backendInEffect(backend.name, providerCalls(profile), mayFallBack) }),
      ...(pool === null ? {} : { threads: { value: 1 + pool.length, evidence: 'threads of the process' } }),
      ...spinningField(idle, options.threads),
    },
    profile,
  };
}

function spinningField(idle: readonly (number | null)[], threads: number): Record<string, EffectiveField> {
  const seen = idle.filter((seconds) => seconds !== null);
  if (threads === 1 || seen.length === 0) return {};
  return {
    spinning: { value: Math.max(...seen) >= spinsFromSeconds ? 'on' : 'off', evidence: 'threads of the process' },
  };
}

function supportOf(precision: string, probe: Probe): PrecisionSupport {
  return (probe.available ? probe.precisions[precision] : undefined) ?? 'none';
}

function graphFields(fusion: 'on' | 'off', graph: OptimizedGraph, dumps: FusionDumps): Record<string, EffectiveField> {
  return {
    fusion: { value: fusionInEffect(fusion, dumps), evidence: 'dump' },
    layout: { value: layoutInEffect(graph.memoryLayout, dumps), evidence: 'dump' },
    memoryLayout: { value: graph.memoryLayout, evidence: 'dump' },
  };
}

/**
 * The dumps that the requested one is compared with: the other settings of fusion and layout, and the graph as the file has it. Where the engine
 * changed no layout though it might have, it need not be asked for what it makes of the graph when it may not.
 */
async function dumpsOf(
  request: ProofRequest,
  requested: OptimizedGraph,
  source: OptimizedGraph | null,
): Promise<FusionDumps> {
  const { fusion, layout = 'engine' } = request.options;
  const made = async (name: string, setting: Required<Pick<LoadOptions, 'fusion' | 'layout'>>) => {
    const isRequested = setting.fusion === fusion && (fusion === 'off' || setting.layout === layout);
    return isRequested ? requested : dump(request, name, setting);
  };
  const off = await made('off', { fusion: 'off', layout: 'plain' });
  const engine = await made('engine', { fusion: 'on', layout: 'engine' });
  const plain = engine?.memoryLayout === 'plain' ? engine : await made('plain', { fusion: 'on', layout: 'plain' });
  return {
    source: source?.operators ?? {},
    engine: engine?.operators ?? {},
    plain: plain?.operators ?? {},
    off: off?.operators ?? {},
  };
}

async function dump(request: ProofRequest, name: string, change: Partial<LoadOptions>): Promise<OptimizedGraph | null> {
  const dumpPath = join(request.workFolder, `${name}.onnx`);
  const session = await request.backend.load(request.modelPath, {
    ...request.options,
    ...change,
    dumpPath,
    profilePrefix: null,
  });
  await session.dispose();
  return takeDump(dumpPath);
}

/** Reads a dump and removes it; null when the backend wrote none. */
async function takeDump(path: string): Promise<OptimizedGraph | null> {
  if (!existsSync(path)) return null;
  const graph = readOptimizedGraph(path);
  await rm(path);
  return graph;
}
