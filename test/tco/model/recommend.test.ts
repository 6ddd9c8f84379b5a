import { expect, test } from 'vitest';
import type { Demand } from '../../../src/tco/model/demand.ts';
import { evaluateStudy, withSimulation } from '../../../src/tco/model/evaluate-study.ts';
import { cloud, oneASecond, owned } from './example-options.ts';
import { figure, studyData } from './example-study.ts';

const small = owned({ name: 'small', itemsPerSecond: 100, capital: { acceleratorPrice: 8_000 } });
const large = owned({ name: 'large', itemsPerSecond: 238, capital: { acceleratorPrice: 15_000 } });
const atRate = (perSecond: number, growthPerYear = 0): Demand => ({
  ...oneASecond,
  requestsPerDay: perSecond * 86_400,
  growthPerYear,
});

type Changes = Parameters<typeof studyData>[1];
const recommended = (changes: Changes, options: Parameters<typeof studyData>[0] = [small, large]) =>
  evaluateStudy(studyData(options, changes)).recommendation;

test('a growing fleet is told from the first year to the last, with its accelerators', () => {
  const four = owned({ name: 'four', capital: { acceleratorsPerMachine: 4 } });
  // 150, 300 and 600 a second at 100 a machine.
  expect(recommended({ demand: atRate(150, 1) }, [four]).sentence).toMatch(
    /^Buy 2 machines of four \(8 accelerators\), growing to 6 by year 3 \(24\): USD /,
  );
});

test('what is rented by the load is told by its most', () => {
  expect(recommended({ demand: atRate(150) }, [cloud({ scaling: 'follows_demand' })]).sentence).toMatch(
    /^Rent up to 2 machines of cloud: USD /,
  );
  expect(recommended({ demand: atRate(150, 1) }, [cloud()]).sentence).toMatch(
    /^Rent 2 machines of cloud, 6 by year 3: /,
  );
});

test('cost, horizon, date of the prices and the runner-up are in the sentence', () => {
  // 150/s: one large machine of 15,000 against two of 8,000; 4,733.64 million requests a year.
  expect(recommended({ demand: atRate(150) }).sentence).toBe(
    'Buy 1 machine of large: USD 1.06 per million requests over 3 years (prices of 2025-06-01), 6 % less than small, the next best.',
  );
});

test('equal options are told to cost as much', () => {
  const twin = { ...small, name: 'twin' };
  expect(recommended({}, [small, twin]).sentence).toContain('as much as twin, the next best');
});

test('volumes at which another option is cheaper are named on both sides', () => {
  // Large wins from 100 to 238 a second, then again from 300, and for good above 500.
  const { caveats } = recommended({ demand: atRate(150) });
  expect(caveats).toContain('small is cheaper below 8.64 million requests a day.');
  expect(caveats.join('\n')).toMatch(
    /small is cheaper above 20\.6 million requests a day; .*large is cheaper for good above 43\.2 million/,
  );
});

test('a volume below which two options cost the same is not told as one below which the other is cheaper', () => {
  // One machine runs all the time either way; the second one only while the load needs it.
  const options = [cloud({ name: 'by the load', scaling: 'follows_demand' }), cloud({ name: 'always on' })];
  const { caveats } = recommended({ demand: { ...atRate(75), peakToAverage: 2 } }, options);
  expect(caveats.join('\n')).toMatch(/always on costs the same below 4\.32 million requests a day\./); // 50/s, with peaks of 100/s
});

test('beyond what was examined the last stretch goes on', () => {
  const { caveats } = recommended({ demand: atRate(100_000) });
  // Not everywhere: large wins from 100 to 238 a second, too.
  expect(caveats).toContain('Below 43.2 million requests a day small is cheaper at some volumes.');
});

test('what is cheaper for good is said to be so only where that is known', () => {
  const alike = { rule: 'share', share: 0.1 } as const;
  const options = [small, large].map((option) => ({ ...option, reserve: { ...option.reserve, spares: alike } }));
  const { recommendation, pairs } = evaluateStudy(studyData(options, { demand: atRate(150) }));
  expect(pairs[0]?.crossing.isSettled).toBe(false);
  const caveats = recommendation.caveats.join('\n');
  expect(caveats).toMatch(
    /is cheaper at every volume above .* million requests a day up to .*, as far as was compared/,
  );
  expect(caveats).not.toContain('for good');
});

test('a last stretch that may end is not taken to go on beyond what was examined', () => {
  // With a share of spares it is not known where the two stop to change places: 2,000 steps reach to about 140,000 a second.
  const spares = { rule: 'share', share: 0.1 } as const;
  const options = [small, large].map((option) => ({ ...option, reserve: { ...option.reserve, spares } }));
  const { pairs, recommendation } = evaluateStudy(studyData(options, { demand: atRate(3e6) }));
  expect(pairs[0]?.crossing).toMatchObject({ isSettled: false, persistent: expect.any(Number) });
  expect(pairs[0]?.crossing.examinedTo).toBeLessThan(3e6 * 86_400);
  const caveats = recommendation.caveats.join('\n');
  expect(caveats).toMatch(/Beyond .* requests a day nothing was compared/);
  expect(caveats).not.toMatch(/small is cheaper|cheaper at some volumes/);
});

test('guesses are told apart from what has a source', () => {
  const at = (name: string, low: number, high: number, source: string | null) =>
    figure(
      name,
      [low, name === 'price of small' ? 8_000 : 1_000, high],
      [
        [
          'options',
          'small',
          ...(name === 'price of small' ? ['capital', 'acceleratorPrice'] : ['running', 'licencesPerMachine']),
        ],
      ],
      'triangular',
      source,
    );
  const caveatsWith = (source: string | null) =>
    recommended({
      demand: atRate(50),
      figures: [at('price of small', 5_000, 20_000, source), at('licence of small', 500, 1_500, source)],
    }).caveats.join('\n');
  // 8,000 and 3,000 of licences against 15,000. With a price of 20,000 small is the dearer one; licences move it by 3,000 of 15,000.
  expect(caveatsWith(null)).toContain('within the range of price of small (5,000 to 20,000, a guess).');
  expect(caveatsWith(null)).toContain('It rests on guesses that move it: licence of small (20 points).');
  expect(caveatsWith('a list')).toContain('within the range of price of small (5,000 to 20,000).');
  expect(caveatsWith('a list')).not.toContain('guesses');
});

test('a guess without a range is named as such', () => {
  const bare = { ...figure('use', [1, 1, 1], []), distribution: null, low: null, high: null };
  expect(recommended({ figures: [bare] }).caveats).toContain(
    'Without a source and without a range, so that nothing shows what they do: use.',
  );
});

test('projections, numbers entered by hand and doubtful measurements of the two best are named', () => {
  const { caveats } = recommended(
    {
      throughputs: {
        small: { provenance: 'projected', source: 'a projection' },
        large: { provenance: 'given', source: 'a guess', caveat: 'its verdict is degraded.' },
        far: { provenance: 'projected', source: 'a projection' },
      },
    },
    [small, large, owned({ name: 'far', capital: { acceleratorPrice: 1e6 } })],
  );
  expect(caveats).toContain('The throughput of small is projected: nobody has measured it.');
  expect(caveats).toContain('The throughput of large was entered by hand.');
  expect(caveats).toContain('large: its verdict is degraded.');
});

test('costs that are not counted are told, those of the next best apart', () => {
  const leftOut = [
    { option: 'small', what: 'staff' },
    { option: 'small', what: 'licences' },
    { option: 'large', what: 'licences' },
  ];
  const { caveats } = recommended({ leftOut, demand: atRate(50) });
  expect(caveats).toContain('Not counted of small: staff.');
  expect(caveats).toContain('Counted of neither small nor large: licences.');
});

test('one hardly used machine and a missing latency limit are told', () => {
  const { caveats } = recommended({ demand: atRate(1), latencyLimitSeconds: null });
  expect(caveats.join('\n')).toContain('One machine is more than enough: 1 % of its throughput is used');
  expect(caveats.join('\n')).toContain('No latency limit is stated');
  expect(recommended({ demand: atRate(50) }).caveats.join('\n')).not.toMatch(/more than enough|latency limit/);
});

test('crossings that are not settled are told where they are near', () => {
  const spared = owned({ name: 'spared', itemsPerSecond: 100, reserve: { spares: { rule: 'share', share: 0.05 } } });
  const near = recommended({ demand: atRate(5e4) }, [small, spared]).caveats.join('\n');
  expect(near).toMatch(/Beyond \d.* requests a day nothing was compared with spared\./);
  expect(recommended({ demand: atRate(1) }, [small, spared]).caveats.join('\n')).not.toContain('nothing was compared');
});

test('where the draws favour another option, it is said first', () => {
  // At the base small is cheaper by 1,000; its price may rise by far more than it may fall.
  const data = studyData([small, large], {
    demand: atRate(50),
    figures: [
      figure('price', [13_000, 14_000, 30_000], [['options', 'small', 'capital', 'acceleratorPrice']], 'uniform'),
    ],
  });
  const { recommendation } = withSimulation(data, evaluateStudy(data), { draws: 2_000, seed: 1 });
  expect(recommendation.option).toBe('small');
  expect(recommendation.caveats[0]).toMatch(
    /^With all ranges drawn, large is the cheapest more often, in 8\d % of the draws/,
  );
});
