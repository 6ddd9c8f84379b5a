/*
 * The script of the worker of the page of a purchase: it simulates, which takes longer than a page may stand still.
 */
import { type DrawingOrder, draw } from './drawing.ts';

addEventListener('message', ({ data }: MessageEvent<DrawingOrder>) => postMessage(draw(data)));
