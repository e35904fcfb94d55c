import { drawPages, isOfAnalysis } from './support/drawing.ts';

drawPages((path) => !isOfAnalysis(path));
