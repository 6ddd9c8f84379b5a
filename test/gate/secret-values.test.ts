import { expect, test } from 'vitest';
import { withoutSecrets } from '../../src/gate/secret-values.ts';

test('values of secret variables are replaced by the names of these, and others are kept', () => {
  const environment = {
    HF_TOKEN: 'hf_0123456789',
    'npm_config_//registry/:_authToken': 'npm-secret-$&',
    PIP_PASSWORD: 'hf_0123456789-longer',
    DEPLOY_KEY: '-----BEGIN KEY-----\nabcdefghijkl\n',
    HOME: '/home/jo-of-the-hill',
    TOKEN_KIND: 'bearer',
    KEYBOARD: 'qwertyuiop',
    TOKENIZER: 'models/bert.json',
  };
  expect(withoutSecrets('401 for hf_0123456789, hf_0123456789', environment)).toBe('401 for <HF_TOKEN>, <HF_TOKEN>');
  expect(withoutSecrets('x=hf_0123456789-longer', environment)).toBe('x=<PIP_PASSWORD>');
  expect(withoutSecrets('got npm-secret-$&.', environment)).toBe('got <npm_config_//registry/:_authToken>.');
  expect(withoutSecrets('line abcdefghijkl', environment)).toBe('line <DEPLOY_KEY>');
  const open = 'bearer in /home/jo-of-the-hill, qwertyuiop, models/bert.json';
  expect(withoutSecrets(open, environment)).toBe(open);
});
