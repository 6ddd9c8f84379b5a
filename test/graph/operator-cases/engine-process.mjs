// Runs models that its parent sends, each with its feeds: a crash in native code ends this process and no test.
import { InferenceSession, Tensor } from 'onnxruntime-node';

process.on('message', async ({ model, feeds }) => {
  process.send(await answer(model, feeds));
});

async function answer(model, feeds) {
  let stage = 'load';
  try {
    const session = await InferenceSession.create(model, {
      graphOptimizationLevel: 'disabled',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    try {
      stage = 'run';
      const tensors = feeds.map(({ name, type, dims, data }) => [name, new Tensor(type, data, dims)]);
      const outputs = await session.run(Object.fromEntries(tensors));
      return {
        outputs: Object.entries(outputs).map(([name, { type, dims, data }]) => ({ name, type, dims: [...dims], data })),
      };
    } finally {
      await session.release();
    }
  } catch (error) {
    return { stage, refusal: String(error?.message ?? error) };
  }
}
