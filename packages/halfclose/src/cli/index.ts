/** The command, and what it prints with, for the demonstration. Not published: the package's face is its entry. */
export { runCommand, type Status, type Surroundings } from './command.ts';
export { showFacts } from './facts.ts';
export { type Output, type Paper, writeTo } from './paper.ts';
export { runInProcess } from './process.ts';
