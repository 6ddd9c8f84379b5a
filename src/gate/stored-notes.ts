import { shareText } from './figure-text.ts';
import type { GateReport } from './gate-report.ts';

/** What the verdict on two stored runs rests on, and what it cannot know. */
export function storedBasisNotes({ decision, settings, environment }: GateReport): string[] {
  const { rows, chosen, confirmed } = decision.multiplicity;
  const looks = decision.rows.flatMap(({ look }) => (look === null || look.look === 0 ? [] : [look]));
  const drifts = looks.flatMap(({ selfNoise }) => selfNoise ?? []);
  const rounds = looks.flatMap(({ rounds: of }) => (of === undefined ? [] : [of]));
  const drift =
    drifts.length === 0
      ? ''
      : `, widened on both sides by what the machine drifted within the runs (up to ${shareText(Math.max(...drifts))})`;
  return [
    ...(environment.length === 0 ? [] : [environment.map(({ name, value }) => `${name} ${value}`).join(', ')]),
    'measured one after the other, not in turns: what the machine did between the two runs is in every change. To be surer, let the gate measure both: dyno gate --base <git ref> --head <git ref>',
    ...(rounds.length === 0
      ? []
      : [
          `${rangeText(rounds.map(({ base }) => base))} rounds of base and ${rangeText(rounds.map(({ head }) => head))} of head a row, each a fresh process; interval of the rank-sum test${drift}`,
        ]),
    ...(rows === 0
      ? []
      : [
          `${chosen} of ${rows} sampled rows worse by their own interval, ${confirmed} of them among all rows (Holm, ${settings.alpha}); nothing was run again`,
        ]),
  ];
}

function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least} to ${most}`;
}
