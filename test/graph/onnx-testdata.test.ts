import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkModel } from '../../src/graph/check-model.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';

/**
 * The operator cases of ONNX, as Debian's package libonnx-testdata installs them or as they are unpacked elsewhere:
 * `apt-get download libonnx-testdata && dpkg-deb -x libonnx-testdata_*.deb DIR`, then `ONNX_TESTDATA=DIR/usr/share/libonnx-testdata/data`.
 */
const folder = process.env.ONNX_TESTDATA ?? '/usr/share/libonnx-testdata/data';

test.skipIf(!existsSync(folder))(
  'every operator case of ONNX is sound, and is written as it was read, to the byte',
  () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.onnx'));
    expect(files.length).toBeGreaterThan(1000);
    const unsupported = files.flatMap((file) => {
      const path = join(folder, file);
      try {
        const model = readModel(path);
        const problems = checkModel(model, dirname(path)).map(({ where, problem }) => `${file}: ${where}: ${problem}`);
        const isSame = Buffer.compare(modelBytes(model), readFileSync(path)) === 0;
        return isSame ? problems : [...problems, `${file}: other bytes`];
      } catch (error) {
        return [`${file}: ${String(error)}`];
      }
    });
    expect(unsupported).toEqual([]);
  },
);
