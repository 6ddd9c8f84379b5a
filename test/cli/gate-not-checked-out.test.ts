import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commentMarker } from '../../src/gate/comment.ts';
import { benchmarks, ScratchBenchmarks } from '../gate/scratch-benchmarks.ts';

test('a version that cannot be checked out has the comment of its suite, which the next gate brings up to date', async () => {
  const repository = new ScratchBenchmarks();
  try {
    // A filter that has to work and does not, as of a large file that is not there.
    repository.git('config', 'filter.away.clean', 'cat');
    repository.git('config', 'filter.away.smudge', 'false');
    repository.git('config', 'filter.away.required', 'true');
    repository.commit({ ...benchmarks, '.gitattributes': 'model.bin filter=away\n', 'model.bin': 'model' });
    const { code } = await repository.dyno('gate', '--base', 'main', '--head', 'main', '--run-id', 'g');
    expect(code).toBe(4);
    const comment = readFileSync(repository.path('results', 'gates', 'g', 'comment.md'), 'utf8');
    expect(comment).toContain('CHECKOUT');
    expect(comment.split('\n')[0]).toBe(commentMarker('scratch'));
  } finally {
    repository.remove();
  }
});
