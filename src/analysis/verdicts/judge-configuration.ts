import type { VerdictFinding } from '../../results/run.ts';
import { type Evidence, type Judgement, judged, notJudged } from './evidence.ts';
import { finding } from './verdict-codes.ts';

const prefix = 'effective.';

/**
 * Whether what was asked for took effect (M29 of the measuring rules). A case of which nothing at all could be verified is not judged: neither
 * hygiene, which Dyno itself carries out, nor a toggle that makes no difference to the graph or to a device speaks for the engine.
 */
export function judgeConfiguration({ figures, reasons, policy, rounds }: Evidence): Judgement {
  const about = (code: string) =>
    Object.entries(reasons).filter(([path, reason]) => path.startsWith(prefix) && reason.code === code);
  const contradicted = about('NOT_IN_EFFECT').map(([path, { need, have }]): VerdictFinding => {
    const name = path.slice(prefix.length);
    return finding('NOT_IN_EFFECT', { need, have, message: `${name}: asked for ${need}, and ${have} took effect.` });
  });
  const names = about('NOT_VERIFIED').map(([path]) => path.slice(prefix.length).replace(/\.value$/, ''));
  // One thread leaves none idle that could spin.
  const isOpenAxis = (name: string) => !(name === 'spinning' && figures.axes.threads === 1);
  const open = [...new Set(names)].filter(isOpenAxis);
  const unverified =
    open.length === 0
      ? []
      : [
          finding('NOT_VERIFIED', {
            need: null,
            have: open.join(', '),
            message: `Nothing shows whether ${open.join(', ')} took effect.`,
            ...(policy.proof ? { nextStep: 'Take it as asked for and not as shown: this engine does not tell.' } : {}),
          }),
        ];
  const pointless = [...about('NO_DIFFERENCE'), ...about('NO_GRAPH'), ...about('NOT_ON_DEVICE')].map(([path]) => path);
  const axes = Object.keys(figures.requested).filter(
    (name) => isOpenAxis(name) && name !== 'hygiene' && !pointless.includes(`${prefix}${name}.value`),
  );
  const isOpen = contradicted.length === 0 && axes.every((axis) => open.includes(axis));
  const others = [...softwareDevice(figures), ...partlyOnProcessor(figures), ...limitNotHeld(rounds), ...unverified];
  return isOpen
    ? notJudged({ code: 'NOT_VERIFIED', need: axes.length, have: 0 }, others)
    : judged([...contradicted, ...others]);
}

/** A driver that computes on the processor makes a device of it that is none. */
function softwareDevice({ effective }: Evidence['figures']): VerdictFinding[] {
  if (effective.deviceKind?.value !== 'software') return [];
  const have = String(effective.device?.value ?? 'software');
  return [finding('SOFTWARE_DEVICE', { need: 'hardware', have, message: `Computed by ${have}: no figure of a GPU.` })];
}

/** By the operator profile of the proof; a share that nobody knows says nothing. */
function partlyOnProcessor({ effective }: Evidence['figures']): VerdictFinding[] {
  const have = effective.deviceShareOfNodes?.value;
  if (typeof have !== 'number' || have >= 1) return [];
  const time = effective.deviceShareOfTime?.value;
  const ofTime = typeof time === 'number' ? `, ${percent(time)} of the time` : '';
  const message = `The device ran ${percent(have)} of the operators${ofTime}; the processor ran the others.`;
  return [finding('PARTLY_ON_PROCESSOR', { need: 1, have, message })];
}

/** Rounded down: what is not all must not read as all. */
function percent(share: number): string {
  return `${Math.floor(1000 * share) / 10} %`;
}

/** The first round that may have been measured without the limit that was asked for tells of all. */
function limitNotHeld(rounds: Evidence['rounds']): VerdictFinding[] {
  const found = rounds.find(({ limitsNotHeld = [] }) => limitsNotHeld.length > 0);
  const [device] = found?.limitsNotHeld ?? [];
  if (found === undefined || device === undefined) return [];
  const { index, watts: need, heldWatts: have } = device;
  const message = `The power limit of GPU ${index} was ${have} W when it was set back, and ${need} W had been set.`;
  return [finding('POWER_LIMIT_NOT_HELD', { need, have, round: found.round, message })];
}
