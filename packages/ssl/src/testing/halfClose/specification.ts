/**
 * What the half-close table is made of. `situations.ts` and its neighbours fill it in; `stage.ts` plays every cell.
 *
 * A cell is one scene. The situation has come about; one call is made; `sendall` and `recv` are tried after it; then the
 * server answers: it reads what we wrote, sends `later` and its close_notify (only the latter to `unwrap`), or ends the
 * carrier if TLS is dead. At last `close` lets go of whatever is still held, which is the same in every cell.
 */

export const calls = ['nothing', 'SHUT_RD', 'SHUT_WR', 'SHUT_RDWR', 'close', 'unwrap'] as const;
export type Call = (typeof calls)[number];

export const versions = ['TLSv1.3', 'TLSv1.2'] as const;
export type Version = (typeof versions)[number];

/** `halves`: a carrier with ends that close one by one, as TCP has them. `whole`: one without, as a WebSocket is. */
export const carriers = ['halves', 'whole'] as const;
export type CarrierKind = (typeof carriers)[number];

/**
 * An outcome is a value (`ok`, octets as text, `EOF` for none, `carrier`), or the error by its code, or by its name and
 * reason. `waits → ok` is one that came after the server's answer.
 */
export type Outcome = string;

/** The three columns: wire, calls, carrier. */
export interface Cell {
  /** What the call gives. Absent for `nothing`. */
  readonly gives?: Outcome;
  /** What becomes of the call that was waiting, in situations that have one. */
  readonly pending?: Outcome;
  /** What `sendall('hello')` gives after it. */
  readonly send: Outcome;
  /** What `recv`, again and again, gives after it and after the server's answer. */
  readonly recv: string;
  /**
   * Everything that we send from the beginning of the situation on: application data as its text, `a lot` for a mebibyte,
   * alerts by name, `FIN` for our end of the carrier. On a carrier that is whole there is no FIN.
   */
  readonly wire: string;
  /**
   * What becomes of the carrier: `open`, `half-closed` by us, `closed` by us, or `none` where there is none yet. `half-closed
   * → closed`: the second after the server's answer. One that is whole stays `open` where others are half-closed.
   */
  readonly carrier: string;
}

export interface CellOfAll extends Cell {
  /** Where TLS 1.2 differs. */
  readonly tls12?: Partial<Cell>;
  /** Where a carrier that is whole differs otherwise. */
  readonly whole?: Partial<Cell>;
}

export type SituationName =
  | 'before connect'
  | 'during the handshake'
  | 'established'
  | 'with a pending recv'
  | 'with a pending send under back-pressure'
  | "after the server's close_notify"
  | "after the server's close_notify, with a pending send"
  | 'after a truncated end'
  | 'after a fatal alert of the server'
  | 'after a fatal alert of ours'
  | 'after a reset'
  | 'after SHUT_RD'
  | 'after SHUT_WR'
  | 'after SHUT_RDWR'
  | 'after SHUT_WR, answered'
  | 'while close waits'
  | 'while unwrap waits'
  | 'after unwrap';

export type Situation = { readonly situation: SituationName } & Readonly<Record<Call, CellOfAll>>;

/** One cell in one version on one carrier. */
export interface Scenario {
  readonly situation: SituationName;
  readonly call: Call;
  readonly version: Version;
  readonly carrier: CarrierKind;
  readonly expected: Cell;
}

/** All cells, with what differs filled in. */
export function scenariosOf(situations: readonly Situation[]): Scenario[] {
  return situations.flatMap(({ situation, ...cells }) =>
    calls.flatMap((call) =>
      versions.flatMap((version) =>
        carriers.map((carrier) => ({
          situation,
          call,
          version,
          carrier,
          expected: expectedOf(cells[call], version, carrier),
        })),
      ),
    ),
  );
}

function expectedOf({ tls12, whole, ...common }: CellOfAll, version: Version, carrier: CarrierKind): Cell {
  const cell = {
    ...common,
    ...(version === 'TLSv1.2' && tls12),
    ...(carrier === 'whole' && whole),
  };
  if (carrier === 'halves') return cell;
  return {
    ...cell,
    wire: cell.wire.replace(/ ?FIN$/, ''),
    carrier: cell.carrier.replace('half-closed', 'open').replace('open → open', 'open'),
  };
}
