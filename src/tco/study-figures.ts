import { type Path, valueAt } from '../kernel/value-path.ts';
import { cloudRules, type FigureRule, facilityRules, ownRules, studyRules } from './study-rules.ts';
import type { FigureFile, StudyFile } from './study-schema.ts';

/** A figure of a study file with its place there. */
export interface PlacedFigure {
  readonly rule: FigureRule;
  readonly path: Path;
  /** The option or facility that it is of; null: of the whole study. */
  readonly owner: string | null;
  readonly figure: FigureFile;
  /** From the model's root; none for a figure that is only checked, or of a facility that no option uses. */
  readonly places: readonly (readonly string[])[];
}

/** All figures of a study that are there. */
export function figuresOf(study: StudyFile): PlacedFigure[] {
  const placed = (
    rules: readonly FigureRule[],
    owner: string | null,
    base: Path,
    roots: readonly (readonly string[])[],
  ): PlacedFigure[] =>
    rules.flatMap((one) => {
      const path = [...base, ...one.file];
      const found = valueAt(study, path) as FigureFile | undefined;
      if (found === undefined) return [];
      const { model } = one;
      return [
        {
          rule: one,
          path,
          owner,
          figure: found,
          places: model === null ? [] : roots.map((root) => [...root, ...model]),
        },
      ];
    });
  return [
    ...placed(studyRules, null, [], [[]]),
    ...Object.keys(study.facilities ?? {}).flatMap((name) => {
      const users = study.options.filter((option) => option.kind === 'own' && option.facility === name);
      return placed(
        facilityRules,
        name,
        ['facilities', name],
        users.map((option) => ['options', option.name]),
      );
    }),
    ...study.options.flatMap((option, index) =>
      placed(
        option.kind === 'own' ? ownRules : cloudRules,
        option.name,
        ['options', index],
        [['options', option.name]],
      ),
    ),
  ];
}

/** The number of a figure. */
export function numberIn(figure: FigureFile): number {
  if (typeof figure === 'number') return figure;
  return 'amount' in figure ? figure.amount : figure.value;
}
