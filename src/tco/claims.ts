import { nearest } from '../kernel/nearest.ts';
import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import type { ClaimFile, EvidenceFile } from './claims-schema.ts';
import type { ClaimData, ClaimsData, EvidenceData, VariationData } from './model/claims-data.ts';
import type { ClaimsOutcome } from './model/claims-outcome.ts';
import { judgeClaims as judge } from './model/judge-claims.ts';
import type { StudyData } from './model/study-data.ts';
import { type StudyFile, simulationOf } from './study-schema.ts';
import { inVariation, type Varied, variedStudy } from './variations.ts';

/** What a study finds of its claims; null: it has none. */
export function judgeClaims({ claims }: { readonly claims: ClaimsData | null }): ClaimsOutcome | null {
  return claims === null ? null : judge(claims);
}

type Made<T> = { readonly data: T } | { readonly problems: readonly Problem[] };

/** The claims of a study with what they are judged by, or all that is wrong with it. `studyOf` makes a study of the content of a file. */
export function claimsOf(file: StudyFile, studyOf: (varied: Varied) => Made<StudyData>): Made<ClaimsData | null> {
  const problems = [...evidenceFindings(file), ...claimFindings(file), ...repeatedNames(file)];
  const variations: VariationData[] = [];
  for (const [index, { name, title }] of (file.variations ?? []).entries()) {
    const made = madeVariation(file, index, studyOf);
    if ('problems' in made) problems.push(...made.problems);
    else variations.push({ name, title, model: made.data.model, assumptions: made.data.assumptions });
  }
  if (problems.length > 0) return { problems };
  const { evidence = [], claims = [], currency } = file;
  if (claims.length === 0) return { data: null };
  return {
    data: {
      currency,
      variations,
      evidence: evidence.map(evidenceData),
      claims: claims.map((claim) => claimData(claim, file)),
    },
  };
}

function madeVariation(file: StudyFile, index: number, studyOf: (varied: Varied) => Made<StudyData>): Made<StudyData> {
  const varied = variedStudy(file, index);
  if ('problems' in varied) return varied;
  const made = studyOf(varied);
  if (!('problems' in made)) return made;
  return { problems: made.problems.map((one) => inVariation(one, varied, ['variations', index, 'set'])) };
}

function evidenceData({ name, throughput, bounds, unit, provenance, source }: EvidenceFile): EvidenceData {
  const values = Object.entries(throughput).map(([option, value]) => {
    return [option, { value, bound: bounds?.[option] ?? 'exact' }] as const;
  });
  return { name, unit, provenance, source, throughput: Object.fromEntries(values) };
}

function claimData(claim: ClaimFile, { evidence = [], simulation }: StudyFile): ClaimData {
  const { text, source, notes = [], option, against, boundaries } = claim;
  const common = { text, source, notes, option, against, boundaries };
  const by = { evidence: claim.evidence ?? evidence.map(({ name }) => name) };
  if ('loads' in claim) {
    const loads = claim.loads.map((load) => ({
      maxUtilisation: load.max_utilisation,
      peakToAverage: load.peak_to_average,
    }));
    return { kind: 'volume', ...common, ...by, fromRequestsPerDay: claim.from_requests_per_day, loads };
  }
  return {
    kind: 'cost',
    ...common,
    ...by,
    lowerBy: claim.lower_by,
    tolerance: claim.tolerance,
    years: claim.years,
    chances: claim.chances ?? [],
    simulation: simulationOf({ simulation }),
  };
}

function evidenceFindings({ evidence = [], options }: StudyFile): Problem[] {
  const known = options.map(({ name }) => name);
  return evidence.flatMap(({ throughput, bounds = {} }, index) => {
    const path = ['evidence', index];
    return [
      ...unknownNames(Object.keys(throughput), known, 'options', (name) => [...path, 'throughput', name]),
      ...unknownNames(Object.keys(bounds), Object.keys(throughput), 'throughputs', (name) => [...path, 'bounds', name]),
    ];
  });
}

function claimFindings(file: StudyFile): Problem[] {
  const { claims = [], evidence = [], variations = [], options } = file;
  const optionNames = options.map(({ name }) => name);
  const variationNames = variations.map(({ name }) => name);
  return claims.flatMap((claim, index) => {
    const path: Path = ['claims', index];
    const listed = (names: readonly string[] = [], known: readonly string[], what: string, key: string) =>
      unknownNames(names, known, what, (name) => [...path, key, names.indexOf(name)], 'value');
    return [
      ...unknownNames([claim.option], optionNames, 'options', () => [...path, 'option'], 'value'),
      ...unknownNames([claim.against], optionNames, 'options', () => [...path, 'against'], 'value'),
      ...(claim.option === claim.against
        ? [problem([...path, 'against'], `expected another option than ${claim.option}, got the same`)]
        : []),
      ...listed(claim.boundaries, variationNames, 'variations', 'boundaries'),
      ...listed('chances' in claim ? claim.chances : [], variationNames, 'variations', 'chances'),
      ...listed(
        claim.evidence,
        evidence.map(({ name }) => name),
        'evidence',
        'evidence',
      ),
      ...evidenceOfBoth(claim, file, path),
      ...('years' in claim && claim.years !== file.horizon_years
        ? [problem([...path, 'years'], `expected the horizon of ${file.horizon_years} years, got ${claim.years}`)]
        : []),
    ];
  });
}

/**
 * Evidence has to know both sides of the claim, and its bounds have to bound the ratio of the two. Crossings of whole machines have no
 * bound that could be told: a claim about a volume takes none.
 */
function evidenceOfBoth(claim: ClaimFile, { evidence = [] }: StudyFile, path: Path): Problem[] {
  const used = evidence.filter(({ name }) => claim.evidence === undefined || claim.evidence.includes(name));
  if (used.length === 0 && claim.evidence === undefined) {
    return [problem([...path], 'expected evidence to judge the claim by, got none')];
  }
  const at = claim.evidence === undefined ? path : [...path, 'evidence'];
  return used.flatMap(({ name, throughput, bounds = {} }) => {
    const lacking = [claim.option, claim.against].filter((side) => !Object.hasOwn(throughput, side));
    const bound = bounds[claim.option];
    const isOpen = bound !== undefined && bound === bounds[claim.against];
    const bounded = 'loads' in claim ? [claim.option, claim.against].filter((side) => Object.hasOwn(bounds, side)) : [];
    return [
      ...lacking.map((side) => problem(at, `expected evidence with a throughput of ${side}; "${name}" has none`)),
      ...(isOpen ? [problem(at, `expected bounds that bound the ratio; "${name}" has ${bound} ones of both`)] : []),
      ...bounded.map((side) =>
        problem(at, `expected known throughputs to judge a volume by; "${name}" has but a bound of ${side}`),
      ),
    ];
  });
}

function repeatedNames({ variations = [], evidence = [] }: StudyFile): Problem[] {
  const lists = Object.entries({ variations, evidence });
  return lists.flatMap(([key, list]) =>
    list.flatMap(({ name }, index) => {
      if (list.findIndex((other) => other.name === name) === index) return [];
      return [problem([key, index, 'name'], `expected a name that no other has, got ${JSON.stringify(name)}`)];
    }),
  );
}

function unknownNames(
  names: readonly string[],
  known: readonly string[],
  what: string,
  place: (name: string) => Path,
  part: Problem['part'] = 'key',
): Problem[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const hint = near === null ? '' : `. Did you mean "${near}"?`;
      const list = known.length === 0 ? 'none are there' : known.join(', ');
      return {
        path: place(name),
        part,
        message: `expected one of the ${what} (${list}), got ${JSON.stringify(name)}${hint}`,
      };
    });
}

function problem(path: Path, message: string): Problem {
  return { path, part: 'value', message };
}
