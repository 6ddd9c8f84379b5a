import type { Problem } from '../kernel/schema-problems.ts';
import { axisDefaults, engineFuses, isConverted } from './axes.ts';
import type { CombinationFile, MatrixFile } from './schema.ts';

const hygieneMessage = 'expected "on" where every precision is converted: a graph is cleaned before it, got "off"';
const layoutMessage =
  'expected "plain" where the engine does not fuse (fusion "off" and "graph"): it keeps the layout then, got "engine"';

/**
 * What nobody can have, where nothing else is asked for: a precision that is converted without hygiene, a layout of the engine's without its
 * fusion. Of lists in which some combinations are possible the others are taken as the nearest that there is, and run once.
 */
export function impossibleAxes(matrix: MatrixFile): Problem[] {
  const problems: Problem[] = [];
  const precisions = valuesOf(matrix, 'precision') ?? [axisDefaults.precision];
  const fusions = valuesOf(matrix, 'fusion') ?? [axisDefaults.fusion];
  if (isAll(valuesOf(matrix, 'hygiene'), 'off') && precisions.every(isConverted)) {
    problems.push({ path: ['matrix', 'hygiene'], part: 'value', message: hygieneMessage });
  }
  if (isAll(valuesOf(matrix, 'layout'), 'engine') && !fusions.some(engineFuses)) {
    problems.push({ path: ['matrix', 'layout'], part: 'value', message: layoutMessage });
  }
  for (const [index, { precision, hygiene, fusion, layout }] of (matrix.include ?? []).entries()) {
    const at = ['matrix', 'include', index];
    if (hygiene === 'off' && precision !== undefined && isConverted(precision)) {
      problems.push({ path: [...at, 'hygiene'], part: 'value', message: hygieneMessage });
    }
    if (layout === 'engine' && fusion !== undefined && !engineFuses(fusion)) {
      problems.push({ path: [...at, 'layout'], part: 'value', message: layoutMessage });
    }
  }
  return problems;
}

type Axis = 'precision' | 'hygiene' | 'fusion' | 'layout';

/** All values that a matrix lists for an axis, by itself or in a `zip` group; undefined: none. */
function valuesOf<Name extends Axis>(matrix: MatrixFile, axis: Name): NonNullable<CombinationFile[Name]>[] | undefined {
  type Value = NonNullable<CombinationFile[Name]>;
  const listed = matrix[axis] as Value | Value[] | undefined;
  if (listed !== undefined) return Array.isArray(listed) ? listed : [listed];
  return matrix.zip?.map((group) => group[axis] as Value[] | undefined).find((values) => values !== undefined);
}

function isAll(values: readonly string[] | undefined, value: string): boolean {
  return values?.every((one) => one === value) ?? false;
}
