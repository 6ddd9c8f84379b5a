import type { PrecisionSupport } from '../backends/backend.ts';
import type { EffectiveField } from '../effective.ts';
import { isSamePrecision, type OptimizedGraph } from './optimized-graph.ts';

/** The precision that a case asks for, and how its backend says that it carries it out. */
export interface AskedPrecision {
  readonly precision: string;
  readonly support: PrecisionSupport;
}

/** The optimised graph, and the graph as the file has it; null where the backend does not dump that one. */
export interface PrecisionDumps {
  readonly graph: OptimizedGraph;
  readonly source: OptimizedGraph | null;
}

/**
 * The fields of what took effect that tell of precision: `precision` in the words of the axis where it is in effect and as it is where it is
 * not, `storedPrecision` of the file, `computePrecision` of the operators, and of a quantised file `integerOperators`.
 */
export function precisionFields(asked: AskedPrecision, dumps: PrecisionDumps): Record<string, EffectiveField> {
  const { graph, source } = dumps;
  const integer = source === null ? null : integerOperators(graph, source);
  return {
    precision: isInEffect(asked, dumps) ? inEffect(asked) : fromDump(otherwise(asked, graph)),
    storedPrecision: fromDump(source?.precision ?? null),
    computePrecision: fromDump(graph.computePrecision),
    ...(integer === null ? {} : { integerOperators: fromDump(`${integer.computed} of ${integer.meant}`) }),
  };
}

function fromDump(value: string | null): EffectiveField {
  return { value, evidence: 'dump' };
}

/** A graph does not tell of TF32: its products take floats of 32 bits, and the device rounds them inside of the operator. */
function inEffect({ precision }: AskedPrecision): EffectiveField {
  return precision === 'tf32' ? { value: precision, evidence: 'unverified' } : fromDump(precision);
}

/** Whether a precision asks for the model as its file has it. */
export function takesFileAsIs(precision: string): boolean {
  return precision === 'fp32' || precision === 'tf32';
}

/**
 * `fp32` and `tf32` ask for the model as its file has it: that is in effect when the optimised graph is of the precision of the file, whatever that is.
 * The other precisions ask for a file that was converted to them. One that the backend emulates or only stores is in effect when the file stores it; one of 8 bits that it has, when
 * at least as many products are computed in integers as the file means to be; another that it has, when operators compute in it, too.
 */
function isInEffect({ precision, support }: AskedPrecision, { graph, source }: PrecisionDumps): boolean {
  const stored = source?.precision ?? null;
  if (source === null || stored === null || graph.precision === null) return false;
  if (takesFileAsIs(precision)) return isSamePrecision(graph.precision, stored);
  if (!holdsPrecision(stored, precision)) return false;
  if (support !== 'native') return support !== 'none';
  if (precision === 'int8' || precision === 'int8_dynamic') {
    const integer = integerOperators(graph, source);
    return integer !== null && integer.computed >= integer.meant;
  }
  return holdsPrecision(graph.computePrecision, precision);
}

/** What is in effect where it is not what was asked for: of a quantised graph that was left in floats, that it computes in floats. */
function otherwise({ precision }: AskedPrecision, graph: OptimizedGraph): string | null {
  return takesFileAsIs(precision) ? graph.precision : graph.computePrecision;
}

/** How many products of a quantised file are meant to be computed in integers, and how many are; null for a file without any. */
function integerOperators(
  graph: OptimizedGraph,
  source: OptimizedGraph,
): { readonly computed: number; readonly meant: number } | null {
  const meant = source.integerProducts.integer + source.integerProducts.dequantized;
  return meant === 0 ? null : { computed: graph.integerProducts.integer, meant };
}

/** Whether one of the precisions that are joined by `+` is this one. */
export function holdsPrecision(joined: EffectiveField['value'], precision: string): boolean {
  return typeof joined === 'string' && joined.split('+').includes(precision);
}
