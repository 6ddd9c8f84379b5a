// A slowdown on purpose, to see whether the gate finds it.

/** The step in which it is planted: decoding and scaling an image, of whatever format. */
export const plantedFile = 'src/engine/preprocess/decode.ts';

const line = '  return withContent(bytes, name, (content) => decodeContent(content, scaling, name));\n';

/**
 * The source of the step with a busy loop behind its work, as long as `share` of that work took: whatever the size of the image and the speed of the
 * machine, the step takes 1 + share times as long. Throws where the line is no longer there once, so that nothing is taken for slow that is not.
 */
export function withSlowdown(source, share) {
  if (!(share > 0)) throw new RangeError(`Expected a share above 0, got ${share}.`);
  const places = source.split(line).length - 1;
  if (places !== 1) {
    throw new Error(
      `${plantedFile}: expected once the line ${JSON.stringify(line.trim())}, behind which the slowdown is planted, got it ${places} times. ` +
        'Plant it elsewhere: bench/planted-slowdown.mjs.',
    );
  }
  return source.replace(
    line,
    () => `  const begun = performance.now();
  return withContent(bytes, name, (content) => decodeContent(content, scaling, name)).then((picture) => {
    const until = performance.now() + ${share} * (performance.now() - begun);
    while (performance.now() < until);
    return picture;
  });
`,
  );
}
