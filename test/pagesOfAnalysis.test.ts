import { drawPages, isOfAnalysis } from './support/drawing.ts';

drawPages(isOfAnalysis);
