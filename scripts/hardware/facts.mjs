// Checks the facts before anything is made of them: what the generator does not know must not be lost in silence.

const figureKeys = new Map([
  ['fp32_tflops', 1e12],
  ['tf32_tflops', 1e12],
  ['fp16_tflops', 1e12],
  ['bf16_tflops', 1e12],
  ['int8_tops', 1e12],
  ['fp8_tflops', 1e12],
  ['fp4_tflops', 1e12],
  ['memory_gb', 1e9],
  ['bandwidth_gbs', 1e9],
  ['interconnect_gbs', 1e9],
  ['tdp_w', 1],
  ['idle_w', 1],
  ['all_in_kw', 1e3],
]);

/** The size of the unit of a figure of the facts in base units: operations, bytes, watts, a second. */
export function unitOf(key) {
  return figureKeys.get(key);
}

/** Throws with all that is wrong with the facts. */
export function checkFacts(facts) {
  const problems = [];
  const ids = new Set();
  if (!/^\d{4}-\d{2}-\d{2}$/.test(facts.generated ?? '')) problems.push('generated: expected a date');
  for (const device of facts.hardware ?? []) {
    const at = `device ${device.id}`;
    if (!/^[a-z0-9][a-z0-9.+-]*$/.test(device.id ?? '')) problems.push(`${at}: expected an id`);
    if (ids.has(device.id)) problems.push(`${at}: the id stands there twice`);
    ids.add(device.id);
    expectKeys(problems, at, device, [
      'id',
      'name',
      'vendor',
      'architecture',
      'kind',
      'fields',
      'prices',
      'cloud',
      'aliases',
      'notes',
    ]);
    if (!['gpu', 'cpu', 'npu', 'soc'].includes(device.kind)) problems.push(`${at}: unknown kind ${device.kind}`);
    for (const [key, figure] of Object.entries(device.fields ?? {})) {
      if (unitOf(key) === undefined) problems.push(`${at}: unknown figure ${key}`);
      expectKeys(problems, `${at}, ${key}`, figure, ['value', 'source'], ['note']);
      if (figure.value !== null && !(figure.value > 0))
        problems.push(`${at}, ${key}: expected a positive number or null`);
    }
    for (const price of device.prices ?? [])
      expectKeys(problems, `${at}, price`, price, ['usd', 'date', 'kind', 'source', 'note']);
    for (const offer of device.cloud ?? [])
      expectKeys(problems, `${at}, cloud`, offer, ['provider', 'usd_per_accel_hour', 'date', 'source', 'note']);
  }
  if (ids.size === 0) problems.push('hardware: expected at least one device');
  if (problems.length > 0) throw new Error(`The facts cannot be used:\n  ${problems.join('\n  ')}`);
}

function expectKeys(problems, at, object, required, optional = []) {
  const keys = Object.keys(object ?? {});
  for (const key of required) if (!keys.includes(key)) problems.push(`${at}: ${key} is missing`);
  for (const key of keys) if (![...required, ...optional].includes(key)) problems.push(`${at}: unknown key ${key}`);
}
