import type { Acknowledgement } from './acknowledgements.ts';
import type { Decision, OneSided } from './decision.ts';
import { shareText } from './figure-text.ts';
import type { GateReport } from './gate-report.ts';
import type { AcknowledgementOutcome, Settled } from './settle.ts';
import { storedBasisNotes } from './stored-notes.ts';

/** Rows that one version alone has, a sentence each. */
export function sidedNotes({ removed, added }: Pick<Decision, 'removed' | 'added'>): string[] {
  return [
    ...removed.map((one) => `Removed: ${nameOf(one)} is not in head; it no longer gates.`),
    ...added.map((one) => `Added: ${nameOf(one)} is not in base; it gates once it is.`),
  ];
}

/** What all rows did together, where they did. */
export function shiftNote({ shift }: Pick<Decision, 'shift'>): string[] {
  if (shift === null) return [];
  const way =
    shift.worse > 0 ? `worse by about ${shareText(shift.worse)}` : `better by about ${shareText(-shift.worse)}`;
  return [
    `Suite-wide shift: ${shift.rows} of ${shift.of} rows became ${way} together. Look for what they share: a dependency, a build flag, another machine.`,
  ];
}

/** What is to be said of the file of acknowledgements: which entries hold, and which should leave the file. */
export function acknowledgementNotes({ acknowledgements }: Pick<Settled, 'acknowledgements'>): string[] {
  return acknowledgements.map((one) => `${acknowledgementText(one)} (${one.entry.where})`);
}

function acknowledgementText({ entry, state, suggestion }: AcknowledgementOutcome): string {
  const name = nameOf(entry);
  switch (state) {
    case 'used':
      return `Accepted: ${name} may be worse by ${acceptedText(entry)} until ${untilText(entry)}: ${entry.reason}`;
    case 'exceeded':
      return `Not accepted: ${name} is worse by more than the ${acceptedText(entry)} of its acknowledgement`;
    case 'unused':
      return `Acknowledgement not needed: ${name} does not fail; remove it once it stays so`;
    case 'undecided':
      return `Acknowledgement without effect: by how much ${name} is worse is not known`;
    case 'expired':
      return `Acknowledgement expired: ${name} was accepted until ${untilText(entry)}; remove it`;
    case 'commit-unknown':
      return `Acknowledgement without effect: ${name} is accepted until ${untilText(entry)}, and this clone does not know that commit; fetch the whole history`;
    case 'removed':
      return `Acknowledgement of a removed row: head has no ${name}; remove it`;
    case 'unknown':
      return `Acknowledgement of an unknown row: there is no ${name}${suggestion === null ? '' : `; did you mean ${suggestion}?`}`;
  }
}

function acceptedText({ accepted }: Acknowledgement): string {
  return Number.isFinite(accepted) ? shareText(accepted) : 'any share';
}

function untilText({ until }: Acknowledgement): string {
  return until.kind === 'date' ? until.date : `commit ${until.commit.slice(0, 12)} is in the base`;
}

/** What differs beside the code: `Node: v20.1.0 in base, v22.0.0 in head`. */
export function differenceNotes({ differences }: Pick<GateReport, 'differences'>): string[] {
  return differences.map(({ what, base, head }) => `${what}: ${base ?? 'none'} in base, ${head ?? 'none'} in head`);
}

/** What the verdict rests on: the machine, the rounds, the noise, how rows were weighed together. */
export function basisNotes(report: GateReport): string[] {
  if (report.measured !== undefined) return storedBasisNotes(report);
  const { decision, settings, environment } = report;
  const { rows, chosen, confirmed } = decision.multiplicity;
  const pairs = decision.rows.flatMap(({ look }) => (look === null ? [] : [look.pairs]));
  const noises = decision.rows.flatMap(({ look }) => (look?.selfNoise == null ? [] : [look.selfNoise]));
  return [
    ...(environment.length === 0 ? [] : [environment.map(({ name, value }) => `${name} ${value}`).join(', ')]),
    ...(pairs.length === 0
      ? []
      : [
          `${rangeText(pairs)} pairs a row in fresh processes, looks at ${settings.looks.join(', ')}, seed ${settings.seed}${noises.length === 0 ? '' : `; noise floor of this machine up to ${shareText(Math.max(...noises))}`}`,
        ]),
    ...(rows === 0
      ? []
      : [
          `${chosen} of ${rows} sampled rows chosen (Benjamini–Hochberg, ${settings.alpha}) and run again, ${confirmed} found again (Holm)`,
        ]),
    ...(decision.next.kind === 'done' ? [] : ['measuring ended before every row was decided']),
  ];
}

function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least} to ${most}`;
}

function nameOf({ scenario, metric }: OneSided): string {
  return `${metric} of ${scenario}`;
}
