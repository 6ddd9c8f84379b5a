import { verdictCodes } from '../analysis/verdicts/verdict-codes.ts';
import type { Reason } from '../results/events.ts';
import { displayName, displayText } from './display-name.ts';
import { percentText } from './percent-text.ts';

/** Why something is missing or went wrong, in a sentence that needs no knowledge of the code. */
const sentences: Readonly<Record<string, (reason: Reason) => string>> = {
  TOO_FEW_SAMPLES: ({ need, have }) =>
    `Too few queries to stand on: ${amount(need)} are needed, ${amount(have)} were measured.`,
  NOT_MEASURED_PROJECTED: () => 'Projected, not measured: only a measurement could tell.',
  STACK_DECIDES: () => 'The software of a projected figure decides on this by itself.',
  NO_STACK_HAS_SUPPORT: () => 'Of no stack is enough known to project the case.',
  NOT_JUDGED_YET: () => 'Not judged yet: this version measures it and does not judge it.',
  ONE_ROUND: ({ need }) => `One round: an interval needs at least ${amount(need ?? 2)}, each in a fresh process.`,
  TOO_FEW_ROUNDS: ({ need, have }) =>
    `Too few rounds: an interval needs ${amount(need)} of each run, each in a fresh process, and ${amount(have)} were measured.`,
  ROUNDS_LOST: ({ need, have }) =>
    `Too few rounds have ended well (${amount(have)}): an interval needs at least ${amount(need)} of each.`,
  NOT_DEFINED_OFFLINE: () =>
    'Offline, all items are due at the start, so that a response time says nothing; the service time of a batch is given instead.',
  NO_ANSWERS: () =>
    'The workload has no postprocessing that makes answers of the outputs, which versions could be compared by.',
  NO_OPERATOR_PROFILE: () => 'The backend does not tell how long its operators take.',
  NO_POWER_SENSOR: () => 'No power sensor of this machine could be read, and an estimate would not be a measurement.',
  NO_POWER_SAMPLES: () => 'The power sensor gave no figure during the round.',
  ENERGY_NOT_BRACKETED: ({ need, have }) =>
    `The samples of power do not reach over the whole window: ${amount(need)} is needed (${amount(have)}).`,
  ENERGY_GAP: ({ need, have }) =>
    `The power sensor paused for ${seconds(have)} s within the window; more than ${amount(need)} s cannot be bridged.`,
  WINDOW_TOO_SHORT_FOR_SENSOR: ({ need, have }) =>
    `The window is too short for the power sensor: ${amount(need)} readings in it are needed, it has ${amount(have)}.`,
  COUNTER_RESET: () => 'The energy counter was reset during the round.',
  DEVICES_CHANGED: () => 'The devices that were sampled are not the same in all rounds.',
  DEVICE_LOST: ({ have }) =>
    `A device was lost during the round${have === null || have === 'DEVICE_LOST' ? '' : ` (${amount(have)})`}.`,
  SENSOR_LOST: ({ have }) => `The sensor was lost during the round${have === null ? '' : ` (${amount(have)})`}.`,
  NO_IDLE_WINDOW: () => 'What the devices draw at rest was not measured before the rounds.',
  IDLE_NOT_QUIET: ({ have }) =>
    `The devices were not at rest before the rounds${have === null ? '' : `: ${amount(have)}`}.`,
  IDLE_NOT_SETTLED: ({ have }) =>
    `The power had not settled before the rounds${have === null ? '' : ` (${amount(have)})`}.`,
  IDLE_NOT_WATCHED: ({ have }) =>
    `Nothing tells whether${have === null ? ' the device' : ` ${amount(have)}`} was at rest before the rounds.`,
  IDLE_ABOVE_LOAD: ({ need, have }) =>
    `The devices drew no more than at rest (${amount(need)} W, before the rounds ${amount(have)} W).`,
  NOTHING_ABOVE_IDLE: () => 'The devices drew what they draw at rest, and a share of nothing is none.',
  SENSOR_ERROR_UNKNOWN: () => 'Nothing is known of how far the sensor may be off.',
  NO_DEVICE: () => 'The case runs on the CPU: there is no device with memory of its own.',
  SCOPE_UNSUPPORTED: () =>
    'Several models serve a request, and what one is fed follows from the answer of the one before: only whole requests can be timed.',
  METRIC_UNSUPPORTED: () => 'This metric cannot be taken of what the workload answers.',
  RANDOM_WEIGHTS: () => 'The model has seeded random weights: its answers mean nothing, so accuracy would too.',
  NO_METRIC: () => 'The workload names no metric.',
  NO_LABELS: () => 'The data has no labels to compare the answers with.',
  NOT_IN_EFFECT: ({ need, have }) => `Asked for ${amount(need)}, but ${amount(have)} took effect.`,
  NOTHING_TO_FUSE: () => 'The graph has nothing to fuse, so that the case would measure the same as fusion off.',
  NOTHING_TO_QUANTIZE: ({ need, have }) =>
    `Nothing of the model can be converted to this precision${need === null ? '' : `: looked for ${amount(need)}, found ${amount(have)}`}.`,
  PRECISION_UNSUPPORTED: ({ need, have }) =>
    `The backend does not have ${need === null ? 'this precision' : amount(need)}${have === null ? '' : `, only: ${amount(have)}`}.`,
  CALIBRATION_NEEDED: () =>
    'The ranges of int8 are taken from data, and the only data are those that the accuracy is taken on: give others (calibration).',
  AS_IN_FILE: () => 'The model was measured as it is in its file.',
  BACKEND_DID_NOT_SAY: () => 'The backend does not say how it carries out this precision.',
  NOT_CONVERTED: () => 'The model stays in 32-bit floats.',
  NEEDS_NO_DATA: () => 'The conversion needs no data.',
  METHOD_DOES_NOT_TELL: () => 'The conversion does not tell.',
  NO_DIFFERENCE: () => 'It makes no difference to this graph.',
  NO_GRAPH: () => 'The backend runs no graph that it could make a difference to.',
  NOT_ON_DEVICE: () => 'A device computes, and threads of the processor compute nothing of the model.',
  NO_SUCH_CASE: ({ need }) => `The run has no case for it${need === null ? '' : `: ${amount(need)}`}.`,
  METRICS_DIFFER: ({ need, have }) => `The accuracies are of two metrics (${amount(need)} and ${amount(have)}).`,
  IS_REFERENCE: () => 'What the others are compared with.',
  OUTPUTS_ZERO: () => 'The outputs are all zero, so that nothing can be compared with them.',
  REFERENCE_ZERO: () => 'The outputs of the reference are all zero, so that nothing can be compared with them.',
  PROOF_OFF: () => 'Proof was switched off for this run.',
  NO_PROC: () => 'This system has no /proc to read it from.',
  NO_LIMIT: () => 'The suite sets no latency limit.',
  TIME_LIMIT: ({ need }) =>
    `It took longer than its time limit${need === null ? '' : ` (${amount(need)})`} and was stopped.`,
  MAX_TIME: () => 'The time that the run was given was over.',
  NOT_READABLE: () => 'This system does not tell it, or not to this user.',
  NO_CGROUP: () => 'No control group could be read.',
  NO_CGROUP_LIMIT: () => 'No control group limits it.',
  NO_REPOSITORY: () => 'The command ran outside of a git repository, or without git.',
  NONE_FOUND: () => 'None was found.',
  NO_SUITE_FILE: () => 'The suite was made from the options of the command, not read from a file.',
  NOT_SET: () => 'It was not set.',
  NO_CORE_FOR_GENERATOR: () => 'The load generator needs a core of its own, and the case leaves it none.',
  BACKEND_UNAVAILABLE: () => 'The backend is not available on this machine.',
  OTHER_DEVICE: ({ need, have }) =>
    `The suite is about ${need === 'processor' ? 'the processor' : 'accelerators'}, and the backend computes on ${amount(have)}.`,
  PRECISION_UNAVAILABLE: ({ need }) =>
    `The backend has no support for ${need === null ? 'this precision' : amount(need)}.`,
  RATES_DIFFER: ({ need, have }) =>
    `The search found another rate in each run (${amount(need)} and ${amount(have)} queries a second): latencies under different load do not compare.`,
  NOT_IN_BOTH: () => 'One of the two runs has no figure for it.',
  NOT_VERIFIED: ({ need }) =>
    `Asked for${need === null ? '' : ` ${amount(need)}`}, and nothing shows whether it took effect.`,
  NOT_PROVEN: () => 'The process that was to prove it failed.',
  NOT_IN_SCOPE: () => 'Outside what the case times (scope “inference” times inference only).',
  NOT_RECORDED: () => 'The workload does not record it.',
  NOT_STARTED: () => 'The round was never started.',
  NOT_WRITTEN: () => 'The round ended before it wrote any.',
  NOT_SAMPLED: () => 'The machine was not sampled during this round.',
  NO_SAMPLES: () => 'No query was completed.',
  NO_REFERENCE: () => 'The workload names no accuracy to compare with.',
  NO_REFERENCE_IN_RUN: () =>
    'The run has no case of this workload at fp32 and fused on the same backend to compare the accuracy with.',
  NO_ACCURACY_LIMIT: () => 'The suite sets no limit for the accuracy.',
  NO_OBSERVER_BLOCKS: () => 'Sampling never paused in the windows, so that nothing tells what it did to them.',
  TOO_FEW_BLOCKS: ({ need, have }) =>
    `Too few blocks with and without sampling: ${amount(need)} are needed, ${amount(have)} were measured.`,
  TOO_FEW_QUERIES: ({ need, have }) => `Too few queries: ${amount(need)} are needed, ${amount(have)} were measured.`,
  REFERENCE_IS_ZERO: () => 'The reference is right nowhere, so that any accuracy is a share of it.',
  SAMPLING_OFF: () => 'The machine was not sampled in this run.',
  NO_SAMPLES_IN_WINDOW: () => 'The window was over before the machine was sampled in it.',
  CPU_NOT_SAMPLED: () => 'This system does not tell how busy its processor is, so that other work would not be seen.',
  QUERY_COUNT_DIFFERS: ({ need, have }) =>
    `The samples hold ${amount(have)} queries where the process reported ${amount(need)}.`,
  CHAIN_NOT_AUDITED: () => 'Several models serve a request: the audit for caching takes single models only.',
  BATCH_DOES_NOT_DIVIDE: ({ need, have }) =>
    `The items of a query (${amount(need)}) are no multiple of the batch size (${amount(have)}).`,
  NOT_TAKEN: () => 'It was not taken.',
  NO_LATENCY: () => 'The case has no response time.',
  BIT_EQUAL: () => 'The outputs are equal bit by bit: the ratio is infinite.',
  WINDOW_TOO_SHORT: ({ need, have }) =>
    `The window is too short to tell${need === null ? '' : `: ${seconds(need)} s are needed`}${have === null ? '' : `${need === null ? ':' : ','} it has ${seconds(have)} s`}.`,
  NO_RATE_WITHIN_LIMIT: ({ need }) =>
    `No rate that was tried kept the latency limit${need === null ? '' : ` of ${amount(need)} s`}.`,
  SEARCH_NOT_FINISHED: () => 'The search for the highest rate was stopped before it had found one.',
  NOT_SEARCHED: () => 'The rate was given, so that none was searched.',
  WITHIN_LIMIT: () => 'It kept the limit.',
  LATENCY_OVER_LIMIT: ({ need, have }) =>
    `The latency was over the limit: ${amount(have)} s, at most ${amount(need)} s.`,
  QUERIES_UNSERVED: ({ have }) => `${amount(have)} queries were never served.`,
  RATE_NOT_ACHIEVED: ({ need, have }) =>
    `Queries were completed at ${share(have)} of the rate at which they came; at least ${share(need)} is needed.`,
  NO_TARGET_RATE: () => 'The scenario asks for no rate.',
  RATE_CHANGES: () => 'The rate of this scenario changes over the window.',
  NOT_ON_A_SCHEDULE: () => 'Queries come in answer to the system and not on a schedule.',
  FAIL_FAST: () => 'Another case had failed, and the run was to stop at the first.',
  BARE_LOOP_NOT_ASKED: () => 'Measured only by suites that ask for it (suites/self/overhead.yaml).',
  BARE_LOOP_IN_WINDOW: () => 'The window alternates with a bare loop, so that this figure would be of both.',
  INTERRUPTED: ({ need, have }) =>
    `The run was stopped before the case was done${need === null ? '' : `: ${amount(have)} of ${amount(need)} rounds have ended`}.`,
  ROUNDS_MISSING: ({ need, have }) => `Only ${amount(have)} of ${amount(need)} rounds have ended well.`,
  ROUND_FAILED: () => 'The round failed.',
  ROUND_INTERRUPTED: () => 'The round was interrupted.',
  WORKLOAD_NOT_PREPARED: () => 'The workload could not be prepared.',
  CASE_INVALID: ({ have }) =>
    `A case of the two is invalid${have === null ? '' : ` (${words(String(have))})`}, so that a ratio would look like a speed-up that nobody has shown.`,
  CASE_FAILED: () => 'The case failed.',
  CASE_SKIPPED: () => 'The case was skipped.',
  CASE_INTERRUPTED: () => 'The case was interrupted before it was measured.',
};

/** A reason in plain words; for a code that this version does not know, the code itself with what it needs and has. */
export function plainReason(reason: Reason): string {
  const known = Object.hasOwn(sentences, reason.code) ? sentences[reason.code] : undefined;
  if (known !== undefined) return known(reason);
  // Of a family that is not valid, the reason is its worst finding.
  if (isVerdictCode(reason.code)) return verdictCodes[reason.code].means;
  const facts = [
    reason.need === null ? '' : `expected: ${amount(reason.need)}`,
    reason.have === null ? '' : `found: ${amount(reason.have)}`,
  ].filter((text) => text !== '');
  const name = displayName(reason.code, 60);
  return facts.length === 0 ? `${name}.` : `${name} (${facts.join('; ')}).`;
}

function isVerdictCode(code: string): code is keyof typeof verdictCodes {
  return Object.hasOwn(verdictCodes, code);
}

/** As {@link plainReason}, in a few words for a cell. */
export function shortReason(reason: Reason | undefined): string {
  if (reason === undefined) return 'not known';
  if (reason.code === 'TOO_FEW_SAMPLES') return `needs ${amount(reason.need)} queries, has ${amount(reason.have)}`;
  return plainReason(reason);
}

const names: Readonly<Record<string, string>> = {
  latency: 'response time',
  serviceLatency: 'service time',
  issueDelay: 'issue delay',
  'throughput.ci95': 'interval of the throughput',
  throughput: 'throughput',
  'memory.peakDeviceBytes': 'device memory',
  'memory.peakRssBytes': 'peak memory',
  coldStart: 'cold start',
  'cpu.coresUsed': 'cores used',
  'cpu.voluntarySwitchesPerQuery': 'voluntary context switches',
  'cpu.involuntarySwitchesPerQuery': 'involuntary context switches',
  energy: 'energy',
  'energy.idleSubtracted': 'energy above what is drawn at rest',
  'energy.uncertainty': 'uncertainty of the energy',
  'energy.idleSubtracted.uncertainty': 'uncertainty of the energy above rest',
  accuracy: 'accuracy',
  'accuracy.reference': 'reference accuracy',
  fidelity: 'fidelity',
  'fidelity.sqnrDb': 'signal-to-noise ratio of the outputs',
  answers: 'answers',
  operatorTimes: 'time of the operators',
  overhead: 'overhead of the harness',
  operators: 'operators of the optimised graph',
  model: 'model',
  variant: 'model that the toggles made',
  precisionSupport: 'support of the precision',
  data: 'data',
  withinLimit: 'within the latency limit',
  queueDelay: 'queue',
  load: 'load figures',
  observer: 'observer effect',
  search: 'search for the highest rate',
  'verdicts.load': 'verdict on the load',
  'verdicts.client': 'verdict on the client',
  'verdicts.integrity': 'verdict on the integrity',
  'verdicts.steadyState': 'verdict on the steady state',
  'verdicts.telemetry': 'verdict on the telemetry',
  'verdicts.energy': 'verdict on the energy',
  'verdicts.accuracy': 'verdict on the accuracy',
  'verdicts.configuration': 'verdict on the configuration',
};

/** What stands at a path of a case, in words: `latency.p99` is `p99 of the response time`. */
export function plainPath(path: string): string {
  if (Object.hasOwn(names, path)) return names[path] ?? path;
  const [head = '', ...rest] = path.split('.');
  const tail = rest.join('.');
  if (head === 'effective') return `${words(tail.replace(/\.value$/, ''))} in effect`;
  if (head === 'stages') return `time of stage ${words(tail)}`;
  if (head === 'rounds') return `round ${displayName(tail, 40)}`;
  const of = Object.hasOwn(names, head) ? names[head] : undefined;
  if (of !== undefined && tail !== '') return `${tail === 'p999' ? 'p99.9' : words(tail)} of the ${of}`;
  return displayName(path, 60);
}

/** `pageCache` becomes `page cache`. */
export function words(name: string): string {
  return displayName(name, 60)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

function seconds(value: string | number | null): string {
  return typeof value === 'number' ? value.toFixed(1) : amount(value);
}

function share(value: string | number | null): string {
  return typeof value === 'number' ? percentText(value) : amount(value);
}

function amount(value: string | number | null): string {
  if (value === null) return 'an unknown number';
  return typeof value === 'number' ? value.toLocaleString('en-US') : displayText(value, 300);
}
