import type { ClaimsOutcome } from '../tco/model/claims-outcome.ts';
import type { StudyOutcome } from '../tco/model/study-outcome.ts';
import type { Study } from '../tco/study.ts';
import { assumptionsText, leftOutText, provenanceText } from './tco-basis-text.ts';
import { claimsText } from './tco-claims-text.ts';
import { sensitivityText, simulationText } from './tco-doubt-text.ts';
import { point, section, width } from './tco-layout.ts';
import { breakEvenText, costText, fleetText, optionsText, returnsText } from './tco-option-text.ts';
import { printableLines } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** What `dyno tco` answers with: the recommendation first, then what it rests on. Lines fit into 100 columns unless names are long. */
export function tcoText(study: Study, outcome: StudyOutcome, claims: ClaimsOutcome | null): string {
  const { sentence, caveats } = outcome.recommendation;
  const parts = [
    `${wrapText(sentence, width)}\n${bullets(caveats)}`,
    assumptionsText(study),
    optionsText(study, outcome),
    fleetText(outcome),
    costText(study, outcome),
    returnsText(study, outcome),
    breakEvenText(outcome),
    sensitivityText(study, outcome.sensitivity),
    simulationText(study, outcome),
    claims === null ? '' : claimsText(claims),
    leftOutText(study),
    provenanceText(study, outcome),
  ];
  return printableLines(`${parts.join('')}`);
}

function bullets(lines: readonly string[]): string {
  return lines.length === 0 ? '' : section('What weakens it or would change it', '', lines.map(point).join(''));
}
