import { certificateCards, type ShownChain } from './certificateView.ts';
import { createControls } from './controls.ts';
import { createConversationView } from './conversationView.ts';
import { createCountersView } from './countersView.ts';
import { find } from './dom.ts';
import { place } from './format.ts';
import { noCounters, type Target } from './model.ts';
import { playScene, type Scene, type Views } from './scene.ts';
import { createStatusView } from './statusView.ts';
import { createWireView } from './wireView.ts';

/** Where one connection at a time is played. */
export interface Stage {
  connect(target: Target): void;
}

/** Puts the views and the buttons together. */
export function createStage(): Stage {
  let scene: Scene | undefined;
  const views: Views = {
    wire: createWireView(find('#wire', HTMLElement)),
    conversation: createConversationView(),
    status: createStatusView(),
    counted: createCountersView(),
    certificates: createCertificatesView(),
  };
  const controls = createControls({
    shutDownWriting: () => scene?.shutDownWriting(),
    shutDownReading: () => scene?.shutDownReading(),
    close: () => scene?.close(),
    say: (line) => scene?.say(line),
  });
  const serverLane = find('#lane-server', HTMLElement);
  return {
    connect(target) {
      scene?.leave();
      views.wire.clear();
      views.conversation.clear();
      views.status.clear();
      views.counted(noCounters());
      views.certificates({ chain: [], isVerified: false, refusal: undefined, name: target.name, anchor: '' });
      serverLane.textContent = place(target.name, target.port);
      document.body.dataset.connected = 'true';
      scene = playScene(target, views, controls);
    },
  };
}

function createCertificatesView(): (shown: ShownChain) => void {
  const list = find('#certificates', HTMLElement);
  const hint = find('#certificates-hint', HTMLElement);
  return (shown) => {
    list.replaceChildren(...certificateCards(shown));
    hint.hidden = shown.chain.length > 0;
  };
}
