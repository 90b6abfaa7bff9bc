import { illegal } from './brokenRules.ts';
import { misbehaved } from './errors.ts';
import { type AlertName, alertLevels } from './protocol/alerts.ts';

/** Section 6: `enum { warning(1), fatal(2), (255) } AlertLevel`, of which only the two closing alerts are warnings. */
export function checkAlertLevel(level: number, name: AlertName | undefined, description: number): void {
  const what = name ?? `alert ${description}`;
  checkKnownLevel(level, name, description);
  if (level === alertLevels.warning && name !== 'close_notify' && name !== 'user_canceled') {
    throw misbehaved(
      'decode_error',
      'BAD_ALERT',
      `the server sent ${what} as a warning, which TLS 1.3 does not have`,
    );
  }
}

export function checkKnownLevel(level: number, name: AlertName | undefined, description: number): void {
  if (level === alertLevels.warning || level === alertLevels.fatal) return;
  throw illegal(
    'UNKNOWN_ALERT_TYPE',
    `the server sent ${name ?? `alert ${description}`} of the unknown level ${level}`,
  );
}
