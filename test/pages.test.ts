import { drawPages } from './support/drawing.ts';

drawPages();
