/** What the page is told by the server that serves it, as `demo.json`. */
export interface Demo {
  /** `ws://…` */
  readonly relay: string;
  /** In PEM: who issued the certificates of the hosts below. */
  readonly authority: string;
  readonly hosts: readonly DemoHost[];
}

/** A server to connect to. All of them speak both versions. */
export interface DemoHost {
  readonly id: string;
  /** For people, short. */
  readonly title: string;
  /** What is to be seen there, a sentence. */
  readonly about: string;
  /** The name that its certificate ought to have. */
  readonly name: string;
  /** On 127.0.0.1. */
  readonly port: number;
}
