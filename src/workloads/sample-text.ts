import { type Generator, integer } from '../stats/random.ts';
import { between, pick } from './draws.ts';

/**
 * Sentences of our own, as letters and reports have them. Together with `records` they use all letters of English in both cases, all digits, and
 * the punctuation of plain text.
 */
const sentences = [
  'A dynamometer measures what an engine delivers at the shaft.',
  'The brochure promised twice as much, and the meter did not agree.',
  'Every figure on this page was taken from a machine that ran for an hour.',
  'Please keep the receipt; you will need it if the parts come back.',
  'Quality is what remains when the price has long been forgotten.',
  'We moved the heavy boxes before noon and the light ones after lunch.',
  'Jars of quince jam stood in a row behind the kitchen window.',
  'Who signed for the delivery? Nobody in the office remembers.',
  'The river froze early that winter, and the mill stood still.',
  'Take the second street on the left, then ask again.',
  'Six of the nine samples were dry; the other three had to wait.',
  'Our next meeting is on Thursday, at half past two.',
  'Very few people read the small print on the back of a ticket.',
  'Zinc, copper and iron were weighed twice and written down once.',
  'He could not find the key, so he knocked and waited.',
  'Oil the hinge, close the lid, and leave it for the night.',
  'Between two mountains lies a valley that no map has ever shown.',
  'Xylophones are easy to draw and difficult to carry.',
  'Light travels faster than the letter that describes it.',
  'The clerk stamped both copies and kept the yellow one.',
  'Nothing was broken, but everything had been moved.',
  'Use a soft cloth and warm water; never use alcohol.',
  'Good tools are bought once, cheap tools are bought every year.',
  'During the night the wind turned and the rain came from the east.',
  'Young trees bend in a storm where old ones break.',
  'Repeat the measurement until two readings in a row are equal.',
  'Understanding a result takes longer than producing it.',
  'The engine stopped by itself, which was a surprise to all of us.',
  'If you cannot explain the difference, do not report it.',
  'Half of the grain was sold, and the rest was kept for seed.',
  'Late trains are announced only when they have already left.',
  'I have enclosed a drawing of the bracket with its dimensions.',
];

const things = ['Bolts', 'Paper', 'Cable', 'Lamp oil', 'Glass jars', 'Filters', 'Seed corn', 'Brushes', 'Copper wire'];
const streets = ['Mill Lane', 'Quarry Road', 'Garden Street', 'Victoria Square', 'Harbour View', 'Kings Avenue'];
const months = ['January', 'March', 'April', 'June', 'August', 'October', 'December'];

/** Short lines with numbers, as bills, tables and labels have them. */
const records: readonly ((random: Generator) => string)[] = [
  (random) => `Invoice No. ${between(random, 10_000, 99_999)}`,
  (random) => `${pick(random, things)}: ${between(random, 1, 48)} x ${amount(random)}`,
  (random) => `Total ${amount(random)} (incl. ${between(random, 5, 25)}% tax)`,
  (random) => `${between(random, 1, 28)} ${pick(random, months)} ${between(random, 1950, 2029)}`,
  (random) => `Tel. ${between(random, 100, 999)}-${between(random, 1000, 9999)}, room ${between(random, 1, 480)}`,
  (random) => `${between(random, 1, 320)} ${pick(random, streets)}`,
  (random) => `Weight: ${between(random, 1, 90)}.${integer(random, 10)} kg`,
  (random) => `Page ${between(random, 1, 400)} of ${between(random, 401, 900)}`,
  (random) => `Batch ${between(random, 1, 64)}, mean ${between(random, 1, 99)}.${between(random, 10, 99)} ms`,
  (random) => `Order "${pick(random, things)}" & ship by ${pick(random, months)}!`,
];

/** A short line with numbers. */
export function sampleRecord(random: Generator): string {
  return pick(random, records)(random);
}

/** A sentence without numbers. */
export function sampleSentence(random: Generator): string {
  return pick(random, sentences);
}

/** A line of text on its own: four times in ten a record, else up to seven words in a row out of a sentence. */
export function sampleLine(random: Generator): string {
  if (integer(random, 10) < 4) return sampleRecord(random);
  const words = sampleSentence(random).split(' ');
  const count = Math.min(words.length, between(random, 3, 7));
  const first = integer(random, words.length - count + 1);
  return words.slice(first, first + count).join(' ');
}

function amount(random: Generator): string {
  const thousands = integer(random, 3) === 0 ? `${between(random, 1, 9)},` : '';
  const hundreds = thousands === '' ? `${between(random, 1, 999)}` : `${between(random, 100, 999)}`;
  return `${thousands}${hundreds}.${integer(random, 10)}${integer(random, 10)}`;
}
