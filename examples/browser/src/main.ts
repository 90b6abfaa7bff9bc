import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@fontsource-variable/source-serif-4';
import './styles/index.css';
import type { Demo } from '../server/demo.ts';
import { find } from './dom.ts';
import { createStage } from './stage.ts';
import { createTargetForm } from './targetForm.ts';

const response = await fetch('./demo.json');
const demo: Demo = await response.json();
const stage = createStage();
const { form, target } = createTargetForm(demo);
const problem = find('#host-problem', HTMLElement);

// Until here it would do what forms do.
find('#connect', HTMLButtonElement).disabled = false;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  problem.textContent = '';
  try {
    stage.connect(target());
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
  }
});
