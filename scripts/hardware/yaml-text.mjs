// YAML in the few shapes that the generator writes: maps, lists, texts and numbers, numbers in engineering notation.

/** The text of a map, keys in their order; what is undefined is left out. */
export function yamlText(map, indent = 0) {
  const pad = ' '.repeat(indent);
  return Object.entries(map)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${pad}${scalar(key)}:${valueText(value, indent)}`)
    .join('');
}

function valueText(value, indent) {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return ` [${value.map(scalar).join(', ')}]\n`;
  if (Array.isArray(value)) {
    const pad = ' '.repeat(indent + 2);
    return `\n${value.map((item) => `${pad}- ${yamlText(item, indent + 4).trimStart()}`).join('')}`;
  }
  if (typeof value === 'object' && value !== null) return `\n${yamlText(value, indent + 2)}`;
  return ` ${scalar(value)}\n`;
}

function scalar(value) {
  if (value === null) return 'null';
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return String(value);
  // Quoted unless nothing could be read as something else: a number, a date of one number, a word for true, an indicator.
  const plain =
    /^[A-Za-z(][A-Za-z0-9 _.,()/@+-]*$/.test(value) &&
    !/^(true|false|null|on|off|yes|no|y|n)$/i.test(value) &&
    value.trim() === value;
  return plain ? value : JSON.stringify(value);
}

/** `312e12`, `15.7e12`, `0.526`: an exponent that is a multiple of three from a million on. */
function number(value) {
  if (Math.abs(value) < 1e6) return String(value);
  const exponent = Math.floor(Math.log10(Math.abs(value)) / 3) * 3;
  const mantissa = Number((value / 10 ** exponent).toPrecision(12));
  return `${mantissa}e${exponent}`;
}
