import type { Dropped, Row, RowReason, StageResult } from './decision.ts';
import { figureText, intervalText, shareText } from './figure-text.ts';
import { shownStage } from './gate-report.ts';

type Say = (reason: RowReason, row: Row) => string;

/** Every code of a row's reasons as a sentence that says what it means and, where something can be done, what. */
const sayings: Readonly<Record<string, Say>> = {
  TOO_FEW_PAIRS: ({ need, have }) => `${count(have, 'valid pair')}, too few to judge: it takes ${text(need)}`,
  MARGIN_IN_INTERVAL: (_, row) =>
    row.look?.method === 'rank-sum'
      ? 'the interval holds the margin; more rounds would narrow it'
      : 'the interval still holds the margin at the last look; more rounds would narrow it',
  MORE_ROUNDS: () =>
    'measuring ended before the last look; a longer --time-budget, or going on by --resume, lets it decide',
  NOISE_EXCEEDS_MARGIN: ({ need, have }) =>
    `noise of this machine (${share(have)}) exceeds the margin (${share(need)}): equal versions differ by as much; widen the margin or use a quieter machine`,
  NOT_CHOSEN: () => 'worse on its own, but among so many rows that may be luck',
  CONFIRM_PENDING: () => 'worse in the first stage; fresh processes have not been measured, or not enough of them',
  NOT_CONFIRMED: () => 'worse in the first stage, and fresh processes could not tell',
  NOT_RUN_AGAIN: () => 'worse in the first stage; rows for information are not run again',
  NOT_DETERMINISTIC: ({ have }) => `an exact metric that differs between processes of one version (${text(have)})`,
  NOT_REPEATED: () => 'worse in the first stage; fresh processes showed no such change',
  BELOW_FLOOR: ({ need }, row) => `below the floor of ${figureText(asNumber(need), row.metric)}`,
  WITHIN_MARGIN: ({ need, have }) => `changed by ${share(have)}, which its margin of ${share(need)} allows`,
  OUTPUTS_DIFFER: ({ need, have }) =>
    `base and head give different answers to the same inputs (${text(need)}, ${text(have)}): what is wrong is not compared for its speed`,
  TOO_MANY_DROPPED: ({ need, have }) => `too many pairs were void: ${text(have)}, allowed are ${share(need)}`,
  TOO_FEW_VALID_PAIRS: ({ need, have }) => `${count(have, 'valid pair')} left, it takes ${text(need)}`,
  METRIC_MISSING: () => 'neither version has this metric; check its name, or take it out of the suite',
  TOO_MANY_ROUNDS_DROPPED: ({ need, have }) => `too many rounds were void: ${text(have)}, allowed are ${share(need)}`,
  DESCRIPTIVE_ONLY: ({ need, have }) =>
    `too few rounds for an interval (${text(have)}): the figures describe two measurements and judge nothing; measure ${text(need)} rounds of each with --set policy.rounds=${text(need)}`,
  NO_ROUND_FIGURES: ({ have }) =>
    `results keep ${text(have)} for a case as a whole, not by round: nothing tells its noise`,
  TOO_FEW_ROUNDS: ({ need, have }) =>
    `among so many rows no figures of so few rounds (${text(have)}) would do: it takes ${text(need)} of each`,
  SUITE_SHIFT: ({ have }) =>
    `${text(have)} rows moved together, as they do when the machine is in another state: measure both versions in turns, with git refs for --base and --head`,
  RUNS_OVERLAP: ({ have }) =>
    `the two runs were measured at the same time (${text(have)}) and took the machine from each other`,
  CASE_INVALID: ({ have }) => `the case is not valid in its run (${text(have)}); \`dyno results show\` says what to do`,
  SIGN_INTERVAL: ({ have }) => `judged by signs, because of ${count(have, 'outlier')}`,
};

/** Why a pair was dropped, in words; `need` is the limit and `have` what was seen first. */
const droppings: Readonly<Record<string, string>> = {
  BASE_FAILED: 'base failed',
  HEAD_FAILED: 'head failed',
  NO_VALUE: 'a version told no value',
  NOT_POSITIVE: 'a value was not above 0',
  CPU_STEAL: 'the hypervisor gave processor time to others',
  CPU_THROTTLED: 'the control group was held back for its quota',
  FOREIGN_CPU: 'other processes used the processor',
  GPU_THERMAL: 'the GPU slowed down to protect itself',
  GPU_POWER_CAP: 'the GPU was held at its power limit in one version only',
  GPU_CLOCKS: 'the GPU had different clocks',
  GPU_FOREIGN_PROCESS: 'other processes used the GPU',
  GPU_BUSY: 'the GPU was busy before the round',
};

/** All codes that a row may have as a reason, or as that of a dropped pair. */
export const reasonCodes: readonly string[] = [...Object.keys(sayings), ...Object.keys(droppings)];

/** A reason as a sentence without its full stop; of a code that this version does not know, the code with its figures. */
export function reasonText(reason: RowReason, row: Row): string {
  const say = sayings[reason.code];
  if (say !== undefined) return say(reason, row);
  const dropped = droppings[reason.code];
  if (dropped !== undefined) return `${dropped}${seen(reason)}`;
  return `${reason.code}${seen(reason)}`;
}

/** `3 pairs void: the GPU slowed down to protect itself (head, GPU 0: hw_thermal_slowdown; limit 0)`. */
export function droppedText({ code, count: pairs, need, have }: Dropped, what = 'pair'): string {
  return `${count(pairs, what)} void: ${droppings[code] ?? code}${seen({ code, need, have })}`;
}

/** All that is to be said of a row below its figures, each a sentence without its full stop. */
export function rowNotes(row: Row): string[] {
  const dropped = shownStage(row)?.dropped ?? [];
  const isCounted = (code: string) => dropped.some((one) => one.code === code);
  return [
    ...row.reasons.filter(({ code }) => !isCounted(code)).map((reason) => reasonText(reason, row)),
    ...dropped.map((one) => droppedText(one, row.look?.rounds === undefined ? 'pair' : 'round')),
    ...stagesText(row),
  ];
}

/** Both stages of a row that was run again; empty for others. */
export function stagesText({ look, confirm }: Row): string[] {
  if (look === null || confirm === null) return [];
  return [`first stage ${stageText(look)}; run again in fresh processes ${stageText(confirm)}`];
}

function stageText({ change, pairs, level }: StageResult): string {
  const found = change === null ? 'nothing' : intervalText(change);
  return `${found} (${count(pairs, 'pair')}, ${shareText(level).replace('.0 ', ' ')})`;
}

/** Codes whose limit is a share; of the first ones what was seen is one, too. */
const seenShares = ['CPU_STEAL', 'FOREIGN_CPU', 'GPU_BUSY', 'GPU_POWER_CAP'];
const limitShares = [...seenShares, 'GPU_CLOCKS'];

function seen({ code, need, have }: RowReason): string {
  const found = seenShares.includes(code)
    ? text(have).replace(/(?<=^|: |base |head )\d+(\.\d+)?(e-\d+)?(?=$|,| )/g, (digits) => shareText(Number(digits)))
    : text(have);
  const limit = limitShares.includes(code) ? share(need) : text(need);
  const parts = [...(have === null ? [] : [found]), ...(need === null ? [] : [`limit ${limit}`])];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

function share(value: string | number | null): string {
  return typeof value === 'number' ? shareText(value) : text(value);
}

function text(value: string | number | null): string {
  return value === null ? 'unknown' : String(value);
}

function asNumber(value: string | number | null): number | null {
  return typeof value === 'number' ? value : null;
}

function count(value: string | number | null, noun: string): string {
  return `${text(value)} ${noun}${value === 1 ? '' : 's'}`;
}
