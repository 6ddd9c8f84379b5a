// Figures that others have published, checked and made compact: what the generator does not know must not be lost in silence.

/** MLPerf rows: medians over submissions, a device. */
export function mlperfFile(rows, readOn) {
  const problems = [];
  const keys = 'model scenario accelerator precision unit n_results median min max rounds submitters stack'.split(' ');
  for (const [index, row] of rows.entries()) {
    const at = `row ${index} (${row.accelerator}, ${row.model})`;
    expectKeys(problems, at, row, keys);
    if (!(row.min > 0 && row.min <= row.median && row.median <= row.max)) {
      problems.push(`${at}: expected 0 < min <= median <= max, got ${row.min}, ${row.median}, ${row.max}`);
    }
    if (row.stack !== 'mlperf') problems.push(`${at}: expected the stack mlperf, got ${row.stack}`);
  }
  throwProblems(problems);
  return {
    what: 'Medians of MLPerf Inference results, closed division, by device: software that vendors tuned for the benchmark',
    source: 'MLCommons, repositories inference_results_v0.5 to inference_results_v5.1',
    read: readOn,
    rows: rows.map((row) => ({
      stack: row.stack,
      software: null,
      model: row.model,
      scenario: row.scenario,
      accelerator: row.accelerator,
      precision: row.precision,
      unit: row.unit,
      value: row.median,
      low: row.min,
      high: row.max,
      results: row.n_results,
      submitters: row.submitters,
      rounds: row.rounds,
    })),
  };
}

/** Rows of frameworks: one measurement each, at a batch size. */
export function frameworksFile(rows, readOn) {
  const problems = [];
  const keys =
    'workload model accelerator n_accelerators scenario metric value unit precision batch_size software source stack';
  for (const [index, row] of rows.entries()) {
    const at = `row ${index} (${row.accelerator}, ${row.model})`;
    expectKeys(problems, at, row, keys.split(' '));
    if (!(row.value > 0)) problems.push(`${at}: expected a value above 0, got ${row.value}`);
    if (row.metric !== 'throughput') problems.push(`${at}: expected the metric throughput, got ${row.metric}`);
    if (!row.source.startsWith(`${repository}:`)) problems.push(`${at}: expected a source in ${repository}`);
  }
  throwProblems(problems);
  const inference = rows.filter(({ scenario }) => scenario !== 'Training');
  return {
    what: 'Throughput of models in frameworks by batch size and precision, inference only, in containers of NVIDIA',
    source: `${repository}: each row names its file and line`,
    read: readOn,
    rows: inference.map((row) => ({
      stack: row.stack,
      software: row.software.replace(' (NVIDIA DeepLearningExamples, NGC container)', ''),
      model: row.model,
      scenario: row.scenario,
      accelerator: row.accelerator,
      precision: row.precision,
      batch_size: row.batch_size,
      unit: row.unit,
      value: row.value,
      source: row.source.slice(repository.length + 1),
    })),
  };
}

const repository = 'NVIDIA/DeepLearningExamples@729963dd47';

/** JSON with a line for each row, so that a change of one figure is a change of one line. */
export function linedJson({ rows, ...head }) {
  const opening = JSON.stringify(head, null, 2).replace(/\n\}$/, ',\n  "rows": [\n');
  return `${opening}${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]\n}\n`;
}

function expectKeys(problems, at, row, keys) {
  for (const key of keys) if (!(key in row)) problems.push(`${at}: ${key} is missing`);
  for (const key of Object.keys(row)) if (!keys.includes(key)) problems.push(`${at}: unknown key ${key}`);
}

function throwProblems(problems) {
  if (problems.length > 0) throw new Error(`The published figures cannot be used:\n  ${problems.join('\n  ')}`);
}
