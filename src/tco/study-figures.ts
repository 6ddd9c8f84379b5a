import { type Path, valueAt } from '../kernel/value-path.ts';
import type { FigureInFile } from './figure-schema.ts';
import { cloudRules, type FigureRule, facilityRules, ownRules, studyRules } from './study-rules.ts';
import type { FigureFile, SettledStudy, StudyFile } from './study-schema.ts';

/** A figure of a study file with its place there. */
export interface Placed<Figure> {
  readonly rule: FigureRule;
  readonly path: Path;
  /** The option or facility that it is of; null: of the whole study. */
  readonly owner: string | null;
  readonly figure: Figure;
  /** From the model's root; none for a figure that is only checked, or of a facility that no option uses. */
  readonly places: readonly (readonly string[])[];
}

/** A figure as the file has it: a number, or a word that stands for one. */
export type PlacedInFile = Placed<FigureInFile>;
export type PlacedFigure = Placed<FigureFile>;

/** All figures that are in a file. */
export function figuresInFile(study: StudyFile): PlacedInFile[] {
  return collect<FigureInFile>(study);
}

/** All figures of a study. */
export function figuresOf(study: SettledStudy): PlacedFigure[] {
  return collect<FigureFile>(study);
}

function collect<Figure>(study: StudyFile | SettledStudy): Placed<Figure>[] {
  const placed = (
    rules: readonly FigureRule[],
    owner: string | null,
    base: Path,
    roots: readonly (readonly string[])[],
  ): Placed<Figure>[] =>
    rules.flatMap((one) => {
      const path = [...base, ...one.file];
      const found = valueAt(study, path) as Figure | undefined;
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
