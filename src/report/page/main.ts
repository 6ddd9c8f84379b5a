/*
 * What the page adds when JavaScript runs: charts with tooltips that fit their column, and a table that sorts and filters. Without it
 * everything is there already. Elements are built and their text is set; no markup is ever made from data.
 */
import { liveCharts } from './live-charts.ts';
import { interactiveTables } from './tables.ts';

interactiveTables(document);
liveCharts(document);
