import { checkAlertLevel, checkKnownLevel } from './alertLevels.ts';
import { unexpectedRecord } from './brokenRules.ts';
import type { ConnectionState } from './connectionState.ts';
import { alertReceived } from './endings.ts';
import { misbehaved } from './errors.ts';
import { type AlertName, alertLevels, alertName } from './protocol/alerts.ts';

/** Warnings that may come without application data between them before they become a nuisance. */
const maximumWarnings = 4;

/**
 * What an alert means for the connection.
 * @throws TLSError for one that ends it, or that can't be
 */
export function takeAlert(state: ConnectionState, level: number, description: number): void {
  const name = alertName(description);
  // Before there are keys the version is not known, and older ones have warnings.
  if (state.speaksTls13) checkAlertLevel(level, name, description);
  else if (state.speaksTls12) checkKnownLevel(level, name, description);
  // Section 5.1: no other record inside a message. An alert that ends the connection anyway says more than that.
  if (state.insideMessage() && (name === 'close_notify' || name === 'user_canceled')) {
    throw unexpectedRecord(`${name} came inside a handshake message`);
  }
  if (name === 'close_notify' && state.isDone) {
    state.peerClosed = true;
    state.tell({ type: 'peerClosed' });
    return;
  }
  // Section 6.1: the peer gives up for a reason that is no error; close_notify comes next.
  if (name === 'user_canceled' || isMereWarning(state, level, name)) {
    if (++state.warnings > maximumWarnings) {
      throw misbehaved(
        'unexpected_message',
        'TOO_MANY_WARNING_ALERTS',
        `warnings came again and again, the last of them ${name ?? description}`,
      );
    }
    return;
  }
  throw alertReceived(name, description, !state.isDone, state.facts?.clientAuthentication?.misfit);
}

/** RFC 5246 section 7.2.2 leaves it to the receiver what to do about a warning. */
function isMereWarning(
  { speaksTls12, speaksTls13, offersTls12 }: ConnectionState,
  level: number,
  name: AlertName | undefined,
): boolean {
  const mayBeTls12 = speaksTls12 || (!speaksTls13 && offersTls12);
  return mayBeTls12 && level === alertLevels.warning && name !== 'close_notify';
}
